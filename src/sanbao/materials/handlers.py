"""News from the trace store and from the policies. Handlers may run twice."""

from __future__ import annotations

from sanbao.kernel import notices
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.materials import actions, links
from sanbao.materials.models import IncomingLot, IncomingState, MarkingNotice
from sanbao.materials.policies import MARKING
from sanbao.trace.models import JudgedLot, RecordKind, Reversal, Verdict

IN_STORE = (IncomingState.ACCEPTED, IncomingState.URGENT)


@listens("verdict.judge")
def incoming_is_judged(entry: JournalEntry) -> None:
    """QC's word ends its duty to inspect, and the debt of an urgent release."""
    verdict = Verdict.objects.get(pk=entry.subject.partition(":")[2])
    judged = JudgedLot.objects.filter(verdict=verdict).values("lot_id")
    # A verdict that is told late must not undo what a later one has said.
    still = IncomingLot.objects.filter(lot__in=judged, lot__status=verdict.status, state__in=IN_STORE)
    for incoming in still.order_by("pk"):
        actions.ways.judged(incoming, verdict.status, number=verdict.number)


@listens("permit.refuse")
def urgent_release_is_refused(entry: JournalEntry) -> None:
    permit = int(entry.subject.partition(":")[2])
    for incoming in IncomingLot.objects.filter(permit=permit, state=IncomingState.URGENT).order_by("pk"):
        actions.ways.permit_refused(incoming, number=incoming.permit.number if incoming.permit else "")


@listens("reversal.reverse")
def receipt_is_struck(entry: JournalEntry) -> None:
    """What was taken in wrongly stands at the gate again."""
    struck = Reversal.objects.get(pk=entry.subject.partition(":")[2])
    if struck.record_kind != RecordKind.RECEIPT:
        return
    for incoming in IncomingLot.objects.filter(receipt_id=struck.record_id, state__in=IN_STORE).order_by("pk"):
        actions.receiving.strike(incoming)


@listens("policy.approved", "policy.supplemented")
def rule_has_changed(entry: JournalEntry) -> None:
    """T-01: suppliers who were told something else than the new rule says are told again."""
    if entry.subject == MARKING.subject:
        actions.marking.outdate()


def _door(pk: int) -> str:
    return links.address_of(MarkingNotice.objects.get(pk=pk))


notices.DOORS[MarkingNotice.KIND] = _door
