"""What a register comes to: plain values in, plain values out."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """One complaint of the register: by dimension the key that it counts under, and who complained."""

    keys: dict[str, str]
    user: str
    light: bool = False


@dataclass(slots=True)
class Line:
    """One key of a dimension: how many complaints, of how many users, and how many in the period before."""

    key: str
    count: int = 0
    before: int = 0
    light: int = 0
    users: set[str] = field(default_factory=set)
    share: Decimal = Decimal(0)
    cumulated: Decimal = Decimal(0)

    @property
    def change(self) -> int:
        return self.count - self.before


def tallied(now: Iterable[Fact], before: Iterable[Fact], dimension: str, *, in_order: bool = False) -> list[Line]:
    """The keys of a dimension, the most frequent first (of months: in their order), each with its share of the whole
    in percent and the share of it and all before it (Pareto). What was there before and is gone stands last, with 0."""
    lines: dict[str, Line] = defaultdict(lambda: Line(""))
    total = 0
    for fact in now:
        line = lines[fact.keys[dimension]]
        line.count += 1
        line.light += fact.light
        line.users.add(fact.user)
        total += 1
    for fact in before:
        lines[fact.keys[dimension]].before += 1
    for key, line in lines.items():
        line.key = key
    ordered = sorted(lines.values(), key=lambda line: line.key if in_order else (-line.count, -line.before, line.key))
    reached = 0
    for line in ordered:
        reached += line.count
        line.share, line.cumulated = _percent(line.count, total), _percent(reached, total)
    return ordered


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else Decimal(0)


def before(first: date, last: date) -> tuple[date, date]:
    """The period of the same kind before: the months before whole months, as many days before anything else."""
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        index = first.year * 12 + first.month - 1 - months
        return date(index // 12, index % 12 + 1, 1), first - timedelta(days=1)
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def last_period(today: date, months: int) -> tuple[date, date]:
    """The last whole period of so many months before a day: months of a year, quarters, half-years, years."""
    index = (today.year * 12 + today.month - 1) // months * months
    begin, end = index - months, date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
    return date(begin // 12, begin % 12 + 1, 1), end
