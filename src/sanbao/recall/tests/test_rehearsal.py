"""A mock recall against the stopwatch: the same scope, and nothing happens (Q-06)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.kernel import obligations, times
from sanbao.recall import actions, queries
from sanbao.recall.models import Posting, RecallState
from sanbao.recall.tests.conftest import holder
from sanbao.recall.tests.test_recall import refused
from sanbao.trace import bulk
from sanbao.trace.models import Hold
from sanbao.trace.rows import PackingRow
from sanbao.trace.tests.factory import KG, lot

pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q-06")]


def test_it_lists_the_same_holders_and_blocks_and_sends_nothing(factory: Any, by: Any, sent: Any) -> None:
    recall = actions.rehearse(by=by.technologist, title="粉末批次演练", lots=[lot("J2")])
    assert {h.customer.code: h.issued_milli for h in queries.holders_of(recall)} == {"K1": 240 * KG, "K2": 300 * KG}
    assert not Hold.objects.exists()
    assert not obligations.open_on(recall.subject).exists()
    k1 = holder(recall, "K1")
    for act, facts in (
        (actions.notify, {"way": "phone"}),
        (actions.attempt, {"way": "phone", "words": "无人接听"}),
        (actions.send_again, {"email": "k1@example.com"}),
        (actions.acknowledge, {"name": "x"}),
    ):
        assert refused(act, k1, by=by.clerk, **facts).code == "recall.rehearsal"
    told = refused(actions.enter, k1, by=by.storekeeper, kind="returned", quantity=Decimal(1))
    assert (told.code, told.clause) == ("recall.rehearsal", "Q-06")
    assert refused(actions.send_letters, recall, by=by.clerk).code == "wrong_state"
    assert actions.post_due() == 0 and sent == [] and holder(recall, "K1").posting == Posting.NONE
    assert actions.sweep() == 0


def test_it_is_judged_by_the_weight_accounted_for_and_the_time(factory: Any, by: Any) -> None:
    recall = actions.rehearse(by=by.technologist, title="演练", lots=[lot("J2")])
    times.pass_time(minutes=35)
    recall = actions.finish(recall, by=by.technologist, remarks="联系人齐全")
    assert recall.state == RecallState.REHEARSED
    assert (recall.result["percent"], recall.result["minutes"], recall.result["passed"]) == ("100.0", 35, True)


def test_goods_of_which_nobody_knows_where_they_are_or_too_much_time_fail_it(factory: Any, by: Any) -> None:
    bulk.write([PackingRow(label="BQ9", travellers=("SX2",), quantity_milli=10 * KG)], source="import:9")
    recall = actions.rehearse(by=by.technologist, title="演练", lots=[lot("J2")])
    recall = actions.finish(recall, by=by.technologist, remarks="有一包查不到库位")
    assert (recall.result["percent"], recall.result["passed"]) == ("98.7", False)
    late = actions.rehearse(by=by.technologist, title="演练", lots=[lot("J3")])
    times.pass_time(hours=5)
    late = actions.finish(late, by=by.technologist, remarks="用时过长")
    assert (late.result["in_time"], late.result["passed"]) == (False, False)


def test_it_needs_a_lot_to_begin_from_and_findings_to_end(factory: Any, by: Any) -> None:
    assert refused(actions.rehearse, by=by.technologist, title="演练", lots=[]).code == "recall.no_starts"
    recall = actions.rehearse(by=by.technologist, title="演练", lots=[lot("J2")])
    assert refused(actions.finish, recall, by=by.technologist, remarks="").field == "remarks"
