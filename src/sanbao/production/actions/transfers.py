"""拆框、并框: kilograms go from basket to basket, with their links, their status and how far they have come (T-09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step as Act
from sanbao.kernel.policies import Decision
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.production import queries, rules
from sanbao.production.actions.common import acting, end_or_stay, left_of, need_checked, need_weight, standing
from sanbao.production.lifecycle import CARD
from sanbao.production.models import Card, CardState, Inherit, Transfer, TransferKind
from sanbao.production.policies import TRANSFERS
from sanbao.production.rules import Progress
from sanbao.trace import actions as trace
from sanbao.trace.actions import TravellerRow
from sanbao.trace.models import Lot, QualityStatus
from sanbao.trace.queries import exact


@dataclass(frozen=True, slots=True)
class Part:
    """So many thousandths out of one basket."""

    card: Card
    milli: int
    way: Progress


def split(card: Card, *, by: Actor, kg: Decimal, basket: str = "", reason: str = "", expect: int | None = None) -> Card:
    """拆框: part of a basket goes into a new one, with a card of its own, which is given back."""
    with acting("split", card, by=by, expect=expect) as act:
        part = _part(act.case, kg)
        with CARD.opening("fill", by=by) as new:
            transfer = _fill(new, [part], TransferKind.SPLIT, basket=basket, reason=reason)
            new.record(transfer=transfer.number)
        act.record(transfer=transfer.number, into=new.case.pk, quantity_milli=part.milli)
        end_or_stay(act)
    return new.case


def pour(
    card: Card, *, by: Actor, into: Card, kg: Decimal | None = None, reason: str = "", expect: int | None = None
) -> Card:
    """并入: all of a basket, or part of it, goes into another that has come just as far."""
    with acting("pour", card, by=by, expect=expect) as act:
        if into.pk == act.case.pk:
            sentence = W("请选另一框。", "Choose another basket.")
            raise Refusal("transfer.into_itself", sentence, "T-09", 422, "into")
        part = _part(act.case, kg)
        with acting("take", into, by=by) as taking:
            target = taking.case
            _need_alike([part, Part(target, 0, _way(target))])
            rule = _rule(TransferKind.MERGE)
            status = _status(rule, [act.case.lot, target.lot])
            transfer = _written(target.lot, [part], TransferKind.MERGE, by=by, reason=reason)
            trace.pour(
                transfer.pk, {act.case.lot_id: part.milli}, target.lot, by=by, status=status, rule=rule.as_facts(),
                customer_id=target.customer_id,
            )  # fmt: skip
            taking.record(transfer=transfer.number, quantity_milli=part.milli)
        act.record(transfer=transfer.number, into=target.pk, quantity_milli=part.milli)
        end_or_stay(act)
    return act.case


def merge(*, by: Actor, sources: Sequence[tuple[Card, Decimal | None]], basket: str = "", reason: str = "") -> Card:
    """并框: several baskets go into a new one; of each so many kilograms, or all that is left of it."""
    with trace.writing(), CARD.opening("merge", by=by) as new:
        _need_several([card for card, _ in sources])
        parts = [_part(CARD.locked(card, by=by), kg) for card, kg in sorted(sources, key=lambda s: s[0].pk)]
        _need_alike(parts)
        transfer = _fill(new, parts, TransferKind.MERGE, basket=basket, reason=reason)
        new.record(transfer=transfer.number)
        for part in parts:
            with CARD.move("give", part.card, by=by) as giving:
                giving.record(transfer=transfer.number, into=new.case.pk, quantity_milli=part.milli)
                end_or_stay(giving)
    return new.case


# -- what must hold -----------------------------------------------------------------------------------


def _way(card: Card) -> Progress:
    return queries.progress(card, standing(card))


def _part(card: Card, kg: Decimal | None) -> Part:
    """What is taken out of a basket whose steps are all checked (W-06); all that is left, if nobody says how much."""
    steps = standing(card)
    need_checked(card, steps)
    left = left_of(card)
    milli = need_weight(kg, "kg") if kg is not None or not left else left
    return Part(card, milli, queries.progress(card, steps))


def _need_several(cards: Sequence[Card]) -> None:
    if len({card.pk for card in cards}) < max(2, len(cards)):
        refuse(
            "transfer.too_few",
            W("并框至少要两框，每框只写一次。", "A merge takes two baskets at least, each named once."),
            clause="T-09",
            status=422,
            field="sources",
        )


def _need_alike(parts: Sequence[Part]) -> None:
    """What stands in one basket is one product, of one order and owner, and has come equally far."""
    first = parts[0]
    for part in parts[1:]:
        for differs, what in (
            (part.card.lot.product_id != first.card.lot.product_id, W("型号", "model")),
            (part.card.lot.unit != first.card.lot.unit, W("单位", "unit")),
            (part.card.customer_id != first.card.customer_id, W("客户", "customer")),
            ((part.way.route, part.way.done) != (first.way.route, first.way.done), W("做到的工序", "progress")),
        ):
            if differs:
                refuse(
                    "transfer.not_alike",
                    W("{one} 和 {other} 的{what}不同，不能并框。",
                      "{one} and {other} differ in {what}; they cannot be merged."),
                    clause="T-09",
                    one=first.card.number,
                    other=part.card.number,
                    what=what,
                )  # fmt: skip


# -- what follows -------------------------------------------------------------------------------------


def _rule(what: TransferKind) -> Decision:
    return TRANSFERS.decide(on=today(), what=what)


def _status(rule: Decision, lots: Iterable[Lot]) -> str:
    if rule["status"] == Inherit.PENDING:
        return QualityStatus.PENDING
    return QualityStatus(rules.worst(lot.status for lot in lots))


def _fill(new: Act[Card], parts: Sequence[Part], what: TransferKind, *, basket: str, reason: str) -> Transfer:
    """The new basket's lot, record and card, filled from its sources."""
    case, first = new.case, parts[0]
    rule = _rule(what)
    status = _status(rule, [part.card.lot for part in parts])
    case.number = numbering.take("traveller")
    row = _row(case.number, parts, basket, status)
    case.record = trace.open_basket(row, by=new.by, rule=rule.as_facts())
    case.lot = case.record.lot
    transfer = _written(case.lot, parts, what, by=new.by, reason=reason)
    trace.pour(
        transfer.pk, {part.card.lot_id: part.milli for part in parts}, case.lot, by=new.by, status=status,
        rule=rule.as_facts(), customer_id=first.card.customer_id,
    )  # fmt: skip
    case.lot.refresh_from_db()
    orders = list(dict.fromkeys(part.card.order for part in parts if part.card.order))
    dies = list(dict.fromkeys(part.card.die for part in parts if part.card.die))
    case.customer, case.alloy_temper = first.card.customer, first.card.alloy_temper
    case.order, case.die = " ".join(orders)[:60], " ".join(dies)[:40]
    case.route = list(first.way.route)
    case.brought = [operation for operation in first.way.route if operation in first.way.done]
    case.at, case.since = first.way.next, now()
    reworked = any(part.card.state == CardState.REWORK for part in parts)
    new.to(CardState.REWORK if reworked else CardState.IN_WORK)
    new.insert()
    new.record(**rule.as_facts(), sources={part.card.pk: part.milli for part in parts}, status=status)
    return transfer


def _written(into: Lot, parts: Sequence[Part], what: TransferKind, *, by: Actor, reason: str) -> Transfer:
    told = "; ".join(f"{part.card.number} {exact(part.milli, part.card.lot.unit)}" for part in parts)
    limit = Transfer._meta.get_field("sources").max_length or 0
    if len(told) > limit:
        sentence = W("一次并框太多，请分几次。", "Too many baskets at once; merge them in parts.")
        refuse("transfer.too_many", sentence, clause="T-09", status=422, field="sources")
    return Transfer.objects.create(
        lot=into, source=by.ref, number=numbering.take("transfer"), what=what, sources=told,
        quantity_milli=sum(part.milli for part in parts), moved_at=now(), reason=reason,
    )  # fmt: skip


def _row(number: str, parts: Sequence[Part], basket: str, status: str) -> TravellerRow:
    """What the sources' cards say, for the new one: all their billets and loads, and the latest of each date, if each
    of them has one."""
    cards = [part.card.record for part in parts]
    first = parts[0].card.lot

    def codes(name: str) -> list[str]:
        return list(dict.fromkeys(code for card in cards for code in getattr(card, name).split()))

    def latest(name: str) -> date | None:
        days = [getattr(card, name) for card in cards]
        return None if None in days else max(days)

    def common(name: str) -> str:
        said = {getattr(card, name) for card in cards}
        return said.pop() if len(said) == 1 else ""

    return TravellerRow(
        code=number,
        billets=tuple(codes("billets")),
        product_id=first.product_id,
        quantity_milli=0,
        unit=first.unit,
        basket=basket,
        press=common("press"),
        shift=common("shift"),
        extruded_on=latest("extruded_on"),
        ageing=" ".join(codes("ageing")),
        aged_on=latest("aged_on"),
        finish=" ".join(codes("finish")),
        finished_on=latest("finished_on"),
        status=status,
    )
