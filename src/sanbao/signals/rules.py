"""When a matter counts as fairly widespread (C-09): figures in, figures out.

Two rules. *Amber* is a count that anybody can check on his fingers: so many cases of the same kind within the window,
from so many users. *Red* compares with what is usual: the rate of complaints per tonne at risk is unknown, what is
believed of it before the window is a gamma distribution, and the count of the window is then negative binomial. Of
all that is looked at on one day, the false discoveries among the red are held at a share (Benjamini and Hochberg).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p

#: Below this share of what was summed so far a further term changes nothing that a person could see.
NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Belief:
    """A gamma distribution of a rate: so many events in so much exposure."""

    events: float
    exposure: float

    @property
    def mean(self) -> float:
        return self.events / self.exposure

    def expects(self, exposure: float) -> float:
        """How many events are usual in so much exposure."""
        return self.mean * exposure


def believed(*, base: float, strength: float, events: int, exposure: float) -> Belief:
    """What is believed of one kind's rate: the rate of the fault everywhere, weighing ``strength`` events, and what the
    kind itself has shown. Little of its own leaves it near the base, much of its own outweighs it."""
    if base <= 0 or strength <= 0:
        raise ValueError("a belief needs a base rate and a strength above nothing")
    return Belief(strength + events, strength / base + exposure)


def tail(count: int, belief: Belief, exposure: float) -> float:
    """The chance of ``count`` or more events in the exposure: the upper tail of the predictive negative binomial."""
    if count <= 0:
        return 1.0
    if exposure <= 0:
        return 0.0
    shape, odds = belief.events, exposure / belief.exposure
    miss = odds / (1 + odds)
    # Summed from the side that holds less, so that a small chance is not the difference of two near one.
    if count <= belief.expects(exposure):
        return max(0.0, 1.0 - _summed(0, count, shape, odds, miss))
    return min(1.0, _summed(count, inf, shape, odds, miss))


def _summed(first: int, end: float, shape: float, odds: float, miss: float) -> float:
    start = lgamma(first + shape) - lgamma(shape) - lgamma(first + 1)
    term = exp(start - shape * log1p(odds) + first * log(miss))
    total, k = 0.0, first
    while k < end:
        total += term
        ratio = (k + shape) / (k + 1) * miss
        term, k = term * ratio, k + 1
        if ratio < 1 and term / (1 - ratio) <= total * NEGLIGIBLE:
            break
    return total


def discoveries(chances: Sequence[float], *, among: int, share: float) -> float:
    """The highest chance that still counts as a discovery (Benjamini and Hochberg, 1995); 0 when none does.

    ``among`` is how many were looked at, also those whose chance was not worth reckoning.
    """
    if among < len(chances):
        raise ValueError("more chances than were looked at")
    line = 0.0
    for rank, chance in enumerate(sorted(chances), start=1):
        if chance <= rank * share / among:
            line = chance
    return line


@dataclass(frozen=True, slots=True)
class Line:
    """The published line (C-09). ``days``, ``cases`` and ``users`` make amber; ``share`` is that of false discoveries,
    ``strength`` how many cases the base rate weighs, ``risk_days`` how long a delivery can fail, ``cold_days`` how much
    history red needs; ``overlap`` is the share of cases in common that makes two findings one matter, and ``regrowth``
    how many more cases bring a rejected one back. ``count`` and ``compare`` name the dimensions of each rule."""

    days: int
    cases: int
    users: int
    share: float
    strength: float
    risk_days: int
    cold_days: int
    overlap: float
    regrowth: int
    count: frozenset[str]
    compare: frozenset[str]


def amber(*, cases: int, users: int, line: Line) -> bool:
    """So many of the same kind from so many users; one angry user with five calls is not widespread."""
    return cases >= line.cases and users >= line.users


def comparable(*, history_days: int, line: Line) -> bool:
    """Whether the history is long enough to know what is usual; before that only the count speaks (cold start)."""
    return history_days >= line.cold_days


def grown(*, rejected_at: int, cases: int, regrowth: int) -> bool:
    """Whether what a person rejected has grown so much that he is asked again."""
    return cases >= rejected_at + regrowth
