"""Numbers without gaps: ``TS-2026-000123``. A number belongs to the transaction that takes it (C-19).

The counter is a row that the taking transaction locks until it ends, so a number that was taken and rolled back
is given again, and two at once get two.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, models

from sanbao.kernel.decision_tables import Amount, Choice, OneOf, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.times import today
from sanbao.kernel.words import W

NUMBERING = Policy(
    "numbering",
    title=W("编号规则", "Numbering"),
    clause="C-19",
    shape=Shape(
        inputs=[Choice("series", [], ("系列", "Series"), open=True)],
        outputs=[
            Text("prefix", r"[A-Z0-9]{1,8}", ("前缀", "Prefix")),
            Amount("width", "", 3, 9, ("位数", "Digits")),
            OneOf("restart", {"year": ("每年", "Every year"), "never": ("不重编", "Never")}, ("重新起编", "Restarts")),
        ],
    ),
)


class NumberSeries(models.Model):
    """The last number given in a series and year; year 0 for a series that never restarts."""

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "kernel_number_series"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once")]


def take(series: str, *, on: date | None = None) -> str:
    """The next number of a series, inside the caller's transaction."""
    day = on or today()
    rule = NUMBERING.decide(on=day, series=series)
    year = day.year if rule["restart"] == "year" else 0
    last = count(series, year)
    middle = f"{year}-" if year else ""
    return f"{rule['prefix']}-{middle}{last:0{int(rule['width'])}d}"


def count(series: str, year: int = 0) -> int:
    """The next of a series, bare: for a number whose form another policy lays down, as that of a spray code."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that uses it")
    if (last := _next(series, year)) is None:
        # The first of its year: whoever loses the race to insert waits for the winner and then counts on.
        NumberSeries.objects.bulk_create([NumberSeries(series=series, year=year)], ignore_conflicts=True)
        last = _next(series, year)
    if last is None:
        raise RuntimeError(f"the series {series} of {year} is gone")
    return last


def _next(series: str, year: int) -> int | None:
    """Count on and tell the number in one statement; None while the series has no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {NumberSeries._meta.db_table} SET last = last + 1 WHERE series = %s AND year = %s RETURNING last",
            [series, year],
        )
        found: tuple[int] | None = cursor.fetchone()
    return found[0] if found else None


@dataclass(frozen=True)
class Completeness:
    """The proof that a series has no hole (C-19), or where it has one."""

    series: str
    year: int
    given: int
    missing: tuple[int, ...]
    twice: tuple[int, ...]
    never_given: tuple[str, ...]
    """Numbers in use that the series never gave."""

    @property
    def complete(self) -> bool:
        return not (self.missing or self.twice or self.never_given)


def check(series: str, used: Iterable[str], *, year: int = 0) -> Completeness:
    """Hold the numbers in use in a series and year against what was given. Year 0 is a series that never restarts."""
    given = NumberSeries.objects.filter(series=series, year=year).values_list("last", flat=True).first() or 0
    pattern = re.compile(rf"[A-Z0-9]+-{f'{year}-' if year else ''}(\d+)")
    tally: Tally[int] = Tally()
    strangers: list[str] = []
    for number in used:
        match = pattern.fullmatch(number)
        if match and 1 <= int(match.group(1)) <= given:
            tally[int(match.group(1))] += 1
        else:
            strangers.append(number)
    missing = tuple(n for n in range(1, given + 1) if n not in tally)
    twice = tuple(sorted(n for n, times in tally.items() if times > 1))
    return Completeness(series, year, given, missing, twice, tuple(strangers))


def years(series: str) -> list[int]:
    """The years in which a series gave numbers."""
    return list(NumberSeries.objects.filter(series=series).order_by("year").values_list("year", flat=True))
