"""What happened to a basket elsewhere: it was packed, judged, or its record was struck. Handlers may run twice."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.announcements import listens
from sanbao.kernel.codes import code_key
from sanbao.kernel.journal import JournalEntry
from sanbao.production import actions
from sanbao.production.actions.common import CLOCKWORK, acting, left_of
from sanbao.production.models import Card, CardState, Step, Transfer
from sanbao.production.papers import steps, transfers
from sanbao.trace import concerns
from sanbao.trace.models import JudgedLot, QualityStatus, RecordKind, Reversal

ALIVE = (CardState.IN_WORK, CardState.REWORK)


def _cards(codes: Iterable[str]) -> list[Card]:
    keys = [code_key(code) for code in codes]
    return list(Card.objects.filter(lot__key__in=keys).select_related("lot").order_by("pk"))


@listens("trace.packing", "trace.movement")
def material_went_on(entry: JournalEntry) -> None:
    """A basket of which nothing is left is used up."""
    for card in _cards([*entry.facts.get("travellers", "").split(), entry.facts["lot"]]):
        if card.state in ALIVE and left_of(card) == 0:
            with acting("run_out", card, by=CLOCKWORK):
                pass


@listens("verdict.judge")
def basket_is_judged(entry: JournalEntry) -> None:
    """QC passed a reworked basket by a verdict of its own."""
    judged = JudgedLot.objects.filter(verdict_id=int(entry.subject.partition(":")[2]))
    for card in Card.objects.filter(lot__in=judged.values("lot_id"), state=CardState.REWORK).select_related("lot"):
        if card.lot.status == QualityStatus.PASSED:
            actions.finish_rework(card, by=CLOCKWORK)


@listens("reversal.reverse")
def record_is_struck(entry: JournalEntry) -> None:
    """A struck card is dead with its steps; what was packed from a basket and struck stands in it again."""
    reversal = Reversal.objects.get(pk=int(entry.subject.partition(":")[2]))
    if reversal.record_kind == RecordKind.TRAVELLER:
        for card in Card.objects.filter(record_id=reversal.record_id).exclude(state=CardState.STRUCK):
            with acting("strike", card, by=CLOCKWORK) as act:
                act.record(reversal=reversal.number)
    codes = entry.facts.get("struck", {}).get("travellers", "").split()
    for card in _cards([*codes, entry.facts["lot"]]):
        if card.state == CardState.ENDED:
            actions.resume(card, by=CLOCKWORK)


concerns.papers[RecordKind.STEP] = steps
concerns.papers[RecordKind.TRANSFER] = transfers
concerns.linking[RecordKind.STEP] = concerns.Linked(Step, "done_on", "card__lot", ("operation", "machine", "shift"))
concerns.linking[RecordKind.TRANSFER] = concerns.Linked(Transfer, "moved_at", "lot", ("number", "what"))
