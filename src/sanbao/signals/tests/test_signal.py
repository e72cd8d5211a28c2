"""Proposed by the house, judged by a person, answered with measures (C-09, U-11)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint, Widespread
from sanbao.kernel import announcements, journal, notices, obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.kernel.times import today
from sanbao.signals import actions, handlers, queries, running
from sanbao.signals.models import Level, Signal, SignalCase, SignalRun, SignalState
from sanbao.signals.tests.conftest import HOUSE

WORDS = {"reason": "三件同一喷涂批", "basis": "程序 C-09"}


@contextmanager
def refused(code: str, clause: str) -> Any:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        yield
    assert (caught.value.code, caught.value.clause) == (code, clause)


@pytest.mark.clause("C-09")
def test_the_third_of_a_kind_is_proposed_in_plain_words_and_must_be_judged(proposed: Signal, judge: Any) -> None:
    assert (proposed.state, proposed.level, proposed.count, proposed.users) == ("proposed", "amber", 3, 2)
    assert proposed.told["zh"] == "表面：30 天 3 起；2 个用户；全部来自产品 LM80-03。"
    assert proposed.told["en"] == "Surface: 3 in 30 days; 2 users; all from Product LM80-03."
    [duty] = obligations.open_for(judge).filter(subject=proposed.subject)
    assert (duty.clause, duty.due_at) == ("C-09", proposed.due_at)


def test_the_proposal_keeps_the_versions_of_the_policies_and_its_evidence(proposed: Signal) -> None:
    assert {name: facts["policy"] for name, facts in proposed.decision.items()} == {
        "count": "widespread",
        "test": "signals",
    }
    [entry] = journal.entries_of(proposed.subject).filter(action="signal.propose")
    assert entry.facts["cases"] == queries.case_ids(proposed)
    assert entry.facts["findings"][0]["rule"] == "amber"


def test_two_of_a_kind_or_three_of_one_user_propose_nothing(complain: Any, look: Any, customer: Any) -> None:
    complain(), complain()
    assert look() == []
    complain(customer=customer, product=None), complain(customer=customer, product=None)
    assert look() == []


def test_looking_twice_proposes_once(proposed: Signal, look: Any) -> None:
    assert look() == [] and Signal.objects.count() == 1


def test_one_more_of_the_kind_is_added_to_the_signal(proposed: Signal, complain: Any, look: Any) -> None:
    fourth = complain()
    [signal] = look()
    assert (signal.pk, signal.count) == (proposed.pk, 4)
    assert fourth.pk in queries.case_ids(signal) and "4 起" in signal.told["zh"]
    assert obligations.open_on(signal.subject).filter(code=actions.JUDGE).count() == 1


@pytest.mark.clause("C-09")
def test_the_house_may_not_judge_its_own_proposal(proposed: Signal) -> None:
    with refused("signal.not_a_person", "C-09"):
        actions.confirm(proposed, by=HOUSE, **WORDS)


@pytest.mark.clause("C-09")
@pytest.mark.parametrize("verdict", [actions.confirm, actions.reject])
def test_a_verdict_without_a_reason_is_refused(proposed: Signal, judge: Any, verdict: Any) -> None:
    with refused("signal.no_reason", "C-09"):
        verdict(proposed, by=judge, reason=" ", basis="程序 C-09")


def test_a_verdict_without_a_basis_is_refused(proposed: Signal, judge: Any) -> None:
    with refused("basis_missing", "U-13"):
        actions.confirm(proposed, by=judge, reason="同一批", basis="")


def test_only_who_may_judge_does(proposed: Signal, by: Any) -> None:
    with refused("not_permitted", "C-09"):
        actions.confirm(proposed, by=by.clerk, **WORDS)


def test_the_verdict_its_reason_and_who_gave_it_stand_beside_the_proposal(proposed: Signal, judge: Any) -> None:
    signal = actions.confirm(proposed, by=judge, **WORDS)
    assert (signal.state, signal.judged_by, signal.reason) == ("confirmed", judge.ref, "三件同一喷涂批")
    [entry] = journal.entries_of(signal.subject).filter(action="signal.confirm")
    assert (entry.actor, entry.facts["told"], entry.facts["level"]) == (judge.ref, proposed.told, Level.AMBER)
    assert not obligations.open_on(signal.subject).filter(code=actions.JUDGE).exists()


@pytest.mark.clause("C-09")
def test_the_open_cases_of_a_confirmed_signal_are_widespread(proposed: Signal, judge: Any) -> None:
    actions.confirm(proposed, by=judge, **WORDS)
    announcements.deliver()
    cases = Complaint.objects.filter(pk__in=queries.case_ids(proposed))
    assert {case.widespread for case in cases} == {Widespread.CONFIRMED}
    assert proposed.number in cases[0].entries.get(kind="judge_widespread").text


def test_a_case_that_joins_a_confirmed_signal_is_widespread_too(
    proposed: Signal, judge: Any, complain: Any, look: Any
) -> None:
    actions.confirm(proposed, by=judge, **WORDS)
    fourth = complain()
    look()
    announcements.deliver()
    assert Complaint.objects.get(pk=fourth.pk).widespread == Widespread.CONFIRMED


def test_what_a_person_judged_of_one_case_stands(proposed: Signal, judge: Any, by: Any) -> None:
    one = queries.case_ids(proposed)[0]
    complaints.judge_widespread(one, by=by.clerk, widespread=False, reason="运输碰伤")  # type: ignore[arg-type]
    actions.confirm(proposed, by=judge, **WORDS)
    announcements.deliver()
    assert Complaint.objects.get(pk=one).widespread == Widespread.REJECTED


def test_an_oral_case_is_marked_once_it_is_read_back(
    proposed: Signal, judge: Any, complain: Any, look: Any, by: Any
) -> None:
    oral = complain(channel="phone", read_back_missing="通话中断")
    look()
    actions.confirm(proposed, by=judge, **WORDS)
    announcements.deliver()
    assert Complaint.objects.get(pk=oral.pk).widespread == Widespread.PROPOSED
    complaints.confirm_read_back(oral, by=by.clerk, confirmed_by="某先生", description=oral.description)
    announcements.deliver()
    assert Complaint.objects.get(pk=oral.pk).widespread == Widespread.CONFIRMED


def test_the_vice_president_is_told_of_a_confirmed_signal_once(proposed: Signal, judge: Any, by: Any) -> None:
    actions.confirm(proposed, by=judge, **WORDS)
    announcements.deliver()
    told = notices.Notice.objects.filter(recipient=by.vp.ref, about=f"signal:{proposed.pk}:confirmed")
    assert proposed.told["zh"] in told.get().sentence["zh"]


@pytest.mark.clause("U-11")
def test_a_confirmed_signal_owes_an_analysis_and_measures(proposed: Signal, judge: Any, by: Any) -> None:
    signal = actions.confirm(proposed, by=judge, **WORDS)
    [duty] = obligations.open_for(by.foreman).filter(subject=signal.subject)
    assert (duty.code, duty.clause, duty.due_at) == (actions.MEASURES, "U-11", signal.due_at)


@pytest.mark.clause("U-11")
@pytest.mark.parametrize("missing", ["analysis", "measures"])
def test_a_signal_is_not_settled_without_analysis_and_measures(
    proposed: Signal, judge: Any, by: Any, missing: str
) -> None:
    signal = actions.confirm(proposed, by=judge, **WORDS)
    said = {"analysis": "同一粉末批固化不足", "measures": "停用该批粉末，两日内复验库存", "basis": "检验报告 JY-1"}
    with refused("signal.no_measures", "U-11"):
        actions.settle(signal, by=by.foreman, **{**said, missing: ""})
    settled = actions.settle(signal, by=by.foreman, **said)
    assert settled.state == SignalState.SETTLED
    assert not obligations.open_on(settled.subject).exists()


def test_a_rejected_signal_comes_back_only_when_it_has_grown_by_the_policy(
    proposed: Signal, judge: Any, complain: Any, look: Any
) -> None:
    actions.reject(proposed, by=judge, reason="三件原因各不相同", basis="检验报告 JY-1")
    complain()
    assert look() == []
    complain()
    [again] = look()
    assert (again.pk, again.state, again.count, again.rejected_at) == (proposed.pk, SignalState.PROPOSED, 5, None)
    assert obligations.open_on(again.subject).filter(code=actions.JUDGE).exists()


def test_a_cancelled_case_is_not_counted(complain: Any, look: Any, by: Any) -> None:
    cases = [complain() for _ in range(3)]
    complaints.cancel(cases[0], by=by.manager, reason="非本厂产品")
    assert look() == []


def test_a_repeat_merged_into_the_users_own_case_is_not_counted_twice(
    complain: Any, look: Any, by: Any, customer: Any
) -> None:
    first, _, again = complain(), complain(), complain(customer=customer)
    complaints.merge(again, by=by.clerk, into=first)
    assert look() == []
    complaints.unmerge(again, by=by.clerk, reason="另一批料")
    assert [signal.count for signal in look()] == [3]


def test_a_case_cancelled_and_reopened_counts_again(complain: Any, look: Any, by: Any) -> None:
    cases = [complain() for _ in range(3)]
    complaints.cancel(cases[0], by=by.manager, reason="非本厂产品")
    assert look() == []
    complaints.reopen(cases[0], by=by.manager, reason="核对后是本厂产品")
    assert [signal.count for signal in look()] == [3]


def test_an_old_case_that_is_nobodys_is_marked_once_it_has_an_owner(
    proposed: Signal, judge: Any, by: Any, people: Any
) -> None:
    old = queries.case_ids(proposed)[0]
    Complaint.objects.filter(pk=old).update(legacy="2026/1", owner=None)
    actions.confirm(proposed, by=judge, **WORDS)
    announcements.deliver()
    assert announcements.stuck() == []
    assert Complaint.objects.get(pk=old).widespread != Widespread.CONFIRMED
    complaints.hand_over(Complaint.objects.get(pk=old), by=by.manager, owner=people["clerk"], reason="旧件接手")
    announcements.deliver()
    assert Complaint.objects.get(pk=old).widespread == Widespread.CONFIRMED


def test_the_days_that_nobody_looked_are_made_up_for(complain: Any, look: Any) -> None:
    look()
    for _ in range(3):
        complain()
    times.pass_time(days=40)
    [signal] = look()
    assert (today() - signal.raised_on).days == 41
    assert SignalRun.objects.count() == 44


def test_the_worker_looks_when_there_is_something_new_and_else_not(complain: Any) -> None:
    for _ in range(3):
        complain()
    handlers.look()
    assert Signal.objects.count() == 1
    before = SignalRun.objects.get().at
    times.pass_time(minutes=10)
    handlers.look()
    assert SignalRun.objects.get().at == before
    complain()
    times.pass_time(minutes=10)
    handlers.look()
    assert queries.last_run().at > before and Signal.objects.get().count == 4  # type: ignore[union-attr]


def test_a_case_that_is_classed_otherwise_makes_the_worker_look_again(complain: Any, by: Any, surface: Any) -> None:
    other = complain(reported_class=None)
    complain(), complain()
    handlers.look()
    assert not Signal.objects.exists()
    complaints.classify(other, by=HOUSE, confirmed_class=surface)
    announcements.deliver()
    handlers.look()
    assert Signal.objects.get().count == 3


def test_a_replay_tells_the_same_and_writes_nothing(proposed: Signal) -> None:
    with nothing_recorded():
        result = running.replay(proposed.raised_on.replace(day=1), today())
    [matter] = result.matters
    assert result.told(matter)["zh"] == proposed.told["zh"]
    assert matter.cases == set(queries.case_ids(proposed))
    assert SignalCase.objects.count() == 3
