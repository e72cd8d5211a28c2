"""What a register comes to, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.tallies.rules import Fact, before, last_period, tallied


def fact(key: str, user: str = "a", light: bool = False) -> Fact:
    return Fact({"fault": key}, user, light)


def test_the_most_frequent_stand_first_with_share_and_sum() -> None:
    now = [fact("Q1"), fact("Q3", "a"), fact("Q3", "b"), fact("Q3", "a", light=True)]
    lines = tallied(now, [fact("Q3"), fact("Q9")], "fault")
    assert [(x.key, x.count, x.before, x.change, len(x.users), x.light) for x in lines] == [
        ("Q3", 3, 1, 2, 2, 1), ("Q1", 1, 0, 1, 1, 0), ("Q9", 0, 1, -1, 0, 0)
    ]  # fmt: skip
    assert [(x.share, x.cumulated) for x in lines] == [
        (Decimal("75.0"), Decimal("75.0")), (Decimal("25.0"), Decimal("100.0")), (Decimal("0.0"), Decimal("100.0"))
    ]  # fmt: skip


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("cdef")))
def test_nothing_is_counted_twice_or_lost(now: list[str], then: list[str]) -> None:
    lines = tallied([fact(key) for key in now], [fact(key) for key in then], "fault")
    assert sum(x.count for x in lines) == len(now)
    assert sum(x.before for x in lines) == len(then)
    assert not now or lines[-1].cumulated == 100


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-04-06", "2026-04-12"), ("2026-03-30", "2026-04-05")),
        (("2026-04-06", "2026-04-06"), ("2026-04-05", "2026-04-05")),
    ],
)
def test_the_period_before_is_of_the_same_kind(span: tuple[str, str], expected: tuple[str, str]) -> None:
    assert before(*map(date.fromisoformat, span)) == tuple(map(date.fromisoformat, expected))


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, ("2026-04-01", "2026-04-30")), (3, ("2026-01-01", "2026-03-31")), (6, ("2025-07-01", "2025-12-31")),
     (12, ("2025-01-01", "2025-12-31"))],
)  # fmt: skip
def test_the_last_whole_period_has_ended(months: int, expected: tuple[str, str]) -> None:
    assert last_period(date(2026, 5, 20), months) == tuple(map(date.fromisoformat, expected))
