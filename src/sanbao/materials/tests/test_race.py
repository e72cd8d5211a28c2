"""Two at once: the last hundred kilograms, one delivery, one count. On PostgreSQL, where it proves something."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel.refusals import Refusal
from sanbao.materials import actions
from sanbao.materials.models import IncomingLot, Lying
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg
from sanbao.trace import queries
from sanbao.trace.models import Lot, MaterialIssue, Movement, Receipt

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each act: ``done``, or the code of its refusal."""
    together = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        try:
            together.wait()
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


@pytest.mark.clause("T-07")
def test_of_two_issues_of_the_last_hundred_kilograms_one_is_refused(store: Store, by: Cast) -> None:
    lot = store.passed(quantity=kg(100))
    slips = [store.slip(into=f"PT-{n}") for n in (1, 2)]
    for slip in slips:
        actions.issuing.add(slip, by=by.keeper, code=lot.code, quantity=kg(100))
    outcomes = at_once(*(lambda slip=slip: actions.issuing.issue(slip, by=by.keeper) for slip in slips))
    assert outcomes == ["done", "trace.not_enough"]
    assert (queries.account(lot).left, MaterialIssue.objects.count()) == (0, 1)


@pytest.mark.clause("T-06")
def test_of_two_storemen_who_take_in_one_lot_one_does(store: Store, by: Cast) -> None:
    waiting = store.entered(by.keeper)
    outcomes = at_once(
        lambda: actions.receiving.accept(waiting, by=by.keeper, place=store.a1),
        lambda: actions.receiving.accept(waiting, by=by.second, place=store.a2),
    )
    assert outcomes[0] == "done" and outcomes[1] in ("wrong_state", "stale")
    assert (Receipt.objects.count(), Lot.objects.count(), Lying.objects.count()) == (1, 1, 1)


def test_of_two_storemen_who_take_in_a_whole_delivery_each_lot_comes_in_once(store: Store, by: Cast) -> None:
    delivery = store.delivery()
    for n in range(3):
        store.entered(by.keeper, delivery, supplier_lot=f"G-{n}")
    take_in = actions.receiving.take_in_all
    outcomes = at_once(*(lambda who=who: take_in(delivery, by=who) for who in (by.keeper, by.second)))
    assert "done" in outcomes
    assert (Receipt.objects.count(), set(IncomingLot.objects.values_list("state", flat=True))) == (3, {"accepted"})


@pytest.mark.clause("W-07")
def test_a_count_that_two_approve_is_booked_once(store: Store, by: Cast) -> None:
    lot = store.passed(place=store.a1)
    count = actions.counting.open_count(by=by.keeper, places=[store.a1])
    actions.counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(380))
    actions.counting.submit(count, by=by.keeper)
    outcomes = at_once(*(lambda: actions.counting.approve(count, by=by.boss) for _ in range(2)))
    assert outcomes[0] == "done" and outcomes[1] in ("wrong_state", "stale")
    assert (Movement.objects.count(), queries.account(lot).left) == (1, 380_000)


def test_a_lot_that_two_put_away_at_once_lies_at_one_place(store: Store, by: Cast) -> None:
    lot = store.received()
    places = (store.a1, store.a2)
    put = actions.placing.put
    outcomes = at_once(*(lambda place=place: put(place, by=by.keeper, code=lot.code) for place in places))
    assert outcomes == ["done", "done"]
    assert Lying.objects.filter(lot=lot, quantity_milli=None).count() == 1 and HOUSE
