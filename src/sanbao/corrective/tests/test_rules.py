"""Whether it helped is told exactly and in words (Q-03)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.corrective.fishbone import drawn
from sanbao.corrective.rules import Period, bones, chain, chance, effect, shown

ALPHA = Decimal("0.05")


def period(tonnes: str, cases: int, days: int = 90) -> Period:
    return Period(days, Decimal(tonnes), cases)


def thrown(total: int, share: Fraction) -> list[Fraction]:
    """How likely each number of later cases is: one case after the other, as one would throw a coin."""
    found = [Fraction(1)]
    for _ in range(total):
        found = [a * (1 - share) + b * share for a, b in zip([*found, Fraction(0)], [Fraction(0), *found], strict=True)]
    return found


@pytest.mark.clause("Q-03")
@given(st.integers(0, 25), st.integers(0, 25), st.integers(1, 5000), st.integers(1, 5000))
def test_the_chance_is_that_of_throwing_every_case_by_itself(n1: int, n2: int, e1: int, e2: int) -> None:
    found = chance(period(str(e1), n1), period(str(e2), n2))
    if n1 + n2 == 0:
        assert found is None
    else:
        assert found == sum(thrown(n1 + n2, Fraction(e2, e1 + e2))[: n2 + 1])


@pytest.mark.parametrize(
    ("before", "after", "p"),
    # As scipy.stats.binomtest(n2, n1 + n2, e2 / (e1 + e2), "less") gives them.
    [
        (("120", 6), ("130", 0), 0.012230590464),
        (("100", 8), ("100", 2), 0.0546875),
        (("50", 5), ("100", 3), 0.087943910989),
    ],
)
def test_known_answers(before: tuple[str, int], after: tuple[str, int], p: float) -> None:
    assert float(chance(period(*before), period(*after)) or 0) == pytest.approx(p, rel=1e-6)


def test_it_is_told_in_words_of_both_languages() -> None:
    found = effect(period("120", 6), period("130", 0), alpha=ALPHA)
    assert found.words == (
        "前 90 天 120 t 中 6 起，后 90 天 130 t 中 0 起；单侧 p=0.012，有效",
        "6 cases in 120 t over the 90 days before, 0 in 130 t over the 90 days after; one-sided p=0.012, effective",
    )


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (("120", 6), ("130", 0), "effective"),
        (("120", 3), ("130", 1), "not_shown"),
        (("120", 3), ("130", 4), "worse"),
        (("120", 0), ("130", 0), "undecidable"),
        (("0", 2), ("130", 0), "undecidable"),
        (("120", 6), ("0", 0), "undecidable"),
    ],
)
def test_the_verdict_follows_from_the_figures(before: tuple[str, int], after: tuple[str, int], verdict: str) -> None:
    assert effect(period(*before), period(*after), alpha=ALPHA).verdict == verdict


def test_a_very_small_chance_is_never_shown_as_nought() -> None:
    assert (shown(Fraction(1, 10**6)), shown(Fraction(1, 20))) == ("<0.001", "0.050")


def test_a_chain_of_whys_loses_its_numbering_and_nothing_else() -> None:
    assert chain("1. 温度偏低\n\n2、3 号槽加热管结垢\n 45 ℃ 以下不附着") == [
        "温度偏低",
        "3 号槽加热管结垢",
        "45 ℃ 以下不附着",
    ]


def test_the_fishbone_shows_every_cause_and_carries_no_script() -> None:
    told = bones({"man": "新工\n未培训", "machine": "", "method": "<script>alert(1)</script>", "nose": "x"})
    assert told == {"man": ["新工", "未培训"], "method": ["<script>alert(1)</script>"]}
    picture = drawn(told, {"man": "人", "method": "法"}, "附着力不合格 & 掉粉")
    assert "<script" not in picture and "&amp;" in picture and "新工" in picture
    assert picture.count('class="bone thin"') == 3
