"""成品入库 and 发货明细: labels with what is packed under them, and where they went (T-10, W-08)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.exchange.columns import Table, code, codes, count, day, text, weight
from sanbao.exchange.intake import Intake, shipped
from sanbao.exchange.kinds.base import Batch, Kind, Line, backward, kg, unrecorded
from sanbao.exchange.kinds.stages import EXTRUDED, PACKED, SHIPPED
from sanbao.exchange.outcomes import Note, Verdict
from sanbao.kernel.words import W
from sanbao.trace.models import LotKind, QualityStatus
from sanbao.trace.rows import PackingRow, ShipmentRow

LABELS = Table(
    "labels",
    W("成品入库", "Packing"),
    (
        code("label", "标签号", "label", "标签", "包号", "合格证号", needed=True, missing="label_missing"),
        text("spray_code", "喷码", "spray code", "喷码号"),
        code("product", "型号", "product", "产品型号", "型材型号"),
        codes("travellers", "随行卡号", "traveller", "卡号", "流程卡号", needed=True, missing="travellers_missing"),
        count("pieces", "支数", "pieces", "数量", "根数"),
        weight("weight", "净重", "net weight", "重量", expected=True),
        day("packed_on", "入库日期", "packed on", "日期", "包装日期", expected=True),
        text("location", "库位", "location", "货位", "仓位"),
    ),
    key="label",
    once=("label",),
)

SHIPMENTS = Table(
    "shipments",
    W("发货明细", "Shipments"),
    (
        code(
            "number", "提货单号", "delivery", "发货单号", "送货单号", "出库单号", needed=True, missing="number_missing"
        ),
        day("shipped_on", "发货日期", "shipped on", "日期", "出库日期", expected=True),
        code("customer", "客户代码", "customer", "客户编号", "客户", needed=True, missing="customer_missing"),
        code("label", "标签号", "label", "标签", "包号", needed=True, missing="label_missing"),
        weight("weight", "重量", "weight", "净重", "发货重量", "数量", expected=True),
        text("vehicle", "车号", "vehicle", "车牌", "车牌号"),
    ),
    key="number",
    once=("number", "label"),
)


def take_labels(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    lots = intake.lots(key for _, values in lines for key in values[3])
    batch = Batch(lines, intake, lots)
    for place, (row, (label, spray, product, travellers, pieces, weight_, packed_on, location)) in enumerate(lines):
        notes: list[Note] = []
        product_id = intake.products.get(product)
        if product and product_id is None:
            notes.append(("unknown_product", {"code": product}))
        unrecorded(travellers, LotKind.TRAVELLER, lots, notes)
        for key in travellers:
            if (card := lots.get(key)) is None:
                continue
            if card.status == QualityStatus.FAILED:
                notes.append(("not_passed", {"code": card.code}))
            if product_id and card.product_id and card.product_id != product_id:
                notes.append(("product_differs", {"code": card.code}))
            backward(notes, (EXTRUDED, card.made_on), (PACKED, packed_on))
        packing = PackingRow(
            row=row,
            label=label,
            travellers=travellers,
            spray_code=spray,
            product_id=product_id,
            quantity_milli=weight_,
            pieces=pieces,
            packed_on=packed_on,
            location=location,
        )
        batch.add(place, packing, notes, travellers[0] if len(travellers) == 1 else "", weight_)
    return batch.write()


def take_shipments(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    """The customer stands on the line: one pick list may serve several."""
    lots = intake.lots(values[3] for _, values in lines)
    batch = Batch(lines, intake, lots, unknown="unknown_label")
    for place, (row, (number, shipped_on, customer, label, weight_, vehicle)) in enumerate(lines):
        customer_id = intake.customers.get(customer)
        if customer_id is None:
            batch.refuse(place, "unknown_customer", code=customer)
            continue
        packed = lots.get(label)
        if packed is None or packed.kind != LotKind.LABEL:
            batch.refuse(place, "unknown_label", code=label)
            continue
        notes: list[Note] = []
        if weight_ and packed.quantity_milli and weight_ != packed.quantity_milli:
            notes.append(("weight_differs", {"shipped": kg(weight_), "label": kg(packed.quantity_milli)}))
        backward(notes, (PACKED, packed.made_on), (SHIPPED, shipped_on))
        shipment = ShipmentRow(
            row=row,
            number=number,
            label=label,
            customer_id=customer_id,
            quantity_milli=weight_,
            shipped_on=shipped_on,
            vehicle=vehicle,
        )
        # What a label weighs too much is remarked already; here it counts once as what it holds.
        batch.add(place, shipment, notes, label, min(weight_ or 0, packed.quantity_milli or 0))
    return batch.write(shipped)


KINDS = (
    Kind(LABELS, take_labels),
    Kind(SHIPMENTS, take_shipments),
)
