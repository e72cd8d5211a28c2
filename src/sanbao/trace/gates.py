"""The gate: what must hold before a lot is issued, taken into the next step, packed or shipped. Set-wise.

Asked in this order: is it held (T-13), is it 合格 or let through by a permit (T-07, W-06, W-08), is it another
customer's property (T-08), is its label still good (T-12), and before a shipment: is it still here (W-08). History that
is imported passes no gate; it is remarked.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.words import W
from sanbao.trace import concerns, queries
from sanbao.trace.models import (
    HeldLot,
    HoldState,
    Lot,
    LotKind,
    LotLink,
    Permit,
    PermitKind,
    PermitState,
    Property,
    Purpose,
    QualityStatus,
    RecordKind,
    Shipment,
    record_of,
)
from sanbao.trace.store import among

CLAUSE_OF = {Purpose.ISSUE: "T-07", Purpose.SHIP: "W-08"}  # everything else is work in progress: W-06
#: A basket between two of its operations is 待检 by right; what is reworked, split or merged stays what it is.
ANY_STATUS = tuple(status.value for status in QualityStatus)
PASSES = {
    Purpose.CONTINUE: (QualityStatus.PASSED, QualityStatus.PENDING),
    Purpose.REWORK: ANY_STATUS,
    Purpose.TRANSFER: ANY_STATUS,
}


def pass_gate(lots: Iterable[Lot], purpose: Purpose, *, customer_id: int | None = None) -> list[Permit]:
    """Refuse with the first lot that may not pass; the permits by which others pass are given back, to be recorded.

    ``customer_id`` is for whom it is meant, when that is known. A handful of queries, whatever the number of lots.
    """
    passing = list(lots)
    if not passing:
        return []
    ids = [lot.pk for lot in passing]
    _not_held(ids)
    permits = _passed(passing, purpose)
    _nobody_elses(passing, customer_id)
    if purpose == Purpose.ISSUE and customer_id is None:
        _owner_named(ids)
    _still_labelled(passing)
    if purpose == Purpose.SHIP:
        _still_here(passing)
    for keeper in concerns.gatekeepers:
        keeper(passing)
    return permits


def _not_held(ids: list[int]) -> None:
    held = (
        HeldLot.objects.filter(lot_id__in=among(ids), released=False, hold__state=HoldState.IN_FORCE)
        .select_related("hold", "lot")
        .order_by("lot_id", "hold_id")
        .first()
    )
    if held is not None:
        refuse(
            "lot.held",
            W("{lot} 正被 {hold} 冻结（{reason}），只有质检科可以解除。",
              "{lot} is on hold by {hold} ({reason}); only QC lifts it."),
            clause="T-13",
            lot=held.lot.code,
            hold=held.hold.number,
            reason=held.hold.reason,
        )  # fmt: skip


def _passed(lots: list[Lot], purpose: Purpose) -> list[Permit]:
    """``""`` is the status of a treatment, which is not judged by itself."""
    good = ("", *PASSES.get(purpose, (QualityStatus.PASSED,)))
    waiting = {lot.pk: lot for lot in lots if lot.status not in good}
    if not waiting:
        return []
    found = Permit.objects.filter(lot_id__in=among(list(waiting)), state=PermitState.IN_FORCE)
    permits = {permit.lot_id: permit for permit in found}
    for pk, lot in waiting.items():
        permit = permits.get(pk)
        if permit is None:
            _not_passed(lot, purpose)
        elif permit.kind == PermitKind.URGENT and not permit.marked:
            refuse(
                "permit.unmarked",
                W(
                    "{number} 已批准，但仓库还没有给 {lot} 补标识。",
                    "{number} is approved, but {lot} is not marked yet.",
                ),
                clause="T-05",
                number=permit.number,
                lot=lot.code,
            )
    return [permits[pk] for pk in waiting if pk in permits]


def _not_passed(lot: Lot, purpose: Purpose) -> None:
    refuse(
        "lot.not_passed",
        W("{lot} 的质量状态是“{is_now}”，不能{purpose}。", "{lot} is “{is_now}”, so it may not pass: {purpose}."),
        clause=CLAUSE_OF.get(purpose, "W-06"),
        lot=lot.code,
        is_now=QualityStatus.title_of(lot.status),
        purpose=purpose.title,
    )


def _nobody_elses(lots: list[Lot], customer_id: int | None) -> None:
    """T-08: what a customer supplied, and whatever it went into, goes to no other customer."""
    if not Property.objects.exists():
        return
    by_id = {lot.pk: lot for lot in lots}
    owned = Property.objects.select_related("customer", "lot")
    for owner in owned.filter(lot_id__in=among(sorted(queries.engine.back(list(by_id))))).order_by("lot_id"):
        if customer_id is not None and owner.customer_id != customer_id:
            refuse(
                "lot.anothers_property",
                W("{lot} 是 {owner} 提供的，不能用于或发给别的客户。",
                  "{lot} was supplied by {owner}; it goes to no other customer."),
                clause="T-08",
                lot=owner.lot.code,
                owner=owner.customer.name,
            )  # fmt: skip


def _owner_named(ids: list[int]) -> None:
    """T-08: what a customer supplied is issued for him, and the slip says so."""
    owned = Property.objects.select_related("customer", "lot").filter(lot_id__in=among(ids)).order_by("lot_id").first()
    if owned is not None:
        refuse(
            "lot.owner_unnamed",
            W("{lot} 是 {owner} 提供的，领料要写明用于该客户。",
              "{lot} was supplied by {owner}; its issue must name that customer."),
            clause="T-08",
            field="customer",
            lot=owned.lot.code,
            owner=owned.customer.name,
        )  # fmt: skip


def _still_labelled(lots: list[Lot]) -> None:
    """T-12: goods that got a new label pass under that one; the old code is void."""
    labels = [lot.pk for lot in lots if lot.kind == LotKind.LABEL]
    if not labels or not in_force("T-12"):
        return
    events = LotLink.objects.filter(src__in=among(labels)).values_list("src", "dst", "event")
    for src, dst, event in events:
        if record_of(event)[0] == RecordKind.RELABEL:
            codes = dict(Lot.objects.filter(pk__in=[src, dst]).values_list("pk", "code"))
            refuse(
                "lot.label_void",
                W("标签 {lot} 已作废，换成了 {new}。", "The label {lot} is void; it was replaced by {new}."),
                clause="T-12",
                lot=codes[src],
                new=codes[dst],
            )


def _still_here(lots: list[Lot]) -> None:
    """W-08: what left the house and did not come back cannot leave again."""
    books = queries.accounts(lot.pk for lot in lots)
    gone = next((lot for lot in lots if books[lot.pk].shipped > books[lot.pk].returned), None)
    if gone is not None:
        sent = Shipment.standing.filter(lot=gone).order_by("-id").values_list("number", flat=True).first()
        refuse(
            "trace.shipped_already",
            W("{lot} 已随 {number} 发出。", "{lot} left with {number} already."),
            clause="W-08",
            lot=gone.code,
            number=sent or "",
        )
