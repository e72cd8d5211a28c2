"""A small made-up factory's ledgers, with every kind of line that must be refused or remarked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sanbao.exchange.tests import writing

type Rows = list[list[Any]]


def cells(line: str) -> list[Any]:
    return line.split("|")


SUPPLIERS: Rows = [
    ["合格供方名录"],
    ["代码", "名称", "主供"],
    ["G01", "甲河铝锭厂", "铝锭"],
    ["G02", "丙山粉末涂料厂", "粉末涂料"],
]
DEALERS: Rows = [
    ["代码", "名称", "省", "城市", "上级代码"],
    ["D02", "佛山分销处", "广东", "佛山", "D01"],
    ["D01", "广东总经销处", "广东省", "广州", ""],
]
CUSTOMERS: Rows = [
    ["客户代码", "名称", "类别", "省/国", "城市", "电话", "经销商代码"],
    ["K01", "苏州东安泰铝材商行", "国内", "江苏", "苏州", "010-55550101", "D02"],
    ["K02", "武汉西安源铝材商行", "国内", "湖北", "武汉", "010-55550102", "D01"],
    ["K03", "武汉西安源铝材商行", "国内", "湖北", "武汉", "010-55550103", "D01"],
    ["X01", "Perth Window & Facade Trading", "出口", "澳大利亚", "Perth", "+61 8 5550 0100", ""],
]
PRODUCTS: Rows = [
    ["型号", "名称", "表面", "米重kg/m", "合金状态"],
    ["LM50-01", "50系列工业型材", "喷涂", 1.4, "6063-T5"],
]
RECEIPTS: Rows = [
    ["原材料进仓台账"],
    cells("进仓单号|日期|供应商代码|材料名称|规格|供方批号|本厂批号|数量(kg)|合格证号|检验员|质量状态"),
    ["JC01", date(2025, 9, 1), "G01", "铝锭", "A00", "G01-1", "J01", 10000, "HG1", "Q1", "合格"],
    ["JC02", "2025.9.2", "g02", "粉末涂料", "RAL7016", "G02-1", "J02", "800", "HG2", "Q1", "合格"],
    ["JC03", "2025/9/3", "G99", "铝锭", "A00", "G99-1", "J03", 5000, "HG3", "Q1", "合格"],
    ["JC04", "2025年9月4日", "G01", "铝锭", "A00", "", "J04", 5000, "HG4", "Q1", "合格"],
    ["小计", None, None, None, None, None, None, 15800],
    ["JC05", "20250905", "G01", "铝锭", "A00", "G01-5", "J05", "约5吨", "HG5", "Q1", "合格"],
    ["JC06", "2025-09-06 ", "G01", "铝锭", "A00", "G01-6", "J06", 5000, "", "Q1", "合格"],
    ["JC01", date(2025, 9, 1), "G01", "铝锭", "A00", "G01-1", "J01", 10000, "HG1", "Q1", "合格"],
]  # fmt: skip
ISSUES: Rows = [
    ["单号", "日期", "领用部门", "材料名称", "批号", "数量", "用于(炉次/槽次)"],
    ["LL1", "2025-09-09", "熔铸车间", "铝锭", "J01", "7000", "RL1"],
    ["LL2", "2025-09-10", "熔铸车间", "铝锭", " j０１", "4000", "RL2"],
    ["LL3", "2025-09-10", "熔铸车间", "铝锭", "J77", "100", "RL2"],
    ["LL4", "2025-08-20", "表面处理车间", "粉末涂料", "J02\u3000", "60", "PT1-250915"],
    ["LL5", "2025-09-15", "后勤", "铝锭", "J01", "5", "Z9"],
]
HEATS: Rows = [
    ["炉次", "日期", "铸棒批号", "支数", "重量(t)", "质量状态"],
    ["RL1", "2025.9.9", "ZB1", 87, 6.9, "合格"],
    ["RL2", "2025.9.10", "ZB2", 40, 3.9, "合格"],
]
CARD = cells("卡号|框号|型号|铸棒批号|机台|班次|挤压日期|时效炉次|时效日期|氧化/喷涂批|氧化/喷涂日期|重量(kg)|检验状态")
TRAVELLERS: Rows = [
    ["生产随行卡汇总"],
    CARD,
    [*cells("SX1|K1|LM50-01|ZB1|880T|甲|2025.9.13|SJ1|2025.9.14|PT1-250915|2025.9.15"), 600, "合格"],
    CARD,
    [*cells("SX2|K2|LM50-01|zb２|880T|甲|2025.9.13|SJ1||PT1-250915|2025.9.15"), 500, "不合格"],
    [*cells("SX3|K3|LM99|ZB1、ZB9|880T|乙|2025.9.5|SJ1|2025.9.14|YH1-250916|2025.9.16"), 500, "合格"],
]
REPORTS: Rows = [
    ["报告号", "日期", "随行卡号", "壁厚mm", "膜厚um", "硬度HW", "外观", "结论", "检验员"],
    ["JY1", "2025-09-16", "SX1", "1.40", "72.0", "12.5", "合格", "合格", "Q8"],
    ["JY2", "2025-09-16", "SX2", "1.41", "", "12.6", "合格", "合格", "Q8"],
    ["JY3", "2025-09-16", "SX9", "1.41", "60", "12.6", "合格", "合格", "Q8"],
]
LABELS: Rows = [
    ["成品进仓记录"],
    ["标签号", "喷码", "型号", "随行卡号", "支数", "净重(kg)", "入库日期", "库位"],
    ["BQ1", "20250918 0001", "LM50-01", "SX1", 50, 247.5, "2025.9.18", "D19"],
    ["BQ2", "20250918 0002", "LM50-01", "SX1，SX2", 48, 99.8, "2025.9.18", "B18"],
    ["BQ3", "20250918 0003", "LM50-01", "SX8", 48, 99.8, "2025.9.18", "B18"],
]
SHIPMENTS: Rows = [
    ["提货单号", "发货日期", "客户代码", "标签号", "重量(kg)", "车号"],
    ["TH1", "2025/9/26", "K01", "BQ1", 247.5, "粤E00001"],
    ["TH1", "2025/9/26", "K02", "bq２", 100, "粤E00001"],
    ["TH2", "2025/9/26", "K99", "BQ2", 99.8, "粤E00001"],
    ["TH2", "2025/9/26", "K01", "BQ7", 99.8, "粤E00001"],
    ["TH3", "2025/9/1", "K01", "BQ3", 99.8, "粤E00001"],
]
REGISTER: Rows = [
    ["用户意见登记及处理表"],
    ["序号", "日期", "用户", "方式", "内容", "标签号", "类别", "处理", "状态"],
    [1, date(2025, 10, 4), "苏州东安泰铝材商行", "电话", "开包后发现多支划伤", "BQ1", "表面划伤", "派人看样", "结案"],
    [2, "2025.10.5", "武汉西安源铝材商行", "业务员", "支数对不上,少了六支", "", "短重", "", "处理中"],
    [3, "2025.10.6", "苏州东安", "传真", "颜色深浅不一", "BQ9", "", "", "结案"],
]
#: (file, row, code) of every line that must be refused.
REFUSED = [
    ("发货明细.xlsx", 4, "unknown_customer"),
    ("发货明细.xlsx", 5, "unknown_label"),
    ("检验报告.csv", 4, "unknown_traveller"),
    ("进仓台账.xlsx", 5, "unknown_supplier"),
    ("进仓台账.xlsx", 6, "supplier_lot_missing"),
    ("进仓台账.xlsx", 8, "not_a_quantity"),
    ("进仓台账.xlsx", 9, "certificate_missing"),
    ("进仓台账.xlsx", 10, "duplicate"),
    ("领料单.csv", 4, "unknown_lot"),
    ("领料单.csv", 6, "unknown_destination"),
]
#: (file, row, code) of every remark.
REMARKED = [
    ("发货明细.xlsx", 3, "weight_differs"),
    ("发货明细.xlsx", 6, "backward_date"),
    ("成品入库.xlsx", 4, "not_passed"),
    ("成品入库.xlsx", 5, "no_record"),
    ("检验报告.csv", 3, "status_differs"),
    ("生产随行卡.xlsx", 5, "gap"),
    ("生产随行卡.xlsx", 6, "backward_date"),
    ("生产随行卡.xlsx", 6, "no_record"),
    ("生产随行卡.xlsx", 6, "unknown_product"),
    ("用户意见登记.xlsx", 4, "unresolved_customer"),
    ("用户意见登记.xlsx", 5, "label_without_record"),
    ("用户意见登记.xlsx", 5, "unresolved_customer"),
    ("领料单.csv", 3, "over_consumed"),
    ("领料单.csv", 5, "backward_date"),
]
XLSX = {
    "供应商": SUPPLIERS,
    "经销商": DEALERS,
    "客户": CUSTOMERS,
    "产品": PRODUCTS,
    "进仓台账": RECEIPTS,
    "熔铸记录": HEATS,
    "生产随行卡": TRAVELLERS,
    "成品入库": LABELS,
    "发货明细": SHIPMENTS,
    "用户意见登记": REGISTER,
}


def write(folder: Path) -> Path:
    """The whole folder, as such factories keep it."""
    folder.mkdir(exist_ok=True)
    for name, rows in XLSX.items():
        writing.xlsx(folder / f"{name}.xlsx", rows)
    writing.csv(folder / "领料单.csv", ISSUES, "gb18030")
    writing.csv(folder / "检验报告.csv", REPORTS, "utf-8-sig")
    (folder / "~$客户.xlsx").write_bytes(b"lock")
    (folder / "说明.md").write_text("不是台账", "utf-8")
    return folder
