"""One question, several engines, one test suite: which lots does a lot come from, and which were made from it.

A closure holds the starts themselves, every lot once, in no order; loops (rework) end. Quantities, records and names
are fetched afterwards for the found set (``trace.queries``), never on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Engine(Protocol):
    """Answers with ids of lots; unknown starts stand alone."""

    def back(self, starts: Iterable[int]) -> list[int]:
        """Everything that went into the starts, and the starts."""
        ...

    def forward(self, starts: Iterable[int]) -> list[int]:
        """Everything that was made from the starts, and the starts."""
        ...

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        """For every lot upstream (starts left out): from how many of the starts it is reached."""
        ...

    def widths(self, starts: Iterable[int]) -> dict[int, int]:
        """For every start: how many lots were made from it."""
        ...


class Unsuited(Exception):
    """Another engine answers this sooner: the walk is one long thread, a handful of lots at each of many steps."""
