"""Kilograms in against kilograms out: per card, heat, load and shift (T-09). Quantities are thousandths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import Decision
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.production.models import Card, Casting, Operation, Scope, Step, StepState, Transfer
from sanbao.production.policies import LOADS, MASS_BALANCE
from sanbao.production.rules import Balance
from sanbao.trace import queries as trace
from sanbao.trace.models import Heat, Lot, LotKind, MaterialIssue


def tolerance(scope: Scope) -> Decision:
    return MASS_BALANCE.decide(on=today(), scope=scope)


def _within(rule: Decision, went_in: int, came_out: int, scrapped: int, sampled: int = 0) -> Balance:
    return Balance(went_in, came_out, scrapped, sampled, loss=rule["loss"], gain=rule["gain"])


def of_card(card: Card, steps: Sequence[Step], poured_in: Iterable[Transfer]) -> Balance | None:
    """What the press and other baskets put into a card, against what left it, is scrap, a sample, or still there.

    None for a card that nobody weighed. A card that came by import begins with its weight.
    """
    book = trace.account(card.lot)
    if book.made is None or book.left is None:
        return None
    pressed = next((step for step in steps if step.operation == Operation.EXTRUDE), None)
    poured = sum(transfer.quantity_milli for transfer in poured_in if transfer.lot_id == card.lot_id)
    born = book.made - poured
    went_in, trimmings = (pressed.in_milli or 0, pressed.scrap_milli) if pressed else (born, 0)
    return _within(
        tolerance(Scope.CARD), went_in + poured, book.used + book.shipped + book.left, book.scrapped + trimmings,
        book.sampled,
    )  # fmt: skip


def heats(actor: Actor) -> QuerySet[Lot]:
    """Every heat with what was issued into it, what was cast from it and what was dross, newest first."""

    def total(rows: Any, by: str, what: str = "quantity_milli") -> Coalesce:
        summed = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(kg=Sum(what)).values("kg")
        return Coalesce(Subquery(summed), 0)

    lots = Lot.objects.visible_to(actor).filter(kind=LotKind.HEAT)
    return lots.annotate(
        issued=total(MaterialIssue.standing.filter(lot__unit="kg"), "into"),
        cast=total(Heat.standing.all(), "lot"),
        dross=total(Casting.objects.filter(record__voided=""), "record__lot", "scrap_milli"),
    )


def of_heat(lot: Any, rule: Decision) -> Balance:
    """The balance of a row of ``heats``."""
    return _within(rule, lot.issued, lot.cast, lot.dross)


def loads(actor: Actor) -> QuerySet[Lot]:
    """Every ageing load, bath lot and line batch that a step here was recorded with: cards, in, out, scrap."""
    steps = Step.objects.exclude(state=StepState.STRUCK).filter(treatment=OuterRef("pk")).order_by().values("treatment")

    def told(**what: Any) -> Coalesce:
        return Coalesce(Subquery(steps.annotate(**what).values("told")), 0)

    used = Step.objects.exclude(state=StepState.STRUCK).exclude(treatment=None).values("treatment")
    lots = Lot.objects.visible_to(actor).filter(pk__in=used, kind__in=LOADS)
    return lots.annotate(
        cards=told(told=Count("card", distinct=True)),
        went_in=told(told=Sum("in_milli")),
        came_out=told(told=Sum("out_milli")),
        scrapped=told(told=Sum("scrap_milli")),
    )


def of_load(lot: Any, rule: Decision) -> Balance:
    """The balance of a row of ``loads``."""
    return _within(rule, lot.went_in, lot.came_out, lot.scrapped)


@dataclass(frozen=True, slots=True)
class ShiftWork:
    """What one shift did on one day at one operation."""

    on: date
    shift: str
    operation: str
    cards: int
    balance: Balance

    @property
    def title(self) -> W | str:
        return Operation.title_of(self.operation)


def shifts(actor: Actor, first: date, last: date) -> list[ShiftWork]:
    """Day by day, newest first: every shift and operation between two days, both included. One query."""
    rule = tolerance(Scope.SHIFT)
    rows = (
        Step.objects.visible_to(actor)
        .exclude(state=StepState.STRUCK)
        .filter(done_on__range=(first, last))
        .values("done_on", "shift", "operation")
        .annotate(
            cards=Count("card", distinct=True),
            went_in=Coalesce(Sum("in_milli"), 0),
            came_out=Coalesce(Sum("out_milli"), 0),
            scrapped=Coalesce(Sum("scrap_milli"), 0),
        )
        .order_by("-done_on", "shift")
    )
    order = list(Operation)
    found = [
        ShiftWork(
            row["done_on"], row["shift"], row["operation"], row["cards"],
            _within(rule, row["went_in"], row["came_out"], row["scrapped"]),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda work: (-work.on.toordinal(), work.shift, order.index(Operation(work.operation))))
