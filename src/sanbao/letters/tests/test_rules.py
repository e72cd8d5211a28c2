"""Facts proposed from letters, each with the words that it came from."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.letters import rules
from sanbao.letters.rules import Read

RECEIVED = date(2026, 4, 20)
CHINESE = """贵公司售后部：
我公司于2026年3月12日收到贵厂喷涂型材一批，型号：LM80-03，喷码：P260308-07，合同号不详。
3月28日安装时发现窗框料有掉粉，划格后整片脱落；4月2日电话联系贵方业务员，至今无人上门。
现要求贵厂在五日内派人查看并更换全部不合格料。如再无答复，我公司将取消后续订单并扣除货款。
此致
敬礼！
陈明远
清源市宏达门窗厂
电话：000-55550136，手机 13000000000
"""
ENGLISH = """Dear Sirs,
On 12 March 2026 our company, Northwood Facades Ltd., received coated profiles, model no. LM80-03,
label no. BQ-2026-000417.
On April 3 the coating began to peel at the corners. We called your office on 2026-04-05 without result.
We request a replacement of all 14 bundles within ten days. Otherwise we shall look for another supplier.
Yours faithfully,
Peter Hollis
Tel: +44 1632 960199
"""


def found(text: str, kind: str) -> list[str]:
    return [fact.value for fact in rules.read(text, received=RECEIVED) if fact.kind == kind]


def days(text: str) -> list[date | None]:
    return [fact.on for fact in rules.read(text, received=RECEIVED) if fact.kind == rules.EVENT]


def test_a_chinese_letter_tells_who_what_when_and_what_is_demanded() -> None:
    assert found(CHINESE, rules.WRITER) == ["陈明远"]
    assert "清源市宏达门窗厂" in found(CHINESE, rules.COMPANY)
    assert found(CHINESE, rules.PHONE) == ["000-55550136", "13000000000"]
    assert found(CHINESE, rules.MODEL) == ["LM80-03"]
    assert found(CHINESE, rules.CODE) == ["P260308-07"]
    assert days(CHINESE) == [date(2026, 3, 12), date(2026, 3, 28), date(2026, 4, 2)]
    assert ["掉粉" in fact for fact in found(CHINESE, rules.FAULT)] == [True]
    assert found(CHINESE, rules.DEMAND) == ["现要求贵厂在五日内派人查看并更换全部不合格料"]
    assert found(CHINESE, rules.RISK) == ["如再无答复，我公司将取消后续订单并扣除货款"]


def test_an_english_letter_tells_the_same() -> None:
    assert found(ENGLISH, rules.WRITER) == ["Peter Hollis"]
    assert found(ENGLISH, rules.COMPANY) == ["Northwood Facades Ltd."]
    assert found(ENGLISH, rules.PHONE) == ["+44 1632 960199"]
    assert (found(ENGLISH, rules.MODEL), found(ENGLISH, rules.CODE)) == (["LM80-03"], ["BQ-2026-000417"])
    assert days(ENGLISH) == [date(2026, 3, 12), date(2026, 4, 3), date(2026, 4, 5)]
    assert found(ENGLISH, rules.FAULT) == ["On April 3 the coating began to peel at the corners"]
    assert found(ENGLISH, rules.DEMAND) == ["We request a replacement of all 14 bundles within ten days"]
    assert found(ENGLISH, rules.RISK) == ["Otherwise we shall look for another supplier"]


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_each_fact_stands_in_the_words_that_it_came_from(text: str) -> None:
    for fact in rules.read(text, received=RECEIVED):
        words = text[fact.start : fact.end]
        assert words and (fact.value in words or words in fact.value), fact


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月30日发货", date(2025, 12, 30)),
        ("2026年4月20日来电", RECEIVED),
        ("2月30日到货", None),
        ("13月1日到货", None),
        ("Delivered December 30th", date(2025, 12, 30)),
        ("2024/2/29 装车", date(2024, 2, 29)),
        ("2月29日到货", None),
    ],
)
def test_a_day_without_a_year_is_the_last_one_and_no_day_is_no_event(text: str, day: date | None) -> None:
    assert days(text) == ([day] if day else [])


def test_a_number_that_is_no_telephone_is_none() -> None:
    assert found("合同金额 1380000556677 元，喷码 P2603，重 139.5 kg", rules.PHONE) == []


def test_the_same_fact_is_proposed_once() -> None:
    assert found("电话 000-55550136，再写一遍 (000)55550136", rules.PHONE) == ["000-55550136"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_the_reading_and_every_stretch_lies_inside(text: str) -> None:
    for fact in rules.read(text, received=RECEIVED):
        assert isinstance(fact, Read) and 0 <= fact.start < fact.end <= len(text) and fact.value
        assert len(fact.value) <= rules.LONGEST


def test_a_number_that_stands_right_after_a_word_is_read_too() -> None:
    """A recogniser drops the blank between them."""
    assert found("手机13000000000，电话0574-55550136。", rules.PHONE) == ["13000000000", "0574-55550136"]
