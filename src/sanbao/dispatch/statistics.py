"""Wrong shipments caught and escaped, counted by month, by mistake, by product (W-08). A constant number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from sanbao.dispatch.models import Caught, Escape, Fate, Pick
from sanbao.dispatch.rules import Mistake
from sanbao.kernel import times
from sanbao.kernel.words import W


@dataclass
class Tally:
    """One row: how many were stopped at the gate, how many got past it, how many labels left."""

    title: Any
    caught: int = 0
    escaped: int = 0
    shipped: int = 0

    @property
    def wrong(self) -> int:
        return self.caught + self.escaped

    @property
    def share(self) -> float | None:
        """Which part of the wrong shipments the gate stopped, in percent; None where there were none."""
        return round(100 * self.caught / self.wrong, 1) if self.wrong else None


@dataclass
class Counts:
    first: date
    last: date
    months: list[Tally] = field(default_factory=list)
    mistakes: list[Tally] = field(default_factory=list)
    products: list[Tally] = field(default_factory=list)
    total: Tally = field(default_factory=lambda: Tally(W("合计", "Total")))


def counts(first: date, last: date) -> Counts:
    """Both counts from a first day to a last day, both included, by the factory's days."""
    begin, end = (times.start_of(day) for day in (first, last + timedelta(days=1)))
    caught = Caught.objects.filter(at__gte=begin, at__lt=end)
    escaped = Escape.objects.filter(found_on__range=(first, last))
    shipped = Pick.objects.filter(fate=Fate.SHIPPED, ended_at__gte=begin, ended_at__lt=end)
    zone = times.zone()
    by_month = (
        _by(caught.annotate(key=TruncMonth("at", tzinfo=zone))),
        _by(escaped.annotate(key=TruncMonth("found_on"))),
        _by(shipped.annotate(key=TruncMonth("ended_at", tzinfo=zone))),
    )
    months = [{f"{key:%Y-%m}": n for key, n in part.items()} for part in by_month]
    found = Counts(first, last)
    found.months = [_tally(month, month, *months) for month in _months(first, last)]
    mistakes = (_by(caught, "mistake"), _by(escaped, "mistake"), {})
    found.mistakes = [_tally(m.title, m.value, *mistakes) for m in Mistake if any(m.value in part for part in mistakes)]
    products = tuple(_by(rows, "lot__product__code") for rows in (caught, escaped, shipped))
    wrong = Counter(products[0]) + Counter(products[1])
    found.products = [
        _tally(code or W("没有型号", "No product"), code, *products)
        for code, _ in sorted(wrong.items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]
    for tally in found.months:
        found.total.caught += tally.caught
        found.total.escaped += tally.escaped
        found.total.shipped += tally.shipped
    return found


def _by(rows: Any, name: str = "key") -> dict[Any, int]:
    return dict(rows.order_by().values_list(name).annotate(n=Count("pk")))


def _months(first: date, last: date) -> list[str]:
    return [
        f"{year:04}-{month + 1:02}"
        for year, month in (
            divmod(n, 12) for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        )
    ]


def _tally(title: Any, key: Any, caught: dict[Any, int], escaped: dict[Any, int], shipped: dict[Any, int]) -> Tally:
    return Tally(title, caught.get(key, 0), escaped.get(key, 0), shipped.get(key, 0))
