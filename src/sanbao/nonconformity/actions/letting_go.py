"""What a disposition does to the material itself: written off, let through by a permit, let out of its hold."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import in_force
from sanbao.kernel.words import W
from sanbao.nonconformity import queries
from sanbao.nonconformity.actions.telling import HOUSE, need
from sanbao.nonconformity.models import Disposition, Line, Way
from sanbao.nonconformity.rules import Balance, Part, balance
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import HeldLot, Lot, MovementKind, Permit, PermitKind, PermitState, QualityStatus


def permit_for(disposition: Disposition, *, by: Actor) -> Permit | None:
    """A concession for a lot that is not 合格 opens its gates by a permit of the existing kind, approved with it."""
    lot = disposition.line.lot
    if disposition.way != Way.CONCESSION or lot is None:
        return None
    lot.refresh_from_db()
    if lot.status == QualityStatus.PASSED:
        return None
    standing = Permit.objects.filter(lot=lot, state=PermitState.IN_FORCE).first()
    if standing is not None:
        return standing
    reason = f"{disposition.number} {disposition.record.title}"[:300]
    asked = trace.apply_permit(by=HOUSE, kind=PermitKind.CONCESSION, lot=lot, reason=reason, basis=disposition.basis)
    return trace.approve_permit(asked, by=by)


def moved_out(step: Step[Disposition], named: Sequence[Lot]) -> None:
    """What was scrapped or went back to its supplier leaves the stock card (T-06): of the line's own lot, then of the
    lots that were named. What no book of ours has any more (shipped, or used) is written down as such."""
    case = step.case
    gone = case.quantity_milli if case.way == Way.SUPPLIER else case.scrapped_milli
    own = [case.line.lot] if case.line.lot else []
    books = {lot.pk: lot for lot in (*own, *named)}
    left = lots.accounts(books)
    for pk, lot in books.items():
        part = min(gone, max(left[pk].left or 0, 0))
        if part:
            trace.move(
                by=HOUSE,
                lot=lot,
                what=MovementKind.SENT_BACK if case.way == Way.SUPPLIER else MovementKind.SCRAPPED,
                quantity_milli=part,
                reason=f"{case.number} {Way.title_of(case.way)}"[:200],
                number=case.number or "",
                about=case.subject,
            )
            gone -= part
    if gone and books:
        step.record(off_books=gone)


def release(step: Step[Disposition], named: Sequence[Lot]) -> None:
    """Out of the hold comes what was released: the lots that QC names, and a line's own lot once all of it is settled.

    Where a part was scrapped or sent back, what was made from the lot stays held unless it is named (Q-01).
    """
    case = step.case
    if not case.released_milli or case.way == Way.SUPPLIER or not in_force("Q-01"):
        need(not named, "disposition.nothing_released", "没有放行数量，不能放出批次。",
             "Nothing is released, so no lot leaves its hold.", field="lots")  # fmt: skip
        return
    out = _named(case, named) | _settled(step)
    if out:
        freed = let_go(case, sorted(out))
        step.record(freed=freed)
    if case.way != Way.CONCESSION:
        _pass(case, sorted(out), step.by)


def _named(case: Disposition, named: Sequence[Lot]) -> set[int]:
    """Each lies under the line, and together they are no more than was released."""
    if not named:
        return set()
    under = set(lots.engine.forward([case.line.lot_id])) if case.line.lot_id else set()
    stranger = next((lot for lot in named if lot.pk not in under), None)
    need(
        stranger is None, "disposition.other_lot", "{lot} 不是由 {line} 做成的。", "{lot} was not made from {line}.",
        field="lots", lot=stranger.code if stranger else "", line=case.line.name,
    )  # fmt: skip
    base = case.line.quantity.base
    weight = sum(lot.quantity_milli or 0 for lot in named if lot.unit and Quantity.of_milli(0, lot.unit).base == base)
    need(
        weight <= case.released_milli, "disposition.lots_too_heavy", "所列批次合计 {sum}，放行的只有 {released}。",
        "The lots are {sum} in all; only {released} is released.", clause="Q-02", field="lots",
        sum=str(case.of(weight)), released=str(case.of(case.released_milli)),
    )  # fmt: skip
    return {lot.pk for lot in named}


def _settled(step: Step[Disposition]) -> set[int]:
    """The line's own lot once nothing of it is open or under way; with all made from it if nothing was lost."""
    case = step.case
    if case.line.lot_id is None:
        return set()
    beside = Disposition.objects.filter(line=case.line).exclude(pk=case.pk)
    own = Part(case.way, "done", case.quantity_milli, case.scrapped_milli, case.released_milli, case.failed_milli)
    found = balance(case.line.quantity_milli, [*queries.parts_of(beside), own])
    if not found.settled:
        return set()
    return set(lots.engine.forward([case.line.lot_id])) if whole(found) else {case.line.lot_id}


def whole(found: Balance) -> bool:
    """Whether nothing of a line was scrapped or sent back."""
    return not found.scrapped and not found.returned


def let_go(case: Disposition, out: Sequence[int]) -> int:
    """Release the lots from every hold of the record in which they are; how many that were."""
    freed = 0
    for hold in queries.holds_in_force(case.record):
        rows = HeldLot.objects.filter(hold=hold, lot_id__in=lots.among(list(out)), released=False)
        held = list(rows.values_list("lot_id", flat=True))
        if held:
            basis = W("{number} 复检合格放行", "{number}: released", number=case.number or "")
            trace.release(hold, by=HOUSE, lots=held, basis=basis.said_in("zh-hans"))
            freed += len(held)
    return freed


def _pass(case: Disposition, out: Sequence[int], by: Actor) -> None:
    """What had failed and was mended is 合格 again by QC's word (T-13); what nobody had judged stays as it was."""
    failed = Lot.objects.filter(
        pk__in=lots.among(list(out)), status__in=[QualityStatus.FAILED, QualityStatus.UNDECIDED]
    )
    if ids := list(failed.values_list("pk", flat=True)):
        basis = f"{case.number} {case.sheet or case.verdict}"[:300]
        trace.judge(by=by, lots=ids, status=QualityStatus.PASSED, basis=basis)


def kept(record_lines: Sequence[Line]) -> set[int]:
    """What must stay held when a record ends: the lots of lines of which something was scrapped or sent back."""
    held: set[int] = set()
    for line in record_lines:
        found = queries.balance_of(line)
        if line.lot_id and not whole(found):
            onward = set(lots.engine.forward([line.lot_id]))
            held |= onward if found.scrapped + found.returned >= found.received else onward - {line.lot_id}
    return held
