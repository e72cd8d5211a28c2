"""A problem becomes a corrective or preventive action; by what it is judged is fixed at once (Q-03, Q-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sanbao.catalog.models import DefectClass, Product
from sanbao.corrective import queries
from sanbao.corrective.actions.telling import CAUSE, lead_of, need, owe
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import ActionKind, CorrectiveAction, Measure, Member, Metric
from sanbao.corrective.policies import due, rule_of
from sanbao.kernel import attachments, clocks, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Person


def open_action(
    *,
    by: Actor,
    title: str,
    problem: str,
    lead: Person,
    metric: str,
    origin: str = "",
    product: Product | None = None,
    defect: DefectClass | None = None,
    threshold: str = "",
    containment: str = "",
    team: Sequence[Person] = (),
    files: Sequence[Any] = (),
) -> CorrectiveAction:
    """Open a corrective action (纠正措施立项): the fact, who leads, and by what its effect will be judged (D1, D2)."""
    with ACTION.opening("open", by=by, kind=ActionKind.CORRECTIVE, origin=origin, lead=lead) as step:
        begin(step, title=title, problem=problem, metric=metric, product=product, defect=defect, threshold=threshold,
              files=files)  # fmt: skip
        step.case.containment = containment.strip()
        _team(step.case, [lead, *team])
        _seek(step)
    return step.case


def open_preventive(
    *,
    by: Actor,
    title: str,
    problem: str,
    lead: Person,
    metric: str,
    origin: str = "",
    product: Product | None = None,
    defect: DefectClass | None = None,
    threshold: str = "",
    team: Sequence[Person] = (),
    files: Sequence[Any] = (),
) -> CorrectiveAction:
    """A trend or a risk, before anything has failed (预防措施立项): it lives the same life (Q-04).

    ``origin`` names what showed it: a signal, a review, an audit. Without one the risk itself must be described.
    """
    with ACTION.opening("open_preventive", by=by, kind=ActionKind.PREVENTIVE, origin=origin, lead=lead) as step:
        need(
            origin or len(problem.strip()) >= 10, "corrective.no_trend",
            "预防措施须写明趋势或风险：引用信号，或描述清楚。",
            "A preventive action names the trend or risk: a signal, or a description.", clause="Q-04", field="problem",
        )  # fmt: skip
        begin(step, title=title, problem=problem, metric=metric, product=product, defect=defect, threshold=threshold,
              files=files)  # fmt: skip
        _team(step.case, [lead, *team])
        _seek(step)
    return step.case


def begin(
    step: Step[CorrectiveAction],
    *,
    title: str,
    problem: str,
    metric: str,
    product: Product | None,
    defect: DefectClass | None,
    threshold: str,
    files: Sequence[Any] = (),
) -> None:
    """What all kinds have in common at their opening."""
    case, by = step.case, step.by
    need(len(problem.strip()) >= 4, "corrective.no_problem", "请写明问题：什么、何处、何时、多少。",
         "State the problem: what, where, when, how much.", field="problem")  # fmt: skip
    need(
        metric != Metric.EVIDENCE or len(threshold.strip()) >= 4, "corrective.no_threshold",
        "立项时就要写明凭什么证据算有效。", "By what evidence it will count as effective is stated at opening.",
        field="threshold",
    )  # fmt: skip
    need(metric != Metric.RATE or defect is not None, "corrective.no_class", "按每吨起数验证，须写明故障类别。",
         "To be judged by cases per tonne, the class of the fault is named.", field="defect")  # fmt: skip
    rule = rule_of(case.kind)
    case.number, case.title, case.problem = numbering.take("corrective"), title.strip()[:120], problem.strip()
    case.product, case.defect, case.metric = product, defect, metric
    case.opened_by, case.opened_at, case.due_at = by.ref, now(), due(rule)
    case.window_days, case.approver = int(rule["effect_days"]), str(rule["approver"])
    case.threshold = threshold.strip() or f"p ≤ {rule['alpha']}"
    if metric == Metric.RATE:
        last = today() - timedelta(days=1)
        first = today() - timedelta(days=case.window_days)
        case.before = {**queries.told(queries.counted(product, defect, first, last), last), "alpha": rule["alpha"]}
    step.insert()
    step.record(**rule.as_facts())
    step.private(problem=case.problem)
    attachments.attach(files, subject=case.subject, by=by, clause="Q-03")
    complaint = queries.complaint_behind(case.origin)
    clocks.start(case.subject, "corrective_action", by=by, grade=complaint.grade if complaint else "")


def _seek(step: Step[CorrectiveAction]) -> None:
    owe(
        step.case,
        CAUSE,
        lead_of(step.case),
        "{number} 查明根本原因：{title}",
        "Find the root cause of {number}: {title}",
        by=step.by,
        clause="C-18",
        due=step.case.due_at,
    )


def _team(case: CorrectiveAction, people: Sequence[Person]) -> None:
    known = set(case.members.values_list("person_id", flat=True))  # type: ignore[attr-defined]
    new = {person.pk: person for person in people if person.pk not in known}
    Member.objects.bulk_create([Member(action=case, person=person) for person in new.values()])


def form_team(
    case: CorrectiveAction, *, by: Actor, team: Sequence[Person], expect: int | None = None
) -> CorrectiveAction:
    """More people for the team (D1)."""
    with ACTION.move("form_team", case, by=by, expect=expect) as step:
        _team(step.case, team)
        step.record(team=[person.pk for person in team])
    return step.case


def hand_over(case: CorrectiveAction, *, by: Actor, lead: Person, expect: int | None = None) -> CorrectiveAction:
    """Another leads it: what the former one owed on it, and the measures that were his, go over to him."""
    with ACTION.move("hand_over", case, by=by, expect=expect) as step:
        case, former = step.case, step.case.lead
        case.lead = lead
        _team(case, [lead])
        step.record(former=former.pk)
        pass_on(case, former, lead, by=by)
    return step.case


def pass_on(case: CorrectiveAction, former: Person, to: Person, *, by: Actor) -> None:
    """Everything on this action that one person still owed is owed by another now."""
    Measure.objects.filter(action=case, owner=former, done_at=None).update(owner=to)
    for duty in obligations.open_on(case.subject).filter(owed_by=f"person:{former.pk}"):
        obligations.discharge(subject=case.subject, code=duty.code, to=duty.owed_by, by=by, outcome=f"→ person:{to.pk}")
        obligations.owe(
            subject=case.subject,
            code=duty.code,
            sentence=duty.words,
            to=f"person:{to.pk}",
            by=by,
            clause=duty.clause,
            due=duty.due_at,
        )


def contain(case: CorrectiveAction, *, by: Actor, containment: str, expect: int | None = None) -> CorrectiveAction:
    """What keeps the user from harm until the cause is removed (D3): stock, transit, at the users'."""
    with ACTION.move("contain", case, by=by, expect=expect) as step:
        step.case.containment = containment.strip()
        step.private(containment=step.case.containment)
    return step.case


def cancel(case: CorrectiveAction, *, by: Actor, reason: str, expect: int | None = None) -> CorrectiveAction:
    """It was opened by mistake, or is covered by another; what the complaint owes is owed still (W-05)."""
    with ACTION.move("cancel", case, by=by, expect=expect) as step:
        if by.ref == step.case.opened_by:
            sentence = W("立项人不能自己取消。", "Who opened it does not cancel it.")
            refuse("corrective.own", sentence, clause="R-11", status=403)
        step.case.reason = reason
        clocks.stop_all(step.case.subject, by=by)
        obligations.withdraw_all(subject=step.case.subject, by=by, reason=reason[:80])
    return step.case
