"""分级与由此欠下的事: the grade, who confirms it, and what it makes somebody owe (C-12 … C-14, C-18, W-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanbao.complaints import concerns, queries, rules, timing
from sanbao.complaints.actions.containing import contain
from sanbao.complaints.actions.responsibility import owe
from sanbao.complaints.actions.telling import belonging, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Complaint, Settlement, Settling, State
from sanbao.complaints.policies import GRADING
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W

EARLY = (State.FED_BACK, State.SAMPLING, State.INSPECTING, State.INSPECTED, State.GRADED)


def grade(
    complaint: Complaint,
    *,
    by: Actor,
    spread: str,
    severity: str = "",
    override: str = "",
    reason: str = "",
    expect: int | None = None,
) -> Complaint:
    """Grade A–D from the inspection result and the effect on the market (投诉分级, C-12).

    Without an inspection the grade is provisional and needs its reason; a grade that departs from the table needs
    one too, and a second person.
    """
    with acting("grade", complaint, by=by, expect=expect) as step:
        case = step.case
        before = case.grade
        case.severity = _severity(case, severity, reason)
        case.spread = spread
        decision = GRADING.decide(on=local(case.received_at).date(), severity=case.severity, spread=spread)
        case.grade_proposed = case.grade = decision["grade"]
        case.grade_reason, case.graded_by = reason, by.ref
        case.decision = {**decision.as_facts()["decision"], "why": plain(decision.why)}
        step.record(**decision.as_facts())
        if override and override != case.grade_proposed:
            _override(step, override, reason)
        step.to(State.GRADED if case.state in EARLY or case.grade != before else case.state)
        _owe_by_grade(step)
        contain(step)
        timing.regrade(case, by=by)
        heading = (
            W("暂定 {grade} 级", "Provisional grade {grade}") if case.provisional else W("{grade} 级", "Grade {grade}")
        )
        tell(step, heading.format(grade=case.grade), _because(case, decision.why, reason))
        concerns.has_grade(case, by)
    return step.case


def _because(case: Complaint, why: W, reason: str) -> str:
    return f"{why}；{reason}" if reason else str(why)


def _severity(case: Complaint, given: str, reason: str) -> str:
    """From the inspection where there is one; estimated, and so provisional, where a sample is still to be had."""
    case.provisional = False
    if case.inspection:
        need(
            given in ("", case.inspection.severity),
            "complaint.severity_is_inspected",
            "严重度由检验结论 {number} 给出：{found}。",
            "The severity comes from inspection {number}: {found}.",
            clause="C-12",
            field="severity",
            number=case.inspection.number,
            found=case.inspection.severity,
        )
        return case.inspection.severity
    need(
        given,
        "complaint.no_inspection",
        "还没有检验结论：请估计严重度，作暂定分级。",
        "There is no inspection yet: estimate the severity for a provisional grade.",
        clause="C-12",
        field="severity",
    )
    if queries.expects_sample(case):
        case.provisional = in_force("C-12")
        need(
            reason.strip(),
            "complaint.provisional_reason",
            "暂定分级须写明为什么没有样品检验结论。",
            "A provisional grade needs the reason why there is no inspected sample.",
            clause="C-12",
            field="reason",
        )
    return given


def _override(step: Step[Complaint], wanted: str, reason: str) -> None:
    """A person may depart from the table: with a reason, both grades kept, and a second person to confirm."""
    need(
        reason.strip(),
        "complaint.override_reason",
        "规则表给出 {proposed} 级，改级须写明理由。",
        "The table gives grade {proposed}; another grade needs a reason.",
        clause="C-12",
        field="reason",
        proposed=step.case.grade_proposed,
    )
    step.case.grade = wanted
    obligations.owe(
        subject=step.case.subject,
        code="grade.confirm",
        sentence=W("复核改级：{a} → {b}", "Confirm the changed grade: {a} → {b}", a=step.case.grade_proposed, b=wanted),
        to="*.technical_vp",
        clause="C-12",
        holds_closing=True,
        by=step.by,
    )


def _owe_by_grade(step: Step[Complaint]) -> None:
    """Grades A to C make somebody owe something that cannot be lost; D takes it back (C-13, C-14, C-18, W-05)."""
    case, by = step.case, step.by
    due = rules.duties_of(case.grade, case.severity)
    for duty in rules.ALL_DUTIES:
        if duty in due and in_force(duty.clause):
            if not case.settlements.filter(duty=duty.code, rejected=False).exists():
                owe(step, duty)
        elif duty not in due:
            obligations.discharge(subject=case.subject, code=duty.code, by=by, outcome=f"grade {case.grade}")
    review = "grade.review"
    if case.provisional:
        sentence = W("样品检验后复核暂定等级", "Review the provisional grade once a sample is inspected")
        obligations.owe(subject=case.subject, code=review, sentence=sentence, to="technology", clause="C-12", by=by)
    else:
        obligations.discharge(subject=case.subject, code=review, by=by, outcome=case.grade)
    if case.grade == case.grade_proposed:
        obligations.discharge(subject=case.subject, code="grade.confirm", by=by, outcome=case.grade)


def confirm_grade(
    complaint: Complaint, *, by: Actor, agree: bool, reason: str = "", expect: int | None = None
) -> Complaint:
    """A second person agrees with a grade that departs from the table, or puts the table's grade back (C-12)."""
    with acting("confirm_grade", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            case.grade != case.grade_proposed,
            "complaint.nothing_to_confirm",
            "等级与规则表一致，无须复核。",
            "The grade is the table's own; there is nothing to confirm.",
            clause="C-12",
        )
        need(
            case.graded_by != by.ref,
            "complaint.own_grade",
            "自己改的级，须由另一人复核。",
            "Who changed the grade cannot confirm it.",
            clause="C-12",
        )
        if not agree:
            case.grade = case.grade_proposed
            timing.regrade(case, by=by)
        _owe_by_grade(step)
        contain(step)
        obligations.discharge(subject=case.subject, code="grade.confirm", by=by, outcome=case.grade)
        heading = (
            W("同意改为 {grade} 级", "Grade {grade} confirmed")
            if agree
            else W("不同意改级，仍为 {grade} 级", "Grade stays {grade}")
        )
        tell(step, heading.format(grade=case.grade), reason)
        concerns.has_grade(case, by)
    return step.case


def settle_duty(
    complaint: Complaint,
    *,
    by: Actor,
    duty: str,
    how: str,
    reason: str,
    reference: str = "",
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> Complaint:
    """Say how a duty was dealt with outside; that none is needed takes a second person (W-05)."""
    with acting("settle_duty", complaint, by=by, expect=expect) as step:
        case = step.case
        owed = obligations.open_on(case.subject).filter(code=duty, holds_closing=True).first()
        need(
            owed and duty in {d.code for d in rules.ALL_DUTIES},
            "complaint.no_such_duty",
            "没有这项待了结的事项。",
            "There is no such open duty.",
            clause="W-05",
            field="duty",
        )
        need(
            by.all_powerful or owed is None or by.plays(owed.owed_by),
            "complaint.not_your_duty",
            "这件事由 {owner} 了结。",
            "This is for {owner} to settle.",
            clause="W-05",
            owner=owed.owed_by if owed else "",
        )
        need(
            len(reason.strip()) >= 4,
            "complaint.settle_reason",
            "请写明怎样了结的，或者为什么无须办理。",
            "Say how it was settled, or why nothing is needed.",
            clause="W-05",
            field="reason",
        )
        if how == Settling.DONE:
            concerns.need_settled_here(duty, case)
        for check in concerns.before_settled:
            check(case, duty, by)
        settled = Settlement.objects.create(
            complaint=case, duty=duty, how=how, reason=reason, reference=reference, at=now(), by=by.ref
        )
        attachments.attach(files, subject=case.subject, by=by)
        step.record(duty=duty, how=how, reference=reference, settlement=settled.pk)
        title = owed.words if owed else W(duty, duty)
        tell(step, W("{duty}：{how}", "{duty}: {how}", duty=title, how=Settling(how).title), reason)
        if how == Settling.NOT_NEEDED and in_force("W-05"):
            approve = W("批准免办：{duty}", "Approve that nothing is needed: {duty}", duty=title)
            obligations.owe(
                subject=case.subject,
                code=f"approve.{duty}",
                sentence=approve,
                to="*.technical_vp",
                clause="W-05",
                by=by,
            )
        else:
            obligations.discharge(subject=case.subject, code=duty, by=by, outcome=reference or Settling.DONE)
    return step.case


def approve_settlement(
    complaint: Complaint, *, by: Actor, settlement: Settlement, agree: bool, reason: str = "", expect: int | None = None
) -> Complaint:
    """A second person agrees that nothing is needed, or sends the duty back (W-05)."""
    with acting("approve_settlement", complaint, by=by, expect=expect) as step:
        belonging(settlement, step.case)
        need(
            settlement.how == Settling.NOT_NEEDED and not settlement.approved_at and not settlement.rejected,
            "complaint.nothing_to_approve",
            "没有等待批准的免办申请。",
            "Nothing waits for approval.",
            clause="W-05",
        )
        need(
            settlement.by != by.ref,
            "complaint.own_settlement",
            "提出免办的人不能自己批准。",
            "Who proposed it cannot approve it.",
            clause="W-05",
        )
        settlement.approved_by, settlement.rejected = by.ref, not agree
        settlement.approved_at = now() if agree else None
        settlement.save(update_fields=["approved_by", "approved_at", "rejected"])
        subject = step.case.subject
        obligations.discharge(subject=subject, code=f"approve.{settlement.duty}", by=by)
        if agree:
            obligations.discharge(subject=subject, code=settlement.duty, by=by, outcome=Settling.NOT_NEEDED)
        step.record(settlement=settlement.pk, agreed=agree)
        tell(step, W("同意免办", "Agreed: nothing is needed") if agree else W("不同意免办", "Not agreed"), reason)
    return step.case
