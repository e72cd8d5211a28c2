"""解释与信息反馈表 (C-07, C-08, C-19)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from sanbao.complaints import actions, queries
from sanbao.complaints.models import Complaint, FeedbackForm, State
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, numbering, obligations, times
from sanbao.kernel.refusals import Refusal


def test_the_explanation_and_how_the_user_took_it_stand_on_the_timeline(register: Any, by: Any) -> None:
    case = actions.explain(
        register(), by=by.clerk, text="标准允许 ±2", basis="GB/T 5237.1", reaction="satisfied", words="明白了"
    )
    texts = list(case.entries.filter(audience="outward").values_list("text", flat=True))
    assert texts[-2:] == ["标准允许 ±2", "明白了"]
    assert clocks.of(case.subject).get(kind="first_response").stopped_at == times.now()


@pytest.mark.clause("C-08")
def test_a_user_not_satisfied_with_the_explanation_needs_a_feedback_form(register: Any, by: Any) -> None:
    case = actions.explain(register(), by=by.clerk, text="已说明", basis="C-07", reaction="not_satisfied")
    assert (case.next_clause, case.next_party) == ("C-08", "after_sales")
    assert clocks.running(case.subject).filter(kind="feedback_form").exists()
    satisfied = actions.ask_satisfaction(case, by=by.clerk, outcome="satisfied")
    Complaint.objects.filter(pk=case.pk).update(quality_related=True)
    with refused("complaint.no_form", "C-08"):
        actions.close(satisfied, by=by.clerk, basis="C-07")


def test_the_form_goes_to_production_and_technology_within_its_clock(quality: Any, by: Any) -> None:
    case = quality()
    times.pass_time(hours=2)
    form = actions.issue_form(case, by=by.clerk, remark="同批尚有库存")
    assert {r.department.code for r in form.recipients.all()} == {"production", "technology"}
    assert clocks.of(case.subject).get(kind="feedback_form").outcome == "met"
    assert fresh(case).state == State.FED_BACK
    assert list(Complaint.objects.visible_to(by.foreman)) == [case]


@pytest.mark.clause("C-08")
def test_the_same_act_tells_the_salesperson_of_the_region(quality: Any, by: Any) -> None:
    case = quality()
    actions.issue_form(case, by=by.clerk)
    [duty] = obligations.open_for(by.salesman).filter(subject=case.subject)
    assert (duty.code, duty.clause, duty.opened_at) == ("learn_facts", "C-08", fresh(case).feedback_form.issued_at)


@pytest.mark.clause("C-08")
def test_where_a_region_has_no_salesperson_the_manager_is_told(quality: Any, by: Any, other_customer: Any) -> None:
    case = quality(customer=other_customer)
    actions.issue_form(case, by=by.clerk)
    assert "learn_facts" in obligations.open_for(by.manager).values_list("code", flat=True)


def test_each_department_acknowledges_its_own_copy(story: Any, by: Any) -> None:
    case = actions.acknowledge_form(story.formed(), by=by.technologist)
    waiting = case.feedback_form.recipients.filter(acknowledged_at=None)
    assert [r.department.code for r in waiting] == ["production"]
    with refused("complaint.form_not_yours", "C-08"):
        actions.acknowledge_form(case, by=by.technologist)


def test_a_form_can_be_neither_changed_nor_deleted_not_even_in_the_database(story: Any) -> None:
    form = story.formed().feedback_form
    for act in (form.delete, lambda: FeedbackForm.objects.update(number="XF-0"), lambda: form.revisions.all().delete()):
        with pytest.raises((DatabaseError, Refusal)), transaction.atomic():
            act()


@pytest.mark.clause("C-19")
def test_a_form_is_not_revised_without_saying_why(story: Any, by: Any) -> None:
    case = story.formed()
    with refused("complaint.revision_reason", "C-19"):
        actions.revise_form(case, by=by.clerk, reason="")


@pytest.mark.clause("C-07")
def test_a_user_who_is_satisfied_with_the_explanation_gets_no_form(register: Any, by: Any) -> None:
    case = actions.explain(register(), by=by.clerk, text="已说明", basis="C-07", reaction="satisfied")
    with refused("complaint.form_not_needed", "C-07"):
        actions.issue_form(case, by=by.clerk)


def test_every_change_of_a_form_is_a_new_revision_and_the_old_one_stays(story: Any, by: Any) -> None:
    case = story.inspected()
    form = actions.revise_form(case, by=by.clerk, reason="补填检验结论")
    first, second = form.revisions.all()
    assert first.content["inspection"] == {} and second.content["inspection"]["severity"]["zh"].startswith("S3")
    assert (second.revision, second.reason) == (2, "补填检验结论")


def test_the_numbers_of_the_forms_run_without_a_gap_and_a_check_proves_it(story: Any) -> None:
    for _ in range(3):
        story.formed()
    proof = queries.completeness(2026)
    assert proof.complete and proof.given == 3
    assert numbering.check("feedback_form", ["XF-2026-000001", "XF-2026-000003"], year=2026).missing == (2,)


def test_a_refused_form_leaves_no_hole_in_the_numbers(story: Any, quality: Any, by: Any) -> None:
    case = quality()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.issue_form(case, by=by.clerk)
        raise RuntimeError("the power went")
    assert actions.issue_form(case, by=by.clerk).number == "XF-2026-000001"


def test_a_person_confirms_or_rejects_what_the_count_proposed(quality: Any, by: Any, other_customer: Any) -> None:
    quality()
    quality(customer=other_customer)
    third = quality(quality_related=False)
    assert third.widespread == "proposed" and third.widespread_facts == {"cases": 3, "users": 2, "days": 30}
    case = actions.judge_widespread(third, by=by.clerk, widespread=True, reason="同一喷涂批")
    assert (case.widespread, case.next_clause) == ("confirmed", "C-08")
    again = actions.judge_widespread(case, by=by.clerk, widespread=False, reason="批次不同")
    assert again.widespread == "rejected"
