"""往来: demands, promises, chases, silence (U-08, U-09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, obligations, times
from sanbao.kernel.times import now, today


@pytest.mark.clause("U-08")
def test_every_demand_is_judged_and_the_reasonable_ones_are_met_before_closing(register: Any, by: Any) -> None:
    case = register(demands=["道歉", "免单"])
    sorry, free = case.demands.all()
    case = actions.explain(case, by=by.clerk, text="已说明", basis="C-07", reaction="satisfied")
    with refused("complaint.demands_unjudged", "U-08"):
        actions.close(case, by=by.clerk, basis="C-07")
    actions.judge_demand(case, by=by.clerk, demand=free, reasonable=False, basis="合同第 9 条")
    case = actions.judge_demand(fresh(case), by=by.clerk, demand=sorry, reasonable=True, basis="SB-U U-13")
    with refused("complaint.demands_unmet", "U-08"):
        actions.close(case, by=by.clerk, basis="C-07")
    case = actions.meet_demand(case, by=by.clerk, demand=sorry, how="经理去电致歉")
    assert actions.close(case, by=by.clerk, basis="C-07").state == "closed"


@pytest.mark.clause("U-13")
def test_a_demand_is_judged_with_its_basis(register: Any, by: Any) -> None:
    case = register(demands=["免单"])
    with refused("basis_missing", "U-13"):
        actions.judge_demand(case, by=by.clerk, demand=case.demands.get(), reasonable=False, basis="")


def test_a_demand_of_another_case_is_as_if_it_were_not_there(register: Any, by: Any) -> None:
    case, other = register(), register(demands=["免单"])
    with refused("not_found", "M-02"):
        actions.judge_demand(case, by=by.clerk, demand=other.demands.get(), reasonable=True, basis="合同")


@pytest.mark.clause("U-09")
def test_a_broken_promise_turns_the_case_red_by_itself_and_holds_it_open(register: Any, by: Any) -> None:
    case = register()
    with refused("complaint.promise_past", "U-09"):
        actions.promise(case, by=by.clerk, kind="visit", due_at=now() - timedelta(hours=1))
    due = now() + timedelta(hours=6, minutes=50)
    case = actions.promise(case, by=by.clerk, kind="visit", due_at=due, text="工程师到场")
    assert (case.next_due, case.next_clause) == (due, "U-09")
    times.pass_time(hours=7)
    promise = case.promises.get()
    assert promise.broken and obligations.open_for(by.clerk).get(code=promise.code).late
    assert fresh(case).next_due < now()
    case = actions.keep_promise(fresh(case), by=by.clerk, promise=promise, text="次日到场")
    assert case.promises.get().broken, "late is late"
    assert case.next_clause != "U-09"


def test_a_call_keeps_the_promise_to_call(register: Any, by: Any) -> None:
    case = actions.promise(register(), by=by.clerk, kind="contact", due_at=now() + timedelta(hours=3))
    times.pass_time(hours=1)
    case = actions.call(case, by=by.clerk, text="已告知进展", outgoing=True)
    assert not case.promises.get().broken and case.promises.get().kept_at == now()
    assert not obligations.open_on(case.subject).filter(code__startswith="promise.").exists()


@pytest.mark.clause("U-09")
def test_silence_towards_the_user_is_watched(register: Any, by: Any) -> None:
    case = register()
    started = clocks.running(case.subject).get(kind="silence").started_at
    times.pass_time(hours=3)
    actions.call(case, by=by.clerk, text="通报进展", outgoing=True)
    assert clocks.running(case.subject).get(kind="silence").started_at == started + timedelta(hours=3)


def test_a_person_may_plan_the_next_step_and_it_stays_until_the_state_changes(register: Any, by: Any) -> None:
    due = now() + timedelta(days=1)
    case = actions.plan(register(), by=by.clerk, sentence="等用户寄照片", due_at=due)
    case = actions.note(case, by=by.clerk, text="照片尚未收到")
    assert (str(case.step_words), case.next_due) == ("等用户寄照片", due)
    case = actions.explain(case, by=by.clerk, text="已说明", basis="C-07")
    assert str(case.step_words) != "等用户寄照片"
    with refused("complaint.plan_past", "U-09"):
        actions.plan(case, by=by.clerk, sentence="昨天", due_at=now() - timedelta(days=1))


def test_the_clocks_stand_still_for_a_reason_and_until_a_day(story: Any, by: Any) -> None:
    case = story.formed()
    due = clocks.running(case.subject).get(kind="final").due_at
    case = actions.pause(case, by=by.clerk, reason="customer", expected_on=today() + timedelta(days=3))
    times.pass_time(days=2)
    case = actions.resume(case, by=by.clerk)
    assert clocks.running(case.subject).get(kind="final").due_at > due


def test_a_note_is_internal_and_a_call_is_not(register: Any, by: Any) -> None:
    case = actions.note(register(), by=by.clerk, text="老客户，谨慎")
    actions.call(case, by=by.clerk, text="已联系")
    assert [e.audience for e in case.entries.order_by("id")] == ["outward", "inward", "outward"]


def test_two_people_saving_one_case_are_not_lost_on_each_other(register: Any, by: Any) -> None:
    case = register()
    seen = case.version
    actions.note(case, by=by.clerk, text="甲")
    with refused("stale", "M-03", expected=seen):
        actions.note(case, by=by.clerk2, text="乙", expect=seen)
