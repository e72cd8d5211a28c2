"""The fault classification that Sanbao ships (C-21). Missing classes are added; what a factory changed stays."""

from __future__ import annotations

from django.db import connection

from sanbao.catalog.models import DefectClass, Pack
from sanbao.parties.models import Department

#: First level: code, Chinese, English, default responsible department, whether it touches quality.
FIRST: tuple[tuple[str, str, str, str, bool], ...] = (
    ("Q1", "材质/内在质量", "Material and inner quality", "production", True),
    ("Q2", "尺寸形位", "Dimension and form", "production", True),
    ("Q3", "表面", "Surface", "production", True),
    ("Q4", "包装标识", "Packing and marking", "warehouse", True),
    ("L1", "数量/发运", "Quantity and dispatch", "transport", False),
    ("O1", "订单/开票", "Order and invoice", "sales", False),
    ("V1", "服务", "Service", "after_sales", False),
    ("U1", "使用/储存", "Use and storage", "", False),
    ("G1", "监督抽查", "State supervision check", "qc", True),
    ("S1", "建议", "Suggestion", "sales", False),
)

#: Second level: first-level code → pack → (Chinese, English) in order; the code is e.g. ``Q3-P02``.
SECOND: dict[str, dict[Pack, tuple[tuple[str, str], ...]]] = {
    "Q1": {
        Pack.PROFILE: (
            ("成分", "Composition"),
            ("力学性能", "Mechanical properties"),
            ("硬度", "Hardness"),
            ("气泡夹杂", "Blisters and inclusions"),
            ("焊合不良", "Bad weld seam"),
        ),
        Pack.MACHINE: (
            ("铸件缺陷", "Casting defect"),
            ("热处理", "Heat treatment"),
            ("液压元件失效", "Hydraulic part failure"),
            ("电气元件失效", "Electrical part failure"),
        ),
    },
    "Q2": {
        Pack.PROFILE: (
            ("壁厚", "Wall thickness"),
            ("角度", "Angle"),
            ("弯曲扭拧", "Bow and twist"),
            ("平面间隙", "Flatness gap"),
            ("定尺", "Cut length"),
        ),
        Pack.MACHINE: (
            ("几何精度", "Geometric accuracy"),
            ("主轴跳动", "Spindle run-out"),
            ("装配干涉", "Assembly interference"),
        ),
    },
    "Q3": {
        Pack.PROFILE: (
            ("划伤", "Scratches"),
            ("碰伤", "Dents"),
            ("色差", "Colour difference"),
            ("膜厚", "Coating thickness"),
            ("起皮", "Peeling"),
            ("腐蚀", "Corrosion"),
            ("漏喷", "Missed coating"),
            ("封孔", "Sealing"),
        ),
        Pack.MACHINE: (
            ("漆面", "Paint"),
            ("锈蚀", "Rust"),
            ("渗漏油", "Oil leak"),
        ),
    },
    "Q4": {
        Pack.PROFILE: (
            ("标签错漏", "Label wrong or missing"),
            ("喷码不清", "Spray code unreadable"),
            ("包装破损", "Packing damaged"),
            ("合格证缺", "Certificate missing"),
        ),
        Pack.MACHINE: (
            ("随机文件", "Accompanying documents"),
            ("附件缺", "Accessory missing"),
        ),
    },
    "L1": {
        Pack.PROFILE: (
            ("短重", "Short weight"),
            ("支数不符", "Piece count differs"),
            ("错发货", "Wrong shipment"),
            ("混料", "Mixed goods"),
            ("运输碰伤", "Damaged in transit"),
        ),
        Pack.MACHINE: (
            ("错发", "Wrong shipment"),
            ("运输损坏", "Damaged in transit"),
        ),
    },
    "O1": {
        Pack.ALL: (
            ("开错票", "Wrong invoice"),
            ("型号下错", "Wrong model ordered"),
            ("交期延误", "Late delivery"),
        ),
    },
    "V1": {
        Pack.PROFILE: (
            ("态度", "Attitude"),
            ("响应慢", "Slow response"),
            ("承诺未兑现", "Promise not kept"),
        ),
        Pack.MACHINE: (
            ("安装调试不到位", "Installation or commissioning lacking"),
            ("备件迟", "Late spare parts"),
            ("无人负责", "Nobody responsible"),
        ),
    },
    "U1": {
        Pack.PROFILE: (
            ("保管不当", "Improper storage"),
            ("加工不当", "Improper processing"),
            ("清洗剂腐蚀", "Corroded by cleaner"),
        ),
        Pack.MACHINE: (
            ("误操作", "Wrong operation"),
            ("地基电源", "Foundation or power supply"),
        ),
    },
    "G1": {Pack.ALL: (("国家机关抽检不合格", "Failed a state spot check"),)},
    "S1": {
        Pack.ALL: (
            ("新品种", "New variety"),
            ("价格", "Price"),
            ("包装建议", "Packing"),
        ),
    },
}

#: The trades stand one after the other below a first-level class.
AFTER = {Pack.ALL: 0, Pack.PROFILE: 20, Pack.MACHINE: 60}
LETTER = {Pack.ALL: "A", Pack.PROFILE: "P", Pack.MACHINE: "M"}


def load() -> None:
    """Add what is missing; runs after every migrate."""
    if DefectClass._meta.db_table not in connection.introspection.table_names():
        return
    departments = dict(Department.objects.values_list("code", "pk"))
    DefectClass.objects.bulk_create(
        (
            DefectClass(
                code=code,
                name_zh=zh,
                name_en=en,
                position=n * 100,
                responsible_id=departments.get(department),
                touches_quality=quality,
            )
            for n, (code, zh, en, department, quality) in enumerate(FIRST)
        ),
        ignore_conflicts=True,
    )
    firsts = {c.code: c for c in DefectClass.objects.filter(parent=None)}
    DefectClass.objects.bulk_create(
        (
            DefectClass(
                code=f"{code}-{LETTER[pack]}{n:02}",
                parent=first,
                pack=pack,
                name_zh=zh,
                name_en=en,
                position=first.position + AFTER[pack] + n,
                responsible_id=first.responsible_id,
                touches_quality=first.touches_quality,
            )
            for code, packs in SECOND.items()
            if (first := firsts.get(code))
            for pack, names in packs.items()
            for n, (zh, en) in enumerate(names, 1)
        ),
        ignore_conflicts=True,
    )
