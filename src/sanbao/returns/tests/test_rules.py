"""What follows from what: rows as typed, weights added up, and a ledger that balances in any order (R-02, R-03)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.returns import rules
from sanbao.returns.rules import Asked, Other, Owed, Side, Unreadable


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("BQ-1 240 19.80 FP-31", Asked("BQ-1", 240_000, Decimal("19.80"), "FP-31")),
        (
            "BQ-1\t1,240.5\t19.8\tFP 31 第2行\t旧 标签",
            Asked("BQ-1", 1_240_500, Decimal("19.8"), "FP 31 第2行", "旧 标签"),
        ),
        ("LM50 0.001 0.0001 FP why it is so", Asked("LM50", 1, Decimal("0.0001"), "FP", "why it is so")),
    ],
)
def test_rows_are_read_as_typed_or_pasted(text: str, asked: Asked) -> None:
    assert rules.read_line(text) == asked


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "parts"), ("BQ-1 240", "parts"), ("BQ-1\t5\t1\t", "source"),
        ("BQ-1 0 1 FP", "kg"), ("BQ-1 -5 1 FP", "kg"), ("BQ-1 0.0001 1 FP", "kg"), ("BQ-1 x 1 FP", "kg"),
        ("BQ-1 NaN 1 FP", "kg"), ("BQ-1 99999999999 1 FP", "kg"),
        ("BQ-1 5 0 FP", "price"), ("BQ-1 5 -1 FP", "price"), ("BQ-1 5 1.00001 FP", "price"), ("BQ-1 5 1e3 FP", "price"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_says_why(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        rules.read_line(text)
    assert caught.value.why == why


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        asked = rules.read_line(text)
    except Unreadable:
        return
    assert asked.milli > 0 and asked.price > 0 and asked.source


def test_only_requests_for_the_same_goods_are_added_up() -> None:
    own = {"product:1": 300_000}
    others = [Other("TK-1", "product:1", 150_000), Other("TK-2", "product:2", 9), Other("TK-1", "product:1", 50_000)]
    assert rules.together(own, others) == (500_000, ["TK-1"])


@given(*[st.integers(0, 10**9)] * 3)
def test_counting_never_lowers_the_weight_that_decides(applied: int, accepted: int, beside: int) -> None:
    assert rules.to_decide(applied, accepted, beside) >= applied + beside


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["return", "replace", "refund"]),
            st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2),
        ),
        max_size=40,
    )
)
def test_under_any_order_of_acts_the_ledger_balances_and_is_never_overdrawn(acts: list[tuple[str, Decimal]]) -> None:
    owed: dict[int, Decimal] = {}
    booked: list[Side] = []
    for number, (act, amount) in enumerate(acts):
        waiting = [Owed(case, rest) for case, rest in owed.items() if rest]
        if act == "return":
            sides, owed[number] = rules.sides_of_return(number, amount, 1000), amount
        elif act == "replace":
            sides = rules.sides_of_replacement(rules.allocate(amount, waiting), amount, 1000)
        elif waiting:
            sides = rules.sides_of_refund(waiting[0].case, waiting[0].open)
        else:
            continue
        if act != "return":
            for side in sides:
                if side.case is not None:
                    owed[side.case] += side.amount
        assert rules.balanced(sides)
        assert all(rest >= 0 for rest in owed.values())
        booked += sides
    assert rules.balanced(booked)
    assert sum((s.amount for s in booked if s.account == "customer"), Decimal(0)) == sum(owed.values(), Decimal(0))
