"""A recall from the proposal to its end (Q-06)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.kernel import journal, obligations, times, verify
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.parties.models import Site
from sanbao.recall import actions, queries, scoping
from sanbao.recall.models import Recall, RecallHolder, RecallState
from sanbao.recall.tests.conftest import FACTS, holder
from sanbao.trace import actions as trace
from sanbao.trace import bulk
from sanbao.trace.models import HeldLot, Hold, Shipment
from sanbao.trace.rows import PackingRow, ShipmentRow, TravellerRow
from sanbao.trace.tests.factory import KG, lot

HOUSE = Actor.clockwork("test")
pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q-06")]


def refused(act: Any, *args: Any, **facts: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        act(*args, **facts)
    return found.value


def test_from_a_supplier_lot_every_holder_place_and_label_is_listed_and_everything_is_stopped(running: Any) -> None:
    recall = running("J2")
    held = {h.customer.code: (h.issued_milli, h.labels, h.unit) for h in queries.holders_of(recall)}
    assert held == {"K1": (240 * KG, 1, "kg"), "K2": (300 * KG, 1, "kg")}
    assert recall.stored == [["A1", "kg", 250 * KG, 1]]
    assert (recall.labels, recall.state) == (3, RecallState.IN_FORCE)
    codes = set(HeldLot.objects.filter(hold=recall.hold).values_list("lot__code", flat=True))
    assert {"J2", "PT1", "SX1", "SX2", "BQ1", "BQ2", "BQ4"} == codes
    assert Hold.objects.filter(about=recall.subject).count() == 1


def test_nothing_of_the_scope_can_be_shipped_or_let_go_while_the_recall_runs(running: Any, by: Any) -> None:
    recall = running("J2")
    row = ShipmentRow(number="TH9", label="BQ4", customer_id=holder(recall, "K1").customer_id, quantity_milli=KG)
    assert refused(trace.ship_together, [row], by=by.storekeeper).code == "lot.held"
    told = refused(trace.lift, recall.hold, by=by.inspector, basis="报告 1")
    assert (told.code, told.clause, told.facts["number"]) == ("recall.still_running", "Q-06", recall.number)


def test_what_is_made_and_shipped_later_comes_into_the_scope_and_is_journalled(running: Any, sent: Any) -> None:
    recall = actions.send_letters(running("J2"), by=HOUSE)
    actions.post_due()
    assert [letter["to"] for letter in sent] == ["k1@example.com"]
    assert actions.refresh(recall).version == recall.version, "no news, nothing is written"
    site = Site.objects.create(customer_id=holder(recall, "K1").customer_id, name="东钱湖大厦", state="in_use")
    bulk.write(
        [PackingRow(label="BQ9", travellers=("SX2",), quantity_milli=100 * KG, spray_code="9", location="A1")],
        source="import:7",
    )
    bulk.write(
        [ShipmentRow(number="TH9", label="BQ9", customer_id=site.customer_id, site_id=site.pk)], source="import:7"
    )
    grown = actions.refresh(recall)
    assert grown.labels == 4 and queries.holders_of(grown).count() == 3
    entry = journal.entries_of(recall.subject).get(action="recall.grow")
    assert (entry.facts["new_holders"], entry.facts["set"]["labels"]) == (1, [3, 4])
    actions.post_due()
    assert len(sent) == 2, "the new holder has his letter by himself, the others no second one"
    assert HeldLot.objects.filter(hold=grown.hold, lot=lot("BQ9")).exists()


def test_news_of_other_goods_change_nothing_and_write_nothing_into_the_record(running: Any) -> None:
    recall = running("J2")
    bulk.write(
        [ShipmentRow(number="TH9", label="BQ3", customer_id=holder(recall, "K1").customer_id)], source="import:7"
    )
    looked = actions.refresh(recall)
    assert looked.marks != recall.marks and looked.version == recall.version
    assert not journal.entries_of(recall.subject).filter(action="recall.grow").exists()


def test_goods_of_the_house_that_left_all_the_same_are_with_a_holder_now(running: Any) -> None:
    recall = running("J2")
    bulk.write(
        [ShipmentRow(number="TH9", label="BQ4", customer_id=holder(recall, "K1").customer_id)], source="import:7"
    )
    recall = actions.refresh(recall)
    assert (holder(recall, "K1").issued_milli, recall.stored) == (490 * KG, [])


def test_a_struck_shipment_leaves_a_holder_with_nothing_and_the_goods_in_the_house(running: Any) -> None:
    recall = running("J2")
    Shipment.objects.filter(lot=lot("BQ1")).update(voided="reversal:1")
    Recall.objects.filter(pk=recall.pk).update(marks=[])
    recall = actions.refresh(Recall.objects.get(pk=recall.pk))
    assert (holder(recall, "K1").issued_milli, holder(recall, "K1").labels) == (0, 0)
    assert sum(row[3] for row in recall.stored) == 2


def test_lots_with_a_hole_in_their_chain_are_listed_and_not_ignored(running: Any) -> None:
    bulk.write([TravellerRow(code="SX8", billets=(), finish="PT1", finish_kind="coating")], source="import:8")
    bulk.write([PackingRow(label="BQ8", travellers=("SX8",), quantity_milli=50 * KG)], source="import:8")
    recall = running("J2")
    found = {(gap.lot.code, gap.missing) for gap in recall.holes.select_related("lot")}
    assert {("SX8", "billet"), ("SX8", "extrusion_date"), ("SX8", "ageing_date"), ("BQ8", "whereabouts")} <= found
    assert recall.gaps == len(found)
    assert not any(code == "BQ1" for code, _ in found)


def test_a_start_from_which_nobody_knows_what_was_made_is_listed(running: Any) -> None:
    bulk.write([TravellerRow(code="SX7", billets=("ZB1",))], source="import:8")
    recall = running("SX7", "J2")
    assert ("SX7", scoping.NOWHERE) in {(gap.lot.code, gap.missing) for gap in recall.holes.select_related("lot")}


def test_a_range_of_labels_may_be_where_it_begins(running: Any, propose: Any) -> None:
    recall = actions.confirm(propose(lots=[], first_label="BQ2", last_label="BQ3"), by=HOUSE)
    assert {h.customer.code: h.labels for h in queries.holders_of(recall)} == {"K2": 2}
    told = refused(propose, lots=[], first_label="XX1", last_label="XX9")
    assert (told.code, told.field) == ("recall.no_labels", "first_label")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"lots": []}, "recall.no_starts"),
        ({"danger": ""}, "recall.words_missing"),
        ({"measure": " "}, "recall.words_missing"),
        ({"statutory": None}, "recall.statutory_unsaid"),
    ],
)
def test_a_recall_does_not_start_before_it_says_what_why_and_what_to_do(
    propose: Any, gm: Any, facts: Any, code: str
) -> None:
    recall = propose(**facts)
    assert refused(actions.confirm, recall, by=gm).code == code
    assert not Hold.objects.exists() and not RecallHolder.objects.exists()


def test_only_the_general_manager_decides_and_not_on_his_own_proposal(propose: Any, by: Any, gm: Any) -> None:
    recall = propose()
    assert refused(actions.confirm, recall, by=by.manager).status == 403
    own = actions.propose(by=gm, **{**FACTS, "lots": [lot("J2")]})
    assert refused(actions.confirm, own, by=gm).code == "recall.own"
    assert refused(actions.confirm, recall, by=by.gm).code == "signature.authenticate"


def test_he_may_order_one_that_nobody_proposed(factory: Any, gm: Any) -> None:
    recall = actions.order(by=gm, **{**FACTS, "lots": [lot("J2")]})
    assert recall.state == RecallState.IN_FORCE and recall.hold is not None


def test_what_turns_out_to_be_concerned_too_is_stopped_too(running: Any, by: Any) -> None:
    recall = actions.widen(running("SX1"), by=by.technologist, lots=[lot("SX3")], reason="同一槽液")
    assert holder(recall, "K2").issued_milli == 780 * KG
    assert HeldLot.objects.filter(hold__about=recall.subject, lot=lot("BQ3")).exists()


def test_the_reports_run_by_the_policy_in_working_days_and_are_recorded_when_sent(running: Any, by: Any) -> None:
    recall = running(statutory=True, statutory_basis="消费品召回管理暂行规定")
    owed = {row.kind: times.local(row.due_at).date().isoformat() for row in recall.reports.all()}
    assert owed == {"report": "2026-04-22", "plan": "2026-05-07", "stage": "2026-07-20"}, "Labour Day is not worked"
    manager = by.inspector
    day = times.today()
    recall = actions.report(recall, by=manager, kind="report", sent_on=day, reference="回执 1")
    recall = actions.report(recall, by=manager, kind="stage", sent_on=day)
    assert recall.reports.get(kind="report").figures["sums"][0]["issued"] == 540 * KG
    assert recall.reports.filter(kind="stage", sent_at=None).get().due_at > recall.reports.first().due_at
    told = refused(actions.report, recall, by=manager, kind="report", sent_on=day)
    assert (told.code, told.field) == ("recall.no_such_report", "kind")
    later = times.factory("2026-05-01").date()
    assert refused(actions.report, recall, by=manager, kind="plan", sent_on=later).code == "recall.sent_later"


def test_an_overdue_report_lies_on_the_desk(running: Any) -> None:
    recall = running(statutory=True, statutory_basis="规定")
    with times.frozen("2026-04-24 09:00"):
        duty = obligations.open_on(recall.subject).get(code="recall.report")
        assert duty.late and duty.owed_by == "qc.department_manager"


def test_it_ends_when_everything_is_accounted_for_or_the_rest_is_explained_and_approved(
    running: Any, by: Any, gm: Any
) -> None:
    recall = running("J2")
    told = refused(actions.end, recall, by=gm, summary="全部收回")
    assert (told.code, told.facts["n"], told.facts["most"]) == ("recall.unaccounted", 2, "300")
    actions.enter(holder(recall, "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(240))
    actions.enter(holder(recall, "K2"), by=by.storekeeper, kind="returned", quantity=Decimal(290))
    k2 = actions.explain(holder(recall, "K2"), by=by.clerk, explanation="工地散失，已现场查找")
    assert refused(actions.end, recall, by=gm, summary="全部收回").facts["n"] == 1
    assert refused(actions.excuse, k2, by=by.manager).status == 403
    k2 = actions.excuse(k2, by=gm)
    assert k2.unexcused == 0
    recall = actions.end(recall, by=gm, summary="收回 98.1 %，余量已说明")
    assert recall.state == RecallState.ENDED and recall.result["sums"][0]["effect"] == "98.1"
    assert [row.kind for row in recall.reports.filter(sent_at=None)] == ["report", "plan", "final"]


def test_an_explanation_covers_no_more_than_it_was_approved_for(running: Any, by: Any, gm: Any) -> None:
    recall = running("J2")
    k1 = actions.enter(holder(recall, "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(240))
    actions.enter(holder(recall, "K2"), by=by.storekeeper, kind="returned", quantity=Decimal(290))
    actions.excuse(actions.explain(holder(recall, "K2"), by=by.clerk, explanation="散失在工地"), by=gm)
    entry = k1.entries.get()
    actions.strike(holder(recall, "K1"), by=by.storekeeper, entry=entry, reason="登记错了人")
    assert refused(actions.end, recall, by=gm, summary="全部收回").code == "recall.unaccounted"


def test_figures_are_by_unit_and_by_region(running: Any, by: Any) -> None:
    recall = running("J2")
    actions.enter(holder(recall, "K1"), by=by.storekeeper, kind="disposed", quantity=Decimal("60.5"))
    (whole,) = queries.sums(recall)
    assert (whole.balance.issued, whole.balance.recovered, str(whole.effect)) == (540 * KG, 60500, "11.2")
    assert {str(line.title): line.balance.recovered for line in queries.by_region(recall)} == {
        "浙江": 60500,
        "未填地区": 0,
    }


def test_the_record_verifies(running: Any, by: Any, sent: Any) -> None:
    recall = actions.send_letters(running("J2"), by=by.clerk)
    actions.post_due()
    actions.enter(holder(recall, "K1"), by=by.storekeeper, kind="returned", quantity=Decimal(5))
    assert [b.where for b in verify.verify() if b.where.startswith("recall")] == []
    RecallHolder.objects.filter(recall=recall).update(returned_milli=240 * KG)
    assert {b.where for b in verify.verify() if b.where.startswith("recall")} == {
        holder(recall, code).subject for code in ("K1", "K2")
    }
