"""Quantities balance, whatever happens to them, in whatever order (Q-02)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.nonconformity.rules import Balance, Cost, Part, balance, batch_return, result_fits, totals

WAYS = ("rework", "repair", "concession", "regrade", "supplier", "scrap")
STATES = ("proposed", "approved", "executed", "done", "refused", "cancelled")


@st.composite
def lines(draw: st.DrawFn) -> tuple[int, list[Part]]:
    """A line and dispositions made one after the other, each within what was open at its time."""
    received = draw(st.integers(1, 10**9))
    parts: list[Part] = []
    for _ in range(draw(st.integers(0, 8))):
        free = balance(received, parts).open
        if not free:
            break
        way, state, quantity = draw(st.sampled_from(WAYS)), draw(st.sampled_from(STATES)), draw(st.integers(1, free))
        scrapped = released = failed = 0
        if state in ("executed", "done"):
            scrapped = quantity if way == "scrap" else 0 if way in ("concession", "supplier") else draw(
                st.integers(0, quantity)
            )  # fmt: skip
            if state == "done":
                failed = draw(st.integers(0, quantity - scrapped)) if way in ("rework", "repair", "regrade") else 0
                released = quantity - scrapped - failed
        parts.append(Part(way, state, quantity, scrapped, released, failed))
    return received, parts


@pytest.mark.clause("Q-02")
@given(lines())
def test_received_is_the_sum_of_what_became_of_it_and_nothing_is_ever_negative(line: tuple[int, list[Part]]) -> None:
    received, parts = line
    found = balance(received, parts)
    assert found.balanced
    assert found.received == sum(found.shares.values()) == received


def test_what_failed_is_open_again_and_what_work_lost_is_scrapped() -> None:
    found = balance(
        100, [Part("rework", "done", 60, scrapped=5, released=40, failed=15), Part("scrap", "done", 10, 10)]
    )
    assert found.shares == {
        "reworked": 40, "released": 0, "regraded": 0, "returned": 0, "scrapped": 15, "pending": 0, "open": 45,
    }  # fmt: skip
    assert not found.settled and Balance(5, scrapped=5).settled


def test_balances_of_lines_are_added_up() -> None:
    whole = balance(10, [Part("scrap", "done", 10, 10)]).plus(balance(5, []))
    assert (whole.received, whole.scrapped, whole.open) == (15, 10, 5)


@pytest.mark.parametrize(
    ("way", "good", "scrapped", "fits"),
    [
        ("rework", 100, 0, True), ("rework", 60, 40, True), ("rework", 60, 41, False), ("rework", 99, 0, False),
        ("rework", 101, -1, False), ("scrap", 0, 100, True), ("scrap", 10, 90, False), ("concession", 100, 0, True),
        ("concession", 90, 10, False), ("supplier", 100, 0, True), ("supplier", 0, 100, False),
    ],
)  # fmt: skip
def test_a_result_accounts_for_all_of_it_as_its_way_allows(way: str, good: int, scrapped: int, fits: bool) -> None:
    assert result_fits(way, 100, good, scrapped) is fits


@pytest.mark.parametrize(
    ("kg", "lot", "batch"),
    [
        ("499.9", "10000", False),
        ("500", "10000", True),
        ("99", "1000", False),
        ("100", "1000", True),
        ("1", "0", False),
    ],
)
def test_a_return_is_a_batch_by_weight_or_by_share_of_its_lot(kg: str, lot: str, batch: bool) -> None:
    limits = {"from_kg": Decimal(500), "from_percent": Decimal(10)}
    assert batch_return(Decimal(kg), Decimal(lot), **limits) is batch


def test_costs_of_two_currencies_and_two_units_are_never_added_together() -> None:
    one = [
        Cost("scrap", "报废", "CNY", Decimal("10"), 1000, "kg"),
        Cost("scrap", "报废", "CNY", Decimal("2.5"), 2000, "支"),
        Cost("scrap", "报废", "USD", Decimal("3"), 1000, "kg"),
    ]
    found = [(t.currency, t.amount, t.dispositions, dict(t.quantities)) for t in totals(one)]
    assert found == [("CNY", Decimal("12.5"), 2, {"kg": 1000, "支": 2000}), ("USD", Decimal(3), 1, {"kg": 1000})]
