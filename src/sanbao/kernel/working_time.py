"""The calendar in force: the factory's periods per weekday, the State Council's days, and the factory's own dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sanbao.kernel.calendars import Both, Period, SpecialDay, WorkingCalendar, round_the_clock, state_council
from sanbao.kernel.decision_tables import Choice, Several, Shape, Table, Text
from sanbao.kernel.policies import InForce, Policy
from sanbao.kernel.times import today, zone
from sanbao.kernel.words import W

WEEK: dict[str, Both] = {
    "mon": ("周一", "Monday"),
    "tue": ("周二", "Tuesday"),
    "wed": ("周三", "Wednesday"),
    "thu": ("周四", "Thursday"),
    "fri": ("周五", "Friday"),
    "sat": ("周六", "Saturday"),
    "sun": ("周日", "Sunday"),
}
DAYS: dict[str, Both] = {**WEEK, "make_up": ("调休上班日", "Make-up working day")}


def _makes_a_calendar(table: Table) -> None:
    """Dates are dates, periods are periods, and somebody works at some time."""
    _calendar(table, {})


CALENDAR = Policy(
    "calendar",
    title=W("工作日历", "Working calendar"),
    clause="M-04",
    proof=_makes_a_calendar,
    shape=Shape(
        # A weekday, the make-up day, or a date of the factory's own, which goes before the State Council's.
        inputs=[Choice("day", DAYS, ("日子", "Day"), open=True)],
        outputs=[
            Several("periods", r"\d\d:\d\d-\d\d:\d\d", title=("工作时段", "Working periods")),
            Text("name_zh", title=("名称", "Name in Chinese"), optional=True),
            Text("name_en", title=("英文名称", "Name in English"), optional=True),
        ],
    ),
)


@dataclass(frozen=True)
class FactoryCalendar:
    """Working time and plain time by one version of the policy.

    ``announced`` are the years whose exchanged days (调休) are known; due times in others may still move.
    """

    version: int
    working: WorkingCalendar
    elapsed: WorkingCalendar
    announced: frozenset[int]

    def counting(self, working_time: bool) -> WorkingCalendar:
        return self.working if working_time else self.elapsed


def calendar(*, on: date | None = None) -> FactoryCalendar:
    """The calendar in force on a day (today); one small query."""
    return _made(CALENDAR.on(on or today()), str(zone()), today().year)


def calendar_by(version: int) -> FactoryCalendar:
    """The calendar by the number of its version, to explain a due time that was computed with it."""
    return _made(CALENDAR.numbered(version), str(zone()), today().year)


@lru_cache(maxsize=16)
def _made(hours: InForce, zone_name: str, year: int) -> FactoryCalendar:
    state = state_council(range(2020, year + 4))
    (make_up,) = (answer["periods"] for row, answer in hours.table.hits() if "make_up" in _names(row))
    working = _calendar(hours.table, state.special(_periods(make_up)))
    own_years = frozenset(day.year for day in working.special.keys() - state.off.keys() - state.extra.keys())
    return FactoryCalendar(hours.version, working, round_the_clock(zone()), state.announced | own_years)


def _calendar(table: Table, special: dict[date, SpecialDay]) -> WorkingCalendar:
    weekdays: dict[int, tuple[Period, ...]] = {}
    own: dict[date, SpecialDay] = {}
    for row, answer in table.hits():
        periods = _periods(answer["periods"])
        for name in _names(row):
            if name in WEEK:
                weekdays[list(WEEK).index(name)] = periods
            elif name not in DAYS:
                zh = str(answer["name_zh"] or ("本厂上班" if periods else "本厂休息"))
                en = str(answer["name_en"] or ("Factory works" if periods else "Factory closed"))
                own[date.fromisoformat(name)] = SpecialDay(periods, (zh, en))
    return WorkingCalendar(weekdays, zone(), special | own)


def _names(row: tuple[str, ...]) -> list[str]:
    return [name.strip() for name in row[0].split("|")]


def _periods(answer: object) -> tuple[Period, ...]:
    return tuple(Period.parse(text) for text in answer) if isinstance(answer, tuple) else ()
