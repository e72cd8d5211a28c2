"""Whether a corrective action helped, told from figures; plain values in, plain values out (Q-03)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import comb

type Both = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """So many cases of the fault in so many days, while so many tonnes went out."""

    days: int
    tonnes: Decimal
    cases: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.cases) / Fraction(self.tonnes) if self.tonnes > 0 else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the comparison came to: ``effective``, ``not_shown``, ``worse`` or ``undecidable``."""

    before: Period
    after: Period
    p: Fraction | None
    verdict: str

    @property
    def words(self) -> Both:
        """``前 90 天 120 t 中 6 起，后 90 天 130 t 中 0 起；单侧 p=0.016，有效``."""
        zh, en = VERDICTS[self.verdict]
        b, a = self.before, self.after
        told_zh = (
            f"前 {b.days} 天 {plain(b.tonnes)} t 中 {b.cases} 起，后 {a.days} 天 {plain(a.tonnes)} t 中 {a.cases} 起"
        )
        told_en = (
            f"{b.cases} cases in {plain(b.tonnes)} t over the {b.days} days before, "
            f"{a.cases} in {plain(a.tonnes)} t over the {a.days} days after"
        )
        if self.p is None:
            return f"{told_zh}；{zh}", f"{told_en}; {en}"
        return f"{told_zh}；单侧 p={shown(self.p)}，{zh}", f"{told_en}; one-sided p={shown(self.p)}, {en}"


VERDICTS: dict[str, Both] = {
    "effective": ("有效", "effective"),
    "not_shown": ("尚不能证明有效", "no effect shown yet"),
    "worse": ("没有减少", "not fewer than before"),
    "undecidable": ("没有可比的数，不能判定", "nothing to compare, so nothing is decided"),
}


def chance(before: Period, after: Period) -> Fraction | None:
    """How likely so few cases afterwards, or fewer, would be if nothing had changed: given the total, the later cases
    are binomial with the later share of the tonnes. Exact; None where there is nothing to compare."""
    total = before.cases + after.cases
    if total == 0 or before.tonnes <= 0 or after.tonnes <= 0:
        return None
    share = Fraction(after.tonnes) / (Fraction(before.tonnes) + Fraction(after.tonnes))
    rest = 1 - share
    return sum((comb(total, k) * share**k * rest ** (total - k) for k in range(after.cases + 1)), start=Fraction(0))


def effect(before: Period, after: Period, *, alpha: Decimal) -> Effect:
    """The verdict by the threshold that was fixed at opening."""
    p = chance(before, after)
    if p is None or before.rate is None or after.rate is None:
        return Effect(before, after, p, "undecidable")
    if p <= Fraction(alpha):
        return Effect(before, after, p, "effective")
    return Effect(before, after, p, "worse" if after.rate >= before.rate else "not_shown")


def plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(p: Fraction) -> str:
    """Three decimals, as people read them; never rounded to nought."""
    return "<0.001" if p < Fraction(1, 1000) else f"{float(p):.3f}"


_NUMBERED = re.compile(r"^\s*\d+\s*[.、)）:：]\s*")


def chain(text: str) -> list[str]:
    """The whys of a chain, one a line, without what numbers them."""
    found = (_NUMBERED.sub("", line).strip() for line in text.splitlines())
    return [why for why in found if why]


#: The six branches of the fishbone, in the order in which it is drawn.
BRANCHES = ("man", "machine", "material", "method", "measurement", "environment")


def bones(told: dict[str, str]) -> dict[str, list[str]]:
    """Branch → its causes, one a line; branches without any are left out."""
    found = {name: [line.strip() for line in told.get(name, "").splitlines() if line.strip()] for name in BRANCHES}
    return {name: causes for name, causes in found.items() if causes}


def recurs(*, implemented: bool, closed: bool, known: Sequence[int], case: int) -> bool:
    """Whether a new case of the same fault counts as a recurrence: after a closed action, and not yet counted."""
    return implemented and closed and case not in known
