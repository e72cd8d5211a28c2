"""What follows from what, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.complaints import rules
from sanbao.complaints.models.vocabulary import ENDED, State
from sanbao.complaints.rules import Alike, Closing, Situation

DAY = date(2026, 4, 20)
READY = Closing(
    quality_related=True,
    widespread=False,
    unsatisfied=False,
    has_form=True,
    classified=True,
    satisfied=True,
    unjudged=0,
    unmet=0,
    samples_waiting=0,
    provisional=False,
)


@pytest.mark.parametrize(
    ("alike", "reached"),
    [
        ([Alike(DAY, "a"), Alike(DAY, "b")], False),
        ([Alike(DAY, "a"), Alike(DAY, "b"), Alike(DAY, "b")], True),
        ([Alike(DAY, "a")] * 5, False),
        ([Alike(date(2026, 3, 22), "a"), Alike(DAY, "b"), Alike(DAY, "c")], True),
        ([Alike(date(2026, 3, 21), "a"), Alike(DAY, "b"), Alike(DAY, "c")], False),
    ],
    ids=["two are few", "three of two users", "one angry user", "the first day counts", "the day before does not"],
)
def test_three_of_a_kind_from_two_users_in_thirty_days_look_widespread(alike: list[Alike], reached: bool) -> None:
    assert rules.propose_widespread(alike, DAY, days=30, cases=3, users=2).reached is reached


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.sampled_from("abc"))), st.integers(0, 99))
def test_what_comes_later_never_changes_what_was_proposed_that_day(stream: list[tuple[date, str]], cut: int) -> None:
    alike = [Alike(*pair) for pair in stream]
    known = [a for a in alike if a.day <= DAY]
    line = {"days": 30, "cases": 3, "users": 2}
    assert rules.propose_widespread(alike, DAY, **line) == rules.propose_widespread(known, DAY, **line)


@pytest.mark.parametrize(
    ("grade", "severity", "codes"),
    [
        ("A", "S4", ["recall.assess", "corrective.action", "cause.found"]),
        ("A", "S3", ["nonconformity.control", "corrective.action", "cause.found"]),
        ("B", "S3", ["nonconformity.control", "corrective.action", "cause.found"]),
        ("C", "S2", ["nonconformity.control", "corrective.action", "cause.found"]),
        ("D", "S1", []),
    ],
)
def test_the_grade_says_what_is_owed(grade: str, severity: str, codes: list[str]) -> None:
    assert [d.code for d in rules.duties_of(grade, severity)] == codes


def test_nothing_is_missing_from_a_case_that_is_ready_to_close() -> None:
    assert rules.closing_gaps(READY) == []


def test_everything_that_is_missing_is_said_at_once() -> None:
    bare = Closing(
        quality_related=True,
        widespread=False,
        unsatisfied=False,
        has_form=False,
        classified=False,
        satisfied=False,
        unjudged=1,
        unmet=1,
        samples_waiting=1,
        provisional=True,
    )
    assert {g.clause for g in rules.closing_gaps(bare)} == {"C-08", "C-12", "U-08", "W-03"}
    assert len(rules.closing_gaps(bare)) == 6


@pytest.mark.parametrize("state", sorted(set(State) - ENDED))
@pytest.mark.parametrize("more", [{}, {"quality_related": True, "form_due": True, "sample": "S-0001"}, {"grade": "D"}])
def test_every_open_state_has_a_next_step_with_somebody_to_take_it(state: str, more: dict[str, object]) -> None:
    step = rules.next_step(Situation(state=state, **more))
    assert step.party and step.clock and step.clause
    assert all(step.said)


def test_an_unheard_read_back_comes_before_anything_else() -> None:
    assert rules.next_step(Situation("registered", channel="phone", read_back=False)).clause == "C-06"


def test_only_different_days_count_as_attempts() -> None:
    same_day = [(DAY, "unreachable")] * 3
    assert not rules.rounds_done(same_day, attempts=3, rounds=2)
    three_days = [(date(2026, 4, d), "unreachable") for d in (1, 2, 3)]
    assert rules.rounds_done(three_days, attempts=3, rounds=2)
    assert rules.rounds_done([(DAY, "not_satisfied")] * 2, attempts=3, rounds=2)


@pytest.mark.parametrize(
    ("facts", "spread"),
    [
        ({"source": "spot_check"}, "M4"),
        ({"widespread": True}, "M3"),
        ({"tonnes": 6}, "M3"),
        ({"users": 2}, "M2"),
        ({}, "M1"),
    ],
)
def test_the_highest_effect_on_the_market_wins(facts: dict[str, object], spread: str) -> None:
    known = {"source": "user", "category": "domestic", "widespread": False, "users": 1, "lots": 1}
    assert rules.propose_spread(**{**known, **facts}) == spread
