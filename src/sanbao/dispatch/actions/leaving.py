"""Before goods leave the storekeeper checks and signs, a second man looks again and lets go (W-08)."""

from __future__ import annotations

from sanbao.dispatch import queries
from sanbao.dispatch.actions.drafting import LET_GO, PICK, need_place, owe
from sanbao.dispatch.actions.weighing import need_weighed
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import Fate, Pick, PickList
from sanbao.dispatch.queries import Progress
from sanbao.kernel import obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot, Purpose


def check_out(
    case: PickList, *, by: Actor, vehicle: str = "", short_reason: str = "", expect: int | None = None
) -> PickList:
    """The storekeeper's check: every line full or short for a stated reason, weighed, nothing blocked since it was
    scanned; and his signature on exactly this."""
    with PICK_LIST.move("check_out", case, by=by, expect=expect) as step:
        case = step.case
        need_place(case)
        stand = queries.progress(case)
        _need_complete(case, stand, short_reason)
        need_weighed(case, stand.picks)
        _need_as_scanned(case, stand.picks)
        case.vehicle = vehicle.strip() or case.vehicle
        case.short_reason = short_reason if stand.short else ""
        case.storekeeper, case.checked_at = by.ref, now()
        case.labels, case.net_milli = len(stand.picks), stand.net_milli
        case.digest = content_digest(case, stand.picks)
        step.record(short=[state.line.wanted for state in stand.short])
        signatures.sign(
            subject=case.subject, meaning="check", content=queries.content(case, stand.picks), by=by, clause="W-08"
        )
        obligations.discharge(subject=case.subject, code=PICK, by=by)
        owe(case, LET_GO, W("复核出门 {number}：{customer}", "Let {number} go: {customer}"), by)
    return case


def reopen(case: PickList, *, by: Actor, reason: str, expect: int | None = None) -> PickList:
    """Something is to be changed after the first signature; it has to be given again."""
    with PICK_LIST.move("reopen", case, by=by, expect=expect) as step:
        case = step.case
        case.storekeeper, case.checked_at, case.digest, case.short_reason = "", None, "", ""
        case.labels, case.net_milli = 0, 0
        step.record(reason=reason)
        obligations.discharge(subject=case.subject, code=LET_GO, by=by, outcome=reason)
        owe(case, PICK, W("拣货 {number}：{customer}", "Pick {number}: {customer}"), by)
    return case


def ship(case: PickList, *, by: Actor, expect: int | None = None) -> PickList:
    """The second man looks again and opens the gate: every label leaves in this one act, or none does."""
    with PICK_LIST.move("ship", case, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=[case.storekeeper], code="gate.same_person", clause="W-08")
        picks = list(queries.on_list(case))
        if content_digest(case, picks) != case.digest:
            refuse(
                "gate.changed",
                W("签字之后装载有变，请退回重新检查。", "The load changed after it was signed; check it again."),
                clause="W-08",
            )
        _need_as_scanned(case, picks)
        shipments = trace.ship_together([_row(case, pick) for pick in picks], by=by)
        moment = now()
        for pick, shipment in zip(picks, shipments, strict=True):
            pick.fate, pick.ended_by, pick.ended_at, pick.shipment = Fate.SHIPPED, by.ref, moment, shipment.pk
        Pick.objects.bulk_update(picks, ["fate", "ended_by", "ended_at", "shipment"], batch_size=200)
        case.checker, case.shipped_at = by.ref, moment
        signatures.sign(
            subject=case.subject, meaning="let go", content=queries.content(case, picks), by=by, clause="W-08"
        )
        step.record(shipments=[shipment.pk for shipment in shipments])
        obligations.discharge(subject=case.subject, code=LET_GO, by=by)
    return case


def cancel(case: PickList, *, by: Actor, reason: str, expect: int | None = None) -> PickList:
    """The delivery does not take place: everything on the list is free again."""
    with PICK_LIST.move("cancel", case, by=by, expect=expect) as step:
        case = step.case
        picks = Pick.objects.filter(pick_list=case, fate=Fate.PICKED)
        freed = list(picks.values_list("pk", flat=True))
        picks.update(fate=Fate.FREED, ended_by=by.ref, ended_at=now())
        case.cancelled_because = reason
        step.record(freed=freed)
        obligations.withdraw_all(subject=case.subject, by=by, reason=reason)
    return case


def content_digest(case: PickList, picks: list[Pick]) -> str:
    return digest(text_of(queries.content(case, picks)))


def _row(case: PickList, pick: Pick) -> trace.ShipmentRow:
    return trace.ShipmentRow(
        number=case.number,
        label=pick.lot.code,
        customer_id=case.customer_id,
        site_id=case.site_id,
        contact_id=case.contact_id,
        quantity_milli=pick.quantity_milli,
        unit=pick.lot.unit,
        shipped_on=today(),
        vehicle=case.vehicle,
    )


def _need_complete(case: PickList, stand: Progress, short_reason: str) -> None:
    if not stand.picks:
        refuse("gate.empty", W("还没有扫描任何标签。", "Nothing has been scanned yet."), clause="W-08", status=422)
    short = stand.short
    if short and len(short_reason.strip()) < 2:
        listed = "、".join(state.line.wanted for state in short[:5])
        refuse(
            "gate.short",
            W("还有 {n} 行没有配齐：{lines}。少发要写明原因。",
              "{n} lines are not complete: {lines}. State why less leaves."),
            clause="W-08",
            status=422,
            field="short_reason",
            n=len(short),
            lines=listed + (" …" if len(short) > 5 else ""),
        )  # fmt: skip


def _need_as_scanned(case: PickList, picks: list[Pick]) -> None:
    """Nothing was blocked since it was scanned, and no package was repacked."""
    roots = {root.pk: root for root in (pick.through or pick.lot for pick in picks)}
    stands = queries.expanded_each(roots.values())
    everything = {lot.pk: lot for one in stands.values() for lot in one.everything}
    now_there = {part.lot.pk for one in stands.values() for part in one.parts}
    if moved := now_there ^ {pick.lot_id for pick in picks}:
        codes = sorted(lot.code for lot in Lot.objects.filter(pk__in=moved))
        refuse(
            "gate.repacked",
            W("扫描之后包装有变：{lots}。请撤销后重扫。", "Repacked since the scan: {lots}. Undo and scan again."),
            clause="W-08",
            lots=" ".join(codes[:10]),
        )
    trace.pass_gate(everything.values(), Purpose.SHIP, customer_id=case.customer_id)
