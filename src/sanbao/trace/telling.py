"""One answer with everything that page, file, program and command line say of it: the same for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sanbao.trace import balances, queries
from sanbao.trace.balances import Balance
from sanbao.trace.marks import Brief, brief
from sanbao.trace.models import Lot
from sanbao.trace.places import Place, places
from sanbao.trace.sides import Group
from sanbao.trace.traces import Direction, Trace


@dataclass(slots=True)
class Told:
    """A trace with what stands in its lots' way, where it ends, and whether it adds up.

    ``groups`` are those of a side trace. ``balances`` holds the book of the starts and, where goods were made from them
    in this answer, that of the goods.
    """

    trace: Trace
    groups: list[Group] = field(default_factory=list)
    marks: dict[int, Brief] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)


def asked(lots: Iterable[Lot | int], direction: Direction = Direction.BOTH) -> Told:
    """The whole answer to a question; about twenty queries, however many lots."""
    starts = list(lots)
    if direction == Direction.SIDE:
        side = queries.trace_side(starts)
        return told(side.trace, side.groups)
    return told(queries.trace(starts, direction))


def told(trace: Trace, groups: Iterable[Group] = ()) -> Told:
    return Told(trace, list(groups), brief(trace.nodes), places(trace), balanced(trace))


def shown(lots: Iterable[Lot], whole: Trace, direction: Direction) -> Told:
    """What a page draws, from the trace both ways that it has already; places and balances are another question."""
    if direction == Direction.SIDE:
        side = queries.trace_side(lots)
        return Told(side.trace, side.groups, brief(side.trace.nodes))
    part = whole.part(direction)
    return Told(part, marks=brief(part.nodes))


def balanced(trace: Trace, basis: Trace | None = None) -> list[Balance]:
    """The balance of the starts, and that of what was made from them, as far as this trace looked; or from what the
    ``basis`` starts with, where that is asked instead."""
    basis = basis or trace
    books = queries.accounts([*trace.start, *balances.counted(basis)])
    looked = basis.downstream and basis.direction != Direction.SIDE
    goods = balances.of_goods(basis.part(Direction.FORWARD), books) if looked else None
    return [found for found in (balances.of_starts(trace, books), goods) if found is not None]
