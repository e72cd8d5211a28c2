"""Routes, checks and balances as plain values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.production.rules import Balance, Done, checked, counting, progress, takes, worst

ROUTE = ["extrude", "age", "coat"]


def step(operation: str, round: int = 0, state: str = "passed") -> Done:
    return Done(operation, round, state)


def test_a_basket_waits_for_the_first_operation_of_its_route_that_is_not_done() -> None:
    assert progress(ROUTE, [], []).next == "extrude"
    assert progress(ROUTE, [], [step("extrude")]).next == "age"
    assert progress(ROUTE, ["extrude", "age"], []).next == "coat"
    assert progress(ROUTE, [], [step(o) for o in ROUTE]).next == "inspect"


def test_after_rework_what_follows_the_place_is_done_again_and_what_lies_before_stays() -> None:
    steps = [step(o) for o in ROUTE]
    back = progress(ROUTE, [], steps, round=1, rework_to="age")
    assert (back.next, back.missing, sorted(back.done)) == ("age", ["age", "coat"], ["extrude"])
    again = progress(ROUTE, [], [*steps, step("age", 1)], round=1, rework_to="age")
    assert again.next == "coat"
    later = progress(ROUTE, [], [*steps, step("age", 1), step("coat", 1)], round=2, rework_to="coat")
    assert (later.next, sorted(later.done)) == ("coat", ["age", "extrude"])


def test_what_was_brought_along_is_redone_too_from_the_place_on() -> None:
    assert progress(ROUTE, ROUTE, [], round=1, rework_to="coat").missing == ["coat"]


def test_what_was_pressed_cannot_be_unpressed() -> None:
    assert progress(ROUTE, [], [step(o) for o in ROUTE]).again == ["age", "coat"]


def test_of_an_operation_that_was_done_twice_the_later_round_counts() -> None:
    assert counting([step("age", 0, "failed"), step("age", 1)])["age"].round == 1


@pytest.mark.parametrize(
    ("lead", "qc", "state"),
    [("", "", "to_check"), ("good", "", "to_check"), ("", "good", "to_check"), ("good", "good", "passed"),
     ("bad", "", "failed"), ("good", "bad", "failed")],
)  # fmt: skip
def test_a_check_that_is_missing_or_bad_is_never_a_pass(lead: str, qc: str, state: str) -> None:
    assert checked(lead_needed=True, lead=lead, qc_needed=True, qc=qc) == state


def test_only_the_checks_that_the_policy_asks_for_are_missed() -> None:
    assert checked(lead_needed=True, lead="good", qc_needed=False, qc="") == "passed"
    assert checked(lead_needed=False, lead="", qc_needed=False, qc="") == "passed"


def test_a_basket_is_as_good_as_the_worst_of_what_was_poured_into_it() -> None:
    assert worst(["passed", "pending"]) == "pending"
    assert worst(["passed", "failed", "undecided"]) == "failed"


def test_a_balance_says_what_is_missing_and_whether_that_is_too_much() -> None:
    even = Balance(1000, 960, 30, 5, loss=Decimal("0.5"))
    assert (even.unaccounted, even.percent, even.outside) == (5, Decimal("0.5"), False)
    assert Balance(1000, 960, 30, loss=Decimal("0.5")).outside
    assert not Balance(1000, 1050, gain=Decimal(6)).outside
    assert Balance(1000, 1070, gain=Decimal(6)).outside
    assert Balance(0, 1).outside and not Balance(0, 0).outside


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6), st.data())
def test_the_shares_of_the_sources_add_up_to_what_was_taken(parts: list[int], data: st.DataObject) -> None:
    left_out = data.draw(st.integers(0, len(parts) - 1))
    known = [None if n == left_out else part for n, part in enumerate(parts)]
    assert takes(sum(parts), known) == parts


def test_two_unknown_shares_are_not_guessed() -> None:
    assert takes(100, [None, None]) is None
