"""What the acts on cards share: one writer, kilograms as thousandths, gates before anything goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from sanbao.kernel import lifecycle
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal, in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.production import queries
from sanbao.production.lifecycle import CARD
from sanbao.production.models import Card, CardState, Step
from sanbao.trace import actions as trace
from sanbao.trace import queries as trace_queries

#: What the house itself does with a card because of what happened elsewhere.
CLOCKWORK = Actor.clockwork("production")
#: More than this is a slip of the pen (a million tonnes).
MOST_KG = Decimal(10) ** 9


@contextmanager
def acting(name: str, card: Card | int, *, by: Actor, expect: int | None = None) -> Iterator[lifecycle.Step[Card]]:
    """An act on a card. The store's one writer first, then the card: who pours from A into B never waits for who
    pours from B into A."""
    with trace.writing(), CARD.move(name, card, by=by, expect=expect) as act:
        yield act


def milli(kg: Decimal | None) -> int:
    """Kilograms as thousandths; nothing is none."""
    return int(kg * 1000) if kg else 0


def ref_of(person: Person | None) -> str:
    return f"person:{person.pk}" if person else ""


def standing(card: Card) -> list[Step]:
    return queries.standing_steps([card]).get(card.pk, [])


def left_of(card: Card) -> int | None:
    return trace_queries.account(card.lot).left


def demand(refusal: Refusal | None) -> None:
    """Raise what stands against an act, unless a test has muted its clause."""
    if refusal is not None and in_force(refusal.clause):
        raise refusal


def need_checked(card: Card, steps: Sequence[Step]) -> None:
    """W-06: nothing goes on while a step that counts lacks a check or failed one."""
    demand(queries.lack_of_checks(card, steps))


def need_weight(kg: Decimal | None, field: str) -> int:
    """A weight that somebody put on a scale: more than nothing, less than nonsense."""
    if kg is None or not 0 < kg <= MOST_KG:
        refuse("weight", W("请写重量（公斤）。", "State the weight in kg."), clause="T-09", status=422, field=field)
    return milli(kg)


def need_past(day: date, field: str = "done_on") -> None:
    if day > today():
        sentence = W("日期不能在今天以后。", "The date cannot lie in the future.")
        refuse("date_ahead", sentence, clause="T-09", status=422, field=field)


def advance(card: Card, steps: Sequence[Step]) -> None:
    """Where the card stands now; since when, if that has changed."""
    at = queries.progress(card, steps).next
    if at != card.at:
        card.at, card.since = at, now()


def end_or_stay(act: lifecycle.Step[Card]) -> None:
    """A basket of which nothing is left is used up."""
    act.to(CardState.ENDED if left_of(act.case) == 0 else act.case.state)
