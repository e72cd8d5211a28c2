"""What is true of the store without a database: markings, turns, places, counts, cards."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.materials.rules import (
    Offer,
    Seen,
    balances,
    first_in_first_out,
    in_turn,
    lacking,
    not_seen,
    outcome,
    passed_over,
    report_lacking,
    shares,
)

DAY = date(2026, 4, 1)
REQUIRED = ["supplier", "date_or_lot", "inspection_mark"]


@pytest.mark.parametrize(
    ("present", "lot", "mark", "missing"),
    [
        (REQUIRED, True, True, []),
        (["supplier"], True, True, ["date_or_lot", "inspection_mark"]),
        (REQUIRED, False, True, ["date_or_lot"]),
        (REQUIRED, True, False, ["inspection_mark"]),
        ([], False, False, REQUIRED),
    ],
)
def test_a_tick_without_the_number_that_it_stands_for_is_no_marking(
    present: list[str], lot: bool, mark: bool, missing: list[str]
) -> None:
    assert lacking(REQUIRED, present, lot_or_date=lot, inspection_mark=mark) == missing


@pytest.mark.parametrize(
    ("needed", "came", "number", "missing"),
    [
        ("none", "none", "", False),
        ("maker", "none", "", True),
        ("maker", "maker", "R1", False),
        ("maker", "third_party", "R1", False),
        ("third_party", "maker", "R1", True),
        ("maker", "maker", " ", True),
    ],
)
def test_a_third_partys_report_serves_for_the_makers_and_not_the_reverse(
    needed: str, came: str, number: str, missing: bool
) -> None:
    assert report_lacking(needed, came, number) is missing


def offer(lot: int, day: int | None, left: int, owner: int | None = None) -> Offer:
    return Offer(lot, DAY.replace(day=day) if day else None, left, owner)


def test_the_oldest_goes_first_and_what_nobody_dated_is_older_still() -> None:
    offers = [offer(3, 9, 100), offer(1, 2, 100), offer(2, None, 100)]
    assert [o.lot for o in in_turn(offers)] == [2, 1, 3]


def test_what_the_customer_supplied_himself_goes_before_what_is_the_factorys() -> None:
    offers = [offer(1, 2, 100), offer(2, 9, 100, owner=7)]
    assert [o.lot for o in in_turn(offers, 7)] == [2, 1]


def test_a_wanted_quantity_is_made_up_from_the_lots_in_turn() -> None:
    offers = [offer(1, 1, 100), offer(2, 2, 0), offer(3, 3, 500)]
    assert first_in_first_out(offers, 250) == [(1, 100), (3, 150)]
    assert first_in_first_out(offers, 9000) == [(1, 100), (3, 500)]


def test_only_older_lots_of_the_same_property_that_hold_something_are_passed_over() -> None:
    chosen = offer(3, 9, 100)
    offers = [offer(1, 2, 50), offer(2, 3, 0), chosen, offer(4, 20, 10), offer(5, 1, 10, owner=7)]
    assert [o.lot for o in passed_over(offers, chosen)] == [1]


@pytest.mark.parametrize(
    ("left", "lying", "found"),
    [
        (500, [(1, None)], {1: 500}),
        (500, [(1, None), (2, 200)], {2: 200, 1: 300}),
        (150, [(1, None), (2, 200)], {2: 150, 1: 0}),
        (None, [(1, None), (2, 200)], {1: None, 2: 200}),
        (-5, [(1, None)], {1: 0}),
    ],
)
def test_named_parts_come_first_and_the_rest_lies_where_no_part_is_named(
    left: int | None, lying: list[tuple[int, int | None]], found: dict[int, int | None]
) -> None:
    assert shares(left, lying) == found


@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5_000)), unique_by=lambda p: p[0], max_size=5),
)
def test_no_more_lies_anywhere_than_there_is(left: int, parts: list[tuple[int, int]]) -> None:
    found = shares(left, [*parts, (99, None)])
    assert sum(part or 0 for part in found.values()) == left


@pytest.mark.parametrize(
    ("seen", "booked", "finding", "difference"),
    [
        ([Seen(1, 500, 500, 500)], {1: 500}, "same", 0),
        ([Seen(1, None, 500, 500)], {1: 500}, "same", 0),
        ([Seen(1, 480, 500, 500)], {1: 500}, "less", -20),
        ([Seen(1, 520, 500, 500)], {1: 500}, "more", 20),
        ([Seen(2, 500, 500, 500)], {1: 500}, "elsewhere", 0),
        ([Seen(1, 500, 0, 500)], {}, "elsewhere", 0),
        ([Seen(1, None, 0, 500)], {}, "elsewhere", 0),
        ([Seen(1, 510, 0, 500)], {}, "more", 10),
        ([Seen(1, 300, 500, 500), Seen(2, 200, 500, 500)], {1: 500}, "elsewhere", 0),
        ([Seen(1, 300, 500, 500), Seen(2, 150, 400, 400)], {1: 500}, "moved", -0),
    ],
)
def test_what_a_count_says_of_a_lot(
    seen: list[Seen], booked: dict[int, int | None], finding: str, difference: int
) -> None:
    told = outcome(seen, booked)
    assert told.finding == finding
    if finding != "moved":
        assert told.difference == difference


def test_a_lot_that_nobody_scanned_is_missing_as_far_as_the_book_has_it_there() -> None:
    told = not_seen(300, 500)
    assert (told.finding, told.difference) == ("missing", -300)


@given(st.lists(st.integers(-1000, 1000)))
def test_a_cards_last_balance_is_the_sum_of_its_lines(changes: list[int]) -> None:
    running = balances(changes)
    assert len(running) == len(changes) and (running[-1] if running else 0) == sum(changes)
