"""Grade A with a safety fault proposes the recall by itself; the general manager decides (C-13)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import fresh
from sanbao.kernel import announcements, obligations
from sanbao.recall import actions, scoping
from sanbao.recall.models import Recall, RecallState
from sanbao.recall.tests.test_recall import refused
from sanbao.trace.tests.factory import lot

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-13")]


@pytest.fixture
def dangerous(story: Any, factory: Any) -> Complaint:
    case = story.graded("S4", "M3", code="BQ1")
    announcements.deliver()
    return fresh(case)


def test_it_proposes_the_recall_of_the_lot_and_its_basket(dangerous: Complaint, by: Any) -> None:
    assert dangerous.grade == "A"
    recall = Recall.objects.get(origin=dangerous.subject)
    assert recall.state == RecallState.PROPOSED
    assert {one.code for one in recall.starts.all()} == {"BQ1", "SX1"}
    assert "recall.decide" in obligations.open_for(by.gm).values_list("code", flat=True)
    announcements.deliver()
    assert Recall.objects.count() == 1, "handlers may run twice"


def test_starting_it_settles_what_the_case_owed(dangerous: Complaint, by: Any, gm: Any) -> None:
    recall = Recall.objects.get(origin=dangerous.subject)
    recall = actions.define(
        recall, by=by.technologist, title=recall.title, lots=[lot("J2")], danger="可能坠落", measure="停用并退回",
        statutory=False,
    )  # fmt: skip
    assert obligations.open_on(dangerous.subject).filter(code="recall.assess").exists()
    actions.confirm(recall, by=gm)
    assert not obligations.open_on(dangerous.subject).filter(code="recall.assess").exists()
    settled = dangerous.settlements.get(duty="recall.assess")
    assert (settled.reference, recall.number in settled.reason) == (recall.number, True)


def test_nobody_settles_the_assessment_by_his_word_while_the_decision_is_due(dangerous: Complaint, by: Any) -> None:
    told = refused(
        complaints.settle_duty, dangerous, by=by.technologist, duty="recall.assess", how="done", reason="已口头说过"
    )
    assert (told.code, told.clause) == ("recall.to_be_decided", "C-13")
    assert not dangerous.settlements.filter(duty="recall.assess").exists()


def test_rejecting_it_needs_a_reason_that_stands_on_the_case(dangerous: Complaint, gm: Any) -> None:
    recall = Recall.objects.get(origin=dangerous.subject)
    told = refused(actions.reject, recall, by=gm, reason=" ")
    assert (told.code, told.clause, told.field) == ("recall.words_missing", "C-13", "reason")
    actions.reject(recall, by=gm, reason="只此一件，运输碰伤，同批检验合格")
    assert "运输碰伤" in dangerous.settlements.get(duty="recall.assess").reason
    assert not obligations.open_on(recall.subject).exists()


def test_where_no_lot_is_known_it_is_proposed_all_the_same_and_waits_for_one(story: Any, gm: Any) -> None:
    case = story.graded("S4", "M3")
    announcements.deliver()
    recall = Recall.objects.get(origin=case.subject)
    assert scoping.starts_of(recall) == []
    assert refused(actions.confirm, recall, by=gm).code == "recall.no_starts"


def test_grade_a_without_a_safety_fault_proposes_none(story: Any) -> None:
    story.graded("S3", "M3")
    announcements.deliver()
    assert not Recall.objects.exists()
