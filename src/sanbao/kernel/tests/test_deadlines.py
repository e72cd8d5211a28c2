"""A due time with pauses: what was paused is given back, and nothing else moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel.calendars import Period, Span, WorkingCalendar, round_the_clock
from sanbao.kernel.deadlines import Pause, deadline

CHINA = ZoneInfo("Asia/Shanghai")
SHIFT = (Period.parse("08:00-12:00"), Period.parse("13:30-17:30"))
FACTORY = WorkingCalendar(dict.fromkeys(range(5), SHIFT), CHINA)
ALWAYS = round_the_clock(CHINA)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-04-{text}").replace(tzinfo=CHINA)


def test_a_pause_gives_back_the_working_time_that_it_took() -> None:
    pause = Pause(at("13 10:00"), at("14 10:00"))  # 8 working hours
    found = deadline(at("13 09:00"), Span.parse("4 wh"), [pause], FACTORY)
    assert found.without_pauses == at("13 14:30")
    assert found.due_at == at("14 14:30")
    assert [(e.pause, e.amount) for e in found.earned] == [(pause, timedelta(hours=8))]


def test_a_pause_over_a_weekend_gives_back_nothing_to_a_working_clock_and_all_to_one_that_never_rests() -> None:
    weekend = Pause(at("17 17:30"), at("20 08:00"))
    assert deadline(at("17 16:30"), Span.parse("4 wh"), [weekend], FACTORY).due_at == at("20 11:00")
    assert deadline(at("17 16:30"), Span.parse("24 h"), [weekend], ALWAYS).due_at == at("21 07:00")


def test_a_pause_that_began_after_the_due_time_came_too_late_to_help() -> None:
    late = Pause(at("13 15:00"), at("15 15:00"))
    assert deadline(at("13 09:00"), Span.parse("4 wh"), [late], FACTORY).due_at == at("13 14:30")


def test_a_pause_that_began_before_the_clock_counts_from_the_start_of_the_clock_only() -> None:
    early = Pause(at("13 08:00"), at("13 10:00"))
    assert deadline(at("13 09:00"), Span.parse("1 wh"), [early], FACTORY).due_at == at("13 11:00")


def test_time_paused_twice_is_given_back_once() -> None:
    twice = [Pause(at("13 10:00"), at("13 12:00")), Pause(at("13 11:00"), at("13 14:30"))]
    assert deadline(at("13 09:00"), Span.parse("4 wh"), twice, FACTORY).due_at == at("13 17:30")


def test_a_warning_comes_at_its_share_of_the_time_and_moves_with_the_pauses_before_it() -> None:
    plain = deadline(at("13 08:00"), Span.parse("8 wh"), [], FACTORY, warn_percent=75)
    assert plain.warn_at == at("13 15:30")
    pause = Pause(at("13 08:00"), at("13 10:00"))
    assert deadline(at("13 08:00"), Span.parse("8 wh"), [pause], FACTORY, warn_percent=75).warn_at == at("13 17:30")


moments = st.integers(0, 60 * 24 * 20).map(lambda m: datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=m))
pauses = st.lists(st.tuples(moments, st.integers(0, 6000)), max_size=5).map(
    lambda pairs: [Pause(start, start + timedelta(minutes=length)) for start, length in pairs]
)
spans = st.builds(lambda n, unit: Span(Decimal(n), unit), st.integers(1, 40), st.sampled_from(["h", "wh", "wd", "d"]))


@given(moments, spans, pauses)
def test_the_time_that_runs_between_start_and_due_is_exactly_what_the_span_gives(
    start: datetime, span: Span, paused: list[Pause]
) -> None:
    calendar = FACTORY if span.working else ALWAYS
    found = deadline(start, span, paused, calendar)
    given_back = sum((e.amount for e in found.earned), timedelta())
    assert calendar.between(start, found.due_at) == calendar.between(start, found.without_pauses) + given_back
    assert start <= found.warn_at <= found.due_at


@given(moments, spans, spans, pauses)
def test_another_span_keeps_every_pause_that_began_before_both_due_times(
    start: datetime, first: Span, then: Span, paused: list[Pause]
) -> None:
    one, other = (deadline(start, span, paused, FACTORY if span.working else ALWAYS) for span in (first, then))
    sooner = min(one.due_at, other.due_at)
    if first.working == then.working:
        kept = [{(e.pause, e.amount) for e in d.earned if e.pause.start < sooner} for d in (one, other)]
        assert kept[0] == kept[1]


@given(moments, spans, pauses, st.tuples(moments, st.integers(1, 3000)))
def test_one_more_pause_never_makes_anything_due_earlier(
    start: datetime, span: Span, paused: list[Pause], more: tuple[datetime, int]
) -> None:
    calendar = FACTORY if span.working else ALWAYS
    another = Pause(more[0], more[0] + timedelta(minutes=more[1]))
    assert deadline(start, span, paused, calendar).due_at <= deadline(start, span, [*paused, another], calendar).due_at
