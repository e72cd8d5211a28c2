"""收料: a delivery is registered, each lot's marking checked, what is complete taken into store (T-02 – T-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sanbao.kernel import attachments, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.materials import marking, policies
from sanbao.materials.actions import placing
from sanbao.materials.actions.telling import CLOCKWORK, keeper, need, owe
from sanbao.materials.lifecycle import DELIVERY, INCOMING
from sanbao.materials.models import Delivery, IncomingLot, IncomingState, IncomingStep, Place
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer, Supplier
from sanbao.trace import actions as trace

#: Duties on an incoming lot: of purchasing, of QC, of the warehouse.
SETTLE, SAMPLE, INSPECT = "incoming.settle", "incoming.sampling", "incoming.inspect"
NONCONFORMING = "incoming.nonconforming"
COMPLETE, FAILED, RETAKE = "incoming.complete", "incoming.failed", "incoming.retake"
EVERY = (SETTLE, SAMPLE, NONCONFORMING, INSPECT, COMPLETE, FAILED, RETAKE)


def register(
    *,
    by: Actor,
    supplier: Supplier | None = None,
    owner: Customer | None = None,
    paper: str = "",
    vehicle: str = "",
    arrived_on: date | None = None,
    remark: str = "",
    files: Sequence[Any] = (),
) -> Delivery:
    """Register what a vehicle brought. With an owner it is and stays his property (T-08)."""
    with DELIVERY.opening("register", by=by, supplier=supplier, owner=owner, paper=paper, vehicle=vehicle) as step:
        need(
            supplier or owner, "delivery.no_source", "请填供方；顾客提供的，请填客户。",
            "Name the supplier, or the customer who supplied it.", clause="T-04", field="supplier",
        )  # fmt: skip
        need(
            arrived_on is None or arrived_on <= today(), "delivery.future", "到货日期不能晚于今天。",
            "The day of arrival cannot be later than today.", clause="T-04", field="arrived_on",
        )  # fmt: skip
        case = step.case
        case.number, case.arrived_on, case.remark = numbering.take("delivery"), arrived_on or today(), remark
        case.registered_by, case.registered_at = by.ref, now()
        step.insert()
        attachments.attach(files, subject=case.subject, by=by)
    return case


def enter(delivery: Delivery, *, by: Actor, expect: int | None = None, **facts: Any) -> Delivery:
    """Check one lot of the delivery. Complete, it waits to be taken in; else it is refused, purchasing told (T-04)."""
    with DELIVERY.move("enter", delivery, by=by, expect=expect) as step:
        lot = _entered(step.case, by=by, **facts)
        step.record(incoming=lot.pk, position=lot.position)
    return step.case


def _entered(
    delivery: Delivery, *, by: Actor, quantity: Quantity, files: Sequence[Any] = (), **facts: Any
) -> IncomingLot:
    position = delivery.lots.count() + 1
    with INCOMING.opening("enter", by=by, delivery=delivery, position=position, **facts) as step:
        case = step.case
        _amount(case, quantity)
        _only_once(case)
        case.entered_by, case.entered_at = by.ref, now()
        step.record(**marking.check(case))
        _decide(step)
        step.insert()
        note(case, "enter", by)
        attachments.attach(files, subject=case.subject, by=by)
        _tell_purchasing(step)
    return case


def correct(
    incoming: IncomingLot, *, by: Actor, quantity: Quantity, reason: str, expect: int | None = None, **facts: Any
) -> IncomingLot:
    """Put right what was written down wrongly at the gate; the record keeps what stood there before."""
    with INCOMING.move("correct", incoming, by=by, expect=expect) as step:
        for name, value in facts.items():
            setattr(step.case, name, value)
        _amount(step.case, quantity)
        _only_once(step.case)
        step.record(reason=reason, **marking.check(step.case))
        note(step.case, "correct", by, reason)
        _decide(step)
        _tell_purchasing(step)
    return step.case


def accept(incoming: IncomingLot, *, by: Actor, place: Place | None = None, expect: int | None = None) -> IncomingLot:
    """Take a complete lot into store: our own lot code, its receipt and card; QC is told to inspect it (T-06)."""
    with INCOMING.move("accept", incoming, by=by, expect=expect) as step:
        take_in(step, place)
    return step.case


def take_in_all(delivery: Delivery, *, by: Actor, place: Place | None = None, expect: int | None = None) -> Delivery:
    """Take in every complete lot of the delivery; what is refused stays outside."""
    with DELIVERY.move("take_in", delivery, by=by, expect=expect) as step:
        waiting = list(step.case.lots.filter(state=IncomingState.COMPLETE).order_by("position"))
        need(waiting, "delivery.nothing_complete", "没有标识齐全、待收的批。", "No lot is complete and waits to be "
             "taken in.", clause="T-04")  # fmt: skip
        for lot in waiting:
            accept(lot, by=by, place=place)
        step.record(taken_in=[lot.pk for lot in waiting])
    return step.case


def close(delivery: Delivery, *, by: Actor, expect: int | None = None) -> Delivery:
    """Finish the check; nothing may be left that is complete and was not taken in."""
    with DELIVERY.move("close", delivery, by=by, expect=expect) as step:
        lots = step.case.lots
        need(lots.exists(), "delivery.empty", "还没有核对任何一批。", "No lot was checked yet.", clause="T-04")
        left = [str(lot) for lot in lots.filter(state=IncomingState.COMPLETE).select_related("delivery", "material")]
        need(not left, "delivery.not_taken_in", "还有齐全的批没有收进：{lots}。", "Complete lots are not taken in yet: "
             "{lots}.", clause="T-06", lots="；".join(left))  # fmt: skip
    return step.case


def cancel(incoming: IncomingLot, *, by: Actor, reason: str, expect: int | None = None) -> IncomingLot:
    """Cancel a lot that was entered by mistake; it stays visible."""
    with INCOMING.move("cancel", incoming, by=by, expect=expect) as step:
        step.record(reason=reason)
        note(step.case, "cancel", by, reason)
        fulfil(step.case.subject, *EVERY, by=by, outcome=reason)
    return step.case


def strike(incoming: IncomingLot, *, by: Actor = CLOCKWORK) -> IncomingLot:
    """Its receipt was struck (冲销): it stands at the gate again, to be put right and taken in anew (T-06)."""
    with INCOMING.move("strike", incoming, by=by) as step:
        step.case.receipt_id = None
        step.to(IncomingState.REFUSED if marking.still_missing(step.case) else IncomingState.COMPLETE)
        note(step.case, "strike", by)
        sentence = W("重新收进 {lot}：进仓已冲销", "Take in {lot} anew: its receipt was struck", lot=str(step.case))
        owe(step.case, RETAKE, "warehouse", sentence, by=by, clause="T-06")
        fulfil(step.case.subject, INSPECT, by=by)
    return step.case


def take_in(step: Step[IncomingLot], place: Place | None) -> None:
    """The receipt in the trace store, the place, and QC's duty. The lot keeps its code if it was in store before."""
    case, by = step.case, step.by
    book = keeper(by, "trace.receive")
    row = trace.ReceiptRow(
        number=case.delivery.number,
        lot=case.lot.code if case.lot else numbering.take("material_lot"),
        supplier_id=source_of(case.delivery).pk,
        quantity_milli=case.quantity_milli,
        unit=case.unit,
        received_on=case.delivery.arrived_on,
        material_id=case.material_id,
        material_name=case.material.name[:80],
        specification=(case.specification or case.material.specification)[:80],
        supplier_lot=case.incoming_lot,
        certificate=case.certificate,
        inspector=case.inspector,
    )
    receipt = trace.receive(row, by=book, owner_id=case.delivery.owner_id)
    case.lot, case.receipt_id = receipt.lot, receipt.pk
    case.due_at = policies.due("inspected_within")
    step.record(receipt=receipt.pk, lot=receipt.lot.code, book=book.ref)
    if place is not None:
        placing.lay(receipt.lot, place, by=by, pieces=case.pieces)
    note(case, "accept", by, place.code if place else "", receipt.lot.code)
    fulfil(case.subject, SETTLE, RETAKE, by=by, outcome=receipt.lot.code)
    plain, tight = W("检验 {lot}", "Inspect {lot}"), W("检验 {lot}（加严抽样）", "Inspect {lot} (tightened sampling)")
    sentence = (tight if case.tightened else plain).format(lot=f"{case.material.name} {receipt.lot.code}")
    owe(case, INSPECT, "qc", sentence, by=by, clause="T-06", due=case.due_at)


def source_of(delivery: Delivery) -> Supplier:
    """The supplier in the ledger. What a customer supplied comes from himself and stands under his code."""
    if delivery.supplier is not None:
        return delivery.supplier
    owner = delivery.owner
    assert owner is not None
    code = f"GK-{owner.code}"[:40]
    known = Supplier.objects.filter(code=code).first()
    return known or parties.register_supplier(by=CLOCKWORK, code=code, name=owner.name, supplies="顾客提供")


def note(case: IncomingLot, act: str, by: Actor, text: str = "", reference: str = "") -> None:
    """One line of the lot's story at the gate, with its evidence."""
    IncomingStep.objects.create(incoming=case, act=act, at=now(), by=by.ref, text=text, reference=reference[:80])


def _decide(step: Step[IncomingLot]) -> None:
    refused = bool(marking.still_missing(step.case))
    step.to(IncomingState.REFUSED if refused else IncomingState.COMPLETE)
    step.case.due_at = policies.due("refused_within") if refused else None


def _tell_purchasing(step: Step[IncomingLot]) -> None:
    """T-04: what is refused goes to purchasing, with what it lacks and until when."""
    case, missing = step.case, marking.still_missing(step.case)
    if not missing:
        fulfil(case.subject, SETTLE, by=step.by)
    elif in_force("T-04"):
        sentence = W("处理拒收 {lot}：缺{list}", "Settle the refusal of {lot}: it lacks {list}")
        sentence = sentence.format(lot=str(case), list=marking.titles(missing))
        owe(case, SETTLE, "purchasing", sentence, by=step.by, clause="T-04", due=case.due_at)


def _amount(case: IncomingLot, quantity: Quantity) -> None:
    need(quantity.milli > 0, "incoming.no_quantity", "数量须大于零。", "The quantity must be more than nothing.",
         clause="T-06", field="quantity")  # fmt: skip
    case.quantity_milli, case.unit = quantity.milli, quantity.base


def _only_once(case: IncomingLot) -> None:
    """One lot of a material stands once in a delivery; a second pallet of it is added to its quantity."""
    same = IncomingLot.objects.filter(delivery=case.delivery, material=case.material, supplier_lot=case.supplier_lot)
    same = same.exclude(state=IncomingState.CANCELLED).exclude(pk=case.pk)
    twin = same.first() if case.supplier_lot else None
    need(
        twin is None, "incoming.entered_already", "供方批号“{supplier_lot}”在这次来料中已登记为第 {position} 批。",
        "The supplier's lot “{supplier_lot}” is in this delivery already, as lot {position}.", clause="T-04",
        field="supplier_lot", supplier_lot=case.supplier_lot, position=twin.position if twin else 0,
    )  # fmt: skip
