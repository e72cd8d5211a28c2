"""When a scheduled question is asked: second, minute, hour, day of month, month, day of week (EPCIS 2.0, 8.2.5.3).

Each field is a list of numbers, of ranges ``[8-17]`` and of steps ``0/15``; days of the week count from Monday, 1. A
field that is left out holds any value, but the fields smaller than the smallest that is given are nought: ``hour: 1``
means one o'clock sharp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LIMITS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
#: From the smallest to the largest; a day of the week stands beside the day of the month.
_SIZES = ("second", "minute", "hour", "dayOfMonth", "month")
_NUMBER = re.compile(r"\d{1,2}")
_RANGE = re.compile(r"\[?(\d{1,2})-(\d{1,2})\]?")
_STEP = re.compile(r"(\*|\d{1,2})/(\d{1,2})")
#: The 29th of February comes within eight years; what does not come by then never does.
_FURTHEST = timedelta(days=8 * 366)


class NoSchedule(ValueError):
    """``field`` cannot be read, or the schedule as a whole names no moment (empty ``field``)."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Schedule:
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Schedule:
        """Out of its JSON; :class:`NoSchedule` for one that cannot be read or that never comes."""
        for name in fields:
            if name not in LIMITS:
                raise NoSchedule(name)
        given = {name: _values(name, fields[name]) for name in fields}
        if not given:
            raise NoSchedule("")
        coarse = next((n for n, size in enumerate(_SIZES) if size in given), _SIZES.index("dayOfMonth"))
        for place, name in enumerate(_SIZES):
            low, high = LIMITS[name]
            given.setdefault(name, frozenset({low}) if place < coarse else frozenset(range(low, high + 1)))
        given.setdefault("dayOfWeek", frozenset(range(1, 8)))
        schedule = cls(*(given[name] for name in LIMITS))
        if schedule.after(datetime(2024, 1, 1)) is None:
            raise NoSchedule("")
        return schedule

    def after(self, moment: datetime) -> datetime | None:
        """The next moment after this one, on the same wall clock; None when there is none."""
        at = moment.replace(microsecond=0) + timedelta(seconds=1)
        day, last = at.replace(hour=0, minute=0, second=0), moment + _FURTHEST
        while day <= last:
            if self._on(day) and (found := self._within(max(day, at))):
                return found
            day += timedelta(days=1)
        return None

    def _on(self, day: datetime) -> bool:
        return day.month in self.months and day.day in self.days and day.isoweekday() in self.weekdays

    def _within(self, at: datetime) -> datetime | None:
        """The first moment of this day that is not before ``at``."""
        for hour in sorted(h for h in self.hours if h >= at.hour):
            for minute in sorted(m for m in self.minutes if hour > at.hour or m >= at.minute):
                later = hour > at.hour or minute > at.minute
                for second in sorted(s for s in self.seconds if later or s >= at.second):
                    return at.replace(hour=hour, minute=minute, second=second)
        return None


def _values(name: str, text: Any) -> frozenset[int]:
    low, high = LIMITS[name]
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or len(text) > 400:
        raise NoSchedule(name)
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        found |= set(_part(name, part, low, high))
    if not found or min(found) < low or max(found) > high:
        raise NoSchedule(name)
    return frozenset(found)


def _part(name: str, part: str, low: int, high: int) -> range:
    if part == "*":
        return range(low, high + 1)
    if _NUMBER.fullmatch(part):
        return range(int(part), int(part) + 1)
    if found := _RANGE.fullmatch(part):
        first, last = int(found[1]), int(found[2])
        if first <= last:
            return range(first, last + 1)
    elif (found := _STEP.fullmatch(part)) and int(found[2]):
        first = low if found[1] == "*" else int(found[1])
        return range(first, high + 1, int(found[2]))
    raise NoSchedule(name)
