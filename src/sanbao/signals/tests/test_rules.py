"""The statistics against an oracle reckoned in another way (C-09)."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, factorial, isclose, lgamma, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.signals import rules
from sanbao.signals.exposure import Deliveries
from sanbao.signals.rules import Belief


def by_failures(count: int, shape: int, odds: Fraction) -> Fraction:
    """The oracle for a whole shape: ``count`` failures before the shape-th success, in fractions."""
    success = 1 / (1 + odds)
    trials = count + shape - 1
    return sum(
        (comb(trials, k) * success**k * (1 - success) ** (trials - k) for k in range(shape)),
        start=Fraction(0),
    )


def by_mixing(count: int, shape: float, rate: float, exposure: float) -> float:
    """The oracle for any shape: Poisson tails weighed by the gamma density, summed by Simpson's rule."""

    def weighed(x: float) -> float:
        mean = x * exposure
        below = sum(exp(-mean + k * log(mean) - log(factorial(k))) for k in range(count))
        return exp(shape * log(rate) + (shape - 1) * log(x) - rate * x - lgamma(shape)) * (1 - below)

    steps, high = 4000, (shape + 12 * shape**0.5 + 30) / rate
    width = high / steps
    inner = sum((4 if n % 2 else 2) * weighed(n * width) for n in range(1, steps))
    return (inner + weighed(high)) * width / 3


@given(st.integers(1, 25), st.integers(1, 30), st.fractions("1/1000", 20, max_denominator=1000))
@settings(max_examples=200, deadline=None)
def test_the_tail_is_that_of_the_negative_binomial(count: int, shape: int, odds: Fraction) -> None:
    belief = Belief(float(shape), 1.0)
    assert isclose(rules.tail(count, belief, float(odds)), float(by_failures(count, shape, odds)), rel_tol=1e-9)


@given(st.integers(1, 12), st.floats(1.5, 20), st.floats(0.5, 50), st.floats(0.05, 20))
@settings(max_examples=40, deadline=None)
def test_the_tail_is_the_mixture_of_what_is_believed(count: int, shape: float, rate: float, exposure: float) -> None:
    found = rules.tail(count, Belief(shape, rate), exposure)
    assert isclose(found, by_mixing(count, shape, rate, exposure), rel_tol=1e-3, abs_tol=1e-9)


def test_no_case_is_certain_and_no_exposure_expects_none() -> None:
    assert rules.tail(0, Belief(2, 5), 3) == 1.0
    assert rules.tail(1, Belief(2, 5), 0) == 0.0


def test_a_tail_far_out_is_small_and_not_nothing() -> None:
    assert 0 < rules.tail(60, Belief(2, 100), 1) < 1e-80


def test_little_of_its_own_stays_near_the_base_and_much_outweighs_it() -> None:
    base = 0.001
    assert rules.believed(base=base, strength=2, events=0, exposure=0).mean == pytest.approx(base)
    assert rules.believed(base=base, strength=2, events=200, exposure=20_000).mean == pytest.approx(0.01, rel=0.1)


def by_hand(chances: list[float], among: int, share: float) -> float:
    """The step-up procedure as the paper says it, over the whole family: what was not reckoned has chance one."""
    whole = sorted([*chances, *[1.0] * (among - len(chances))])
    passed = [p for rank, p in enumerate(whole, start=1) if p <= share * rank / among]
    return passed[-1] if passed else 0.0


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(0, 400), st.floats(0.01, 0.5))
def test_the_share_of_false_discoveries_is_held_over_all_that_was_looked_at(
    chances: list[float], more: int, share: float
) -> None:
    among = len(chances) + more
    assert rules.discoveries(chances, among=among, share=share) == by_hand(chances, among, share)


def test_looking_at_more_places_asks_for_more_surprise() -> None:
    assert rules.discoveries([0.004], among=10, share=0.05) == 0.004
    assert rules.discoveries([0.004], among=100, share=0.05) == 0.0


@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0.1, 50)), max_size=12),
    st.integers(1, 120),
    st.integers(0, 400),
    st.integers(0, 90),
)
def test_exposure_is_weight_times_days_at_risk(
    sent: list[tuple[int, float]], risk: int, first: int, length: int
) -> None:
    last = first + length
    counted = sum(w * sum(1 for day in range(first, last + 1) if s <= day < s + risk) for s, w in sent)
    assert isclose(Deliveries(sent, risk).between(first, last), counted, rel_tol=1e-9, abs_tol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0.1, 50)), max_size=12), st.integers(0, 300))
def test_a_later_delivery_changes_no_exposure_of_a_span_that_has_ended(sent: list[tuple[int, float]], day: int) -> None:
    known = [one for one in sent if one[0] <= day]
    assert isclose(
        Deliveries(sent, 60).between(day - 20, day), Deliveries(known, 60).between(day - 20, day), abs_tol=1e-6
    )
