"""Two men at once, and a kill in the middle: a label is on one list, a list leaves once and whole (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.dispatch import actions, verifying
from sanbao.dispatch.models import Fate, Pick
from sanbao.dispatch.tests.conftest import HOUSE, fresh, lot
from sanbao.kernel.refusals import Refusal
from sanbao.trace import actions as trace
from sanbao.trace.models import Shipment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.clause("W-08")]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each in a thread and a connection of its own; what became of it."""
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
        return list(pool.map(one, acts))


def test_of_two_who_scan_one_label_onto_two_lists_one_has_it(released, by):
    for code in ("P1", "P2", "P3"):
        first, second = released(), released()
        outcomes = at_once(
            lambda list=first, code=code: actions.scan(list, by=by.keeper, code=code),
            lambda list=second, code=code: actions.scan(list, by=by.second, code=code),
        )
        assert sorted(outcomes) == ["done", "gate.other_list"]
        assert Pick.objects.filter(lot=lot(code), fate=Fate.PICKED).count() == 1


def test_of_many_who_scan_one_label_onto_one_list_it_is_there_once(released, by):
    case = released()
    outcomes = at_once(*[lambda: actions.scan(case, by=by.keeper, code="P1")] * 4)
    assert set(outcomes) <= {"done", "stale"} and "done" in outcomes
    assert Pick.objects.filter(pick_list=case).count() == 1


def test_of_two_who_let_one_list_go_one_does(ready, by):
    case = ready()
    outcomes = at_once(
        lambda: actions.ship(case, by=by.second),
        lambda: actions.ship(case, by=by.carter),
        lambda: actions.cancel(case, by=by.head, reason="客户改期"),
    )
    assert outcomes.count("done") == 1 and set(outcomes) <= {"done", "wrong_state", "stale"}
    left = Shipment.objects.filter(number=case.number).count()
    assert left == (3 if fresh(case).state == "shipped" else 0)
    assert list(verifying.scanned()) == []


def test_a_hold_and_a_shipment_at_once_do_not_both_succeed_unseen(ready, by):
    """Whoever comes first: either the goods are held and stay, or they left and the hold is on goods that are out."""
    case = ready()
    outcomes = at_once(
        lambda: actions.ship(case, by=by.second),
        lambda: trace.hold(by=HOUSE, lots=[lot("P2")], reason="复检"),
    )
    assert outcomes[1] == "done"
    left = Shipment.objects.filter(number=case.number).count()
    assert (outcomes[0], left) in {("done", 3), ("lot.held", 0)}


def test_a_kill_in_the_middle_of_leaving_leaves_nothing_half(ready, by, monkeypatch):
    """The process dies between the shipments and the signature; its connection goes with it."""
    case = ready()

    def dies(**_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            end_session(cursor.fetchone()[0])
            cursor.execute("SELECT 1")

    monkeypatch.setattr("sanbao.dispatch.actions.leaving.signatures.sign", dies)

    def one() -> None:
        try:
            actions.ship(case, by=by.second)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, pytest.raises(Exception, match=r"terminat|closed|server"):
        pool.submit(one).result()
    monkeypatch.undo()
    assert fresh(case).state == "ready"
    assert not Shipment.objects.filter(number=case.number).exists()
    assert set(Pick.objects.values_list("fate", flat=True)) == {Fate.PICKED}
    assert actions.ship(case, by=by.second).state == "shipped"


def end_session(pid: int) -> None:
    """End a database session from another one, as a kill would."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
