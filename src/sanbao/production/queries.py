"""What is asked about cards: how far they have come, what still lacks a check, where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import batched

from django.db.models import Q, QuerySet

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.production import rules
from sanbao.production.models import Card, CardState, Operation, Step, StepState, Transfer
from sanbao.production.rules import Done, Progress
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, LotLink, QualityStatus, RecordKind, Traveller, record_of

ALIVE = (CardState.IN_WORK, CardState.REWORK)
#: So many lots are asked about in one statement.
_AT_ONCE = 5000


def standing_steps(cards: Iterable[Card]) -> dict[int, list[Step]]:
    """The steps of cards that were not struck, oldest first; one query."""
    found: dict[int, list[Step]] = defaultdict(list)
    steps = Step.objects.filter(card__in=[card.pk for card in cards]).exclude(state=StepState.STRUCK)
    for step in steps.select_related("treatment", "operator").order_by("id"):
        found[step.card_id].append(step)
    return found


def done(steps: Iterable[Step]) -> list[Done]:
    return [Done(step.operation, step.round, step.state) for step in steps]


def progress(card: Card, steps: Iterable[Step]) -> Progress:
    return rules.progress(card.route, card.brought, done(steps), round=card.round, rework_to=card.rework_to)


def counting(card: Card, steps: Sequence[Step]) -> list[Step]:
    """The steps that count now, in the order of the route: the latest of each operation that is done."""
    way = progress(card, steps)
    latest = {step.operation: step for step in sorted(steps, key=lambda step: (step.round, step.pk))}
    return [latest[operation] for operation in way.route if operation in way.done and operation in latest]


def lack_of_checks(card: Card, steps: Sequence[Step]) -> Refusal | None:
    """W-06: the first step that counts and lacks a check, or failed one."""
    for step in counting(card, steps):
        if step.state == StepState.PASSED:
            continue
        facts = {"card": card.number, "operation": Operation(step.operation).title, "step": step.pk}
        if step.state == StepState.FAILED:
            return Refusal(
                "card.check_failed",
                W(
                    "{card} 的{operation}检查不合格，须退回返工。",
                    "{card} failed the check of “{operation}”; rework it.",
                ),
                "W-06",
                facts=facts,
            )
        lacks = W("班长检查", "the team leader's check")
        if step.lead_outcome or not step.lead_needed:
            lacks = W("质检检查", "QC's check")
        return Refusal(
            "card.check_missing",
            W("{card} 的{operation}还缺{lacks}。", "{card}: “{operation}” still lacks {lacks}."),
            "W-06",
            facts=facts | {"lacks": lacks},
        )
    return None


def lack_of_work(card: Card, steps: Sequence[Step]) -> Refusal | None:
    """T-09: an operation of the route that nobody has recorded."""
    for operation in progress(card, steps).missing:
        return Refusal(
            "card.step_missing",
            W("{card} 还没有记{operation}。", "{card}: “{operation}” was not recorded yet."),
            "T-09",
            facts={"card": card.number, "operation": Operation(operation).title},
        )
    return None


def unready(lots: Collection[int]) -> Refusal | None:
    """What still keeps these lots from being 合格, whoever judges: a missing check or a missing step."""
    for batch in batched(sorted(lots), _AT_ONCE):
        cards = list(Card.objects.filter(lot_id__in=batch).exclude(state=CardState.STRUCK).order_by("pk"))
        steps = standing_steps(cards) if cards else {}
        for card in cards:
            own = steps.get(card.pk, [])
            if refusal := lack_of_checks(card, own) or lack_of_work(card, own):
                return refusal
    return None


def stands_at(card: Card) -> str:
    """The operation that a card waits for; once all work is done, inspection or packing by its quality status."""
    if card.at == Operation.INSPECT and card.lot.status == QualityStatus.PASSED:
        return Operation.PACK
    return card.at


def living(actor: Actor) -> QuerySet[Card]:
    """The cards that still hold material."""
    return Card.objects.visible_to(actor).filter(state__in=ALIVE)


def to_check(actor: Actor) -> QuerySet[Step]:
    """The steps that wait for a check by this actor: a team leader's, QC's, or either."""
    lacking = Q(pk=None)
    if actor.may("production.check_lead"):
        lacking |= Q(lead_needed=True, lead_outcome="")
    if actor.may("production.check_qc"):
        lacking |= Q(qc_needed=True, qc_outcome="")
    waiting = Step.objects.visible_to(actor).filter(lacking, state=StepState.TO_CHECK, card__state__in=ALIVE)
    return waiting.exclude(recorded_by=actor.ref).exclude(operator=actor.person_id)


def lot_of_card(code: str, *, actor: Actor) -> Lot | None:
    """The traveller lot that a code names, whether its card lives here or came by import."""
    found = [lot for lot in trace.find(code, actor=actor) if lot.kind == LotKind.TRAVELLER]
    return found[0] if len(found) == 1 else None


def cards_by_code(codes: Iterable[str], *, actor: Actor) -> dict[str, Card]:
    """Cards by their own code, as written; what is not a card is left out. One query."""
    keys = {code_key(code): code for code in codes}
    cards = Card.objects.visible_to(actor).filter(lot__key__in=list(keys)).select_related("lot", "record")
    return {keys[card.lot.key]: card for card in cards}


def imported(actor: Actor) -> QuerySet[Traveller]:
    """Cards that came by import and were not taken up here."""
    rows = Traveller.standing.filter(lot__card=None).select_related("lot", "lot__product")
    return rows if actor.may("production.see") else rows.none()


def transfers_of(lot: Lot) -> QuerySet[Transfer]:
    """What was poured into a basket or out of it, oldest first."""
    events = LotLink.objects.filter(Q(src=lot.pk) | Q(dst=lot.pk)).values_list("event", flat=True)
    ids = {pk for kind, pk in map(record_of, events) if kind == RecordKind.TRANSFER}
    return Transfer.objects.filter(pk__in=ids).select_related("lot").order_by("pk")
