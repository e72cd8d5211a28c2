"""What only higher storeys know about lots; each room hands it down by registering here.

``reporters`` tell which lots are complained about alike, ``before_passed`` what still keeps lots from being 合格,
``papers`` what a record says that an upper room keeps (a process step, a transfer, a new label).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace.models import Lot, RecordKind

Reporter = Callable[[Collection[int]], Collection[int]]
reporters: list[Reporter] = []

#: Each takes the ids of lots that QC is about to call 合格 and gives the refusal that stands against it, or nothing.
before_passed: list[Callable[[Collection[int]], Refusal | None]] = []


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


def alike(lots: Collection[int]) -> set[int]:
    """Lots with complaints of the same kind as those about ``lots``."""
    return {lot for reporter in reporters for lot in reporter(lots)}


def unready(lots: Collection[int]) -> Refusal | None:
    """The first refusal that stands against calling these lots 合格."""
    return next((found for check in before_passed if (found := check(lots)) is not None), None)
