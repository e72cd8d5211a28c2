"""How parties are recognised, without a database."""

from datetime import date

import pytest

from sanbao.parties.rules import name_key, overlap, phone_key, phone_keys, reach, region_key, roles_of


@pytest.mark.parametrize(
    "written", ["0577-88881234", "（0577） 8888 1234", "０５７７８８８８１２３４", "+86 577 8888 1234"]
)
def test_a_telephone_number_is_the_same_however_it_is_written(written: str) -> None:
    assert phone_key(written) == "8657788881234"


def test_several_numbers_in_one_cell_are_several_numbers() -> None:
    assert phone_keys("0577-88881234 / 13900000001；13900000001") == ["8657788881234", "8613900000001"]
    assert phone_keys("无") == []


def test_names_compare_without_blanks_width_and_case() -> None:
    assert name_key("ＡＢＣ 门窗（厂）") == name_key("abc门窗厂")


def test_provinces_are_known_by_their_short_and_full_names() -> None:
    assert region_key("广西壮族自治区") == region_key("广西") == "广西"
    assert region_key("江苏省") == "江苏"
    assert region_key("上海市") == "上海"


def test_two_periods_collide_when_they_share_a_day() -> None:
    may = date(2026, 5, 1), date(2026, 5, 31)
    assert overlap(*may, date(2026, 5, 31), None)
    assert not overlap(*may, date(2026, 6, 1), None)
    assert overlap(date(2020, 1, 1), None, *may)


def test_the_tree_is_unrolled_with_everyone_above_and_a_circle_is_found() -> None:
    assert reach({1: None, 2: 1, 3: 2}) == {(1, 1), (2, 2), (3, 3), (1, 2), (1, 3), (2, 3)}
    with pytest.raises(ValueError):
        reach({1: 2, 2: 1})


def test_a_member_of_a_group_is_a_member_of_its_department() -> None:
    assert roles_of([("after_sales", "clerk")], {"after_sales": "sales"}) == {"after_sales.clerk", "sales.clerk"}
