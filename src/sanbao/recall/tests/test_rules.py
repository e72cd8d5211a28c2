"""The ledger always adds up, whatever is entered in whatever order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.recall import rules
from sanbao.recall.rules import KINDS, Balance, Excess

ENTRIES = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 700)), max_size=25)


def adds_up(balance: Balance) -> bool:
    parts = (balance.out, balance.held, balance.installed, balance.disposed, balance.returned)
    return sum(parts) == balance.issued and min(parts) >= 0 and 0 <= balance.scrapped <= balance.returned


@given(st.integers(0, 2000), ENTRIES, st.randoms())
def test_whatever_is_entered_and_struck_the_balance_adds_up(issued, entries, dice):
    balance, written = Balance(issued), []
    for kind, milli in entries:
        try:
            balance, taken = rules.post(balance, kind, milli)
        except Excess as excess:
            assert 0 <= excess.left < milli
        else:
            assert sum(taken.values()) == milli and min(taken.values()) > 0
            written.append((kind, taken))
        assert adds_up(balance)
        if written and dice.random() < 0.3:
            kind, taken = written[place := dice.randrange(len(written))]
            try:
                balance = rules.undo(balance, kind, taken)
            except Excess:
                pass
            else:
                written.pop(place)
            assert adds_up(balance)
    while written:
        # Entries are struck in the reverse of any order that is possible; in the end nothing is left of them.
        for place in reversed(range(len(written))):
            try:
                balance = rules.undo(balance, *written[place])
            except Excess:
                continue
            written.pop(place)
            break
        else:
            raise AssertionError(f"none of {written} can be struck")
        assert adds_up(balance)
    assert balance == Balance(issued)


def test_what_was_held_comes_back_first_and_what_is_scrapped_after_is_not_counted_twice():
    balance, _ = rules.post(Balance(500), "held", 300)
    balance, taken = rules.post(balance, "returned", 350)
    assert taken == {"held": 300, "out": 50}
    balance, _ = rules.post(balance, "scrapped", 350)
    assert (balance.recovered, balance.still_out, balance.out) == (350, 150, 150)
    with pytest.raises(Excess) as refused:
        rules.post(balance, "scrapped", 1)
    assert refused.value.left == 0


def test_more_than_was_issued_cannot_come_back():
    with pytest.raises(Excess) as refused:
        rules.post(Balance(500), "returned", 501)
    assert refused.value.left == 500


def test_a_hundred_per_cent_is_all_of_it():
    assert rules.percent(9999, 10_000) == Decimal("99.9")
    assert rules.percent(0, 0) == 100


def test_only_different_days_count_as_attempts():
    assert not rules.tried_enough([date(2026, 4, 20)] * 5, 2)
    assert rules.tried_enough([date(2026, 4, 20), date(2026, 4, 21)], 2)


def test_what_is_finer_than_a_thousandth_is_no_quantity():
    with pytest.raises(ValueError):
        rules.milli(Decimal("0.0001"))
