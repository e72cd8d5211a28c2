"""追责、归类、处理意见 (C-16, C-18, C-21)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.catalog.models import DefectClass
from sanbao.complaints import actions, queries
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.parties import actions as parties
from sanbao.parties.models import Department


@pytest.mark.clause("C-16")
def test_there_is_no_handling_opinion_before_responsibility_is_located(story: Any, by: Any, surface: Any) -> None:
    case = story.graded()
    with refused("complaint.no_responsibility", "C-16"):
        actions.give_opinion(case, by=by.technologist, opinion="更换", basis="合同", confirmed_class=surface)


@pytest.mark.clause("C-16")
def test_the_search_ends_in_a_named_department_or_supplier(story: Any, by: Any) -> None:
    case = story.graded()
    with refused("complaint.responsible_missing", "C-16") as caught:
        actions.locate_responsibility(case, by=by.technologist, blame="supplier", basis="进仓台账")
    assert caught.value.field == "supplier"
    powder = parties.register_supplier(by=by.clerk, code="G01", name="某粉末厂")
    case = actions.locate_responsibility(
        case, by=by.technologist, blame="supplier", supplier=powder, basis="粉末批检验"
    )
    assert str(queries.responsible_title(case)) == "供方 某粉末厂"
    assert case.next_clause == "C-21"


@pytest.mark.clause("C-18")
def test_corrective_action_is_owed_by_the_responsible_department_and_holds_up_closing(story: Any, by: Any) -> None:
    case = story.graded()
    assert "corrective.action" in obligations.open_for(by.foreman).values_list("code", flat=True)
    qc = Department.objects.get(code="qc")
    case = actions.locate_responsibility(case, by=by.technologist, blame="department", department=qc, basis="漏检")
    assert "corrective.action" not in obligations.open_for(by.foreman).values_list("code", flat=True)
    [duty] = obligations.open_for(by.inspector).filter(subject=case.subject, code="corrective.action")
    assert duty.holds_closing and duty.due_at is not None
    assert list(Complaint.objects.visible_to(by.inspector)) == [case]


@pytest.mark.clause("C-21")
def test_the_fault_is_classified_before_the_opinion(story: Any, by: Any) -> None:
    production = Department.objects.get(code="production")
    case = actions.locate_responsibility(
        story.graded(), by=by.technologist, blame="department", department=production, basis="喷涂批记录"
    )
    with refused("complaint.not_classified", "C-21"):
        actions.give_opinion(case, by=by.technologist, opinion="更换", basis="合同")


def test_what_was_reported_and_what_was_confirmed_are_two_entries(story: Any, by: Any) -> None:
    use = DefectClass.objects.get(code="U1")
    case = actions.classify(story.inspected(), by=by.technologist, confirmed_class=use)
    assert (case.reported_class.code, case.confirmed_class.code) == ("Q3", "U1")


def test_the_chain_hears_of_lots_with_complaints_of_the_same_kind(quality: Any, other_customer: Any, db: None) -> None:
    from sanbao.trace.models import Lot

    one, two = (Lot.objects.create(key=k, code=k, kind="label") for k in ("BQ1", "BQ2"))
    quality(lot=one)
    quality(lot=two, customer=other_customer)
    assert queries.lots_alike([one.pk]) == {one.pk, two.pk}
