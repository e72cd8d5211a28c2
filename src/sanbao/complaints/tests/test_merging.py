"""合并与拆分: one matter is handled in one place, several are owned apart, nothing is lost (U-07)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions, finding
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, journal, times
from tests.cast import Program


@pytest.fixture
def two(register: Any) -> Any:
    lead = register(description="掉漆，要求换货")
    times.pass_time(hours=2)
    return lead, register(description="还是掉漆那件事", demands=["道歉"])


@pytest.mark.clause("U-07")
def test_a_merged_case_waits_says_where_and_is_still_found(two: Any, by: Any, customer: Any) -> None:
    lead, case = two
    case = actions.merge(case, by=by.clerk, into=lead, reason="同一件事")
    assert (case.merged_into, case.state) == (lead, "registered")
    assert lead.number in str(case.step_words) and case.next_due == fresh(lead).next_due
    kinds = {c.kind: c for c in clocks.running(case.subject)}
    assert (
        set(kinds) == {"final"} and kinds["final"].open_pause and lead.number in kinds["final"].open_pause.reason["zh"]
    )
    assert set(finding.find(by.clerk, typed=customer.name).cases) == {fresh(lead), case}
    for one, action in ((case, "merge"), (lead, "take_in")):
        assert journal.entries_of(one.subject).filter(action=f"complaint.{action}").exists()
    with refused("complaint.merged", "U-07", lead=lead.number):
        actions.explain(case, by=by.clerk, text="说明", basis="C-07")


@pytest.mark.clause("U-07")
def test_what_the_lead_answers_for_is_not_counted_as_kept_by_the_follower(two: Any, by: Any) -> None:
    lead, case = two
    actions.merge(case, by=by.clerk, into=lead)
    outcomes = {clock.kind: clock.outcome for clock in clocks.of(case.subject) if clock.stopped_at}
    assert outcomes and set(outcomes.values()) == {clocks.Outcome.ELSEWHERE}


def test_a_merge_is_undone_and_the_clocks_run_again(two: Any, by: Any) -> None:
    lead, case = two
    due = clocks.running(case.subject).get(kind="final").due_at
    actions.merge(case, by=by.clerk, into=lead)
    times.pass_time(days=1)
    case = actions.unmerge(fresh(case), by=by.clerk, reason="原来是两批料")
    running = {c.kind: c for c in clocks.running(case.subject)}
    assert case.merged_into is None and not running["final"].open_pause and running["final"].due_at > due
    assert "silence" in running and lead.number not in str(case.step_words)
    assert journal.entries_of(lead.subject).filter(action="complaint.let_go").exists()
    assert actions.explain(case, by=by.clerk, text="说明", basis="C-07").state == "explained"


def test_the_next_step_of_the_lead_is_that_of_its_followers(two: Any, by: Any) -> None:
    lead, case = two
    actions.merge(case, by=by.clerk, into=lead)
    lead = actions.explain(fresh(lead), by=by.clerk, text="说明", basis="C-07")
    assert fresh(case).next_due == lead.next_due


@pytest.mark.clause("U-08")
def test_what_the_merged_case_demands_holds_up_the_lead_and_both_close_together(two: Any, by: Any) -> None:
    lead, case = two
    case = actions.merge(case, by=by.clerk, into=lead)
    lead = actions.explain(fresh(lead), by=by.clerk, text="说明", basis="C-07", reaction="satisfied")
    with refused("complaint.demands_unjudged", "U-08"):
        actions.close(lead, by=by.clerk, basis="C-07")
    actions.judge_demand(fresh(case), by=by.clerk, demand=case.demands.get(), reasonable=False, basis="合同第 9 条")
    actions.close(lead, by=by.clerk, basis="C-07")
    case = fresh(case)
    assert (case.state, case.ending, case.closing_basis) == ("closed", "satisfied", lead.number)
    assert not clocks.running(case.subject).exists()
    reopened = actions.reopen(case, by=by.clerk, reason="另一处又掉")
    assert reopened.merged_into is None and reopened.state == "registered"


def test_a_chase_of_the_merged_case_counts_at_the_lead(two: Any, by: Any) -> None:
    lead, case = two
    case = actions.merge(case, by=by.clerk, into=lead)
    for _ in range(2):
        actions.chase(case, by=by.clerk, key="mail:7")
    assert (fresh(case).chases, fresh(lead).chases) == (0, 1)
    assert fresh(lead).chased.get().by == by.clerk.ref


@pytest.mark.clause("U-07")
def test_cases_of_two_users_and_chains_are_not_merged(two: Any, register: Any, other_customer: Any, by: Any) -> None:
    lead, case = two
    foreign, third = register(customer=other_customer), register()
    with refused("complaint.merge_of_two_users", "U-07"):
        actions.merge(foreign, by=by.clerk, into=lead)
    with refused("complaint.merge_with_itself", "U-07"):
        actions.merge(lead, by=by.clerk, into=lead)
    case = actions.merge(case, by=by.clerk, into=lead)
    with refused("complaint.merge_chain", "U-07"):
        actions.merge(third, by=by.clerk, into=case)
    with refused("complaint.leads_others", "U-07"):
        actions.cancel(fresh(lead), by=by.manager, reason="用户撤回")


@pytest.mark.clause("U-07")
def test_several_matters_in_one_message_are_owned_apart(register: Any, by: Any, people: Any) -> None:
    case = register(description="掉漆；发票开错；送货晚")
    parts = actions.split(case, by=by.clerk, matters=["发票开错", "送货晚"])
    actions.hand_over(parts[1], by=by.clerk, owner=people["clerk2"])
    assert [p.links.get().target for p in parts] == [case, case]
    assert [fresh(p).owner for p in parts] == [people["clerk"], people["clerk2"]]
    assert all(p.next_due and p.next_party for p in map(fresh, parts))


@pytest.mark.clause("U-07")
def test_a_program_merges_and_undoes_it(two: Any, people: Any) -> None:
    lead, case = two
    program = Program(people["clerk"])
    assert program.post(f"complaints/{case.pk}/merge", into=lead.number)["merged_into"] == lead.number
    assert program.get(f"complaints/{lead.pk}")["followers"] == [case.number]
    assert program.post(f"complaints/{case.pk}/unmerge", reason="两件事")["merged_into"] is None
