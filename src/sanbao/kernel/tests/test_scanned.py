"""What a scanner sends becomes the code that is looked up, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel.scanned import check_digit, read_scan

GS = "\x1d"
GTIN = "06901234567892"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("BQ0007312", "BQ0007312"),
        ("  BQ0007312\r\n", "BQ0007312"),
        ("ＢＱ０００７３１２", "BQ0007312"),
        ("]C0BQ0007312", "BQ0007312"),
        ("]Q1BQ0007312", "BQ0007312"),
        ("］Ｃ０ＢＱ０００７３１２", "BQ0007312"),
    ],
)
def test_a_plain_number_is_itself_without_width_blanks_and_symbology_identifier(sent: str, code: str) -> None:
    assert read_scan(sent).codes == (code,)


@pytest.mark.parametrize(
    "sent",
    [
        f"]C101{GTIN}10LOT-7{GS}21BQ0007312",
        f"]d201{GTIN}21BQ0007312{GS}10LOT-7",
        f"]d2{GS}01{GTIN}1726043010LOT-7{GS}21BQ0007312{GS}",
        f"{GS}01{GTIN}10LOT-7{GS}21BQ0007312",
        f"]C101{GTIN}10LOT-7<GS>21BQ0007312",
        f"(01){GTIN}(10)LOT-7(21)BQ0007312",
    ],
)
def test_of_gs1_elements_the_serial_number_is_meant_first_then_the_lot_then_the_product(sent: str) -> None:
    assert read_scan(sent).codes[:4] == ("BQ0007312", "LOT-7", GTIN, GTIN[1:])


def test_a_package_number_and_a_weight_of_predefined_length_are_read() -> None:
    found = read_scan("]C100069012345678901234310300012837250\x1d9117A")
    assert dict(found.elements) == {"00": "069012345678901234", "3103": "000128", "37": "250", "91": "17A"}
    assert found.codes[:2] == ("069012345678901234", "17A")


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        (f"https://id.factory.example/01/{GTIN}/10/LOT-7/21/BQ0007312?17=260430", ("BQ0007312", "LOT-7", GTIN)),
        (f"HTTPS://ID.FACTORY.EXAMPLE/shop/01/{GTIN}/10/%E7%89%8C%2F7", ("牌/7", GTIN, GTIN[1:])),
        ("]Q1https://factory.example/01/06901234567892/21/A%20B", ("A B", GTIN)),
    ],
)
def test_a_digital_link_is_read_like_elements(sent: str, codes: tuple[str, ...]) -> None:
    assert read_scan(sent).codes[: len(codes)] == codes


def test_the_address_of_our_own_label_page_is_its_token_and_a_foreign_address_stays_what_it_is() -> None:
    assert read_scan("https://sanbao.factory.example/q/Zk3-x_9aQ").codes == ("Zk3-x_9aQ",)
    assert read_scan("https://shop.example/item?c=BQ0007312").codes == ("https://shop.example/item?c=BQ0007312",)


def test_digits_that_only_look_like_elements_are_first_of_all_a_number_of_our_own() -> None:
    sent = f"01{GTIN}10LOT-7"
    assert read_scan(sent).codes[:2] == (sent, "LOT-7")
    wrong = f"01{GTIN[:-1]}510LOT-7"
    assert read_scan(wrong).codes == (wrong,)


def test_an_address_that_is_none_is_looked_up_as_it_is() -> None:
    assert read_scan("http://[x").codes == ("http://[x",)


@pytest.mark.parametrize("sent", ["", " ", "]C1", "\r\n"])
def test_nothing_is_no_code(sent: str) -> None:
    assert read_scan(sent).codes == ()


@pytest.mark.parametrize("sent", [f"]C101{GTIN[:5]}", "]C1ABC", "]d201", "(10)A)B", "(1)A"])
def test_what_cannot_be_read_as_elements_to_its_end_is_looked_up_as_it_is(sent: str) -> None:
    assert read_scan(sent).codes == (sent.removeprefix("]C1").removeprefix("]d2"),)


def test_the_check_digit_is_the_one_that_gs1_prints() -> None:
    assert check_digit("690123456789") == "2"
    assert check_digit(GTIN[:-1]) == GTIN[-1]


@given(st.text(max_size=80))
def test_whatever_comes_is_read_without_an_error_and_names_no_code_twice(sent: str) -> None:
    codes = read_scan(sent).codes
    assert len(set(codes)) == len(codes)


@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=3, max_size=20))
def test_lot_and_serial_come_back_from_the_elements_they_were_written_into(lot: str) -> None:
    found = read_scan(f"]C101{GTIN}10{lot}\x1d21S{lot}"[:90])
    assert found.codes[:2] == (f"S{lot}", lot)
