"""Plans as they are typed, results as they are pasted, and what they come to: no database (Q-07)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.inspection.rules import Cell, Count, Line, Unreadable, Wanted, cells_of, concluded, counted, lines_of

D = Decimal
FILM, SCRATCH = Wanted(1, "膜厚", 5, D("40"), D("120")), Wanted(2, "划伤", 8)


def test_a_plan_is_read_as_it_is_pasted_from_a_spreadsheet() -> None:
    text = "膜厚\t严重\t1.5\t60\t40\t120\tµm\tGB/T 5237.4 4.5\t膜厚仪\n\n划伤｜轻微｜4.0\n夹层 | A | -"
    assert lines_of(text) == [
        Line("膜厚", "major", D("1.5"), D(60), D(40), D(120), "µm", "GB/T 5237.4 4.5", "膜厚仪"),
        Line("划伤", "minor", D("4.0"), None, None, None, "", "", ""),
        Line("夹层", "critical", None, None, None, None, "", "", ""),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("膜厚 | 严重", "the AQL is missing"),
        ("膜厚 | 严重 | 1.6", "AQL 1.6 is none of the preferred ones"),
        ("膜厚 | 一般 | 1.5", "weight “一般” must be critical, major or minor"),
        ("夹层 | 致命 | 0.4", "a critical characteristic has no AQL"),
        (" | 严重 | 1.5", "the name is missing"),
        ("膜厚 | 严重 | 1.5 | | 120 | 40", "the lower limit is above the upper one"),
        ("膜厚 | 严重 | 1.5 | 130 | 40 | 120", "the nominal value is outside the limits"),
        ("膜厚 | 严重 | 1.5 | 60", "a nominal value without a limit"),
        ("膜厚 | 严重 | 1.5 | 六十 | 40", "“六十” is no number"),
        ("膜厚 | 严重 | 1.5 | | 0.00001", "has more than 4 decimals"),
        ("膜厚 | 严重 | 1.5 | | NaN", "is too large"),
        ("x" * 81 + " | 严重 | 1.5", "more than 80 characters"),
        ("a|b|c|d|e|f|g|h|i|j", "more than 9 columns"),
        ("", "at least one characteristic"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_with_its_line(line: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        lines_of(f"划伤 | 轻微 | 4.0\n{line}" if line else "\n")
    assert said in caught.value.faults[0].en
    assert caught.value.faults[0].line == (2 if line else 1)


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(Unreadable) as caught:
        lines_of("甲 | 严重\n乙 | 轻微 | 4.0\n乙 | 轻微 | 4.0\n丙 | ? | 1.0")
    assert [fault.line for fault in caught.value.faults] == [1, 3, 4]


@pytest.mark.parametrize("text", ["1\t61.5\tOK", "1 | 61.5 | 合格", "1，61.5，√", "1 61.5 y", "１\t６１．５\tｏｋ"])
def test_results_are_read_however_they_are_separated(text: str) -> None:
    assert cells_of(text, [FILM, SCRATCH]) == [Cell(1, 1, D("61.5"), True), Cell(2, 1, None, True)]


def test_a_heading_and_empty_cells_say_nothing() -> None:
    assert cells_of("件号\t膜厚\t划伤\n1\t\tNG\n2\t-\t/\n", [FILM, SCRATCH]) == [Cell(2, 1, None, False)]


@pytest.mark.parametrize(("value", "good"), [("40", True), ("39.9999", False), ("120", True), ("120.0001", False)])
def test_a_value_on_its_limit_is_within_it(value: str, good: bool) -> None:
    assert cells_of(f"1\t{value}", [FILM])[0].good is good


def test_a_piece_that_is_not_looked_at_a_second_value_and_nonsense_are_refused_with_their_lines() -> None:
    with pytest.raises(Unreadable) as caught:
        cells_of("6\t50\n1\t50\n1\t51\nx\t5\n2\t50\tOK\tOK\n3\t\tmaybe", [FILM, SCRATCH])
    assert [fault.line for fault in caught.value.faults] == [1, 3, 4, 5, 6]


def test_units_are_counted_up_to_aql_10_and_nonconformities_above() -> None:
    good = {(1, 1): False, (2, 1): False, (1, 2): True, (2, 2): True}
    assert counted(D("1.5"), 2, 0, 1, [1, 2], good).found == 1
    assert counted(D("15"), 2, 1, 2, [1, 2], good).found == 2
    assert counted(None, 3, 0, 1, [1, 2], good).missing == 2


def test_pieces_beyond_the_sample_do_not_count() -> None:
    assert counted(D("1.5"), 2, 0, 1, [1], {(1, 1): True, (1, 2): True, (1, 3): False}).found == 0


@given(st.integers(0, 30), st.integers(0, 5), st.integers(0, 20))
def test_a_group_is_accepted_only_when_it_is_complete_and_refused_as_soon_as_it_must_be(
    found: int, missing: int, accept: int
) -> None:
    verdict = Count(found, missing, accept, accept + 1).verdict
    assert verdict == (False if found > accept else None if missing else True)


@given(st.lists(st.sampled_from([True, False, None]), max_size=5))
def test_one_group_that_refuses_refuses_the_lot_and_all_must_accept(said: list[bool | None]) -> None:
    told = {True: Count(0, 0, 0, 1), False: Count(1, 0, 0, 1), None: Count(0, 1, 0, 1)}
    assert concluded(told[one] for one in said) == (
        False if False in said else None if None in said or not said else True
    )
