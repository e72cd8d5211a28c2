"""Periods, ways to reach somebody, check codes: plain values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.catalog.rules import end_of
from sanbao.portal.rules import check_code, line_key, opens, reach_of


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 4, 25), 12, date(2027, 4, 24)),
        (date(2026, 4, 25), 120, date(2036, 4, 24)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_a_period_ends_the_day_before_its_day_comes_again(start: date, months: int, end: date) -> None:
    assert end_of(start, months) == end


@pytest.mark.parametrize(
    ("typed", "phone", "email"),
    [
        ("0574-5555 0001", "0574-5555 0001", ""),
        ("+84 (28) 3823.4567", "+84 (28) 3823.4567", ""),
        (" a.b@example.com ", "", "a.b@example.com"),
    ],
)
def test_one_field_takes_a_telephone_or_an_address(typed: str, phone: str, email: str) -> None:
    assert reach_of(typed) == (phone, email)


@pytest.mark.parametrize(
    "typed", ["", "1234", "微信 zhao123", "a@b", "a b@example.com", "x" * 300 + "@example.com", "-----"]
)
def test_what_reaches_nobody_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        reach_of(typed)


def test_the_code_of_a_receipt_follows_from_the_case_and_tells_nothing_of_it() -> None:
    assert check_code("a" * 32) == check_code("a" * 32) != check_code("b" * 32)
    assert len(check_code("x")) == 8 and set(check_code("x")) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_case_opens_with_its_code_or_the_last_four_digits_of_the_telephone() -> None:
    code = check_code("s")
    assert opens(f"{code[:4]}-{code[4:].lower()}", salt="s", phone="")
    assert opens("0001", salt="s", phone="0574-5555 0001")
    assert not opens("0002", salt="s", phone="0574-5555 0001")
    assert not opens("", salt="s", phone="") and not opens("1234", salt="s", phone="1234")


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_opens_a_case_by_accident(secret: str, phone: str) -> None:
    digits = "".join(char for char in phone if char in "0123456789")
    if secret.strip() != digits[-4:]:
        assert not opens(secret, salt="s", phone=phone) or len(secret) >= 4


def test_a_line_is_named_in_a_table_without_blanks() -> None:
    assert line_key(" Window profiles / 喷涂 ") == "Window_profiles_喷涂"
