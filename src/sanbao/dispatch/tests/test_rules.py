"""What fits on a line, when it is full, what a scale may show, and how an order is read."""

from decimal import Decimal

import pytest

from sanbao.dispatch.rules import Asked, Load, Order, Weighed, allowed, kilograms, read_line, within

KG = 1000


def test_a_line_of_kilograms_takes_what_is_ordered_and_a_little_more():
    order = Order(None, 300 * KG, over=Decimal(5), short=Decimal(5))
    assert order.takes(Load(60, 300 * KG)) and order.takes(Load(None, 315 * KG))
    assert not order.takes(Load(60, 315 * KG + 1))
    assert order.filled(Load(0, 285 * KG)) and not order.filled(Load(0, 285 * KG - 1))


def test_a_line_of_pieces_counts_pieces_whatever_they_weigh():
    order = Order(50, None)
    assert order.takes(Load(50, 10**9)) and not order.takes(Load(51, 1))
    assert order.filled(Load(50, 0)) and not order.filled(Load(49, 10**9))
    assert not order.counts(Load(None, 5)) and order.counts(Load(1, 0))


def test_a_line_of_both_must_hold_both():
    order = Order(50, 300 * KG)
    assert not order.takes(Load(50, 301 * KG)) and not order.takes(Load(51, 300 * KG))
    assert not order.filled(Load(50, 299 * KG)) and order.filled(Load(50, 300 * KG))


def test_pieces_that_nobody_counted_are_judged_by_weight_where_there_is_one():
    order = Order(50, 300 * KG)
    assert order.counts(Load(None, 5)) and order.takes(Load(None, 300 * KG)) and order.filled(Load(None, 300 * KG))


def test_loads_add_up_and_one_uncounted_label_makes_the_sum_uncounted():
    assert Load(2, 3) + Load(4, 5) == Load(6, 8)
    assert Load(2, 3) + Load(None, 5) == Load(None, 8)


def test_the_scale_may_show_the_percentages_of_all_parts_or_the_largest_fixed_amount():
    parts = [Weighed(1000 * KG, Decimal("0.5"), Decimal(2)), Weighed(4000 * KG, Decimal(1), Decimal(20))]
    assert allowed(parts) == 45 * KG
    assert allowed(parts[:1]) == 5 * KG
    assert allowed([Weighed(100 * KG, Decimal("0.5"), Decimal(2))]) == 2 * KG
    assert allowed([]) == 0


def test_a_weight_is_within_up_to_the_last_gram():
    assert within(1005, 1000, 5) and within(995, 1000, 5)
    assert not within(1006, 1000, 5) and not within(994, 1000, 5)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("LM50 100 480", Asked("LM50", 100, 480 * KG)),
        ("LM50\t100\t480.5", Asked("LM50", 100, 480_500)),
        ("LM50 100 支 480 kg", Asked("LM50", 100, 480 * KG)),
        ("LM50，480公斤", Asked("LM50", None, 480 * KG)),
        ("LM50 - 480", Asked("LM50", None, 480 * KG)),
        ("LM50 1.2t", Asked("LM50", None, 1200 * KG)),
        ("LM50 100", Asked("LM50", 100, None)),
        ("BQ0000001", Asked("BQ0000001")),
    ],
)
def test_a_line_is_read_as_people_and_spreadsheets_write_it(text, asked):
    assert read_line(text) == asked


@pytest.mark.parametrize("text", ["", "LM50 abc", "LM50 1 2 3", "LM50 0", "LM50 1.5 支", "LM50 5kg 6kg", "LM50 -5"])
def test_a_line_that_says_two_things_or_none_is_not_guessed(text):
    with pytest.raises(ValueError):
        read_line(text)


def test_kilograms_are_said_to_the_gram_without_trailing_noughts():
    assert (kilograms(1_234_500), kilograms(300_000), kilograms(1)) == ("1,234.5", "300", "0.001")
