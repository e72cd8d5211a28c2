"""包满意: no case closes before the user has been asked (W-03, W-05)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions, concerns
from sanbao.complaints.models import Complaint, State
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, journal, obligations, times
from sanbao.kernel.refusals import Refusal


@pytest.mark.clause("W-03")
def test_no_case_closes_before_the_user_has_been_asked(story: Any, by: Any) -> None:
    case = story.heard()
    for duty in ("nonconformity.control", "corrective.action", "cause.found"):
        story.settle(case, duty)
    with refused("complaint.not_asked", "W-03"):
        actions.close(fresh(case), by=by.clerk, basis="C-11")


@pytest.mark.clause("W-03")
def test_not_satisfied_goes_back_into_action_and_up_to_the_manager(story: Any, by: Any) -> None:
    case = actions.ask_satisfaction(story.heard(), by=by.clerk, outcome="not_satisfied", words="耽误了工期")
    assert case.state == State.DECIDED
    assert "unsatisfied" in obligations.open_for(by.manager).values_list("code", flat=True)
    assert clocks.running(case.subject).filter(kind="final").exists()


@pytest.mark.clause("W-03")
def test_a_user_who_cannot_be_reached_is_tried_on_three_different_days(story: Any, by: Any) -> None:
    case = story.heard()
    for _ in range(3):
        case = actions.ask_satisfaction(case, by=by.clerk, outcome="unreachable")
    for duty in ("nonconformity.control", "corrective.action", "cause.found"):
        story.settle(case, duty)
    with refused("complaint.rounds_not_done", "W-03", attempts=3, rounds=2):
        actions.close_unsatisfied(case, by=by.gm, basis="W-03")
    for _ in range(2):
        times.pass_time(days=1)
        case = actions.ask_satisfaction(case, by=by.clerk, outcome="unreachable")
    case = actions.close_unsatisfied(fresh(case), by=by.gm, basis="W-03，三日三次未接通")
    assert (case.state, case.ending) == (State.CLOSED, "unsatisfied")


def test_only_the_general_manager_closes_an_unsatisfied_case(story: Any, by: Any) -> None:
    case = story.heard()
    with refused("not_permitted", "W-03"):
        actions.close_unsatisfied(case, by=by.manager, basis="W-03")


def test_a_closed_case_is_taken_up_again_where_it_stood(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="C-11")
    times.pass_time(days=2)
    case = actions.reopen(case, by=by.clerk, reason="换来的料又掉粉")
    assert (case.state, case.closed_at, case.ending) == (State.DECIDED, None, "")
    assert case.next_due is not None and clocks.running(case.subject).exists()


@pytest.mark.clause("W-05")
def test_what_the_grade_owes_holds_up_the_closing(story: Any, by: Any) -> None:
    case = story.satisfied()
    with refused("obligations_open", "W-05", count=3) as caught:
        actions.close(case, by=by.clerk, basis="C-11")
    assert caught.value.facts["obligations"] == ["nonconformity.control", "corrective.action", "cause.found"]


@pytest.mark.clause("W-05")
def test_a_duty_is_settled_by_the_one_who_owes_it_with_reason_and_reference(
    story: Any, by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the rooms above deal with themselves is theirs to test.
    monkeypatch.setattr(concerns, "settled_elsewhere", {})
    case = story.satisfied()
    with refused("complaint.not_your_duty", "W-05"):
        actions.settle_duty(case, by=by.clerk, duty="cause.found", how="done", reason="已查明")
    with refused("complaint.settle_reason", "W-05"):
        actions.settle_duty(case, by=by.inspector, duty="cause.found", how="done", reason="好")
    case = actions.settle_duty(
        case, by=by.inspector, duty="cause.found", how="done", reason="前处理温度偏低", reference="JZ-2026-03"
    )
    assert "cause.found" not in {o.code for o in obligations.holding_up(case.subject)}
    with refused("complaint.no_such_duty", "W-05"):
        actions.settle_duty(case, by=by.inspector, duty="cause.found", how="done", reason="再来一次")


@pytest.mark.clause("W-05")
def test_that_nothing_is_needed_takes_a_second_person(story: Any, by: Any) -> None:
    case = story.satisfied()
    case = actions.settle_duty(case, by=by.inspector, duty="cause.found", how="not_needed", reason="属偶发搬运碰伤")
    assert "cause.found" in {o.code for o in obligations.holding_up(case.subject)}
    assert "approve.cause.found" in obligations.open_for(by.technical_vp).values_list("code", flat=True)
    settlement = case.settlements.get()
    case = actions.approve_settlement(case, by=by.technical_vp, settlement=settlement, agree=True)
    assert "cause.found" not in {o.code for o in obligations.holding_up(case.subject)}


@pytest.mark.clause("W-05")
def test_nobody_approves_his_own_waiver(story: Any) -> None:
    case = actions.settle_duty(
        story.satisfied(), by=HOUSE, duty="cause.found", how="not_needed", reason="属偶发搬运碰伤"
    )
    with refused("complaint.own_settlement", "W-05"):
        actions.approve_settlement(case, by=HOUSE, settlement=case.settlements.get(), agree=True)


def test_a_waiver_that_is_not_agreed_leaves_the_duty_open(story: Any, by: Any) -> None:
    case = actions.settle_duty(
        story.satisfied(), by=by.inspector, duty="cause.found", how="not_needed", reason="属偶发搬运碰伤"
    )
    case = actions.approve_settlement(
        case, by=by.technical_vp, settlement=case.settlements.get(), agree=False, reason="须分析"
    )
    assert "cause.found" in {o.code for o in obligations.holding_up(case.subject)}


def test_everything_missing_is_refused_in_one_breath(story: Any, by: Any, register: Any) -> None:
    case = actions.explain(register(demands=["道歉"]), by=by.clerk, text="已说明", basis="C-07")
    Complaint.objects.filter(pk=case.pk).update(quality_related=True)
    with pytest.raises(Refusal) as caught:
        actions.close(fresh(case), by=by.clerk, basis="C-07")
    assert [e.code for e in caught.value.errors] == [
        "complaint.no_form", "complaint.demands_unjudged", "complaint.not_asked",
    ]  # fmt: skip


def test_closing_takes_back_what_nobody_needs_any_more(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="C-11")
    assert not obligations.open_on(case.subject).exists()


def test_a_case_entered_by_mistake_is_withdrawn_or_marked_as_a_duplicate(register: Any, by: Any) -> None:
    first, second, third = register(), register(), register()
    assert actions.cancel(first, by=by.manager, reason="用户来电撤回").state == State.CANCELLED
    case = actions.mark_duplicate(third, by=by.manager, of=second)
    assert (case.state, case.links.get().target) == (State.DUPLICATE, second)
    with refused("complaint.duplicate_of_itself", "U-07"):
        actions.mark_duplicate(second, by=by.manager, of=second)
    assert actions.reopen(case, by=by.manager, reason="并非同一件事").state == State.REGISTERED
    assert not fresh(third).links.exists()


@pytest.mark.clause("W-03")
def test_a_follow_up_long_after_closing_becomes_a_new_linked_case_of_the_last_owner(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="用户满意")
    times.pass_time(days=21)  # more than ten working days
    new = actions.reopen(case, by=by.manager, reason="换来的料又掉粉")
    assert (new.pk != case.pk, new.state, fresh(case).state) == (True, State.REGISTERED, State.CLOSED)
    assert (new.owner_id, new.customer_id, new.product_id) == (case.owner_id, case.customer_id, case.product_id)
    assert new.links.get().target_id == case.pk and new.description == "换来的料又掉粉"
    assert new.number in case.entries.last().words.zh
    assert [e.action for e in journal.entries_of(case.subject)][-1] == "complaint.follow_up"


def test_a_follow_up_within_ten_working_days_reopens_the_case_itself(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="用户满意")
    times.pass_time(days=11)
    assert actions.reopen(case, by=by.manager, reason="又掉粉").pk == case.pk


def test_who_may_not_reopen_makes_no_follow_up_either(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="用户满意")
    times.pass_time(days=40)
    count = Complaint.objects.count()
    with refused("not_permitted", "W-03"):
        actions.reopen(case, by=by.inspector, reason="又掉粉")
    assert Complaint.objects.count() == count
