"""旁溯: what else shared a furnace load, a bath, a press and shift, a heat, a basket or a package (T-14).

Side trace starts from the baskets of the goods in hand: a label's own, else the travellers made from the lot. Each
thing that they shared with others is a group; its members are the other baskets (or labels) and all made from those.
A handful of queries whatever the number of lots; which label belongs to which group is walked in memory, bit by bit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from sanbao.kernel.words import Vocabulary
from sanbao.trace.engines import Engine
from sanbao.trace.models import Lot, LotKind, RecordKind, Traveller, record_of
from sanbao.trace.store import among, table
from sanbao.trace.traces import Held, Trace, holders


class Shared(Vocabulary):
    """What two lots may have in common, other than one being made from the other."""

    AGEING = "ageing", "同时效炉次", "Same ageing load"
    OXIDATION = "oxidation", "同氧化批", "Same anodising batch"
    COATING = "coating", "同喷涂批", "Same coating batch"
    PRESS = "press", "同机台同班同日", "Same press, shift and day"
    HEAT = "heat", "同熔铸炉次", "Same casting heat"
    BASKET = "basket", "同框", "Same basket"
    PACKAGE = "package", "同包装", "Same package"


_OF_TREATMENT = {LotKind.AGEING: Shared.AGEING, LotKind.OXIDATION: Shared.OXIDATION, LotKind.COATING: Shared.COATING}
_PACKING = (RecordKind.PACKING, RecordKind.TRANSFER, RecordKind.CAPTURE)


@dataclass(slots=True)
class Group:
    """One thing in common: ``code`` names it, ``lot`` is it where it is a lot, ``seeds`` shared it themselves, and
    ``between`` are the lots by which it came to them (a heat's billets)."""

    shared: Shared
    code: str
    lot: int | None
    seeds: set[int]
    between: set[int] = field(default_factory=set)
    lots: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    quantity_milli: int = 0
    unit: str = "kg"
    held: list[Held] = field(default_factory=list)
    gaps: int = 0


@dataclass(slots=True)
class Common:
    """What the starts have in common with others, before anything is known about the others."""

    start: list[int]
    cards: set[int]
    groups: list[Group]

    @property
    def seeds(self) -> set[int]:
        return set().union(*(group.seeds for group in self.groups))

    @property
    def things(self) -> set[int]:
        """The loads, batches, heats, baskets and packages themselves, and what stands between them and the others."""
        own = {group.lot for group in self.groups if group.lot is not None}
        return own.union(*(group.between for group in self.groups))


@dataclass(slots=True)
class Side:
    """The answer: everything that shared something with the starts, group by group, and all of it as one trace."""

    trace: Trace
    groups: list[Group]

    @property
    def count(self) -> int:
        """How many other lots there are."""
        return len({lot for group in self.groups for lot in group.lots} - set(self.trace.start))

    @property
    def of(self) -> dict[int, list[Group]]:
        """By lot: what it shares with the starts."""
        found: dict[int, list[Group]] = defaultdict(list)
        for group in self.groups:
            for lot in group.lots:
                found[lot].append(group)
        return found


def common(start: list[int], engine: Engine) -> Common:
    """The groups of these lots, each with the others that shared it directly."""
    cards, goods = _cards(start, engine)
    own = set(cards) | set(start)
    into = _step(cards, back=True)
    groups = [*_treatments(into, own), *_presses(cards, own), *_heats(into, own)]
    if goods:
        groups += _baskets(cards, own) + _packages(goods, own)
    order = list(Shared)
    groups = [group for group in groups if group.seeds]
    return Common(start, set(cards), sorted(groups, key=lambda group: (order.index(group.shared), group.code)))


def _cards(start: list[int], engine: Engine) -> tuple[dict[int, str], set[int]]:
    """The baskets whose company is asked for, with their codes (those of the goods in hand, else those made from the
    lot), and which of the starts are goods."""
    goods: set[int] = set()
    for found in (engine.back(start), engine.forward(start)):
        wanted = Lot.objects.filter(id__in=among(found), kind__in=(LotKind.TRAVELLER, LotKind.LABEL))
        rows = list(wanted.values_list("id", "kind", "code"))
        goods |= {id for id, kind, _ in rows if kind == LotKind.LABEL} & set(start)
        if cards := {id: code for id, kind, code in rows if kind == LotKind.TRAVELLER}:
            return cards, goods
    return {}, goods


@dataclass(slots=True, frozen=True)
class Step:
    """One link out of (or into) ``lot``, with what stands at its other end."""

    lot: int
    end: int
    kind: str
    code: str
    event: int


_STEPS = """
SELECT e.{here}, e.{there}, l.kind, l.code, e.event
FROM {found} CROSS JOIN trace_lot_link e CROSS JOIN trace_lot l WHERE e.{here} = u.v AND l.id = e.{there}"""


def _step(lots: Iterable[int], *, back: bool = False) -> list[Step]:
    """All links one step on (or back) from these lots. One query."""
    found, bound = table(sorted(lots))
    here, there = ("dst", "src") if back else ("src", "dst")
    with connection.cursor() as cursor:
        cursor.execute(_STEPS.format(here=here, there=there, found=found), [bound])
        return [Step(*row) for row in cursor.fetchall()]


def _treatments(into: list[Step], own: set[int]) -> list[Group]:
    """The other baskets of each ageing load, anodising and coating batch."""
    loads = {step.end: step for step in into if step.kind in _OF_TREATMENT}
    treated: dict[int, set[int]] = defaultdict(set)
    for step in _step(loads):
        treated[step.lot].add(step.end)
    return [Group(_OF_TREATMENT[LotKind(load.kind)], load.code, id, treated[id] - own) for id, load in loads.items()]


def _presses(cards: Iterable[int], own: set[int]) -> list[Group]:
    """The other baskets of the same press, shift and day; a card that leaves one of the three open shares nothing."""
    named = Traveller.standing.filter(lot__in=among(sorted(cards)), extruded_on__isnull=False)
    wanted = set(named.exclude(press="").exclude(shift="").values_list("press", "shift", "extruded_on"))
    found: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    days: set[date] = {day for _, _, day in wanted}
    others = Traveller.standing.filter(extruded_on__in=days, press__in={press for press, _, _ in wanted})
    for press, shift, day, lot in others.values_list("press", "shift", "extruded_on", "lot_id"):
        if (press, shift, day) in wanted:
            found[press, shift, day].add(lot)
    return [
        Group(Shared.PRESS, f"{press} {shift} {day:%Y-%m-%d}", None, found[press, shift, day] - own)
        for press, shift, day in wanted
    ]


def _heats(into: list[Step], own: set[int]) -> list[Group]:
    """The other baskets from the same melt: heat → billet lot → basket."""
    billets = {step.end for step in into if step.kind == LotKind.BILLET}
    melts = {step.end: step.code for step in _step(billets, back=True) if step.kind == LotKind.HEAT}
    cast: dict[int, set[int]] = defaultdict(set)  # a billet lot → the heats that it came from
    for step in _step(melts):
        if step.kind == LotKind.BILLET:
            cast[step.end].add(step.lot)
    pressed: dict[int, set[int]] = defaultdict(set)
    between: dict[int, set[int]] = defaultdict(set)
    for step in _step(cast):
        if step.kind == LotKind.TRAVELLER:
            for heat in cast[step.lot]:
                pressed[heat].add(step.end)
                between[heat].add(step.lot)
    return [Group(Shared.HEAT, code, heat, pressed[heat] - own, between[heat]) for heat, code in melts.items()]


def _baskets(cards: dict[int, str], own: set[int]) -> list[Group]:
    """The other labels that were packed from the same basket."""
    packed: dict[int, set[int]] = defaultdict(set)
    for step in _step(cards):
        if step.kind == LotKind.LABEL:
            packed[step.lot].add(step.end)
    return [Group(Shared.BASKET, code, card, packed[card] - own) for card, code in cards.items()]


def _packages(goods: set[int], own: set[int]) -> list[Group]:
    """The other labels under the same package."""
    outer = {
        step.end: step.code
        for step in _step(goods)
        if step.kind == LotKind.LABEL and record_of(step.event)[0] in _PACKING
    }
    inside: dict[int, set[int]] = defaultdict(set)
    for step in _step(outer, back=True):
        if step.kind == LotKind.LABEL:
            inside[step.lot].add(step.end)
    return [Group(Shared.PACKAGE, code, package, inside[package] - own) for package, code in outer.items()]


def gathered(found: Common, trace: Trace) -> Side:
    """Fill each group from the trace that holds all of it: its lots, labels, kilograms, customers and gaps."""
    # The goods in hand are where the question comes from, not part of its answer.
    for lot in trace.start:
        trace.records.shipments.pop(lot, None)
    masks = _masks(found.groups, trace)
    members: dict[int, list[int]] = defaultdict(list)
    for lot, mask in masks.items():
        for number in _bits(mask):
            members[number].append(lot)
    gaps: dict[int, int] = defaultdict(int)
    for gap in trace.gaps:
        gaps[gap.lot] += 1
    for number, group in enumerate(found.groups):
        group.lots = sorted(members[number])
        labels = [trace.nodes[lot] for lot in group.lots if trace.nodes[lot].kind == LotKind.LABEL]
        group.labels = [node.id for node in labels]
        weighed = labels or [trace.nodes[lot] for lot in group.lots if lot in group.seeds]
        group.quantity_milli = sum(node.quantity_milli or 0 for node in weighed)
        group.unit = weighed[0].unit if weighed else "kg"
        shipped = {lot: rows for lot, rows in trace.records.shipments.items() if lot in set(group.labels)}
        group.held = holders(trace.nodes, shipped)
        group.gaps = sum(gaps[lot] for lot in group.lots)
    return Side(trace, found.groups)


def _masks(groups: list[Group], trace: Trace) -> dict[int, int]:
    """Which groups each lot belongs to, as bits: from the seeds along the links, until nothing changes."""
    onward: dict[int, list[int]] = defaultdict(list)
    things = {group.lot for group in groups}.union(*(group.between for group in groups))
    for link in trace.links:
        if link.src not in things:
            onward[link.src].append(link.dst)
    masks: dict[int, int] = defaultdict(int)
    for number, group in enumerate(groups):
        for seed in group.seeds & trace.nodes.keys():
            masks[seed] |= 1 << number
    waiting = list(masks)
    while waiting:
        lot = waiting.pop()
        for following in onward[lot]:
            if following in trace.nodes and masks[following] | masks[lot] != masks[following]:
                masks[following] |= masks[lot]
                waiting.append(following)
    return masks


def _bits(mask: int) -> Iterable[int]:
    number = 0
    while mask:
        if mask & 1:
            yield number
        mask >>= 1
        number += 1
