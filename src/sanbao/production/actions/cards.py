"""A card from its start to its end: opened at the press, taken up from an import, scrapped, sampled, settled (T-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sanbao.catalog.models import Product
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Person
from sanbao.production import rules
from sanbao.production.actions.common import (
    acting,
    advance,
    end_or_stay,
    left_of,
    milli,
    need_past,
    need_weight,
    standing,
)
from sanbao.production.actions.steps import write_step
from sanbao.production.lifecycle import CARD
from sanbao.production.models import Card, CardState, Operation
from sanbao.production.policies import route_of
from sanbao.trace import actions as trace
from sanbao.trace import queries as trace_queries
from sanbao.trace.actions import TravellerRow
from sanbao.trace.models import Lot, LotKind, MovementKind, QualityStatus, Traveller

#: A billet lot by its code, and how much of it was pressed where somebody weighed that.
type Pressed = tuple[str, Decimal | None]


def start(
    *,
    by: Actor,
    product: Product,
    billets: Sequence[Pressed],
    kg_out: Decimal,
    machine: str,
    shift: str,
    operator: Person,
    done_on: date,
    scrap_kg: Decimal | None = None,
    basket: str = "",
    pieces: int | None = None,
    die: str = "",
    alloy_temper: str = "",
    order: str = "",
    customer: Customer | None = None,
    remark: str = "",
) -> Card:
    """One card for one basket, from the press on (T-09).

    The route is laid down by the policy. Nothing but 合格 billets goes in, no more than is left of each (W-06); one
    whose weight was not taken gave what the others did not. Extrusion is the card's first step, to be checked like any.
    """
    with trace.writing(), CARD.opening("start", by=by) as act:
        need_past(done_on)
        route = route_of(product.line, product.surface, done_on)
        came_out, scrap = need_weight(kg_out, "kg_out"), milli(scrap_kg)
        taken = _taken(billets, came_out + scrap)
        case = act.case
        case.number = numbering.take("traveller")
        row = TravellerRow(
            code=case.number, billets=tuple(taken), product_id=product.pk, quantity_milli=came_out, basket=basket,
            press=machine, shift=shift, extruded_on=done_on,
        )  # fmt: skip
        case.record = trace.start_traveller(row, by=by, customer_id=customer and customer.pk, taken=taken)
        case.lot, case.customer, case.order, case.die = case.record.lot, customer, order, die
        case.alloy_temper = alloy_temper or product.alloy_temper
        case.pieces, case.remark = pieces, remark
        case.route, case.at, case.since = list(route["operations"]), Operation.EXTRUDE, now()
        act.insert()
        first = write_step(
            case, by=by, operation=Operation.EXTRUDE, machine=machine, shift=shift, operator=operator, done_on=done_on,
            went_in=sum(taken.values()), came_out=came_out, scrap=scrap,
        )  # fmt: skip
        advance(case, [first])
        act.record(**route.as_facts(), taken=taken, step=first.pk)
    return case


def adopt(*, by: Actor, lot: Lot, order: str = "", die: str = "", customer: Customer | None = None) -> Card:
    """Take up a card that came by import: what its record says is done counts as done, the rest is recorded here."""
    with trace.writing(), CARD.opening("adopt", by=by) as act:
        record = _adoptable(lot)
        product = lot.product
        route = route_of(product.line if product else "", product.surface if product else "", today())
        case = act.case
        case.number, case.lot, case.record, case.order, case.die = lot.code, lot, record, order, die
        case.customer, case.alloy_temper = customer, product.alloy_temper if product else ""
        case.route = list(route["operations"])
        case.brought = _brought(case.route, record, passed=lot.status == QualityStatus.PASSED)
        case.at, case.since = "", now()
        advance(case, [])
        act.to(CardState.IN_WORK)
        act.record(**route.as_facts())
    return case


def scrap(card: Card, *, by: Actor, kg: Decimal, reason: str, expect: int | None = None) -> Card:
    """Part or all of a basket is scrap; what is left stays on the card (T-09)."""
    with acting("scrap", card, by=by, expect=expect) as act:
        _move(act.case, by, MovementKind.SCRAPPED, need_weight(kg, "kg"), reason)
        act.record(quantity_milli=milli(kg), reason=reason)
        end_or_stay(act)
    return act.case


def sample(card: Card, *, by: Actor, kg: Decimal, reason: str, expect: int | None = None) -> Card:
    """QC takes a specimen out of a basket; it no longer counts among what is packed (T-09)."""
    with acting("sample", card, by=by, expect=expect) as act:
        _move(act.case, by, MovementKind.SAMPLED, need_weight(kg, "kg"), reason)
        act.record(quantity_milli=milli(kg), reason=reason)
        end_or_stay(act)
    return act.case


def settle(card: Card, *, by: Actor, reason: str, expect: int | None = None) -> Card:
    """结清: the basket is empty. What the book still shows is written off, if labels took shares that nobody weighed;
    otherwise it must be packed, poured or scrapped first."""
    with acting("settle", card, by=by, expect=expect) as act:
        case = act.case
        book = trace_queries.account(case.lot)
        if book.left and not book.unweighed:
            refuse(
                "card.not_empty",
                W("{card} 账面还有 {left} kg，请先入库、并框或报废。",
                  "{card} still holds {left} kg; pack, pour or scrap it first."),
                clause="T-09",
                card=case.number,
                left=f"{book.left / 1000:g}",
            )  # fmt: skip
        if book.left:
            trace.move(
                by=by, lot=case.lot, what=MovementKind.COUNTED, quantity_milli=-book.left, reason=reason,
                about=case.subject,
            )  # fmt: skip
        act.record(reason=reason, written_off=book.left or 0)
    return act.case


# -- what must hold -----------------------------------------------------------------------------------


def _taken(billets: Sequence[Pressed], total: int) -> dict[str, int]:
    """Thousandths of each billet lot, by its code as the house writes it."""
    codes = [code for code, _ in billets]
    keys = [code_key(code) for code in codes]
    lots = {lot.key: lot for lot in Lot.objects.filter(key__in=keys)}
    if not billets:
        sentence = W("请写明用了哪些铸棒批。", "State which billet lots went in.")
        refuse("card.no_billet", sentence, clause="T-09", status=422, field="billets")
    for code, key in zip(codes, keys, strict=True):
        found = lots.get(key)
        if found is None or found.kind != LotKind.BILLET:
            sentence = W("没有铸棒批“{lot}”。", "There is no billet lot “{lot}”.")
            refuse("card.no_such_billet", sentence, clause="T-09", status=422, field="billets", lot=code)
    if len(set(keys)) < len(keys):
        sentence = W("同一铸棒批只写一行。", "State each billet lot once.")
        refuse("card.billet_twice", sentence, clause="T-09", status=422, field="billets")
    parts = rules.takes(total, [milli(kg) if kg is not None else None for _, kg in billets])
    if parts is None or min(parts) <= 0:
        refuse(
            "card.shares_unknown",
            W(
                "请写明每个铸棒批各用了多少公斤，最多空一个，且每个都多于零。",
                "State how many kg of each billet lot went in; one at most may be left out, and none is nothing.",
            ),
            clause="T-09",
            status=422,
            field="billets",
        )
        return {}
    return {lots[key].code: part for key, part in zip(keys, parts, strict=True) if key in lots}


def _adoptable(lot: Lot) -> Traveller:
    if Card.objects.filter(lot=lot).exists():
        raise Refusal(
            "card.stands",
            W("{card} 已经是活卡。", "{card} is a living card already."),
            "T-09",
            facts={"card": lot.code},
        )
    record = Traveller.standing.filter(lot=lot).first() if lot.kind == LotKind.TRAVELLER else None
    if record is None:
        raise Refusal(
            "card.no_record",
            W("{card} 没有随行卡记录，不能接续。", "There is no card record of {card} to take up."),
            "T-09",
            facts={"card": lot.code},
        )
    if trace_queries.account(lot).left == 0:
        sentence = W("{card} 已经用完，不能接续。", "Nothing is left of {card} to take up.")
        refuse("card.used_up", sentence, clause="T-09", card=lot.code)
    return record


def _brought(route: Sequence[str], record: Traveller, *, passed: bool) -> list[str]:
    """What counts as done on an imported card: what has a date or a load, all of it when it has passed."""
    finished = bool(record.finished_on or record.finish)
    done = {
        Operation.EXTRUDE: True,
        Operation.AGE: bool(record.aged_on or record.ageing),
        Operation.ANODISE: finished,
        Operation.COAT: finished,
    }
    return [operation for operation in route if passed or done.get(Operation(operation), False)]


def _move(card: Card, by: Actor, what: str, quantity_milli: int, reason: str) -> None:
    if len(reason.strip()) < 2:
        refuse("reason_missing", W("请写明原因。", "State the reason."), clause="T-09", status=422, field="reason")
    trace.move(by=by, lot=card.lot, what=what, quantity_milli=quantity_milli, reason=reason, about=card.subject)


def resume(card: Card, *, by: Actor) -> None:
    """Material came back to a card that was used up: it is in work again."""
    if left_of(card):
        with acting("come_back", card, by=by) as act:
            advance(act.case, standing(act.case))
