"""QC's word on a basket, and the way back through rework (W-06)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.kernel import journal, worker
from sanbao.production import actions
from sanbao.production.models import CardState, Step
from sanbao.production.queries import standing_steps
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import refused
from sanbao.trace import actions as trace
from sanbao.trace import queries as trace_queries
from sanbao.trace.models import InspectionReport, Permit


def rework(shop: Shop, card: Any, operation: str = "coat", **more: Any) -> Any:
    return actions.send_to_rework(
        card, by=shop.by.technologist, operation=operation, **({"reason": "膜厚不足，退漆重喷"} | more)
    )


def test_an_inspection_is_a_report_with_its_number_and_the_baskets_status(shop: Shop) -> None:
    card = actions.inspect(
        shop.worked(), by=shop.by.inspector2, conclusion="undecided", measured={"film_um": "68"}, appearance="橘皮"
    )
    report = InspectionReport.objects.get(lot=card.lot)
    assert (report.number, report.measured, report.appearance) == ("BG-2026-000001", {"film_um": "68"}, "橘皮")
    assert shop.fresh(card).lot.status == "undecided"


@pytest.mark.clause("W-06")
def test_nobody_inspects_what_he_worked_on(shop: Shop, people: dict[str, Any]) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    card = shop.check(shop.step(card, "coat", operator=people["inspector2"]))
    told = refused(shop.inspect, card)
    assert (told.code, told.clause, told.status) == ("card.own_work", "W-06", 403)


@pytest.mark.clause("W-06")
def test_a_failed_basket_is_not_worked_on_until_it_is_sent_back(shop: Shop) -> None:
    card = shop.inspect(shop.through(shop.check(shop.start()), "age"), "failed")
    told = refused(shop.step, shop.fresh(card), "coat")
    assert (told.code, told.clause) == ("lot.not_passed", "W-06")


def test_a_failed_basket_goes_back_is_done_again_and_inspected_again(shop: Shop) -> None:
    card = rework(shop, shop.inspect(shop.worked(), "failed"))
    assert (card.state, card.round, card.at) == (CardState.REWORK, 1, "coat")
    assert refused(shop.inspect, card).code == "card.step_missing"
    card = shop.step(card, "coat")
    assert refused(shop.inspect, card).code == "card.check_missing"
    card = shop.inspect(shop.check(card))
    assert (card.state, shop.fresh(card).lot.status) == (CardState.IN_WORK, "passed")
    steps = standing_steps([card])[card.pk]
    assert [(s.operation, s.round) for s in steps] == [("extrude", 0), ("age", 0), ("coat", 0), ("coat", 1)]
    assert shop.fresh(card).record.finish == "PT-2026-00001 PT-2026-00002"
    traced = trace_queries.trace_back([card.lot])
    assert {"PT-2026-00001", "PT-2026-00002"} <= {node.code for node in traced.nodes.values()}


def test_what_follows_the_place_of_rework_is_done_again_too(shop: Shop) -> None:
    card = rework(shop, shop.inspect(shop.worked(), "failed"), "age")
    assert card.at == "age"
    card = shop.through(card, "age")
    assert card.at == "coat"
    assert refused(rework, shop, card, "coat").code == "card.no_way_back"


def test_rework_needs_a_failure_a_reason_and_a_place_to_go_back_to(shop: Shop) -> None:
    card = shop.worked()
    assert refused(rework, shop, card).code == "card.not_failed"
    card = shop.inspect(card, "failed")
    assert refused(rework, shop, card, reason="").field == "reason"
    for operation in ("extrude", "anodise", "inspect"):
        assert refused(rework, shop, card, operation).code == "card.no_way_back"
    assert rework(shop, card, reason="", disposition="NC-2026-00012").round == 1


def test_a_check_that_failed_sends_the_step_back_to_itself(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    card = shop.check(shop.step(card, "coat"), qc="bad")
    card = rework(shop, card, "coat", reason="局部露底")
    card = shop.through(card, "coat")
    assert shop.inspect(card).state == CardState.IN_WORK


@pytest.mark.clause("W-06")
def test_a_verdict_elsewhere_ends_the_rework_once_the_checks_are_there(shop: Shop) -> None:
    card = rework(shop, shop.inspect(shop.worked(), "failed"))
    told = refused(trace.judge, by=shop.by.inspector, lots=[card.lot], status="passed", basis="复检")
    assert told.code in ("card.step_missing", "card.check_failed")
    card = shop.step(card, "coat")
    told = refused(trace.judge, by=shop.by.inspector, lots=[card.lot], status="passed", basis="复检")
    assert (told.code, told.clause) == ("card.check_missing", "W-06")
    shop.check(card)
    trace.judge(by=shop.by.inspector, lots=[card.lot], status="passed", basis="复检")
    worker.run_once()
    assert shop.fresh(card).state == CardState.IN_WORK


def test_a_failed_basket_goes_on_by_a_recorded_concession(shop: Shop) -> None:
    card = shop.inspect(shop.through(shop.check(shop.start()), "age"), "failed")
    permit = trace.apply_permit(by=shop.by.foreman, kind="concession", lot=card.lot, reason="客户同意", basis="C-12")
    Permit.objects.filter(pk=permit.pk).update(state="in_force")
    card = shop.step(shop.fresh(card), "coat")
    entry = journal.entries_of(card.subject).last()
    assert entry is not None and entry.facts["permits"] == [permit.number]


def test_a_basket_that_failed_is_sorted_and_each_part_judged_by_itself(shop: Shop) -> None:
    card = shop.inspect(shop.worked(kg=300), "failed")
    part = actions.split(card, by=shop.by.operator, kg=Decimal(250), reason="挑出良品")
    assert part.lot.status == "failed"
    # What was made from a failed basket is blocked until QC lets it go.
    assert refused(shop.step, part, "coat").code in ("card.work_done", "lot.held")
    assert Step.objects.filter(card=part).count() == 0
    shop.inspect(part)
    assert shop.fresh(part).lot.status == "passed"
