"""Codes, addresses, runs of numbers, bar codes: plain values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.goods.barcode import code128, code128_svg, qr_svg
from sanbao.goods.rules import ALPHABET, TOKEN_LENGTH, code_in, codes_in, new_token, path_of, spray_code, token_of

TOKEN = "0123456789ABCDEFGHJK"


def test_a_public_code_has_a_hundred_bits_and_no_letter_that_is_misread() -> None:
    assert len(ALPHABET) ** TOKEN_LENGTH == 2**100
    assert not set("ILOU") & set(ALPHABET)
    picked = iter("7" * TOKEN_LENGTH)
    assert new_token(lambda letters: next(picked)) == "7" * TOKEN_LENGTH


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        (TOKEN.lower(), TOKEN),
        ("O123 4567-89ab cdef ghjk", TOKEN),
        ("", ""),
        (TOKEN[:-1], ""),
        (TOKEN + "0", ""),
        ("U" * 20, ""),
        ("../../../etc/passwd00", ""),
    ],
)
def test_a_public_code_is_read_as_somebody_typed_it(typed: str, token: str) -> None:
    assert token_of(typed) == token


@given(st.text())
def test_no_text_is_mistaken_for_a_code_that_it_is_not(text: str) -> None:
    token = token_of(text)
    assert token == "" or (len(token) == TOKEN_LENGTH and set(token) <= set(ALPHABET))


def test_the_address_is_a_gs1_digital_link_where_there_is_a_gtin() -> None:
    assert path_of(TOKEN, "6901234567892") == f"/01/06901234567892/21/{TOKEN}"
    assert path_of(TOKEN) == f"/q/{TOKEN}"
    assert TOKEN_LENGTH <= 20  # the longest serial number of AI 21


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (f"https://qr.example/q/{TOKEN}", TOKEN),
        (f"http://qr.example/01/06901234567892/21/{TOKEN}?lang=en", TOKEN),
        (f"HTTPS://QR.EXAMPLE/q/{TOKEN}/", TOKEN),
        (" BQ-2026-000001 ", "BQ-2026-000001"),
        ("https://", "https://"),
        ("http://[", "http://["),
    ],
)
def test_a_scanner_reads_an_address_and_means_the_code_in_it(read: str, code: str) -> None:
    assert code_in(read) == code


def test_a_run_of_numbers_is_spelled_out_and_a_wrong_one_is_named() -> None:
    assert codes_in("BQ-2026-000009..BQ-2026-000011, BQ7、BQ7", 10) == [
        "BQ-2026-000009", "BQ-2026-000010", "BQ-2026-000011", "BQ7",
    ]  # fmt: skip
    for wrong in ("BQ1..BX3", "BQ3..BQ1", "BQ08..BQ9", "BQ1..BQ100", "A..B"):
        with pytest.raises(ValueError, match=r"^[AB]"):
            codes_in(f"BQ7 {wrong}", 10)


@given(st.text(max_size=60))
def test_whatever_is_typed_for_labels_is_read_or_refused(text: str) -> None:
    try:
        codes = codes_in(text, 50)
    except ValueError:
        return
    assert len(codes) <= 50


def test_a_spray_code_is_the_production_date_and_the_number() -> None:
    assert spray_code("{date} {number}", date(2026, 4, 27), 7, 4) == "20260427 0007"
    assert spray_code("A{yymmdd}-{number}", date(2026, 4, 27), 12345, 4) == "A260427-12345"


def test_code_128_packs_digits_and_checks_itself() -> None:
    assert code128("1234") == [105, 12, 34, (105 + 12 + 68) % 103, 106]
    assert code128("A") == [104, 33, (104 + 33) % 103, 106]
    with pytest.raises(ValueError, match="标签"):
        code128("标签")
    assert code128_svg("标签") == "" and code128_svg("BQ-2026-000001").startswith("<svg")


def test_codes_are_drawn_as_one_path() -> None:
    assert qr_svg("https://qr.example/q/x").count("<path") == 1
