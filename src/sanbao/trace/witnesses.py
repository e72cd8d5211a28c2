"""What events from outside say of lots. They are kept on the top storey, which hands the answers down by registering.

The trace asks who tells of a link or a lot, to show it and to lead to it, and which lots an event vouches for, so that
no record of ours is missed where somebody else's stands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sanbao.kernel.words import W

if TYPE_CHECKING:
    from sanbao.trace.traces import Trace


@dataclass(frozen=True, slots=True)
class Testimony:
    """One event about a lot: what to call it, what it says in a few words, where it stands."""

    id: int
    title: str
    rows: tuple[tuple[W | str, str], ...]
    at: datetime
    href: str
    told_by: W | str
    told_at: str = ""


class Witness(Protocol):
    def about(self, lot: int) -> list[Testimony]:
        """The events about a lot, oldest first."""
        ...

    def event(self, pk: int) -> Testimony | None:
        """The event behind a link."""
        ...

    def vouched(self, lots: Collection[int]) -> set[int]:
        """Those of these lots of which an event says how they came to be."""
        ...

    def document(self, answer: Trace) -> bytes:
        """A trace as a document of events, ours and those from outside."""
        ...


#: At most one: the room that keeps EPCIS events.
witnesses: list[Witness] = []


def about(lot: int) -> list[Testimony]:
    return [said for witness in witnesses for said in witness.about(lot)]


def event(pk: int) -> Testimony | None:
    return next((said for witness in witnesses if (said := witness.event(pk))), None)


def vouched(lots: Collection[int]) -> frozenset[int]:
    return frozenset(lot for witness in witnesses for lot in witness.vouched(lots))


def document(answer: Trace) -> bytes:
    return witnesses[0].document(answer)
