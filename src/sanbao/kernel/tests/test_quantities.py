"""A quantity keeps its unit, reads what factories write, and never rounds in silence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel.quantities import MixedUnits, Quantity, Unreadable, total


def q(value: str, unit: str) -> Quantity:
    return Quantity(Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.5 公斤", q("1234.5", "kg")),
        ("１，２３４．５ｋｇ", q("1234.5", "kg")),
        ("1 234.5千克", q("1234.5", "kg")),
        ("1.2吨", q("1.2", "t")),
        ("1.2T", q("1.2", "t")),
        (" 61 支 ", q("61", "支")),
        ("61PCS", q("61", "件")),
        ("-5 kg", q("-5", "kg")),
        ("12.5㎡", q("12.5", "m²")),
    ],
)
def test_a_quantity_is_read_as_factories_write_it(text: str, expected: Quantity) -> None:
    assert Quantity.parse(text) == expected
    assert Quantity.parse(text).unit == expected.unit


@pytest.mark.parametrize(
    "text", ["", "kg", "约1.2吨", "1,23 kg", "1-2 kg", "1.2.3 kg", "12", "5 箩", "1e3 kg", "NaN kg"]
)
def test_what_is_no_quantity_is_asked_and_never_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        Quantity.parse(text)


def test_a_text_without_a_unit_takes_the_unit_of_its_column() -> None:
    assert Quantity.parse("7,082", unit="kg") == q("7082", "kg")


def test_weights_convert_and_bars_do_not_become_kilograms() -> None:
    assert q("1", "t") + q("20", "kg") == q("1020", "kg")
    assert q("1", "t") > q("999.999", "kg")
    for mixed in (lambda: q("1", "t") + q("1", "支"), lambda: q("1", "支") < q("1", "件")):
        with pytest.raises(MixedUnits):
            mixed()
    assert q("1", "支") != q("1", "件")


def test_a_total_over_mixed_units_is_refused() -> None:
    assert total([q("1", "t"), q("1", "kg")], "kg") == q("1001", "kg")
    with pytest.raises(MixedUnits):
        total([q("1", "t"), q("1", "支")], "kg")


def test_thousandths_are_exact_or_refused() -> None:
    assert q("1.2", "t").milli == 1_200_000
    assert Quantity.of_milli(1_200_000, "t") == q("1.2", "t")
    with pytest.raises(ValueError, match="finer"):
        _ = q("0.0004", "kg").milli


def test_a_float_is_no_quantity() -> None:
    with pytest.raises(TypeError):
        Quantity(0.1, "kg")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        q("1", "kg") * 0.1  # type: ignore[operator]


@given(st.integers(-(10**12), 10**12), st.sampled_from(["kg", "t", "g", "支", "m"]))
def test_thousandths_survive_the_way_there_and_back(thousandths: int, unit: str) -> None:
    assert Quantity.of_milli(thousandths, unit).milli == thousandths


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(["kg", "t", "支"]))
def test_what_is_shown_reads_back_as_the_same(value: Decimal, unit: str) -> None:
    assert Quantity.parse(str(Quantity(value, unit))) == Quantity(value, unit)
