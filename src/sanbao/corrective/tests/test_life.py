"""From the problem to the verified effect, and back again when it comes back (Q-03, Q-04, W-05, C-18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.corrective import actions, queries
from sanbao.corrective.models import CorrectiveAction
from sanbao.corrective.tests.conftest import ESCAPES, WHYS, again, signer
from sanbao.kernel import announcements, clocks, handover, obligations, times
from sanbao.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def codes(subject: str) -> set[str]:
    return set(obligations.open_on(subject).values_list("code", flat=True))


def later(case: CorrectiveAction) -> None:
    times.pass_time(days=(case.verify_on - times.today()).days, hours=1)


@pytest.mark.clause("Q-03")
def test_an_action_goes_from_cause_to_measures_to_the_verified_effect(
    waiting: Any, ship: Any, quality: Any, posts: Any
) -> None:
    ship(120, times.today() - timedelta(days=30), "FH-1")
    for _ in range(6):
        quality()
    times.pass_time(days=1)
    case = waiting()
    assert (case.state, case.before["cases"], case.before["tonnes"]) == ("waiting", 6, "120.000")
    assert (case.implemented_at is not None, (case.verify_on - times.today()).days) == (True, 90)
    assert codes(case.subject) == {"corrective.verify"}
    with refused("corrective.too_early", "Q-03"):
        actions.verify(case, by=posts.inspector, effective=True, verdict="没有再发生", basis="台账")
    ship(130, times.today() + timedelta(days=20), "FH-2")
    later(case)
    case = actions.verify(
        again(case), by=posts.inspector, effective=True, verdict="90 天没有同类投诉", basis="投诉登记、发货台账"
    )
    assert (case.state, case.outcome, case.after["cases"], case.after["verdict"]) == (
        "effective",
        "effective",
        0,
        "effective",
    )
    assert "前 90 天 120 t 中 6 起，后 90 天 130 t 中 0 起" in case.after["zh"]
    assert codes(case.subject) == set()


@pytest.mark.clause("Q-03")
def test_what_the_figures_do_not_show_is_not_called_effective(
    waiting: Any, ship: Any, quality: Any, posts: Any
) -> None:
    ship(100, times.today() - timedelta(days=30), "FH-1")
    quality()
    times.pass_time(days=1)
    case = waiting()
    ship(100, times.today() + timedelta(days=20), "FH-2")
    times.pass_time(days=10)
    quality()
    later(case)
    with refused("corrective.not_shown", "Q-03"):
        actions.verify(again(case), by=posts.inspector, effective=True, verdict="感觉好多了", basis="台账")
    case = actions.verify(again(case), by=posts.inspector, effective=False, verdict="又有一起", basis="台账")
    assert (case.state, case.round, case.outcome) == ("analysing", 2, "ineffective")
    assert codes(case.subject) == {"corrective.cause"}
    assert queries.measures(case) == [] and case.measures.count() == 2


@pytest.mark.clause("R-11")
def test_whoever_did_it_does_not_verify_it_and_whoever_planned_it_does_not_approve_it(
    waiting: Any, analysed: Any, posts: Any, people: Any
) -> None:
    case = waiting()
    later(case)
    case.measures.update(done_by=posts.inspector.ref)
    with refused("corrective.own_work", "R-11"):
        actions.verify(again(case), by=posts.inspector, effective=False, verdict="自己看自己", basis="台账")
    other = analysed()
    other = actions.plan_measure(
        other, by=posts.technical_vp, text="换加热管", owner=people["foreman"], due_on=times.today()
    )
    with refused("corrective.own", "R-11"):
        actions.approve_measures(other, by=signer(posts.technical_vp))


@pytest.mark.clause("Q-03")
def test_measures_are_approved_by_the_post_of_the_policy_and_there_must_be_some(
    analysed: Any, posts: Any, people: Any
) -> None:
    case = analysed()
    with refused("corrective.no_measures", "Q-03"):
        actions.approve_measures(case, by=signer(posts.technical_vp))
    with refused("corrective.past", "Q-03"):
        actions.plan_measure(case, by=posts.technologist, text="换", owner=people["foreman"],
                             due_on=times.today() - timedelta(days=1))  # fmt: skip
    case = actions.plan_measure(case, by=posts.technologist, text="换", owner=people["foreman"], due_on=times.today())
    with refused("corrective.not_approver", "Q-03", approver="management.technical_vp"):
        actions.approve_measures(case, by=signer(posts.gm))
    case = actions.return_measures(case, by=signer(posts.technical_vp), reason="没有治本")
    assert (case.state, codes(case.subject)) == ("analysing", {"corrective.cause"})


@pytest.mark.clause("Q-03")
def test_a_measure_is_reported_by_its_owner_with_evidence_once(doing: Any, posts: Any) -> None:
    case = doing()
    first = case.measures.first()
    assert first.code in obligations.open_for(posts.foreman).values_list("code", flat=True)
    with refused("corrective.not_your_measure", "Q-03"):
        actions.report_done(case, by=posts.clerk, measure=first, evidence="已完成清洗")
    with refused("corrective.no_evidence", "Q-03"):
        actions.report_done(case, by=posts.foreman, measure=first, evidence="好")
    case = actions.report_done(case, by=posts.foreman, measure=first, evidence="清洗记录")
    assert case.state == "doing"
    with refused("corrective.done_already", "Q-03"):
        actions.report_done(case, by=posts.foreman, measure=case.measures.first(), evidence="清洗记录")


@pytest.mark.clause("Q-03")
def test_the_threshold_is_fixed_at_opening(opened: Any) -> None:
    with refused("corrective.no_threshold", "Q-03"):
        opened(metric="evidence", threshold="")
    with refused("corrective.no_class", "Q-03"):
        opened(defect=None)
    with refused("corrective.no_problem", "Q-03"):
        opened(problem=" ")
    assert opened().threshold == "p ≤ 0.05"
    assert opened(metric="evidence", threshold="连续 5 槽划格 0 级", defect=None).threshold == "连续 5 槽划格 0 级"


@pytest.mark.clause("W-05")
def test_a_cause_is_two_chains_of_whys_down_to_their_roots(opened: Any, analysed: Any, posts: Any) -> None:
    case = opened()
    for field, short in (("occurrence_whys", "只有一个"), ("escape_whys", "一\n二"), ("occurrence_cause", "")):
        with refused("corrective.too_few_whys", "W-05"):
            analysed(case, **{field: short})
    assert len(analysed(case).occurrence_whys) == 4


@pytest.mark.clause("W-05")
def test_a_complaint_does_not_close_without_origin_cause_and_action(
    story: Any, opened: Any, analysed: Any, doing: Any, posts: Any, by: Any
) -> None:
    case = story.graded()
    action = opened(origin=case.subject)
    for duty, clause in (("cause.found", "W-05"), ("corrective.action", "C-18")):
        who = by.inspector if duty == "cause.found" else by.foreman
        with refused("complaint.by_corrective_action", clause, number=action.number):
            complaints.settle_duty(fresh(case), by=who, duty=duty, how="done", reason="已口头查明")
        with refused("complaint.by_corrective_action", clause):
            complaints.settle_duty(fresh(case), by=HOUSE, duty=duty, how="done", reason="规则自动了结")
    with refused("corrective.no_origin", "W-05", number=case.number):
        analysed(action)
    assert {"cause.found", "corrective.action"} <= codes(case.subject)


@pytest.mark.clause("C-18")
def test_the_cause_and_the_implemented_measures_pay_what_the_complaint_owes(
    story: Any, opened: Any, analysed: Any, waiting: Any
) -> None:
    case = story.decided()
    action = opened(origin=case.subject)
    assert clocks.running(action.subject).filter(kind="corrective_action").exists()
    action = analysed(action)
    assert "cause.found" not in codes(case.subject) and "corrective.action" in codes(case.subject)
    CorrectiveAction.objects.filter(pk=action.pk).update(state="analysing")
    action = waiting(again(action))
    assert "corrective.action" not in codes(case.subject)
    assert not clocks.running(action.subject).filter(kind="corrective_action").exists()


def test_an_action_that_comes_from_a_nonconformity_pays_for_the_complaint_behind_it(
    story: Any, opened: Any, analysed: Any
) -> None:
    from sanbao.nonconformity.models import Nonconformity

    case = story.decided()
    record = Nonconformity.objects.get(about=case.subject)
    analysed(opened(origin=record.subject))
    assert "cause.found" not in codes(case.subject)
    assert queries.about(case.subject).count() == 1


@pytest.mark.clause("Q-03")
def test_the_same_fault_after_the_closing_takes_it_up_again_by_itself(
    waiting: Any, posts: Any, quality: Any, other_customer: Any
) -> None:
    case = waiting()
    CorrectiveAction.objects.filter(pk=case.pk).update(state="effective", verified_at=times.now())
    times.pass_time(days=3)
    back = quality(customer=other_customer)
    announcements.deliver()
    announcements.deliver()
    case = again(case)
    assert (case.state, case.round, case.recurrences) == ("analysing", 2, [back.pk])
    assert back.number in case.reason


def test_a_recurrence_of_a_preventive_action_is_proposed_to_qc(
    posts: Any, people: Any, product: Any, surface: Any, quality: Any
) -> None:
    case = actions.open_preventive(
        by=posts.inspector,
        title="加热管结垢趋势",
        problem="槽温三周下降 6 ℃",
        lead=people["technologist"],
        metric="rate",
        product=product,
        defect=surface,
    )
    CorrectiveAction.objects.filter(pk=case.pk).update(
        state="effective", verified_at=times.now(), implemented_at=times.now()
    )
    times.pass_time(days=3)
    quality()
    announcements.deliver()
    case = again(case)
    assert (case.state, len(case.recurrences)) == ("effective", 1)
    assert codes(case.subject) >= {"corrective.recurrence"}
    assert actions.reopen(case, by=posts.inspector, reason="确属复发").state == "analysing"


@pytest.mark.clause("Q-04")
def test_a_preventive_action_comes_from_a_trend_or_a_risk_and_lives_the_same_life(
    posts: Any, people: Any, product: Any, surface: Any, waiting: Any
) -> None:
    values = {"title": "结垢", "lead": people["technologist"], "metric": "rate", "product": product, "defect": surface}
    with refused("corrective.no_trend", "Q-04"):
        actions.open_preventive(by=posts.inspector, problem="温度偏低", **values)
    case = actions.open_preventive(by=posts.inspector, problem="温度偏低", origin="signal:1", **values)
    case = waiting(case)
    assert (case.kind, case.state) == ("preventive", "waiting")


def test_it_is_watched_for_longer_but_never_for_less_long(waiting: Any, posts: Any) -> None:
    case = waiting()
    with refused("corrective.earlier", "Q-03"):
        actions.prolong(case, by=posts.inspector, until=case.verify_on, reason="再看看")
    until = case.verify_on + timedelta(days=30)
    case = actions.prolong(case, by=posts.inspector, until=until, reason="这段发货太少")
    assert case.verify_on == until and codes(case.subject) == {"corrective.verify"}


def test_who_opened_it_does_not_cancel_it_and_then_the_complaint_still_owes(
    story: Any, opened: Any, posts: Any
) -> None:
    case = story.decided()
    action = opened(origin=case.subject)
    CorrectiveAction.objects.filter(pk=action.pk).update(opened_by=posts.gm.ref)
    with refused("corrective.own", "R-11"):
        actions.cancel(again(action), by=posts.gm, reason="立错了")
    assert actions.cancel(again(action), by=posts.vp, reason="与另一项重复").state == "cancelled"
    assert {"cause.found", "corrective.action"} <= codes(case.subject)


def test_team_containment_fishbone_and_what_was_carried_over_stay_with_it(
    doing: Any, opened: Any, posts: Any, people: Any
) -> None:
    case = opened(team=[people["foreman"]])
    case = actions.form_team(case, by=posts.inspector, team=[people["foreman"], people["inspector"]])
    case = actions.contain(case, by=posts.inspector, containment="在库 3 批冻结，在途 1 批通知停用")
    case = actions.draw_bones(case, by=posts.technologist, machine="加热管结垢", method="没有清洗周期\n没有报警")
    with pytest.raises(Refusal):
        actions.draw_bones(case, by=posts.technologist, man="  ")
    assert case.members.count() == 3 and case.bones["method"] == ["没有清洗周期", "没有报警"]
    case = actions.spread_out(doing(case), by=posts.technologist, spread="2 号线同样执行；作业书 ZY-12 V3")
    assert "2 号线" in case.spread and WHYS and ESCAPES


def test_who_leaves_leaves_no_action_and_no_measure_behind(doing: Any, posts: Any, people: Any) -> None:
    case = doing()
    assert case.subject in handover.open_cases_of(people["foreman"].pk)
    handover.hand_over(people["foreman"].pk, people["inspector"].pk, by=HOUSE)
    handover.hand_over(people["technologist"].pk, people["vp"].pk, by=HOUSE)
    case = again(case)
    assert case.lead == people["vp"]
    assert {measure.owner for measure in case.measures.all()} == {people["inspector"]}
    owed = set(obligations.open_on(case.subject).values_list("owed_by", flat=True))
    assert owed == {f"person:{people['inspector'].pk}"}
    assert handover.open_cases_of(people["foreman"].pk) == []
    case = actions.hand_over(case, by=posts.inspector, lead=people["technologist"])
    assert case.lead == people["technologist"] and case.members.count() == 2
