"""Steps in the order of the route, each with its team leader's and QC's check (T-09, W-06)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.kernel import journal
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.production import actions
from sanbao.production.models import Card, Step, StepState
from sanbao.production.tests.conftest import Shop
from sanbao.trace import actions as trace
from sanbao.trace import queries as trace_queries
from sanbao.trace.actions import PackingRow
from sanbao.trace.models import Lot, LotLink, Movement, RecordKind, event_of

KG = 1000


def refused(act: Any, *arguments: Any, **facts: Any) -> Refusal:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(*arguments, **facts)
    return caught.value


@pytest.mark.clause("T-09", "W-06")
def test_a_basket_goes_from_the_press_to_the_label_with_dates_checks_and_links(shop: Shop) -> None:
    card = shop.start(kg=300, scrap_kg=Decimal(40))
    assert (card.number, card.lot.status, card.at, card.route) == (
        "SX-2026-000001", "pending", "age", ["extrude", "age", "coat"],
    )  # fmt: skip
    card = shop.through(shop.check(card), "age", "coat")
    assert card.at == "inspect"
    record = card.record
    assert (record.extruded_on, record.aged_on, record.finished_on) == (date(2026, 4, 20),) * 3
    assert (record.ageing, record.finish) == ("SJ-2026-00001", "PT-2026-00001")
    loads = LotLink.objects.filter(dst=card.lot_id, quantity_milli=None).values_list("src", flat=True)
    assert set(Lot.objects.filter(pk__in=loads).values_list("kind", flat=True)) == {"ageing", "coating"}
    card = shop.inspect(card)
    assert card.lot.status == "passed" or shop.fresh(card).lot.status == "passed"
    row = PackingRow(label="BQ90", travellers=(card.number,), spray_code="20260420 0001", quantity_milli=300 * KG)
    trace.pack(row, by=shop.by.storekeeper)
    found = trace_queries.trace_back([Lot.objects.get(key="BQ90")])
    assert {"ZB1", "RL1", "J1"} <= {node.code for node in found.nodes.values()}
    assert "AGEING_DATE" not in {gap.missing.name for gap in found.gaps if gap.code == card.number}


@pytest.mark.clause("T-09")
def test_a_step_out_of_the_routes_order_is_refused(shop: Shop) -> None:
    card = shop.check(shop.start())
    told = refused(shop.step, card, "coat")
    assert (told.code, told.clause, told.status) == ("card.out_of_order", "T-09", 409)
    assert (str(told.facts["next"]), told.facts["card"]) == ("时效", card.number)
    assert refused(shop.step, shop.worked(), "coat").code == "card.work_done"


@pytest.mark.clause("W-06")
@pytest.mark.parametrize(("lead", "qc", "code"), [
    ("", "", "card.check_missing"), ("good", "", "card.check_missing"), ("", "good", "card.check_missing"),
    ("bad", "", "card.check_failed"), ("good", "bad", "card.check_failed"),
])  # fmt: skip
def test_a_basket_whose_last_step_lacks_a_check_or_failed_one_does_not_go_on(
    shop: Shop, lead: str, qc: str, code: str
) -> None:
    card = shop.check(shop.start(), lead=lead, qc=qc)
    told = refused(shop.step, card, "age")
    assert (told.code, told.clause) == (code, "W-06")


@pytest.mark.clause("W-06")
def test_qc_calls_nothing_passed_while_a_check_is_missing_whoever_judges(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    card = shop.step(card, "coat")
    card = shop.check(card, qc="")
    told = refused(shop.inspect, card)
    assert (told.code, told.clause, str(told.facts["lacks"])) == ("card.check_missing", "W-06", "质检检查")
    judged = refused(trace.judge, by=shop.by.inspector, lots=[card.lot], status="passed", basis="GB/T 5237")
    assert judged.code == "card.check_missing"
    pack = PackingRow(label="BQ91", travellers=(card.number,), spray_code="1", quantity_milli=KG)
    assert refused(trace.pack, pack, by=shop.by.storekeeper).code == "lot.not_passed"
    shop.check(card, lead="")
    trace.judge(by=shop.by.inspector, lots=[card.lot], status="passed", basis="GB/T 5237")
    assert shop.fresh(card).lot.status == "passed"


@pytest.mark.clause("T-09")
def test_qc_calls_nothing_passed_before_the_route_is_done(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    told = refused(shop.inspect, card)
    assert (told.code, told.clause, str(told.facts["operation"])) == ("card.step_missing", "T-09", "喷涂")


@pytest.mark.clause("W-06")
def test_nobody_checks_what_he_did_or_wrote_down_himself(shop: Shop, people: dict[str, Any]) -> None:
    card = shop.check(shop.start())
    card = shop.step(card, "age", by=shop.by.foreman, operator=people["leader"])
    step = shop.last(card)
    for who in (shop.by.foreman, shop.by.leader):
        told = refused(actions.check_lead, step, by=who, outcome="good")
        assert (told.code, told.clause, told.status) == ("step.own_work", "W-06", 403)


@pytest.mark.clause("W-06")
def test_only_a_team_leader_and_qc_check(shop: Shop) -> None:
    step = shop.last(shop.start())
    for check in (actions.check_lead, actions.check_qc):
        told = refused(check, step, by=shop.by.operator2, outcome="good")
        assert (told.code, told.clause, told.status) == ("not_permitted", "W-06", 403)
    assert refused(actions.check_qc, step, by=shop.by.leader, outcome="good").code == "not_permitted"


def test_what_a_check_finds_bad_is_said_and_by_qcs_word_the_basket_has_failed(shop: Shop) -> None:
    card = shop.start()
    step = shop.last(card)
    assert refused(actions.check_qc, step, by=shop.by.inspector, outcome="bad").field == "remark"
    actions.check_qc(step, by=shop.by.inspector, outcome="bad", remark="弯曲 4 mm")
    assert (shop.last(card).state, shop.fresh(card).lot.status) == (StepState.FAILED, "failed")


def test_a_check_is_made_once(shop: Shop) -> None:
    step = actions.check_lead(shop.last(shop.start()), by=shop.by.leader, outcome="good")
    assert refused(actions.check_lead, step, by=shop.by.foreman, outcome="bad", remark="弯曲").code == (
        "step.checked_already"
    )


def test_scrap_and_what_does_not_add_up_leave_the_cards_book(shop: Shop) -> None:
    card = shop.check(shop.start(kg=300))
    card = shop.step(card, "age", kg_out=Decimal(293), scrap_kg=Decimal(5))
    book = trace_queries.account(card.lot)
    assert (book.scrapped, book.unaccounted, book.left) == (5 * KG, 2 * KG, 293 * KG)
    step = shop.last(card)
    assert (step.in_milli, step.out_milli, step.scrap_milli, step.unaccounted) == (300 * KG, 293 * KG, 5 * KG, 2 * KG)


def test_a_coating_adds_weight_within_the_tolerance(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start(kg=300)), "age")
    told = refused(shop.step, card, "coat", kg_out=Decimal(330))
    assert (told.code, told.clause, told.field) == ("step.more_came_out", "T-09", "kg_out")
    card = shop.step(card, "coat", kg_out=Decimal(312))
    assert trace_queries.account(card.lot).left == 312 * KG


@pytest.mark.clause("T-09")
def test_no_more_goes_into_a_step_than_stands_in_the_basket(shop: Shop) -> None:
    told = refused(shop.step, shop.check(shop.start(kg=300)), "age", kg_in=Decimal(301))
    assert (told.code, told.field) == ("step.more_than_left", "kg_in")


@pytest.mark.clause("T-09")
def test_what_must_be_measured_is_written_down(shop: Shop) -> None:
    told = refused(shop.step, shop.check(shop.start()), "age", measured={"temperature_c": "185"})
    assert (told.code, told.field, told.clause) == ("step.unmeasured", "hours", "T-09")


def test_a_load_that_stands_is_used_again_and_an_operation_without_one_takes_none(shop: Shop) -> None:
    one, two = shop.check(shop.start()), shop.check(shop.start())
    shop.step(one, "age", treatment="sj-7")
    shop.step(two, "age", treatment="SJ-7")
    assert Step.objects.filter(treatment__key="SJ-7").count() == 2
    assert refused(shop.step, shop.check(shop.start()), "age", treatment="PT1").code == "trace.other_kind"


@pytest.mark.clause("T-09")
def test_dates_run_forward(shop: Shop) -> None:
    card = shop.check(shop.start())
    assert refused(shop.step, card, "age", done_on=date(2026, 4, 19)).code == "step.before_the_last"
    assert refused(shop.step, card, "age", done_on=date(2026, 4, 21)).code == "date_ahead"


@pytest.mark.clause("T-13")
def test_a_held_basket_is_not_worked_on(shop: Shop) -> None:
    card = shop.check(shop.start())
    trace.hold(by=shop.by.inspector, lots=[card.lot], reason="待查")
    assert refused(shop.step, card, "age").code == "lot.held"


def test_the_last_step_is_struck_with_all_that_it_did(shop: Shop) -> None:
    card = shop.check(shop.start(kg=300))
    card = shop.step(card, "age", kg_out=Decimal(290), scrap_kg=Decimal(6))
    step = shop.last(card)
    struck = actions.strike_step(step, by=shop.by.leader, reason="重量写错")
    card = shop.fresh(card)
    assert (struck.state, card.at, card.record.aged_on, card.record.ageing) == ("struck", "age", None, "")
    assert trace_queries.account(card.lot).left == 300 * KG
    assert not LotLink.objects.filter(event=event_of(RecordKind.STEP, step.pk)).exists()
    assert Movement.standing.count() == 0
    assert shop.step(card, "age").at == "coat"


def test_a_step_behind_which_others_stand_is_not_struck(shop: Shop) -> None:
    card = shop.check(shop.start())
    first = shop.last(card)
    assert refused(actions.strike_step, first, by=shop.by.leader, reason="写错").code == "step.is_the_card"
    card = shop.check(shop.step(card, "age"))
    aged = shop.last(card)
    shop.step(card, "coat")
    assert refused(actions.strike_step, aged, by=shop.by.leader, reason="写错").code == "step.not_last"


def test_every_step_is_in_the_record_with_the_policy_that_asked_for_its_checks(shop: Shop) -> None:
    step = shop.last(shop.start())
    [entry] = journal.entries_of(step.subject)
    assert (entry.action, entry.facts["decision"]["policy"]) == ("step.record", "steps")
    assert [e.action for e in journal.entries_of(f"card:{step.card_id}")] == ["card.start"]


def test_a_card_shows_in_search_and_its_gaps_end_with_its_steps(shop: Shop, by: SimpleNamespace) -> None:
    card = shop.worked()
    gaps = {gap.missing.value for gap in trace_queries.trace_back([card.lot]).gaps if gap.code == card.number}
    assert gaps == {"report"}
    assert Card.objects.visible_to(by.gm).count() == 1
