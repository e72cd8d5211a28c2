"""Working time: several periods a day, days off, make-up working days (调休补班); pure, no Django.

Moments are aware datetimes and come back in UTC. A period belongs to the day on which it begins and may
cross midnight. Elapsed time is always measured in UTC, so that a change to summer time neither adds nor
takes an hour that a clock on the wall did not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, Self
from zoneinfo import ZoneInfo

import holidays

type Both = tuple[str, str]
"""What is said in Chinese and in English."""

type Unit = Literal["h", "wh", "wd", "d"]
UNITS: dict[str, Both] = {
    "h": ("小时", "hours"),
    "wh": ("工作小时", "working hours"),
    "wd": ("个工作日", "working days"),
    "d": ("天", "days"),
}
NOTHING = timedelta(0)
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """How long something may take: ``4 wh`` four working hours, ``24 h``, ``5 wd`` working days, ``15 d``.

    Hours may be broken (``1.5 wh``); days are whole and end with the day, the first day not counted
    (民法典 201, 203).
    """

    amount: Decimal
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``4 wh``; ValueError for anything else."""
        number, _, unit = text.strip().partition(" ")
        try:
            amount = Decimal(number)
        except InvalidOperation:
            raise ValueError(f"not a span of time: {text!r}") from None
        if unit not in UNITS or not amount.is_finite() or amount <= 0 or amount > 10_000:
            raise ValueError(f"not a span of time: {text!r}")
        if unit in ("wd", "d") and amount != int(amount):
            raise ValueError(f"days are counted whole: {text!r}")
        return cls(amount, unit)  # type: ignore[arg-type]

    @property
    def working(self) -> bool:
        """Whether only working time counts."""
        return self.unit in ("wh", "wd")

    @property
    def said(self) -> Both:
        zh, en = UNITS[self.unit]
        return f"{self.amount:f} {zh}", f"{self.amount:f} {en[:-1] if self.amount == 1 else en}"

    def __str__(self) -> str:
        return f"{self.amount:f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Period:
    """Working time from one minute of the day to another; ``end`` past 24:00 belongs to the next day."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``08:00-12:00``; ``22:00-06:00`` crosses midnight, ``00:00-24:00`` is the whole day."""
        try:
            start, end = (_minute(part) for part in text.split("-"))
        except ValueError:
            raise ValueError(f"not a period of the day: {text!r}") from None
        if start in (end, MINUTES_A_DAY):
            raise ValueError(f"an empty period: {text!r}")
        return cls(start, end if end > start else end + MINUTES_A_DAY)

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments in UTC at which the period begins and ends when it belongs to this day."""
        return _moment(day, self.start, zone), _moment(day, self.end, zone)


def _minute(text: str) -> int:
    hours, minutes = (int(part) for part in text.strip().split(":"))
    minute = hours * 60 + minutes
    if not (hours >= 0 and 0 <= minutes < 60 and minute <= MINUTES_A_DAY):
        raise ValueError(text)
    return minute


@lru_cache(maxsize=8192)  # a due time of some weeks asks for the same mornings and evenings again and again
def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, minute = divmod(minute, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    return wall.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """Time that counted."""

    start: datetime
    end: datetime
    reason: Both


@dataclass(frozen=True, slots=True)
class Skipped:
    """Time that did not count, and why."""

    start: datetime
    end: datetime
    reason: Both


type Stretch = Counted | Skipped

WORKING: Both = ("工作时间", "Working time")
ELAPSED: Both = ("日历时间", "Elapsed time")
OFF_HOURS: Both = ("非工作时间", "Outside working hours")
WEEKEND: Both = ("周休日", "Weekend")
FIRST_DAY: Both = ("起算日不计", "The first day is not counted")
WORKDAY: Both = ("工作日", "Working day")
CALENDAR_DAY: Both = ("日历日", "Calendar day")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that is not worked as its weekday says: off when it has no periods."""

    periods: tuple[Period, ...]
    name: Both


@dataclass(frozen=True)
class WorkingCalendar:
    """When a factory works: ``periods`` by weekday (0 is Monday), and dates that are not as their weekday."""

    periods: Mapping[int, tuple[Period, ...]]
    zone: ZoneInfo
    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(self.periods.values()):
            raise ValueError("a calendar without any working time would never reach a due time")

    def periods_of(self, day: date) -> tuple[Period, ...]:
        if day in self.special:
            return self.special[day].periods
        return self.periods.get(day.weekday(), ())

    def works(self, day: date) -> bool:
        return bool(self.periods_of(day))

    def reason(self, day: date) -> Both:
        """Why a day counts or does not."""
        if day in self.special:
            return self.special[day].name
        return WORKDAY if self.works(day) else WEEKEND

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def working(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working intervals after a moment, in order, never overlapping, without end."""
        reached, day = start.astimezone(UTC), self.day_of(start) - DAY
        while True:
            for period in sorted(self.periods_of(day), key=lambda p: p.start):
                begin, end = period.on(day, self.zone)
                if (begin := max(begin, reached)) < end:
                    yield begin, end
                    reached = end
            day += DAY

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which this much working time has passed since ``start``."""
        if amount < NOTHING:
            raise ValueError("working time is only added")
        left, reached = amount, start.astimezone(UTC)
        for begin, end in self.working(start) if left else ():
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return reached

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from ``start`` to ``end``."""
        if end < start:
            raise ValueError("time between two moments is counted forward")
        total = NOTHING
        for begin, until in self.working(start):
            if begin >= end:
                break
            total += min(until, end) - begin
        return total

    def last_moment(self, day: date) -> datetime:
        """When a day's work ends; midnight at its end for a day off."""
        ends = [period.on(day, self.zone)[1] for period in self.periods_of(day)]
        return max(ends, default=_moment(day, MINUTES_A_DAY, self.zone))

    def due(self, start: datetime, span: Span) -> datetime:
        """When a span that begins at ``start`` ends."""
        if span.unit == "h":
            return start.astimezone(UTC) + timedelta(hours=1) * float(span.amount)
        if span.unit == "wh":
            return self.add(start, timedelta(seconds=int(span.amount * 3600)))
        if span.unit == "d":
            return _moment(self.day_of(start) + int(span.amount) * DAY, MINUTES_A_DAY, self.zone)
        day, left = self.day_of(start), int(span.amount)
        while left:
            day += DAY
            left -= self.works(day)
        return self.last_moment(day)

    def explain(self, start: datetime, span: Span) -> list[Stretch]:
        """What counted and what was skipped between ``start`` and its due time, without a hole."""
        due = self.due(start, span)
        if span.unit == "h":
            return [Counted(start.astimezone(UTC), due, ELAPSED)]
        if span.unit == "wh":
            return self.stretches(start, due)
        days: list[Stretch] = []
        day = self.day_of(start)
        if (midnight := _moment(day, MINUTES_A_DAY, self.zone)) > start:
            days.append(Skipped(start.astimezone(UTC), midnight, FIRST_DAY))
        while days[-1].end < due:
            day += DAY
            end = min(_moment(day, MINUTES_A_DAY, self.zone), due)
            counts = span.unit == "d" or self.works(day)
            reason = CALENDAR_DAY if span.unit == "d" else self.reason(day)
            _extend(days, (Counted if counts else Skipped)(days[-1].end, end, reason))
        if days[-1].end < due:  # pragma: no cover - the loop ends at the due time
            raise AssertionError("a due time beyond its last day")
        return days

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """Every moment from ``start`` to ``end``, as working time or as time skipped with its reason."""
        found: list[Stretch] = []
        reached = start.astimezone(UTC)
        for begin, until in self.working(start):
            if begin > reached:
                found.append(Skipped(reached, min(begin, end), self._gap(reached, min(begin, end))))
            if begin >= end:
                break
            special = self.special.get(self.day_of(begin))
            _extend(found, Counted(begin, min(until, end), special.name if special else WORKING))
            if (reached := until) >= end:
                break
        return found

    def _gap(self, start: datetime, end: datetime) -> Both:
        """Whole days without work name a gap; a night or a lunch break is just outside working hours."""
        first, last = self.day_of(start), self.day_of(end - timedelta(microseconds=1))
        reasons: dict[Both, None] = {}
        for offset in range((last - first).days + 1):
            if not self.works(day := first + offset * DAY):
                reasons[self.reason(day)] = None
        if not reasons:
            return OFF_HOURS
        return "、".join(zh for zh, _ in reasons), ", ".join(en for _, en in reasons)


def _extend(stretches: list[Stretch], new: Stretch) -> None:
    """Append, or lengthen the last when the new one only continues it."""
    if stretches:
        last = stretches[-1]
        if type(last) is type(new) and last.reason == new.reason and last.end == new.start:
            stretches[-1] = type(new)(last.start, new.end, new.reason)
            return
    stretches.append(new)


def round_the_clock(zone: ZoneInfo) -> WorkingCalendar:
    """Every hour of every day counts."""
    always = (Period(0, MINUTES_A_DAY),)
    return WorkingCalendar(dict.fromkeys(range(7), always), zone)


@dataclass(frozen=True)
class StateCouncil:
    """China's days off and make-up working days, by name, and the years whose exchange of days is announced.

    Of other years only the statutory days are known.
    """

    off: Mapping[date, Both]
    extra: Mapping[date, Both]
    announced: frozenset[int]

    def special(self, make_up: tuple[Period, ...]) -> dict[date, SpecialDay]:
        """As days of a calendar whose make-up days are worked in these periods."""
        off = {day: SpecialDay((), name) for day, name in self.off.items()}
        return off | {day: SpecialDay(make_up, name) for day, name in self.extra.items()}


def state_council(years: range) -> StateCouncil:
    """China's public holidays with the exchanged days (调休) for the years that are known."""
    zh = holidays.country_holidays("CN", years=years, language="zh_CN")
    en = holidays.country_holidays("CN", years=years, language="en_US")
    made_up: set[date] = getattr(zh, "weekend_workdays", set())
    return StateCouncil(
        {day: (zh[day], en[day]) for day in sorted(zh)},
        {day: ("调休上班", "Make-up working day") for day in sorted(made_up) if day.year in years},
        frozenset(day.year for day in made_up) & frozenset(years),
    )
