"""What one lot or one record says, as labelled rows: for the panel beside a drawing and for the chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from sanbao.kernel.words import W
from sanbao.trace import concerns
from sanbao.trace.concerns import Paper
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    Lot,
    LotKind,
    LotLink,
    MaterialIssue,
    Movement,
    MovementKind,
    Packing,
    QualityStatus,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
    record_of,
)
from sanbao.trace.saying import exact
from sanbao.trace.store import among

RECORDS: dict[str, type[Record]] = {
    model.kind.value: model
    for model in (Receipt, MaterialIssue, Heat, Traveller, InspectionReport, Packing, Shipment, Movement)
}
TITLES: dict[str, W] = {
    "number": W("单号", "Number"),
    "supplier": W("供应商", "Supplier"),
    "customer": W("客户", "Customer"),
    "site": W("工程", "Site"),
    "contact": W("联系人", "Contact"),
    "material_name": W("材料", "Material"),
    "specification": W("规格", "Specification"),
    "supplier_lot": W("供方批号", "Supplier's lot"),
    "certificate": W("合格证号", "Certificate"),
    "inspector": W("检验员", "Inspector"),
    "received_on": W("进仓日期", "Received"),
    "into": W("用于", "Into"),
    "department": W("领用部门", "Department"),
    "issued_on": W("领料日期", "Issued"),
    "billet": W("铸棒批", "Billet lot"),
    "pieces": W("支数", "Pieces"),
    "cast_on": W("熔铸日期", "Cast"),
    "basket": W("框号", "Basket"),
    "billets": W("铸棒批号", "Billet lots"),
    "press": W("机台", "Press"),
    "shift": W("班次", "Shift"),
    "extruded_on": W("挤压日期", "Extruded"),
    "ageing": W("时效炉次", "Ageing load"),
    "aged_on": W("时效日期", "Aged"),
    "finish": W("氧化/喷涂批", "Anodising or coating batch"),
    "finished_on": W("氧化/喷涂日期", "Finished"),
    "inspected_on": W("检验日期", "Inspected"),
    "appearance": W("外观", "Appearance"),
    "conclusion": W("结论", "Conclusion"),
    "spray_code": W("喷码", "Spray code"),
    "travellers": W("随行卡号", "Travellers"),
    "packed_on": W("入库日期", "Packed"),
    "location": W("库位", "Location"),
    "shipped_on": W("发货日期", "Shipped"),
    "vehicle": W("车号", "Vehicle"),
    "what": W("变动", "What happened"),
    "moved_on": W("日期", "Date"),
    "reason": W("原因", "Reason"),
    "about": W("关联", "About"),
    "voided": W("冲销", "Struck by"),
    "note": W("备注", "Remark"),
}
MEASURED: dict[str, W] = {
    "wall_mm": W("壁厚 mm", "Wall, mm"),
    "film_um": W("膜厚 µm", "Film, µm"),
    "hardness_hw": W("硬度 HW", "Hardness, HW"),
}
#: Columns without a line of their own.
_SILENT = {"id", "lot", "source", "row", "number_key", "quantity_milli", "measured"}


@dataclass(slots=True)
class Panel:
    """One record: its kind, what it says, and (filled by the page) who wrote it down, with an address."""

    kind: RecordKind
    record: Record | Paper
    rows: list[tuple[W | str, Any]] = field(default_factory=list)
    written_by: str = ""
    written_at: str = ""

    @property
    def title(self) -> str:
        return getattr(self.record, "number", "") or self.record.lot.code


def panel(record: Record) -> Panel:
    """Every column that holds something, in the order of the paper."""
    rows: list[tuple[W | str, Any]] = []
    for column in record._meta.concrete_fields:
        if column.name in _SILENT:
            continue
        value = getattr(record, column.name)
        if column.name == "conclusion":
            value = QualityStatus.title_of(value)
        if column.name == "what":
            value = MovementKind.title_of(value)
        if value not in (None, ""):
            rows.append((TITLES[column.name], value))
    quantity = getattr(record, "quantity_milli", None)
    if quantity is not None:
        rows.insert(1, (W("数量", "Quantity"), exact(quantity, record.lot.unit)))
    for name, value in getattr(record, "measured", {}).items():
        rows.append((MEASURED.get(name, name), value))
    return Panel(record.kind, record, rows)


def record_panel(kind: str, pk: int) -> Panel | None:
    """One record by kind and id."""
    if kind in concerns.papers:
        return next(map(_paper, concerns.papers[RecordKind(kind)]([pk])), None)
    model = RECORDS.get(kind)
    record = model.objects.select_related(*_joined(model)).filter(pk=pk).first() if model else None
    return panel(record) if record else None


def panels_of(lot: Lot) -> list[Panel]:
    """All records about a lot, in the order of the chain, also those that only its links lead to."""
    events = LotLink.objects.filter(Q(src=lot.pk) | Q(dst=lot.pk)).values_list("src", "event")
    linked: dict[str, list[int]] = {}
    for src, event in events:
        kind, pk = record_of(event)
        # Issues are indexed by where they went; from the material's side the links lead to them.
        if kind != RecordKind.ISSUE or src == lot.pk:
            linked.setdefault(kind, []).append(pk)
    found: list[Record] = []
    for model in RECORDS.values():
        if model is MaterialIssue:
            records = model.objects.filter(id__in=among(linked.get(RecordKind.ISSUE, [])))
        else:
            records = model.objects.filter(lot=lot)
        found += records.select_related(*_joined(model)).order_by("id")
    panels = [panel(record) for record in found]
    for kind, read in concerns.papers.items():
        if kind in linked:
            panels += map(_paper, sorted(read(sorted(set(linked[kind]))), key=lambda paper: paper.id))
    return panels


def _paper(paper: Paper) -> Panel:
    return Panel(paper.kind, paper, list(paper.rows))


def neighbours(lot: Lot) -> tuple[list[Lot], list[Lot]]:
    """What went into a lot directly, and what came out of it directly."""
    into = LotLink.objects.filter(dst=lot.pk).values_list("src", flat=True)
    out = LotLink.objects.filter(src=lot.pk).values_list("dst", flat=True)
    order = list(LotKind)
    both = []
    for ids in (into, out):
        lots = Lot.objects.filter(pk__in=among(set(ids)))
        both.append(sorted(lots, key=lambda lot: (order.index(LotKind(lot.kind)), lot.code)))
    return both[0], both[1]


def _joined(model: type[Record]) -> list[str]:
    return [column.name for column in model._meta.concrete_fields if column.is_relation]
