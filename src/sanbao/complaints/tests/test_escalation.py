"""A case that is late goes up by itself and comes down by itself (M-04, U-09, C-05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.escalation import in_charge
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.kernel import announcements, clocks, journal, notices, obligations, times
from sanbao.kernel.handlers import late_duties
from sanbao.kernel.notices import Notice
from sanbao.kernel.times import now
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Post
from sanbao.parties.queries import actor_of


def work() -> None:
    """What the worker does, until nothing is left."""
    while clocks.tick() + late_duties() + announcements.deliver():
        pass


def duties(who: Any) -> list[str]:
    return list(obligations.open_for(who).values_list("code", flat=True))


def told(who: Any) -> list[str]:
    return [str(notice.words) for notice in notices.unread(who)]


@pytest.mark.clause("M-04")
def test_a_late_answer_reminds_the_owner_then_lies_on_the_managers_desk_until_it_is_given(
    register: Any, by: Any
) -> None:
    case = register()
    times.pass_time(days=1, hours=10)
    work()
    assert any("“首次响应”已超时" in words for words in told(by.clerk))
    assert "late.first_response" not in duties(by.manager)
    times.pass_time(days=1)
    work()
    assert "late.first_response" in duties(by.manager)
    assert any(words.startswith(f"{case.number}：“首次响应”已超时，请督办") for words in told(by.manager))
    assert fresh(case).escalated_to == "sales.department_manager"
    assert case.entries.filter(kind="escalated").count() >= 1
    actions.call(fresh(case), by=by.clerk, text="已致电说明", outgoing=True)
    work()
    assert "late.first_response" not in duties(by.manager)
    assert not any("首次响应" in words for who in (by.clerk, by.manager) for words in told(who))


@pytest.mark.clause("M-04")
def test_lateness_goes_up_to_the_general_manager_level_by_level(register: Any, by: Any) -> None:
    case = register()
    for _ in range(14):
        times.pass_time(days=1)
        work()
    levels = [e.facts["level"] for e in journal.entries_of(case.subject).filter(action="clock.escalated")
              if e.facts["kind"] == "first_response"]  # fmt: skip
    assert levels == [1, 2, 3]
    for superior in (by.manager, by.vp, by.gm):
        assert duties(superior).count("late.first_response") == 1
    lines = [e.heading["zh"] for e in case.entries.filter(kind="escalated") if "首次响应" in e.heading["zh"]]
    assert lines == [
        "“首次响应”超时，第 1 级升级到经营部部门经理",
        "“首次响应”超时，第 2 级升级到生产副总",
        "“首次响应”超时，第 3 级升级到总经理",
    ]


@pytest.mark.clause("M-04")
def test_while_the_manager_is_away_his_substitute_gets_it(register: Any, by: Any, people: Any) -> None:
    dates = {"since": date(2026, 4, 20), "until": date(2026, 5, 20)}
    parties.delegate(people["manager"], by=HOUSE, substitute=people["secretary"], reason="出差", **dates)
    register()
    times.pass_time(days=2, hours=10)
    work()
    substitute = actor_of(people["secretary"])
    assert "late.first_response" in duties(substitute)
    assert any("请督办" in words for words in told(substitute))


@pytest.mark.clause("C-05")
def test_a_complaint_that_another_department_keeps_to_itself_goes_to_its_own_manager(
    by: Any, customer: Any, people: Any
) -> None:
    chief = parties.hire(
        by=HOUSE, username="qc-chief", name="质检科长", since=date(2020, 1, 1),
        department=Department.objects.get(code="qc"), post=Post.objects.get(code="department_manager"),
    )  # fmt: skip
    case = actions.register(
        by=by.inspector, source="user", channel="letter", description="包装破损。", customer=customer
    )
    times.pass_time(days=1, hours=10)
    work()
    late = Notice.objects.filter(subject=case.subject, clause="C-05")
    assert f"person:{by.inspector.person_id}" in late.values_list("recipient", flat=True)
    assert obligations.open_on(case.subject).get(code="late.transfer").owed_by == "qc.department_manager"
    assert late.filter(recipient=f"person:{chief.pk}").exists()


@pytest.mark.clause("U-09")
def test_silence_towards_the_user_is_said_to_the_owner_and_to_nobody_once_he_was_called(register: Any, by: Any) -> None:
    case = register()
    actions.call(case, by=by.clerk, text="已联系", outgoing=True)
    times.pass_time(days=2, hours=10)
    work()
    assert any("“与用户联系”已超时" in words for words in told(by.clerk))
    actions.call(fresh(case), by=by.clerk, text="再次联系", outgoing=True)
    assert not any("“与用户联系”已超时" in words for words in told(by.clerk))


@pytest.mark.clause("U-09")
def test_a_broken_promise_goes_to_the_manager_once_and_is_done_with_when_it_is_kept(register: Any, by: Any) -> None:
    case = actions.promise(register(), by=by.clerk, kind="visit", text="上门取样", due_at=now() + timedelta(hours=4))
    times.pass_time(hours=5)
    work()
    work()
    promise = case.promises.get()
    assert duties(by.manager).count(f"{promise.code}.broken") == 1
    assert fresh(case).escalated_to == "sales.department_manager"
    assert journal.entries_of(case.subject).filter(action="complaint.break_promise").count() == 1
    actions.keep_promise(fresh(case), by=by.clerk, promise=promise)
    assert f"{promise.code}.broken" not in duties(by.manager)


@pytest.mark.clause("U-09")
def test_a_promise_that_is_kept_in_time_goes_to_nobody(register: Any, by: Any) -> None:
    case = actions.promise(register(), by=by.clerk, kind="contact", due_at=now() + timedelta(hours=4))
    actions.call(case, by=by.clerk, text="如约致电", outgoing=True)
    times.pass_time(hours=5)
    work()
    assert not fresh(case).escalated_to


@pytest.mark.clause("U-09")
def test_who_is_chased_twice_is_told_at_once_and_the_matter_ends_when_the_user_is_answered(
    register: Any, by: Any
) -> None:
    case = actions.chase(register(), by=by.clerk)
    actions.chase(case, by=by.clerk, text="催问结论")
    work()
    assert any("已催办 2 次" in words for words in told(by.manager))
    actions.call(fresh(case), by=by.clerk, text="已答复进展", outgoing=True)
    assert "chased" not in duties(by.manager)
    assert not any("催办" in words for words in told(by.manager))


@pytest.mark.clause("C-08")
def test_the_salesperson_and_both_departments_are_told_of_the_form(story: Any, by: Any) -> None:
    story.formed()
    work()
    assert any("取得样品" in words for words in told(by.salesman))


@pytest.mark.clause("M-04")
def test_a_closed_case_leaves_nobody_waiting(register: Any, by: Any) -> None:
    case = register()
    times.pass_time(days=9)
    work()
    assert notices.unread(by.clerk).exists() and obligations.open_on(case.subject).exists()
    actions.cancel(fresh(case), by=by.manager, reason="用户书面撤回")
    work()
    assert not Notice.objects.filter(subject=case.subject, over_at=None).exists()
    assert not obligations.open_on(case.subject).exists()


@pytest.mark.clause("M-04")
def test_history_from_the_old_register_reminds_nobody(by: Any, customer: Any) -> None:
    case = Complaint.objects.create(
        number="旧1", legacy="1", state="registered", source="user", channel="phone", category="domestic",
        received_at=now(), title="旧件", description="旧件",
    )  # fmt: skip
    assert in_charge(case.pk) is None
