"""How moments, spans and due times are said."""

from datetime import timedelta

import pytest

from sanbao.kernel import times
from sanbao.web import saying


@pytest.fixture(autouse=True)
def a_saturday_afternoon() -> object:
    with times.frozen("2026-04-18 14:30"):
        yield


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        ("2026-04-18 09:12", "今天 09:12", "today 09:12"),
        ("2026-04-17 23:59", "昨天 23:59", "yesterday 23:59"),
        ("2026-04-19 00:00", "明天 00:00", "tomorrow 00:00"),
        ("2026-01-05 08:00", "1 月 5 日 08:00", "5 Jan 08:00"),
        ("2025-12-31 08:00", "2025-12-31", "2025-12-31"),
    ],
)
def test_a_moment_is_said_as_the_factory_would_say_it(moment: str, zh: str, en: str) -> None:
    said = saying.moment(times.factory(moment))
    assert (said.said_in("zh-hans"), said.said_in("en")) == (zh, en)


@pytest.mark.parametrize(
    ("length", "zh"),
    [
        (timedelta(seconds=20), "1 分"),
        (timedelta(minutes=100), "1 小时 40 分"),
        (timedelta(hours=50), "2 天 2 小时"),
        (timedelta(days=9, hours=5), "9 天"),
        (timedelta(hours=-3), "3 小时"),
    ],
)
def test_a_span_names_its_two_largest_units(length: timedelta, zh: str) -> None:
    assert saying.span(length).said_in("zh-hans") == zh


@pytest.mark.parametrize(
    ("hours", "kind", "words"),
    [(-3, "late", "超时 3 小时"), (2, "soon", "今天 16:30 前"), (48, "plain", "4 月 20 日 14:30")],
)
def test_a_due_time_is_told_by_word_and_kind(hours: int, kind: str, words: str) -> None:
    due = saying.due(times.now() + timedelta(hours=hours))
    assert (due.kind, due.words.said_in("zh-hans")) == (kind, words)


def test_what_was_done_in_time_says_so_and_what_was_late_says_by_how_much() -> None:
    at = times.now()
    assert saying.due(at, stopped=at).kind == "fine"
    late = saying.due(at, stopped=at + timedelta(hours=5))
    assert (late.kind, late.words.said_in("zh-hans")) == ("late", "迟 5 小时")


def test_a_paused_clock_is_not_late() -> None:
    assert saying.due(times.now() - timedelta(hours=1), paused=True).kind == "hold"
