"""What only higher storeys know about lots; each room hands it down by registering here.

``reporters`` tell which lots are complained about alike, ``gatekeepers`` what else stands in a lot's way at a gate,
``before_passed`` what still keeps lots from being 合格, ``papers`` what a record says that an upper room keeps (a
process step, a transfer, a new label), ``linking`` where records are kept that made
links, ``announcers`` what the public is told about a label's goods, a recall first, ``keepers`` what stands against
letting lots out of a hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace.models import Hold, Lot, RecordKind

#: Takes the ids of the lots that are looked at, gives the ids of all lots with complaints of the same kind.
Reporter = Callable[[Collection[int]], Collection[int]]
reporters: list[Reporter] = []

#: Takes the lots that are about to pass; refuses, or stays silent.
Gatekeeper = Callable[[Sequence[Lot]], None]
gatekeepers: list[Gatekeeper] = []

#: Each takes the ids of lots that QC is about to call 合格 and gives the refusal that stands against it, or nothing.
before_passed: list[Callable[[Collection[int]], Refusal | None]] = []

#: Each takes a hold and who wants to let lots out of it, and gives the refusal that stands against it, or nothing: a
#: hold that a record placed is let go by what the record decides.
keepers: list[Callable[[Hold, Actor], Refusal | None]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a record of an upper room says: its number, the lot it is about, who wrote it down, labelled rows."""

    kind: RecordKind
    id: int
    lot: Lot
    number: str
    source: str
    rows: Sequence[tuple[W | str, Any]]
    row: int | None = None


#: Kind of record → what the records with these ids say, in any order.
papers: dict[RecordKind, Callable[[Collection[int]], Sequence[Paper]]] = {}


@dataclass(frozen=True, slots=True)
class Linked:
    """Where an upper room keeps records that made links, and under which names there stand their day, the lots that
    they led into (a path to the lots' ids) and what else is told of them to others: facts, no people."""

    model: type[Model]
    day: str
    into: str
    told: tuple[str, ...] = ()


#: Kind of record → where its records are kept. They are written under ``trace.writing()``, so that their numbers are
#: seen in their order.
linking: dict[RecordKind, Linked] = {}


@dataclass(frozen=True)
class PublicNotice:
    """What everybody may read who scans the label; ``href`` where more stands, an address without log-in."""

    title: W
    text: W
    href: str = ""


#: Takes the id of a label's lot, gives the notices that hold for it now (T-15).
Announcer = Callable[[int], Iterable[PublicNotice]]
announcers: list[Announcer] = []


def alike(lots: Collection[int]) -> set[int]:
    """Lots with complaints of the same kind as those about ``lots``."""
    return {lot for reporter in reporters for lot in reporter(lots)}


def unready(lots: Collection[int]) -> Refusal | None:
    """The first refusal that stands against calling these lots 合格."""
    return next((found for check in before_passed if (found := check(lots)) is not None), None)


def kept_by(hold: Hold, by: Actor) -> Refusal | None:
    """The first refusal that stands against this actor letting lots out of a hold."""
    return next((found for keeper in keepers if (found := keeper(hold, by)) is not None), None)


def announced(lot: int) -> list[PublicNotice]:
    """Every public notice about a label's goods, in the order in which the rooms registered."""
    return [notice for announcer in announcers for notice in announcer(lot)]
