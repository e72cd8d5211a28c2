"""Working time: several periods a day, days off, make-up days, nights and changes to summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel.calendars import (
    Counted,
    Period,
    Skipped,
    Span,
    SpecialDay,
    WorkingCalendar,
    round_the_clock,
    state_council,
)

CHINA = ZoneInfo("Asia/Shanghai")
DAY_SHIFT = (Period.parse("08:00-12:00"), Period.parse("13:30-17:30"))
STATE = state_council(range(2025, 2027))
FACTORY = WorkingCalendar(dict.fromkeys(range(5), DAY_SHIFT), CHINA, STATE.special(DAY_SHIFT))


def at(text: str, zone: ZoneInfo = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def due(start: str, span: str) -> str:
    return FACTORY.due(at(start), Span.parse(span)).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2026-04-13 09:00", "4 wh", "2026-04-13 14:30"),  # over lunch
        ("2026-04-17 16:30", "4 wh", "2026-04-20 11:00"),  # over a weekend
        ("2026-04-18 14:30", "1 wh", "2026-04-20 09:00"),  # begins on a Saturday
        ("2026-04-30 16:30", "2 wh", "2026-05-06 09:00"),  # 1 May holidays, five days
        ("2026-05-08 16:30", "2 wh", "2026-05-09 09:00"),  # Saturday 9 May is a make-up day
        ("2026-04-13 08:00", "8 wh", "2026-04-13 17:30"),  # the end of a day, not the next morning
        ("2026-04-13 09:00", "24 h", "2026-04-14 09:00"),
        ("2026-04-17 16:30", "24 h", "2026-04-18 16:30"),  # grade A knows no weekend
        ("2026-04-13 09:00", "1 wd", "2026-04-14 17:30"),
        ("2026-04-17 09:00", "1 wd", "2026-04-20 17:30"),
        ("2026-04-30 09:00", "1 wd", "2026-05-06 17:30"),
        ("2026-05-08 09:00", "1 wd", "2026-05-09 17:30"),
        ("2026-04-20 14:30", "10 wd", "2026-05-07 17:30"),
        ("2026-04-13 09:00", "15 d", "2026-04-29 00:00"),  # the end of the fifteenth day
    ],
)
def test_a_due_time_counts_working_time_as_the_factory_lives_it(start: str, span: str, expected: str) -> None:
    assert due(start, span) == expected


def test_the_state_council_calendar_knows_the_exchanged_days_of_2025_and_2026() -> None:
    assert STATE.off[date(2026, 2, 17)] == ("春节", "Chinese New Year (Spring Festival)")
    assert date(2026, 2, 23) in STATE.off and date(2026, 2, 28) in STATE.extra
    assert sorted(day for day in STATE.extra if day.year == 2025) == [
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
    ]
    assert STATE.announced == {2025, 2026}


def test_a_year_that_is_not_announced_knows_its_statutory_days_only() -> None:
    later = state_council(range(2027, 2028))
    assert later.announced == frozenset() and later.extra == {}
    assert date(2027, 10, 1) in later.off


def test_an_explanation_tells_what_counted_and_what_was_skipped_and_why() -> None:
    explained = FACTORY.explain(at("2026-04-30 16:30"), Span.parse("6 wh"))
    told = [(type(s).__name__, s.start.astimezone(CHINA).strftime("%m-%d %H:%M"), s.reason[0]) for s in explained]
    assert told == [
        ("Counted", "04-30 16:30", "工作时间"),
        ("Skipped", "04-30 17:30", "劳动节、周休日、劳动节（补假）、休息日（由 2026-05-09 调休）"),
        ("Counted", "05-06 08:00", "工作时间"),
        ("Skipped", "05-06 12:00", "非工作时间"),
        ("Counted", "05-06 13:30", "工作时间"),
    ]
    assert "Labor Day" in explained[1].reason[1]


def test_an_explanation_in_working_days_leaves_out_the_first_day_and_names_the_days_off() -> None:
    explained = FACTORY.explain(at("2026-05-08 10:00"), Span.parse("2 wd"))
    told = [(type(s).__name__, s.end.astimezone(CHINA).strftime("%m-%d %H:%M"), s.reason[0]) for s in explained]
    assert told == [
        ("Skipped", "05-09 00:00", "起算日不计"),
        ("Counted", "05-10 00:00", "调休上班"),
        ("Skipped", "05-11 00:00", "周休日"),
        ("Counted", "05-11 17:30", "工作日"),
    ]


def test_a_night_shift_crosses_midnight_and_belongs_to_the_day_it_begins() -> None:
    shutdown = {date(2026, 4, 20): SpecialDay((), ("停产", "Shutdown"))}
    night = WorkingCalendar({0: (Period.parse("22:00-06:00"),)}, CHINA, shutdown)
    assert night.add(at("2026-04-13 23:00"), hours(3)) == at("2026-04-14 02:00")
    assert night.add(at("2026-04-14 05:00"), hours(2)) == at("2026-04-27 23:00")  # the 20th is off
    assert night.due(at("2026-04-12 10:00"), Span.parse("1 wd")) == at("2026-04-14 06:00")


def test_a_day_that_loses_an_hour_to_summer_time_offers_one_hour_less() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    always = round_the_clock(berlin)
    start, end = at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin)
    assert always.between(start, end) == hours(23)
    assert always.between(at("2026-10-25 00:00", berlin), at("2026-10-26 00:00", berlin)) == hours(25)


def test_a_calendar_without_working_time_is_refused() -> None:
    with pytest.raises(ValueError, match="never reach"):
        WorkingCalendar({0: ()}, CHINA)


@pytest.mark.parametrize("text", ["", "4", "4wh", "-1 h", "0 d", "1.5 wd", "NaN h", "4 weeks", "99999 h"])
def test_a_span_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.parse(text)


@pytest.mark.parametrize("text", ["08:00", "08:00-08:00", "25:00-26:00", "08:60-09:00", "24:00-25:00", "a-b"])
def test_a_period_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)


# Properties, over calendars in zones with and without summer time.

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
PERIODS = [
    DAY_SHIFT,
    (Period.parse("00:00-24:00"),),
    (Period.parse("20:00-04:30"),),
    (Period.parse("01:30-02:30"), Period.parse("06:00-14:00"), Period.parse("22:00-02:00")),
]


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    days = draw(st.dictionaries(st.integers(0, 6), st.sampled_from(PERIODS), min_size=1))
    special = st.builds(SpecialDay, st.sampled_from([(), *PERIODS]), st.just(("假", "Holiday")))
    dates = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), special, max_size=40))
    return WorkingCalendar(days, draw(st.sampled_from(ZONES)), dates)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)).map(
    lambda m: m.replace(second=0, microsecond=0)
)
amounts = st.integers(0, 6000).map(lambda minutes: timedelta(minutes=minutes))


@given(calendars(), moments, amounts)
def test_what_is_added_is_what_lies_between(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount)) == amount


@given(calendars(), moments, amounts, amounts)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: WorkingCalendar, start: datetime, first: timedelta, then: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first), then) == calendar.add(start, first + then)


@given(calendars(), moments, amounts, amounts, amounts)
def test_a_later_start_or_a_longer_span_never_falls_due_earlier(
    calendar: WorkingCalendar, start: datetime, later: timedelta, amount: timedelta, more: timedelta
) -> None:
    assert calendar.add(start, amount) <= calendar.add(start, amount + more)
    if amount:
        assert calendar.add(start, amount) <= calendar.add(start + later, amount)


@given(calendars(), moments, st.integers(1, 40), st.sampled_from(["h", "wh", "wd", "d"]))
def test_an_explanation_has_no_hole_and_adds_up(
    calendar: WorkingCalendar, start: datetime, amount: int, unit: str
) -> None:
    span = Span(Decimal(amount), unit)  # type: ignore[arg-type]
    explained = calendar.explain(start, span)
    assert explained[0].start == start and explained[-1].end == calendar.due(start, span)
    assert all(a.end == b.start for a, b in pairwise(explained))
    assert all(s.start < s.end for s in explained)
    if unit in ("h", "wh"):
        counted = sum((s.end - s.start for s in explained if isinstance(s, Counted)), timedelta())
        assert counted == hours(amount)
    else:
        assert isinstance(explained[0], Skipped)
