"""The sampling tables, held against what was written down elsewhere, cell by cell (Q-07)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.inspection import sampling
from sanbao.inspection.sampling import (
    LEVELS,
    Strictness,
    aqls,
    chance,
    landing,
    letter_of,
    one_step_tighter,
    plan,
    table,
)

DATA = Path(__file__).parent / "data"
HUNDRED = Decimal(100)
#: MIL-STD-105E table I, the letters of levels S-1 … III for each range of lot sizes, by its upper end.
TABLE_I = {
    8: "AAAAAAB", 15: "AAAAABC", 25: "AABBBCD", 50: "ABBCCDE", 90: "BBCCCEF", 150: "BBCDDFG", 280: "BCDEEGH",
    500: "BCDEFHJ", 1200: "CCEFGJK", 3200: "CDEGHKL", 10_000: "CDFGJLM", 35_000: "CDFHKMN", 150_000: "DEGJLNP",
    500_000: "DEGJMPQ", 10**9: "DEHKNQR",
}  # fmt: skip
#: MIL-STD-105E tables II-A and II-B: the plans of a row from left to right, without its arrows.
ROWS = {
    Strictness.NORMAL: ([0, 1, 2, 3, 5, 7, 10, 14, 21], [30, 44]),
    Strictness.TIGHTENED: ([0, 1, 2, 3, 5, 8, 12, 18], [27, 41]),
}
lots, levels = st.integers(1, 2_000_000), st.sampled_from(LEVELS)
qualities, strictnesses = st.sampled_from(aqls()), st.sampled_from(Strictness)


def published() -> list[tuple[str, str, Decimal, int, int]]:
    lines = (DATA / "landing_plans.tsv").read_text(encoding="utf-8").splitlines()
    head, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        (row[0], row[1], Decimal(aql), *(int(n) for n in cell.split("/")))  # type: ignore[misc]
        for row in rows
        for aql, cell in zip(head[2:], row[2:], strict=True)
    ]


def test_every_letter_and_aql_leads_to_the_plan_that_was_published() -> None:
    wrong = []
    for name, letter, aql, size, accept in published():
        if landing(letter, aql, Strictness(name))[1:3] != (size, accept):
            wrong.append((name, letter, aql))
    assert (len(published()), wrong) == (3 * 16 * 26, [])


def test_the_code_letters_are_those_of_table_one_to_both_ends_of_every_range() -> None:
    first = 2
    for last, letters in TABLE_I.items():
        for lot in (first, last):
            assert "".join(letter_of(lot, level) for level in LEVELS) == letters, lot
        first = last + 1


@pytest.mark.parametrize("strictness", ROWS)
def test_each_row_without_its_arrows_is_the_row_of_the_military_standard(strictness: Strictness) -> None:
    usual, large = ROWS[strictness]
    of = table(strictness)
    for place, letter in enumerate(of.letters[:16]):
        cells = [of.cells[letter, aql] for aql in of.aqls]
        held = [int(cell.split("/")[0]) for cell in cells if "/" in cell]
        whole = [*usual, *(large if place in (1, 2, 3, 4) else large[:1] if place == 0 else [])]
        last = {Strictness.NORMAL: {"R": 1}, Strictness.TIGHTENED: {}}[strictness].get(letter, 0)
        assert held == whole[last:], letter


@pytest.mark.parametrize("strictness", Strictness)
def test_a_larger_letter_never_has_a_smaller_sample_and_a_larger_aql_never_a_smaller_ac(strictness: Strictness) -> None:
    of = table(strictness)
    sizes = [of.sizes[letter] for letter in of.letters]
    assert sizes == sorted(sizes)
    for letter in of.letters[:16]:
        held = [int(cell.split("/")[0]) for aql in of.aqls if "/" in (cell := of.cells[letter, aql])]
        assert held == sorted(set(held)), letter


@given(lots, levels, qualities, strictnesses)
def test_a_plan_fits_its_lot(lot: int, level: str, aql: Decimal, strictness: Strictness) -> None:
    found = plan(lot, level, aql, strictness)
    assert 1 <= found.size <= lot and found.accept < found.reject
    assert found.whole == (found.size == lot)
    assert strictness is not Strictness.NORMAL or found.accept + 1 == found.reject


@given(lots, lots, levels, strictnesses)
def test_a_larger_lot_has_no_earlier_letter(one: int, other: int, level: str, strictness: Strictness) -> None:
    small, large = sorted((one, other))
    letters = table(strictness).letters
    assert letters.index(letter_of(small, level)) <= letters.index(letter_of(large, level))


@given(lots, levels, qualities)
def test_tightened_inspection_is_never_easier_to_pass_than_normal(lot: int, level: str, aql: Decimal) -> None:
    letter = letter_of(lot, level)
    _, size, accept, _ = landing(letter, aql, Strictness.NORMAL)
    _, hard_size, hard_accept, _ = landing(letter, aql, Strictness.TIGHTENED)
    units = aql <= sampling.UNITS_UP_TO
    bad = min(aql * 5, HUNDRED) if units else aql * 5
    assert chance(hard_size, hard_accept, bad, units=units) <= chance(size, accept, bad, units=units) + 1e-9


@given(qualities.filter(lambda aql: aql <= 10), lots)
def test_a_lot_at_its_aql_is_mostly_accepted_under_normal_inspection(aql: Decimal, lot: int) -> None:
    """The standard holds the producer's risk at an AQL between one and some twenty per cent."""
    _, size, accept, _ = landing(letter_of(lot, "II"), aql, Strictness.NORMAL)
    assert chance(size, accept, aql) > 0.78


@given(qualities, lots, strictnesses, st.decimals(0, 20, places=2))
def test_the_operating_characteristic_is_what_counting_unit_by_unit_gives(
    aql: Decimal, lot: int, strictness: Strictness, percent: Decimal
) -> None:
    _, size, accept, _ = landing(letter_of(lot, "II"), aql, strictness)
    assert chance(size, accept, percent) == pytest.approx(one_by_one(size, accept, float(percent) / 100), abs=1e-9)


def one_by_one(size: int, accept: int, p: float) -> float:
    """The chance of at most so many bad ones, unit after unit, without a formula."""
    so_many = [1.0] + [0.0] * accept
    for _ in range(size):
        so_many = [so_many[0] * (1 - p), *(b * (1 - p) + a * p for a, b in pairwise(so_many))]
    return sum(so_many)


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    small = plan(20, "II", Decimal("0.40"))
    assert (small.size, small.accept, small.whole) == (20, 0, True)
    assert small.asked == "C" and small.letter == "G" and small.by_arrow


def test_an_arrow_brings_the_sample_of_the_plan_at_which_it_ends() -> None:
    up = plan(500, "II", Decimal("0.40"))
    down = plan(500, "II", Decimal("0.65"))
    assert (up.asked, up.letter, up.size, up.accept) == ("H", "G", 32, 0)
    assert (down.asked, down.letter, down.size, down.accept) == ("H", "J", 80, 1)


def test_what_is_critical_may_not_fail_once() -> None:
    found = sampling.critical(1000, "II")
    assert (found.letter, found.size, found.accept, found.reject) == ("J", 80, 0, 1)


def test_one_step_tighter_is_asked_only_of_the_same_sample() -> None:
    assert one_step_tighter("J", Decimal("1.5")) == 2
    assert one_step_tighter("J", Decimal("1.0")) == 1
    assert one_step_tighter("J", Decimal("0.65")) is None  # there the arrow leads to another sample
    assert one_step_tighter("A", Decimal("0.010")) is None


@pytest.mark.parametrize(("lot", "level", "aql"), [(0, "II", "1.0"), (10, "IV", "1.0"), (10, "II", "1.1")])
def test_what_the_tables_do_not_know_is_said_and_not_guessed(lot: int, level: str, aql: str) -> None:
    with pytest.raises(ValueError, match=r"unit|level|no plan"):
        plan(lot, level, Decimal(aql))
