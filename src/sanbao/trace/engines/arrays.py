"""The links as flat arrays of numbers: who follows whom, in one direction, and the walk along them. No database.

``Neighbours`` is a compressed sparse row: the neighbours of lot ``n`` stand in ``lots[offsets[n]:offsets[n + 1]]``.
``Patch`` holds, for the lots whose links have changed since, all their neighbours as they are now; it stands before
the array. Lots are numbered densely by the store, so a number is its own place and nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sanbao.trace.engines import Unsuited

type Lots = np.ndarray[Any, np.dtype[np.int32]]

#: A lot's number, and the number of links, must fit 32 bits.
LARGEST = 2**31 - 2
#: A walk of more steps than this that finds so few lots at each is quicker as a query.
_LONG, _THIN = 64, 24


@dataclass(slots=True, frozen=True)
class Neighbours:
    """One direction of all links."""

    offsets: Lots
    lots: Lots

    @classmethod
    def of(cls, near: Lots, far: Lots, span: int) -> Neighbours:
        """From pairs sorted by ``near``; every number below ``span``."""
        offsets = np.zeros(span + 1, np.int32)
        np.cumsum(np.bincount(near, minlength=span), out=offsets[1:])
        return cls(offsets, far)

    @property
    def span(self) -> int:
        return len(self.offsets) - 1

    def save(self, folder: Path, name: str) -> None:
        np.save(folder / f"{name}-offsets.npy", self.offsets)
        np.save(folder / f"{name}-lots.npy", self.lots)

    @classmethod
    def mapped(cls, folder: Path, name: str) -> Neighbours:
        """Read where it lies; pages that nobody asks for stay on the disk. A truncated file raises ValueError."""
        offsets, lots = (np.load(folder / f"{name}-{part}.npy", mmap_mode="r") for part in ("offsets", "lots"))
        if offsets[0] != 0 or offsets[-1] != len(lots):
            raise ValueError(f"{folder}: {name} does not fit together")
        return cls(np.asarray(offsets), np.asarray(lots))

    def after(self, frontier: Lots) -> Lots:
        """The neighbours of these lots, one after the other; numbers beyond the span have none."""
        if len(frontier) and frontier[-1] >= self.span:
            frontier = frontier[frontier < self.span]
        begins = self.offsets[frontier]
        counts = self.offsets[frontier + 1] - begins
        ends = np.cumsum(counts, dtype=np.int32)
        places = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
        places += np.repeat(begins - (ends - counts), counts)
        return self.lots[places]


@dataclass(slots=True, frozen=True)
class Patch:
    """All neighbours of the lots that have changed, as they are now. ``changed`` is sorted.

    ``sieve`` says at ``lot & mask`` whether the lot may be among them, so that the others cost one byte each.
    """

    changed: Lots
    neighbours: Neighbours
    sieve: np.ndarray[Any, np.dtype[np.bool_]]

    @classmethod
    def of(cls, changed: Lots, near: Lots, far: Lots) -> Patch:
        """``changed`` with the pairs that start at one of them, both in any order."""
        changed = distinct(changed)
        order = np.argsort(near, kind="stable")
        places = np.searchsorted(changed, near[order]).astype(np.int32)
        sieve = np.zeros(1 << max(12, (8 * len(changed)).bit_length()), bool)
        sieve[changed & (len(sieve) - 1)] = True
        return cls(changed, Neighbours.of(places, far[order], len(changed)), sieve)

    @classmethod
    def none(cls) -> Patch:
        empty = np.empty(0, np.int32)
        return cls.of(empty, empty, empty)

    def renewed(self, changed: Lots, near: Lots, far: Lots) -> Patch:
        """This patch with these lots read anew."""
        places = np.repeat(self.changed, np.diff(self.neighbours.offsets))
        kept = ~np.isin(places, changed)
        return Patch.of(
            np.concatenate([self.changed, changed]),
            np.concatenate([places[kept], near]),
            np.concatenate([self.neighbours.lots[kept], far]),
        )

    @property
    def largest(self) -> int:
        """The highest number that it mentions, -1 when it is empty."""
        return max(
            int(self.changed[-1]) if len(self.changed) else -1, int(self.neighbours.lots.max(initial=-1))
        )  # fmt: skip

    def split(self, frontier: Lots) -> tuple[Lots, Lots]:
        """(the frontier without changed lots, the places of the changed ones in this patch)."""
        suspect = self.sieve[frontier & (len(self.sieve) - 1)]
        if not suspect.any():
            return frontier, frontier[:0]
        places = np.searchsorted(self.changed, frontier[suspect]).astype(np.int32)
        places[places == len(self.changed)] = 0
        certain = self.changed[places] == frontier[suspect]
        suspect[suspect] = certain
        return frontier[~suspect], places[certain]


def walk(starts: Iterable[int], links: Neighbours, patch: Patch) -> list[int]:
    """Every lot that is reached from the starts, and the starts, each once."""
    wanted = set(starts)
    span = max(links.span, patch.largest + 1)
    frontier = np.array(sorted(lot for lot in wanted if 0 <= lot < span), np.int32)
    seen = np.zeros(span, bool)
    seen[frontier] = True
    found, count = [frontier], len(frontier)
    while len(frontier):
        unchanged, changed = patch.split(frontier)
        reached = links.after(unchanged)
        if len(changed):
            reached = np.concatenate([reached, patch.neighbours.after(changed)])
        frontier = distinct(reached[~seen[reached]])
        seen[frontier] = True
        found.append(frontier)
        count += len(frontier)
        if len(found) > _LONG and count < _THIN * len(found) and len(frontier):
            raise Unsuited
    alone = [lot for lot in wanted if not 0 <= lot < span]
    answer: list[int] = np.concatenate(found).tolist()
    return answer + alone


def distinct(lots: Lots) -> Lots:
    """Sorted, each once; what is in order already costs one look."""
    if len(lots) < 2 or (lots[1:] > lots[:-1]).all():
        return lots
    ordered = np.sort(lots)
    first = np.empty(len(ordered), bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
