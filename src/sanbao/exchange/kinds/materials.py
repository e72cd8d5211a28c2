"""进仓台账 and 领料单: what came in from suppliers, and into what it was issued (T-02 – T-07)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sanbao.exchange.columns import Table, code, day, text, weight
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds.base import Batch, Kind, Line, backward, status_of
from sanbao.exchange.kinds.prefixes import batch_kind
from sanbao.exchange.kinds.stages import CAST, ISSUED, RECEIVED
from sanbao.exchange.outcomes import Note, Verdict
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.trace.known import LotFacts
from sanbao.trace.models import LotKind, Receipt
from sanbao.trace.rows import IssueRow, ReceiptRow
from sanbao.trace.store import among

RECEIPTS = Table(
    "receipts",
    W("进仓台账", "Goods receipts"),
    (
        code("number", "进仓单号", "receipt", "入库单号", "进货单号", "单号", missing="number_missing"),
        day("received_on", "日期", "date", "进仓日期", "入库日期", "进货日期", "到货日期", expected=True),
        code(
            "supplier",
            "供应商代码",
            "supplier",
            "供方代码",
            "供应商",
            "供应商编号",
            needed=True,
            missing="supplier_missing",
        ),
        text("material", "材料名称", "material", "材料", "品名", "物料名称", "名称"),
        text("specification", "规格", "specification", "规格型号", "牌号"),
        text(
            "supplier_lot",
            "供方批号",
            "supplier lot",
            "供应商批号",
            "厂家批号",
            "原厂批号",
            needed=True,
            missing="supplier_lot_missing",
        ),
        code("lot", "本厂批号", "lot", "我厂批号", "进仓批号", "进货批号", "批号", needed=True, missing="lot_missing"),
        weight("quantity", "数量", "quantity", "重量", "净重", "进仓数量", needed=True, missing="not_a_quantity"),
        text(
            "certificate",
            "合格证号",
            "certificate",
            "质保书号",
            "合格证",
            "质量证明书号",
            missing="certificate_missing",
        ),
        text("inspector", "检验员", "inspector", "检验人"),
        text("status", "质量状态", "status", "检验状态", "状态", "检验结果"),
    ),
    key="number",
    once=("number", "lot"),
)

ISSUES = Table(
    "issues",
    W("领料单", "Material issues"),
    (
        code("number", "单号", "issue", "领料单号", "领料号", missing="number_missing"),
        day("issued_on", "日期", "date", "领料日期", "领用日期", expected=True),
        text("department", "领用部门", "department", "部门", "领用单位", "领用车间"),
        text("material", "材料名称", "material", "材料", "品名", "物料名称"),
        code("lot", "批号", "lot", "本厂批号", "材料批号", "进货批号", needed=True, missing="lot_missing"),
        weight(
            "quantity",
            "数量",
            "quantity",
            "领用数量",
            "实发",
            "实发数量",
            "重量",
            needed=True,
            missing="not_a_quantity",
        ),
        code(
            "into",
            "用于",
            "used for",
            "用途",
            "炉次",
            "槽次",
            "用于炉次",
            "使用炉次",
            needed=True,
            missing="into_missing",
        ),
    ),
    key="number",
    once=("number", "lot", "into"),
)


def take_receipts(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    lots = intake.lots(values[6] for _, values in lines)
    origins = _origins(lots.values())
    batch = Batch(lines, intake, lots)
    for place, (row, values) in enumerate(lines):
        number, received_on, supplier, material, specification, supplier_lot, lot, *rest = values
        quantity, certificate, inspector, written = rest
        supplier_id = intake.suppliers.get(supplier)
        if supplier_id is None:
            batch.refuse(place, "unknown_supplier", code=supplier)
            continue
        notes: list[Note] = []
        origin = (supplier_id, code_key(supplier_lot))
        if (before := origins.setdefault(lot, origin)) != origin:
            notes.append(("lot_again", {"code": lot, "other": before[1]}))
        receipt = ReceiptRow(
            row=row,
            number=number,
            lot=lot,
            supplier_id=supplier_id,
            quantity_milli=quantity,
            received_on=received_on,
            material_name=material,
            specification=specification,
            supplier_lot=supplier_lot,
            certificate=certificate,
            inspector=inspector,
            status=status_of(written, notes),
        )
        batch.add(place, receipt, notes)
    return batch.write()


def _origins(lots: Iterable[LotFacts]) -> dict[str, tuple[int, str]]:
    """Whose lot each of ours was when it first came in; one query, and none where all are new."""
    keys = {lot.id: lot.key for lot in lots}
    found = Receipt.standing.filter(lot__in=among(sorted(keys))).order_by("-id") if keys else Receipt.objects.none()
    return {
        keys[lot]: (supplier, code_key(written))
        for lot, supplier, written in found.values_list("lot_id", "supplier_id", "supplier_lot")
    }


def take_issues(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    lots = intake.lots(key for _, values in lines for key in (values[4], values[6]))
    batch = Batch(lines, intake, lots)
    for place, (row, values) in enumerate(lines):
        number, issued_on, department, material, lot, quantity, into = values
        kind = lots[into].kind if into in lots else batch_kind(into, department)
        if kind is None:
            batch.refuse(place, "unknown_destination", code=into)
            continue
        notes: list[Note] = []
        if lot in lots:
            backward(notes, (RECEIVED, lots[lot].made_on), (ISSUED, issued_on))
        if into in lots and lots[into].kind == LotKind.HEAT and lots[into].quantity_milli is not None:
            backward(notes, (ISSUED, issued_on), (CAST, lots[into].made_on))
        issue = IssueRow(
            row=row,
            number=number,
            lot=lot,
            into=into,
            into_kind=kind,
            quantity_milli=quantity,
            issued_on=issued_on,
            department=department,
            material_name=material,
        )
        batch.add(place, issue, notes, lot, quantity)
    return batch.write()


KINDS = (
    Kind(RECEIPTS, take_receipts),
    Kind(ISSUES, take_issues),
)
