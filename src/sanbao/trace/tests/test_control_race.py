"""Eight at once: nobody takes more than there is, a label leaves once, and no link slips past a hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.trace import actions, queries
from sanbao.trace.marks import marks
from sanbao.trace.models import Lot, Permit, Shipment
from sanbao.trace.rows import IssueRow, PackingRow, ShipmentRow
from sanbao.trace.tests.factory import KG, lot, small_factory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HOUSE = Actor.clockwork("test")
THREADS = 8


def at_once(act: Callable[[int], Any]) -> list[str]:
    """What became of each of eight who act at the same moment."""
    together = Barrier(THREADS)

    def one(n: int) -> str:
        try:
            together.wait()
            act(n)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_eight_storemen_together_issue_no_more_than_is_left() -> None:
    small_factory()
    left = queries.account(lot("J2")).left or 0
    each = left // 3
    row = {"lot": "J2", "into": "PT9", "into_kind": "coating", "quantity_milli": each}
    outcomes = at_once(lambda n: actions.issue_material(IssueRow(number=f"LL9{n}", **row), by=HOUSE))
    assert sorted(outcomes) == ["done"] * 3 + ["trace.not_enough"] * 5
    assert queries.account(lot("J2")).left == left - 3 * each


def test_of_eight_pick_lists_one_takes_the_label() -> None:
    m = small_factory()
    customer = m.customers["K1"]
    outcomes = at_once(
        lambda n: actions.ship(ShipmentRow(number=f"TH9{n}", label="BQ4", customer_id=customer), by=HOUSE)
    )
    assert sorted(outcomes) == ["done"] + ["trace.shipped_already"] * 7
    assert Shipment.standing.filter(lot=lot("BQ4")).count() == 1


def test_what_is_packed_while_a_hold_is_placed_is_either_refused_or_held() -> None:
    m = small_factory()

    def act(n: int) -> None:
        if n == 0:
            actions.hold(by=HOUSE, lots=[lot("SX2")], reason="色差")
        else:
            row = PackingRow(label=f"B9-{n}", travellers=("SX2",), product_id=m.products["LM50"], quantity_milli=KG)
            actions.pack(row, by=HOUSE)

    outcomes = at_once(act)
    assert set(outcomes) <= {"done", "lot.held"}
    packed = list(Lot.objects.filter(key__startswith="B9-").values_list("pk", flat=True))
    assert set(marks(packed)) == set(packed)
    assert len(packed) == outcomes[1:].count("done")


def test_of_eight_who_ask_for_urgent_release_one_has_asked() -> None:
    small_factory()
    actions.judge(by=HOUSE, lots=[lot("J2")], status="pending", basis="重新待检")
    outcomes = at_once(
        lambda n: actions.apply_permit(by=HOUSE, kind="urgent", lot=lot("J2"), reason="停产", basis="T-05")
    )
    assert sorted(outcomes) == ["done"] + ["permit.stands"] * 7
    assert Permit.objects.count() == 1
