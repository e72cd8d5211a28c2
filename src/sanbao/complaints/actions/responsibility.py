"""追责与处理意见: class, responsibility, handling opinion, and what sales decides about grade D (C-15, C-16, C-21)."""

from __future__ import annotations

from typing import Any

from sanbao.catalog.models import DefectClass
from sanbao.complaints import queries, rules, timing
from sanbao.complaints.actions.telling import involve, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, DChoice
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, need_basis
from sanbao.kernel.words import W


def classify(
    complaint: Complaint,
    *,
    by: Actor,
    reported_class: DefectClass | None = None,
    confirmed_class: DefectClass | None = None,
    expect: int | None = None,
) -> Complaint:
    """What the user reported and what was confirmed are two classes, kept apart (C-21)."""
    with acting("classify", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            confirmed_class is None or by.may("complaints.confirm_class"),
            "complaint.class_not_yours",
            "检验确认的类别由生产、技术、质检确定；受理时只登记用户反映的类别。",
            "The confirmed class is laid down by production, technology or QC; intake notes what the user reported.",
            clause="C-21",
            field="confirmed_class",
        )
        case.reported_class = reported_class or case.reported_class
        case.confirmed_class = confirmed_class or case.confirmed_class
        told = confirmed_class or reported_class
        tell(
            step, W("归类：{title}", "Classified: {title}", title=told.title if told else ""), audience=Audience.SYSTEM
        )
    return step.case


def locate_responsibility(
    complaint: Complaint,
    *,
    by: Actor,
    blame: str,
    basis: str,
    department: Any = None,
    supplier: Any = None,
    expect: int | None = None,
) -> Complaint:
    """The search along the chain ends in a department, a supplier, the carrier or the user's handling (C-16)."""
    with acting("locate_responsibility", complaint, by=by, expect=expect) as step:
        need_basis(basis)
        need(
            {"department": department, "supplier": supplier}.get(blame, True),
            "complaint.responsible_missing",
            "请选定责任部门或供方。",
            "Name the responsible department or supplier.",
            clause="C-16",
            field=blame,
        )
        case = step.case
        case.blame, case.blame_basis = blame, basis
        case.responsible_department = department if blame == "department" else None
        case.responsible_supplier = supplier if blame == "supplier" else None
        if case.responsible_department:
            involve(case, department.code, by=by)
            _give_duty_to(step, department.code)
        step.record(basis=basis)
        tell(step, W("责任：{who}", "Responsible: {who}", who=queries.responsible_title(case)), basis)
    return step.case


def _give_duty_to(step: Step[Complaint], department: str) -> None:
    """C-01: production corrects, unless the search names another department."""
    subject, code = step.case.subject, rules.CORRECTIVE.code
    held = obligations.open_on(subject).filter(code=code).exclude(owed_by=department).first()
    if held:
        obligations.discharge(subject=subject, code=code, to=held.owed_by, by=step.by, outcome=f"→ {department}")
        owe(step, rules.CORRECTIVE, to=department)


def owe(step: Step[Complaint], duty: rules.Duty, to: str = "") -> None:
    obligations.owe(
        subject=step.case.subject,
        code=duty.code,
        sentence=W(*duty.said),
        to=to or duty.to,
        clause=duty.clause,
        due=timing.due(step.case, "final"),
        holds_closing=True,
        by=step.by,
    )


def give_opinion(
    complaint: Complaint,
    *,
    by: Actor,
    opinion: str,
    basis: str,
    confirmed_class: DefectClass | None = None,
    expect: int | None = None,
) -> Complaint:
    """What shall be done (处理意见), said once responsibility and class are known (C-16, C-21)."""
    with acting("give_opinion", complaint, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        need(
            case.blame,
            "complaint.no_responsibility",
            "尚未确认责任，不能提出处理意见。",
            "Responsibility has not been located, so there can be no handling opinion.",
            clause="C-16",
        )
        case.confirmed_class = confirmed_class or case.confirmed_class
        need(
            case.confirmed_class,
            "complaint.not_classified",
            "请先归类。",
            "Classify the fault first.",
            clause="C-21",
            field="confirmed_class",
        )
        case.opinion, case.opinion_basis = opinion, basis
        case.attitude = ""
        for code in ("study", "organise", "learn_facts"):
            obligations.discharge(subject=case.subject, code=code, by=by)
        timing.stop(case, "interim", by=by)
        timing.start(case, "final", by=by)
        _notify(step)
        step.record(basis=basis)
        tell(step, W("处理意见（依据 {basis}）", "Handling opinion (basis {basis})", basis=basis), opinion)
    return step.case


#: Where responsibility lies → who is told, where it is not a department of ours (C-21).
TOLD = {"supplier": "purchasing", "carrier": "transport"}


def responsible(case: Complaint) -> str:
    """The department that must hear of the opinion; nobody where the user's handling was the cause."""
    return case.responsible_department.code if case.responsible_department else TOLD.get(case.blame, "")


def _notify(step: Step[Complaint]) -> None:
    """The responsible department is told at once, and a clock runs until it has acknowledged the opinion (C-21)."""
    case, to = step.case, responsible(step.case)
    if not to or not in_force("C-21"):
        return
    involve(case, to, by=step.by)
    timing.start(case, "notice", by=step.by)
    obligations.owe(
        subject=case.subject,
        code="opinion",
        sentence=W("签收处理意见并办理", "acknowledge the handling opinion and act on it"),
        to=to,
        clause="C-21",
        due=timing.due_of(case, "notice"),
        by=step.by,
    )
    step.record(told=to)


def acknowledge_opinion(complaint: Complaint, *, by: Actor, expect: int | None = None) -> Complaint:
    """The responsible department has the handling opinion and the class, and acts (C-21)."""
    with acting("acknowledge_opinion", complaint, by=by, expect=expect) as step:
        case, to = step.case, responsible(step.case)
        need(
            case.opinion and obligations.open_on(case.subject).filter(code="opinion").exists(),
            "complaint.no_opinion_to_acknowledge",
            "没有待签收的处理意见。",
            "There is no handling opinion to acknowledge.",
            clause="C-21",
        )
        need(
            by.all_powerful or to in by.departments,
            "complaint.not_your_opinion",
            "处理意见由责任部门签收。",
            "The responsible department acknowledges the opinion.",
            clause="C-21",
        )
        obligations.discharge(subject=case.subject, code="opinion", by=by)
        timing.stop(case, "notice", by=by)
        tell(step, W("责任部门已签收处理意见", "The responsible department acknowledged the opinion"))
    return step.case


def decide_d(complaint: Complaint, *, by: Actor, choice: str, reason: str, expect: int | None = None) -> Complaint:
    """Grade D: sales decides whether to exchange, or files it as guidance for production and sales (C-15)."""
    with acting("decide_d", complaint, by=by, expect=expect) as step:
        need(
            step.case.grade == "D",
            "complaint.not_grade_d",
            "只有 D 级由经营部决定换货或存档。",
            "Only grade D is decided by sales.",
            clause="C-15",
        )
        step.case.d_choice, step.case.d_reason = choice, reason
        step.record(choice=choice)
        tell(step, W("D 级：{choice}", "Grade D: {choice}", choice=DChoice(choice).title), reason)
    return step.case
