"""催办: counted once, carried up by the policy, offered a reopening (U-09)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.models import Chase
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import journal, obligations, times
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Post
from tests.cast import Program


@pytest.fixture
def leader(people: Any) -> Any:
    return parties.hire(
        by=HOUSE, username="leader", name="leader 甲", department=Department.objects.get(code="after_sales"),
        post=Post.objects.get(code="team_leader"),
    )  # fmt: skip


@pytest.mark.clause("U-09")
def test_twice_in_three_days_goes_to_the_group_leader_then_the_manager_then_the_general_manager(
    register: Any, by: Any, leader: Any
) -> None:
    case = register()
    seen = []
    for _ in range(6):
        case = actions.chase(case, by=by.clerk, channel="phone", text="又来电话")
        seen.append(case.escalated_to)
        times.pass_time(hours=6)
    assert seen == ["", *["sales.team_leader"] * 2, *["sales.department_manager"] * 2, "management.gm"]
    assert case.chases == 6 and case.chased.count() == 6
    assert [c.escalated_to for c in case.chased.all()] == [
        "", *["sales.team_leader"] * 2, *["sales.department_manager"] * 2, "management.gm"
    ]  # fmt: skip
    assert "chased" in obligations.open_for(by.gm).values_list("code", flat=True)


def test_a_call_a_week_does_not_climb(register: Any, by: Any) -> None:
    case = register()
    for _ in range(4):
        case = actions.chase(case, by=by.clerk)
        times.pass_time(days=7)
    assert (case.chases, case.escalated_to) == (4, "")


def test_a_department_without_a_group_leader_goes_to_its_manager(register: Any, by: Any) -> None:
    case = actions.chase(register(), by=by.clerk)
    assert actions.chase(case, by=by.clerk).escalated_to == "sales.department_manager"


def test_the_same_chase_counts_once(register: Any, by: Any) -> None:
    case = register()
    for _ in range(3):
        case = actions.chase(case, by=by.clerk, text="催", key="mail:<1@k.example>")
    assert fresh(case).chases == 1 and Chase.objects.count() == 1
    assert journal.entries_of(case.subject).filter(action="complaint.chase").count() == 1


@pytest.mark.clause("W-03")
def test_a_case_that_has_ended_is_not_chased_but_reopened(register: Any, by: Any) -> None:
    case = actions.explain(register(), by=by.clerk, text="已说明", basis="C-07", reaction="satisfied")
    case = actions.close(case, by=by.clerk, basis="C-07")
    with refused("complaint.chase_of_ended", "W-03", offered="reopen"):
        actions.chase(case, by=by.clerk, text="还没好")


def test_a_program_chases_as_the_page_does(register: Any, people: Any) -> None:
    case, program = register(), Program(people["clerk"])
    for _ in range(2):
        told = program.post(f"complaints/{case.pk}/chase", text="什么时候来人", channel="phone", key="call-1")
    assert told["chases"] == 1
    assert [(c["channel"], c["words"]) for c in told["chased"]] == [("phone", "什么时候来人")]
