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

_NONE: Lots = np.empty(0, np.int32)
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
        begins = self.offsets.take(frontier)
        counts = self.offsets.take(frontier + 1)
        counts -= begins
        ends = counts.cumsum(dtype=np.int32)
        if not len(ends) or not ends[-1]:
            return _NONE
        places = np.arange(ends[-1], dtype=np.int32)
        begins -= ends
        begins += counts
        places += begins.repeat(counts)
        return self.lots.take(places)


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
        return cls.of(_NONE, _NONE, _NONE)

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
        suspect = self.sieve.take(frontier & (len(self.sieve) - 1))
        if not suspect.any():
            return frontier, _NONE
        places = np.searchsorted(self.changed, frontier[suspect]).astype(np.int32)
        places[places == len(self.changed)] = 0
        certain = self.changed[places] == frontier[suspect]
        suspect[suspect] = certain
        return frontier[~suspect], places[certain]


def walk(starts: Iterable[int], links: Neighbours, patch: Patch) -> list[int]:
    """Every lot that is reached from the starts, and the starts, each once."""
    wanted = set(starts)
    span = max(links.span, patch.largest + 1)
    inside = sorted(lot for lot in wanted if 0 <= lot < span)
    found = [np.array(inside, np.int32)]
    seen = _blank(span)
    try:
        _reach(found, seen, links, patch)
    finally:
        answer = np.concatenate(found)
        seen[answer] = False
        _kept.append(seen)
        del _kept[1:]
    told: list[int] = answer.tolist()
    return told + [lot for lot in wanted if not 0 <= lot < span]


def _reach(found: list[Lots], seen: np.ndarray[Any, np.dtype[np.bool_]], links: Neighbours, patch: Patch) -> None:
    """Add what is reached from the first of ``found``, step by step."""
    frontier, count = found[0], 0
    while len(frontier):
        seen[frontier] = True
        count += len(frontier)
        if len(found) > _LONG and count < _THIN * len(found):
            raise Unsuited
        unchanged, changed = patch.split(frontier)
        reached = links.after(unchanged)
        if len(changed):
            reached = np.concatenate([reached, patch.neighbours.after(changed)])
        frontier = distinct(reached[~seen.take(reached)])
        found.append(frontier)


#: One blank page is kept between walks: a new one of many megabytes would cost more than a short walk.
_kept: list[np.ndarray[Any, np.dtype[np.bool_]]] = []


def _blank(span: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    try:
        blank = _kept.pop()
    except IndexError:
        return np.zeros(span, bool)
    return blank if len(blank) >= span else np.zeros(span, bool)


def distinct(lots: Lots) -> Lots:
    """Sorted, each once; what is in order already costs one look."""
    if len(lots) < 2 or (lots[1:] > lots[:-1]).all():
        return lots
    ordered = np.sort(lots)
    first = np.empty(len(ordered), bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
