"""What a higher storey knows about lots and the trace must ask for; the upper room hands it down by registering here.

``reporters``: which lots are complained about alike. ``gatekeepers``: what else stands in a lot's way at a gate.
``announcers``: what the public is told about a label's goods, a recall before all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from sanbao.kernel.words import W
from sanbao.trace.models import Lot

#: Takes the ids of the lots that are looked at, gives the ids of all lots with complaints of the same kind.
Reporter = Callable[[Collection[int]], Collection[int]]
reporters: list[Reporter] = []

#: Takes the lots that are about to pass; refuses, or stays silent.
Gatekeeper = Callable[[Sequence[Lot]], None]
gatekeepers: list[Gatekeeper] = []


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


def announced(lot: int) -> list[PublicNotice]:
    """Every public notice about a label's goods, in the order in which the rooms registered."""
    return [notice for announcer in announcers for notice in announcer(lot)]
