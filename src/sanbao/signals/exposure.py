"""How much lay with users and could fail: tonnes times days, in closed form. Pure.

A delivery is at risk for so many days. What a window saw of it is its weight times the days of that overlap, so that
a lot delivered last week has hardly been exposed and one of a year ago not any more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Deliveries:
    """What was delivered, as (day number, weight), in any order; asked for the exposure of a span of days."""

    __slots__ = ("_days", "_moment", "_risk", "_weight")

    def __init__(self, deliveries: Iterable[tuple[int, float]], risk_days: int) -> None:
        gathered: dict[int, float] = {}
        for day, weight in deliveries:
            gathered[day] = gathered.get(day, 0.0) + weight
        self._risk = risk_days
        self._days = sorted(gathered)
        self._weight = [0.0, *accumulate(gathered[day] for day in self._days)]
        self._moment = [0.0, *accumulate(gathered[day] * day for day in self._days)]

    def between(self, first: int, last: int) -> float:
        """Weight × days at risk from ``first`` to ``last``, both included. Later deliveries add nothing to a span that
        has ended, so no hindsight enters."""
        return max(0.0, self._until(last) - self._until(first - 1))

    def _until(self, day: int) -> float:
        """All exposure up to the end of a day: what is still at risk by its age, what is past by its whole term."""
        born, past = bisect_right(self._days, day), bisect_right(self._days, day - self._risk)
        young = self._weight[born] - self._weight[past]
        return (day + 1) * young - (self._moment[born] - self._moment[past]) + self._risk * self._weight[past]

    def spans(self, window: int) -> list[tuple[int, int]]:
        """First and last days on which a window of so many days would still see any of it, merged."""
        merged: list[tuple[int, int]] = []
        for day in self._days:
            end = day + self._risk - 1 + window - 1
            if merged and day <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((day, end))
        return merged
