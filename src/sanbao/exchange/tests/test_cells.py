from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.exchange import cells


@pytest.mark.parametrize(
    "written",
    [
        date(2026, 3, 5),
        datetime(2026, 3, 5, 14, 30),
        "2026.3.5",
        "2026/3/5",
        "2026年3月5日",
        "2026 年 3 月 5 日",
        "20260305",
        20260305.0,
        "2026-03-05 ",
        "\u30002026-03-05",
        "２０２６．３．５",
        "2026-03-05T08:15:00",
        "2026/3/5 14:30",
        46086.0,
        "46086",
    ],
)
def test_every_way_of_writing_a_date_is_read(written: cells.Cell) -> None:
    assert cells.day(written) == date(2026, 3, 5)


@pytest.mark.parametrize("written", ["3/5/26", "26.3.5", "2026.13.1", "2026-02-30", "昨天", "1900-01-01", 12.5, True])
def test_a_date_that_could_mean_several_days_is_not_guessed(written: cells.Cell) -> None:
    with pytest.raises(cells.NotThis):
        cells.day(written)


@pytest.mark.parametrize("read", [cells.day, cells.number, cells.milli, cells.whole])
@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000"])
def test_an_empty_cell_is_neither_a_date_nor_a_number(read, empty: cells.Cell) -> None:  # type: ignore[no-untyped-def]
    assert read(empty) is None


@pytest.mark.parametrize(
    ("written", "milli"),
    [
        (1200.0, 1_200_000),
        (99.8, 99_800),
        ("7082", 7_082_000),
        ("24,500", 24_500_000),
        ("１２．５", 12_500),
        ("5吨", 5_000_000),
        ("247.5 kg", 247_500),
        ("0.0004kg", None),
    ],
)
def test_a_weight_is_kept_in_grams(written: cells.Cell, milli: int | None) -> None:
    if milli is None:
        with pytest.raises(cells.NotThis):
            cells.milli(written, cells.WEIGHTS)
    else:
        assert cells.milli(written, cells.WEIGHTS) == milli


@pytest.mark.parametrize("written", ["约5吨", "-3", "0", 0.0, "5支", "1e5", "nan", "12,34", "=1+1", True, 1e13])
def test_what_only_resembles_a_weight_is_none(written: cells.Cell) -> None:
    with pytest.raises(cells.NotThis):
        cells.milli(written, cells.WEIGHTS)


def test_a_header_in_tonnes_multiplies_what_stands_below_it() -> None:
    assert cells.milli(5.0, cells.WEIGHTS, 1000) == 5_000_000
    assert cells.milli("1.25", cells.WEIGHTS, 1000) == 1_250_000


def test_half_a_piece_is_no_count() -> None:
    assert cells.whole(50.0, cells.COUNTS) == 50
    assert cells.whole("48支", cells.COUNTS) == 48
    with pytest.raises(cells.NotThis):
        cells.whole(1.5, cells.COUNTS)


@pytest.mark.parametrize("written", ["BQ0000006", " bq0000006", "BQ００００００６", "BQ0000006\u3000", "ＢＱ0000006"])
def test_a_code_is_the_same_however_it_was_typed(written: str) -> None:
    assert cells.code(written) == "BQ0000006"


@pytest.mark.parametrize("between", [",", "，", "、", ";", "；", " ", "\u3000", "/", "\n"])
def test_several_codes_in_one_cell_are_told_apart(between: str) -> None:
    assert cells.codes(f"SX250900092{between}sx250900091") == ("SX250900092", "SX250900091")


def test_the_mark_of_an_exported_text_is_taken_off_again() -> None:
    assert cells.text("'+61 8 5550 0100") == "+61 8 5550 0100"
    assert cells.text("'quoted'") == "'quoted'"


def test_a_number_reads_as_a_person_writes_it() -> None:
    assert cells.text(13543377739.0) == "13543377739"
    assert cells.text(0.86) == "0.86"
    assert cells.number("-1.5") == Decimal("-1.5")


FORMS = ("{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0:%Y/%m/%d} ")


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(FORMS))
def test_a_written_date_comes_back(day: date, form: str) -> None:
    assert cells.day(form.format(day)) == day


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_and_nothing_else(written: str) -> None:
    for read in (cells.day, cells.number, cells.milli, cells.whole, cells.code, cells.codes, cells.text):
        with suppress(cells.NotThis):
            read(written)
