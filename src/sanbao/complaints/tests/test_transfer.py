"""移交、报告、指派: nothing is lost between departments (C-05, U-08)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, obligations, times
from sanbao.parties.models import Department


@pytest.fixture
def received_by_the_warehouse(register: Any, by: Any) -> Complaint:
    return register(by=by.storekeeper)


def sales() -> Department:
    return Department.objects.get(code="sales")


def test_whoever_receives_it_owns_it_until_it_is_passed_on(received_by_the_warehouse: Any, people: Any) -> None:
    case = received_by_the_warehouse
    assert case.owner == people["storekeeper"] and case.owner_department.code == "warehouse"
    assert (case.next_party, case.next_clause) == ("warehouse", "C-05")
    assert case.next_due == clocks.running(case.subject).get(kind="transfer").due_at


@pytest.mark.clause("C-05")
def test_the_transfer_reports_to_the_general_manager_and_is_measured(received_by_the_warehouse: Any, by: Any) -> None:
    assert received_by_the_warehouse.reported_at is None
    times.pass_time(minutes=95)
    case = actions.transfer(received_by_the_warehouse, by=by.storekeeper, to=sales())
    assert case.transfers.get().minutes_held == 95
    assert clocks.of(case.subject).get(kind="transfer").outcome == "met"
    assert "assign" in obligations.open_for(by.gm).values_list("code", flat=True)
    assert case.reported_at == times.now()


def test_until_it_is_accepted_the_sender_still_owns_it(received_by_the_warehouse: Any, by: Any, people: Any) -> None:
    case = actions.transfer(received_by_the_warehouse, by=by.storekeeper, to=sales())
    assert case.owner == people["storekeeper"] and case.next_party == "sales"
    case = actions.accept_transfer(case, by=by.manager)
    assert case.owner == people["manager"] and case.owner_department.code == "sales"
    assert list(Complaint.objects.visible_to(by.storekeeper)) == [case]


@pytest.mark.clause("C-05")
def test_a_complaint_is_passed_to_sales_or_export_only(received_by_the_warehouse: Any, by: Any) -> None:
    with refused("complaint.not_an_intake", "C-05"):
        actions.transfer(received_by_the_warehouse, by=by.storekeeper, to=Department.objects.get(code="production"))


@pytest.mark.clause("C-05")
def test_only_the_receiving_department_accepts(received_by_the_warehouse: Any, by: Any) -> None:
    case = actions.transfer(received_by_the_warehouse, by=by.storekeeper, to=sales())
    with refused("complaint.not_your_transfer", "C-05"):
        actions.accept_transfer(case, by=by.storekeeper)


def test_the_same_transfer_is_not_sent_twice(received_by_the_warehouse: Any, by: Any) -> None:
    case = actions.transfer(received_by_the_warehouse, by=by.storekeeper, to=sales())
    with refused("complaint.already_there", "C-05"):
        actions.transfer(case, by=by.storekeeper, to=sales())
    case = actions.accept_transfer(case, by=by.manager)
    with refused("complaint.nothing_to_accept", "C-05"):
        actions.accept_transfer(case, by=by.manager)


@pytest.mark.clause("U-08")
def test_quality_goes_to_the_production_vp_when_departments_are_assigned(quality: Any, by: Any) -> None:
    case = actions.assign(quality(), by=by.gm, departments=Department.objects.filter(code="technology"))
    assert "study" in obligations.open_for(by.technologist).values_list("code", flat=True)
    assert "organise" in obligations.open_for(by.vp).values_list("code", flat=True)
    assert not obligations.open_for(by.gm).filter(subject=case.subject).exists()
    assert list(Complaint.objects.visible_to(by.technologist)) == [case]


def test_only_a_leader_assigns(register: Any, by: Any) -> None:
    case = register()
    with refused("not_permitted", "U-08"):
        actions.assign(case, by=by.clerk, departments=Department.objects.filter(code="technology"))


def test_a_case_can_be_laid_before_the_general_manager_at_any_time(received_by_the_warehouse: Any, by: Any) -> None:
    case = actions.report(received_by_the_warehouse, by=by.storekeeper, remark="用户很急")
    assert case.reported_at == times.now()


def test_a_case_is_handed_to_another_owner(register: Any, by: Any, people: Any) -> None:
    case = actions.hand_over(register(), by=by.manager, owner=people["clerk2"], reason="休假")
    assert fresh(case).owner == people["clerk2"]
