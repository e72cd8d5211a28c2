"""The same questions in plain Python over a set of links: slow, obviously right, what the tests compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


class ReferenceEngine:
    """``links`` are (src, dst) pairs."""

    def __init__(self, links: Iterable[tuple[int, int]]) -> None:
        self.into: dict[int, set[int]] = {}
        self.out_of: dict[int, set[int]] = {}
        for src, dst in links:
            self.into.setdefault(dst, set()).add(src)
            self.out_of.setdefault(src, set()).add(dst)

    def back(self, starts: Iterable[int]) -> list[int]:
        return _reach(starts, self.into)

    def forward(self, starts: Iterable[int]) -> list[int]:
        return _reach(starts, self.out_of)

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        each = set(starts)
        reached = Counter(lot for start in each for lot in self.back([start]))
        return {lot: count for lot, count in reached.items() if lot not in each}

    def widths(self, starts: Iterable[int]) -> dict[int, int]:
        return {start: len(self.forward([start])) - 1 for start in set(starts)}


def _reach(starts: Iterable[int], neighbours: Mapping[int, set[int]]) -> list[int]:
    found, frontier = set(starts), list(starts)
    while frontier:
        for neighbour in neighbours.get(frontier.pop(), ()):
            if neighbour not in found:
                found.add(neighbour)
                frontier.append(neighbour)
    return list(found)
