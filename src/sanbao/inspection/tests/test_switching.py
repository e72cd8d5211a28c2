"""Normal, tightened, reduced: the switching rules step by step, and what is true of every series (Q-07)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.inspection.sampling import Strictness
from sanbao.inspection.switching import Outcome, Rules, Series, Stopped, Why, after, irregular, resumed

N, T, R = Strictness
GOOD, BAD = Outcome(True, 1), Outcome(False, 1)
WITH_REDUCED = Rules(reduced=True)
outcomes = st.builds(Outcome, st.booleans(), st.integers(0, 21), st.sampled_from([True, False, None]))


def run(*lots: Outcome, start: Series | None = None, rules: Rules = Rules()) -> tuple[Series, Why]:  # noqa: B008
    series, why = start or Series(), Why.STAYS
    for lot in lots:
        series, why = after(series, lot, rules)
    return series, why


def test_two_refused_of_five_tighten() -> None:
    series, why = run(GOOD, BAD, GOOD, GOOD, BAD)
    assert (series.strictness, why) == (T, Why.REFUSALS)


def test_two_refused_six_apart_do_not() -> None:
    assert run(BAD, GOOD, GOOD, GOOD, GOOD, BAD)[0].strictness is N


def test_two_refused_at_once_need_no_five() -> None:
    assert run(BAD, BAD)[0].strictness is T


def test_five_accepted_in_a_row_end_tightened_inspection() -> None:
    assert run(*[GOOD] * 4, start=Series(T))[0].strictness is T
    series, why = run(*[GOOD] * 5, start=Series(T))
    assert (series, why) == (Series(), Why.STREAK)


def test_one_refused_lot_begins_the_five_anew() -> None:
    assert run(*[GOOD] * 4, BAD, *[GOOD] * 4, start=Series(T))[0].strictness is T


def test_five_refused_while_tightened_stop_the_series_however_far_apart() -> None:
    series, why = run(*[BAD, GOOD, GOOD] * 4, BAD, start=Series(T))
    assert (series.stopped, why) == (True, Why.TOO_MANY_REFUSED)
    with pytest.raises(Stopped):
        after(series, GOOD)


def test_a_stopped_series_begins_again_tightened_and_with_nothing_against_it() -> None:
    stopped, _ = run(*[BAD] * 5, start=Series(T))
    assert resumed(stopped) == (Series(T), Why.RESUMED)
    with pytest.raises(ValueError, match="not discontinued"):
        resumed(Series(T))


def test_fifteen_lots_with_ac_0_or_1_make_thirty_points() -> None:
    assert run(*[GOOD] * 14, rules=WITH_REDUCED)[0].score == 28
    assert run(*[GOOD] * 15, rules=WITH_REDUCED) == (Series(R), Why.SCORE)


def test_ten_lots_with_a_larger_ac_do_when_they_would_have_passed_one_step_tighter() -> None:
    assert run(*[Outcome(True, 5, True)] * 10, rules=WITH_REDUCED)[0].strictness is R


@pytest.mark.parametrize("spoiler", [Outcome(True, 5, False), Outcome(True, 5, None), BAD])
def test_a_lot_that_would_not_have_passed_tighter_begins_the_score_anew(spoiler: Outcome) -> None:
    assert run(*[GOOD] * 10, spoiler)[0].score == 0


def test_reduced_inspection_waits_for_the_word_of_who_is_responsible() -> None:
    assert run(*[GOOD] * 40)[0].strictness is N


def test_one_refused_lot_or_irregular_production_ends_reduced_inspection() -> None:
    series, why = run(BAD, start=Series(R))
    assert (series.strictness, series.recent, why) == (N, (False,), Why.REFUSED_WHILE_REDUCED)
    assert irregular(Series(R)) == (Series(), Why.IRREGULAR)
    assert irregular(Series(T)) == (Series(T), Why.STAYS)


def test_a_factory_may_set_other_numbers() -> None:
    assert run(BAD, GOOD, BAD, rules=Rules(refused=3))[0].strictness is N


@given(st.lists(outcomes, max_size=60), st.booleans())
def test_no_series_goes_from_reduced_to_tightened_or_back_in_one_step(lots: list[Outcome], reduced: bool) -> None:
    series, rules = Series(), Rules(reduced=reduced)
    for lot in lots:
        if series.stopped:
            break
        before = series.strictness
        series, why = after(series, lot, rules)
        assert {before, series.strictness} != {T, R}
        assert reduced or series.strictness is not R
        assert (series.strictness is before) == (why in (Why.STAYS, Why.TOO_MANY_REFUSED))
        assert len(series.recent) <= rules.within and series.refused <= rules.stop
        assert series.strictness is T or not series.stopped


@given(st.lists(outcomes, max_size=40))
def test_a_series_is_what_its_facts_say(lots: list[Outcome]) -> None:
    series = Series()
    for lot in lots:
        if not series.stopped:
            series, _ = after(series, lot, WITH_REDUCED)
    assert Series.of(series.as_facts()) == series
