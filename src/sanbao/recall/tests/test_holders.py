"""Each holder: told, reached or not, answering for himself, and a ledger that adds up (Q-06)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel import announcements, obligations, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer
from sanbao.recall import actions, concerns, links
from sanbao.recall.models import HolderState, Posting, Recall, RecallEntry, RecallHolder
from sanbao.recall.tests.conftest import holder
from sanbao.recall.tests.test_recall import refused
from sanbao.trace.tests.factory import KG

pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q-06")]
HOUSE = Actor.clockwork("test")


def test_each_salesperson_owes_the_notices_of_his_holders(running: Any, by: Any) -> None:
    recall = running()
    owed = {duty.owed_by: str(duty.words) for duty in obligations.open_on(recall.subject).filter(code="recall.notify")}
    assert set(owed) == {by.salesman.ref, "sales.department_manager"}
    actions.notify(holder(recall, "K1"), by=by.salesman, way="phone", words="库管 王某")
    left = obligations.open_on(recall.subject).filter(code="recall.notify").values_list("owed_by", flat=True)
    assert list(left) == ["sales.department_manager"]


def test_a_letter_to_each_holder_with_an_address_and_what_became_of_it(running: Any, by: Any, sent: Any) -> None:
    recall = actions.send_letters(running(), by=by.clerk)
    k1, k2 = holder(recall, "K1"), holder(recall, "K2")
    assert (k1.posting, k2.posting) == (Posting.QUEUED, Posting.NONE)
    assert actions.post_due() == 1 and actions.post_due() == 0
    text = sent[0]["text"]
    assert "膜层剥落" in text and "240 kg" in text and links.address_of(k1) in text and "We recall" in text
    k1 = actions.posted(holder(recall, "K1"))
    assert (k1.state, k1.notified_way) == (HolderState.NOTIFIED, "email")
    assert k1.letter == "letter:1"


def test_a_letter_that_cannot_be_sent_says_why_and_leaves_him_to_be_told(
    running: Any, by: Any, monkeypatch: Any
) -> None:
    def no_server(**letter: Any) -> str:
        raise Refusal("mail.no_server", concerns.W("没有设置发信服务器。", "No mail server is set up."))

    monkeypatch.setattr(concerns, "carriers", [no_server])
    recall = actions.send_letters(running(), by=by.clerk)
    assert actions.post_due() == 0
    k1 = holder(recall, "K1")
    assert (k1.state, k1.posting) == (HolderState.NOT_NOTIFIED, Posting.FAILED)
    assert "发信服务器" in k1.trouble or "mail server" in k1.trouble


def test_unreachable_needs_vain_attempts_on_different_days(running: Any, by: Any) -> None:
    recall = running()
    k2 = holder(recall, "K2")
    for _ in range(4):
        k2 = actions.attempt(k2, by=by.clerk, way="phone", words="无人接听")
    told = refused(actions.give_up, k2, by=by.clerk, words="")
    assert (told.code, told.facts["n"], told.facts["needed"]) == ("recall.tried_too_little", 1, 3)
    for day in ("2026-04-21 10:00", "2026-04-22 10:00"):
        with times.frozen(day):
            k2 = actions.attempt(k2, by=by.clerk, way="visit", words="门锁着")
    assert actions.give_up(k2, by=by.clerk, words="厂已搬走").state == HolderState.UNREACHABLE


def test_he_acknowledges_once_and_says_what_he_has(running: Any) -> None:
    recall = running()
    k1 = holder(recall, "K1")
    him = links.who(k1)
    k1 = actions.acknowledge(k1, by=him, name="李某", held=Decimal(200), installed=Decimal("30.5"), returned=Decimal(9))
    assert (k1.state, k1.held_milli, k1.installed_milli) == (HolderState.ACKNOWLEDGED, 200 * KG, 30500)
    assert (k1.declared_milli, k1.returned_milli) == (9 * KG, 0), "what he says he sent back counts when it came in"
    assert refused(actions.acknowledge, k1, by=him, name="李某").code == "wrong_state"
    k1 = actions.declare(k1, by=him, held=Decimal(209))
    told = refused(actions.declare, k1, by=him, held=Decimal(100))
    assert (told.code, told.field) == ("recall.less_than_before", "held")
    assert refused(actions.declare, k1, by=him, installed=Decimal(400)).code == "recall.more_than_there_is"


def test_who_came_by_a_link_sees_and_answers_for_nobody_else(running: Any) -> None:
    recall = running()
    him = links.who(holder(recall, "K1"))
    assert [h.customer.code for h in RecallHolder.objects.visible_to(him)] == ["K1"]
    assert refused(actions.acknowledge, holder(recall, "K2"), by=him, name="x").code == "not_found"
    assert refused(actions.enter, holder(recall, "K1"), by=him, kind="returned", quantity=Decimal(1)).status == 403
    assert not Recall.objects.visible_to(him).exists()


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal(-1), Decimal("0.0001")])
def test_nothing_and_less_than_nothing_is_no_entry(running: Any, by: Any, quantity: Decimal) -> None:
    k1 = holder(running(), "K1")
    told = refused(actions.enter, k1, by=by.storekeeper, kind="returned", quantity=quantity)
    assert (told.code, told.status, told.field) == ("recall.bad_quantity", 422, "quantity")
    assert not RecallEntry.objects.exists()


def test_more_than_was_issued_is_refused_with_how_much_is_left(running: Any, by: Any) -> None:
    k1 = actions.enter(holder(running(), "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(200))
    told = refused(actions.enter, k1, by=by.storekeeper, kind="disposed", quantity=Decimal(41))
    assert (told.code, told.facts["left"], told.facts["issued"]) == ("recall.more_than_there_is", "40", "240")
    assert holder(k1.recall, "K1").balance.out == 40 * KG


def test_disposal_after_the_return_is_not_counted_twice(running: Any, by: Any) -> None:
    k1 = actions.enter(holder(running(), "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(200))
    k1 = actions.enter(k1, by=by.storekeeper, kind="scrapped", quantity=Decimal(200))
    assert (k1.balance.recovered, k1.balance.out) == (200 * KG, 40 * KG)


def test_a_wrong_entry_is_struck_once_and_stays(running: Any, by: Any) -> None:
    k1 = actions.enter(holder(running(), "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(200))
    entry = k1.entries.get()
    k1 = actions.strike(k1, by=by.storekeeper, entry=entry, reason="称重错误")
    assert k1.balance.out == 240 * KG and k1.entries.count() == 2
    told = refused(actions.strike, k1, by=by.storekeeper, entry=entry, reason="称重错误")
    assert (told.code, told.field) == ("recall.not_to_strike", "entry")


def test_silent_holders_are_reminded_by_the_policy_and_then_laid_before_somebody(
    running: Any, by: Any, sent: Any
) -> None:
    recall = actions.send_letters(running(), by=by.clerk)
    actions.post_due()
    actions.posted(holder(recall, "K1"))
    assert actions.sweep() == 0, "the period has not passed"
    for day in ("04-23", "04-28", "05-08"):
        with times.frozen(f"2026-{day} 09:00"):
            assert actions.sweep() == 1
            assert actions.post_due() == 1
            actions.posted(holder(recall, "K1"))
    assert "再次提醒" in sent[-1]["subject"]
    with times.frozen("2026-05-20 09:00"):
        assert actions.sweep() == 0
        assert obligations.open_on(recall.subject).filter(code="recall.silent").exists()
        actions.acknowledge(holder(recall, "K1"), by=by.clerk, name="李某")
        actions.sweep()
        assert not obligations.open_on(recall.subject).filter(code="recall.silent").exists()


def test_whom_to_reach_is_forgotten_when_he_asks_for_it(running: Any, by: Any) -> None:
    recall = running()
    assert holder(recall, "K1").email
    Customer.objects.filter(code="K1").update(category="consumer")
    parties.erase_customer(Customer.objects.get(code="K1"), by=HOUSE)
    announcements.deliver()
    assert (holder(recall, "K1").email, holder(recall, "K1").phone) == ("", "")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_enter_at_once_no_more_than_was_issued_gets_through(running: Any) -> None:
    k1 = holder(running(), "K1")
    together = Barrier(8)

    def one(_: int) -> str:
        try:
            together.wait()
            for _ in range(50):
                try:
                    actions.enter(k1, by=HOUSE, kind="returned", quantity=Decimal(50))
                except Refusal as refusal:
                    if refusal.code != "stale":
                        return refusal.code
                else:
                    return "done"
            return "stale"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(8)))
    k1 = holder(k1.recall, "K1")
    assert sorted(outcomes) == ["done"] * 4 + ["recall.more_than_there_is"] * 4
    assert k1.returned_milli == 200 * KG
    assert sum(e.quantity_milli for e in k1.entries.all()) == k1.returned_milli
