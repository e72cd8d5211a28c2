"""Every two-character word and every code is found, and nothing else, as a scan would find it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel import search

pytestmark = pytest.mark.django_db
WORDS = "喷涂层偏薄划格掉粉色差膜厚挤压时效氧化铝型材客户投诉送检样品不合格批次退货换货"
CODES = ["BQ0007312", "PT2-260418", "20260421 7312", "TS-2026-000123", "LM80-03", "6063-T5"]


def corpus(size: int) -> dict[int, str]:
    dice = random.Random(7)
    return {
        n: "".join(dice.choices(WORDS, k=dice.randint(3, 30)))
        + " "
        + dice.choice(CODES)
        + dice.choice(["。", " ok ", "，"])
        for n in range(1, size + 1)
    }


def test_search_finds_what_a_scan_finds_for_every_two_character_word() -> None:
    texts = corpus(300)
    for n, text in texts.items():
        search.write("case", n, [text])
    pairs = {
        text[i : i + 2]
        for text in texts.values()
        for i in range(len(text) - 1)
        if text[i] in WORDS and text[i + 1] in WORDS
    }
    for pair in sorted(pairs)[::7]:
        assert set(search.matching("case", pair)) == {n for n, text in texts.items() if pair in text}, pair


@pytest.mark.parametrize("code", CODES)
def test_search_finds_every_code_whole_in_parts_and_by_its_beginning(code: str) -> None:
    search.write("case", 1, [f"见 {code}，请查"])
    search.write("case", 2, ["无关 ZZ9999"])
    for asked in (code, code.lower(), code.split()[0], code[:4], code.split("-")[-1]):
        assert list(search.matching("case", asked)) == [1], asked


def test_full_width_digits_and_letters_find_the_half_width_code() -> None:
    search.write("case", 1, ["BQ0007312"])
    assert list(search.matching("case", "ｂｑ０００７３１２")) == [1]


def test_every_asked_word_must_be_there() -> None:
    search.write("case", 1, ["喷涂层偏薄 BQ0007312"])
    assert list(search.matching("case", "偏薄 BQ0007312")) == [1]
    assert list(search.matching("case", "色差 BQ0007312")) == []
    assert list(search.matching("case", "  ，。")) == []


def test_kinds_do_not_mix() -> None:
    search.write("case", 1, ["色差"])
    search.write("lot", 2, ["色差"])
    assert list(search.matching("lot", "色差")) == [2]


@given(st.text(max_size=60))
def test_a_query_asks_only_for_tokens_that_its_own_text_would_have(text: str) -> None:
    known = search.tokens(text)
    assert all(token in known for token, prefix in search.asked(text) if not prefix)


@pytest.mark.parametrize("hostile", ['"', "a* OR b", "NEAR(", "'; DROP TABLE x;--", "\x00", "%", "喷* 涂"])
def test_nothing_that_is_typed_breaks_the_query(hostile: str) -> None:
    search.write("case", 1, ["喷涂"])
    list(search.matching("case", hostile))


def test_a_word_longer_than_any_code_is_kept_and_found_by_its_beginning() -> None:
    long = "A1" * 3000
    search.write("case", 1, [f"见 {long}"])
    assert list(search.matching("case", long)) == [1]
    assert list(search.matching("case", long[:20])) == [1]
    assert list(search.matching("case", "A2" * 3000)) == []


@pytest.mark.django_db
def test_kinds_are_those_of_which_something_holds_every_word() -> None:
    search.write("toy", 1, ["划格掉粉"])
    search.write("toy", 2, ["掉粉"])
    search.write("game", 1, ["划格", "SX-7"])
    assert search.kinds("掉粉") == {"toy"}
    assert search.kinds("划格") == {"toy", "game"}
    assert search.kinds("划格 sx-7") == {"game"}
    assert search.kinds("色差") == search.kinds("") == set()
