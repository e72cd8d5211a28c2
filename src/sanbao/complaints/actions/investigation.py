"""解释、反馈、样品、分级、追责: from the first explanation to the handling opinion (C-07 … C-18, C-21)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.complaints import papers, timing
from sanbao.complaints.actions.contact import in_touch
from sanbao.complaints.actions.telling import involve, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import (
    Audience,
    Complaint,
    FeedbackForm,
    FormRecipient,
    Satisfaction,
    SatisfactionAttempt,
    State,
    Widespread,
)
from sanbao.complaints.planning import form_due, intake_of
from sanbao.inspection import actions as inspection
from sanbao.inspection.models import Inspection, Sample
from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, need_basis
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Department, Person

#: C-08: where the form always goes.
FORM_GOES_TO = ("production", "technology")


def explain(
    complaint: Complaint,
    *,
    by: Actor,
    text: str,
    basis: str,
    reaction: str = Satisfaction.NOT_ASKED,
    words: str = "",
    expect: int | None = None,
) -> Complaint:
    """Explain to the user first: facts, standard, right use (解释), with the basis; and how he took it (C-07)."""
    with acting("explain", complaint, by=by, expect=expect) as step:
        need_basis(basis)
        case = step.case
        step.record(basis=basis)
        tell(
            step,
            W("向用户解释（依据 {basis}）", "Explained to the user (basis {basis})", basis=basis),
            text,
            audience=Audience.OUTWARD,
        )
        in_touch(step)
        if reaction:
            took(step, reaction, words)
        if form_due(case):
            timing.start(case, "feedback_form", by=by)
    return step.case


def took(step: Step[Complaint], outcome: str, words: str, channel: str = "") -> None:
    """Record how the user takes it: one attempt to learn his satisfaction (W-03)."""
    SatisfactionAttempt.objects.create(
        complaint=step.case, at=now(), day=today(), outcome=outcome, channel=channel, words=words, by=step.by.ref
    )
    step.case.satisfaction = outcome
    if words:
        step.private(words=words)
    heading = W("用户：{outcome}", "The user: {outcome}", outcome=Satisfaction(outcome).title)
    tell(step, heading, words, audience=Audience.OUTWARD, kind="satisfaction")


def judge_widespread(
    complaint: Complaint, *, by: Actor, widespread: bool, reason: str, expect: int | None = None
) -> Complaint:
    """A person confirms or rejects what the count proposed; both stay (C-09)."""
    with acting("judge_widespread", complaint, by=by, expect=expect) as step:
        case = step.case
        proposed = case.widespread == Widespread.PROPOSED
        case.widespread = Widespread.CONFIRMED if widespread else Widespread.REJECTED
        step.record(proposed=proposed, counted=case.widespread_facts)
        tell(step, Widespread(case.widespread).title, reason)
        if widespread and case.state in (State.REGISTERED, State.EXPLAINED):
            timing.start(case, "feedback_form", by=by)
    return step.case


def issue_form(
    complaint: Complaint,
    *,
    by: Actor,
    remark: str = "",
    departments: Iterable[Department] = (),
    expect: int | None = None,
) -> FeedbackForm:
    """Issue the numbered 信息反馈表 to production and technology; the same act tells the salesperson (C-08)."""
    with acting("issue_form", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            form_due(case) or case.satisfaction != Satisfaction.SATISFIED,
            "complaint.form_not_needed",
            "用户对解释满意，不需要信息反馈表。",
            "The user is satisfied with the explanation; no feedback form is needed.",
            clause="C-07",
        )
        form = FeedbackForm.objects.create(
            number=numbering.take("feedback_form"), complaint=case, issued_at=now(), issued_by=by.ref
        )
        recipients = involve(case, *FORM_GOES_TO, *(d.code for d in departments), by=by)
        FormRecipient.objects.bulk_create([FormRecipient(form=form, department=d) for d in recipients])
        first = papers.revise(form, papers.snapshot(case, remark), reason="", by=by.ref)
        step.record(form=form.number, to=sorted(d.code for d in recipients), digest=first.digest)
        names = W("、".join(d.name_zh for d in recipients), ", ".join(d.name_en for d in recipients))
        tell(
            step,
            W("信息反馈表 {number} 送 {names}", "Feedback form {number} to {names}", number=form.number, names=names),
            remark,
        )
        timing.stop(case, "feedback_form", by=by)
        timing.start(case, "interim", by=by)
        if case.quality_related:
            timing.start(case, "sample", by=by)
        if in_force("C-08"):
            _tell_salesperson(step)
    return form


def _tell_salesperson(step: Step[Complaint]) -> None:
    """C-08: the salesperson of the user's region learns the facts and obtains a sample; without one, his manager."""
    case = step.case
    person = parties.salesperson_for(case.customer) if case.customer else None
    to = f"person:{person.pk}" if person else f"{intake_of(case)}.department_manager"
    obligations.owe(
        subject=case.subject,
        code="learn_facts",
        sentence=W("到用户处了解情况，取得样品", "Learn the facts at the user's and obtain a sample"),
        to=to,
        clause="C-08",
        due=timing.due(case, "sample"),
        by=step.by,
    )
    whom = (
        W(person.name, person.name)
        if person
        else W("部门经理（该区域未指定业务员）", "the manager (the region has no salesperson)")
    )
    tell(
        step,
        W("通知 {whom} 了解情况、取样", "{whom} told to learn the facts and get a sample", whom=whom),
        audience=Audience.SYSTEM,
    )


def revise_form(complaint: Complaint, *, by: Actor, reason: str, expect: int | None = None) -> FeedbackForm:
    """Bring the form up to date: a new revision; the earlier ones are kept (C-19)."""
    with acting("revise_form", complaint, by=by, expect=expect) as step:
        need(
            reason.strip(),
            "complaint.revision_reason",
            "修订信息反馈表须写明原因。",
            "Say why the feedback form is revised.",
            clause="C-19",
            field="reason",
        )
        form = step.case.feedback_form
        new = papers.revise(form, papers.snapshot(step.case, reason), reason=reason, by=by.ref)
        step.record(form=form.number, revision=new.revision, digest=new.digest)
        tell(step, W("{number} 第 {n} 版", "{number}, revision {n}", number=form.number, n=new.revision), reason)
    return form


def acknowledge_form(complaint: Complaint, *, by: Actor, expect: int | None = None) -> Complaint:
    """A department that got the form says that it has it."""
    with acting("acknowledge_form", complaint, by=by, expect=expect) as step:
        waiting = step.case.feedback_form.recipients.filter(acknowledged_at=None)
        mine = [
            r for r in waiting.select_related("department") if by.all_powerful or r.department.code in by.departments
        ]
        need(
            mine,
            "complaint.form_not_yours",
            "表没有送您的部门，或者已经签收。",
            "The form was not sent to your department, or is acknowledged already.",
            clause="C-08",
        )
        for recipient in mine:
            recipient.acknowledged_at, recipient.acknowledged_by = now(), by.ref
            recipient.save(update_fields=["acknowledged_at", "acknowledged_by"])
            tell(
                step,
                W("{name} 已签收", "Acknowledged by {name}", name=recipient.department.title),
                audience=Audience.SYSTEM,
            )
    return step.case


def request_sample(
    complaint: Complaint,
    *,
    by: Actor,
    wanted: str,
    asked_of: Person | None = None,
    label: str = "",
    expect: int | None = None,
) -> Complaint:
    """Ask for a sample, by number, of a person who is to get it (C-08, C-22)."""
    with acting("request_sample", complaint, by=by, expect=expect) as step:
        case = step.case
        step.to(State.SAMPLING if case.state in (State.FED_BACK, State.SAMPLING) else case.state)
        timing.start(case, "sample", by=by)
        sample = inspection.request(
            by=by,
            about=case.subject,
            wanted=wanted,
            label=label or case.code,
            lot=case.lot,
            asked_of=asked_of or (parties.salesperson_for(case.customer) if case.customer else None),
            due_at=timing.due(case, "sample"),
        )
        step.record(sample=sample.pk)
        tell(step, W("要求取样 {number}", "Sample {number} requested", number=sample.number), wanted)
    return case


def sample_received(complaint: Complaint | int, *, by: Actor, sample: Sample, version: int) -> None:
    """News from QC: the sample has come. Its inspection clock starts (C-17)."""
    with acting("sample_received", complaint, by=by) as step:
        case = step.case
        step.to(State.INSPECTING if case.state in (State.FED_BACK, State.SAMPLING) else case.state)
        timing.stop(case, "sample", by=by)
        timing.start(case, "inspection", by=by)
        obligations.discharge(subject=case.subject, code="learn_facts", by=by)
        step.record(sample=sample.pk)
        heading = W(
            "样品 {number} 质检科收样，{place}",
            "Sample {number} received by QC, {place}",
            number=sample.number,
            place=sample.place,
        )
        tell(step, heading, key=f"sample.{sample.pk}.received.{version}")


def sample_lost(complaint: Complaint | int, *, by: Actor, sample: Sample, version: int) -> None:
    """News: a sample cannot be found; the case goes on with another or a provisional grade."""
    with acting("sample_lost", complaint, by=by) as step:
        step.record(sample=sample.pk)
        tell(
            step,
            W("样品 {number} 遗失", "Sample {number} is lost", number=sample.number),
            key=f"sample.{sample.pk}.lost.{version}",
        )


def record_inspection(complaint: Complaint | int, *, by: Actor, inspection: Inspection) -> None:
    """News from QC: the conclusion. From here the grade can be given (C-12)."""
    with acting("record_inspection", complaint, by=by) as step:
        case = step.case
        early = (State.FED_BACK, State.SAMPLING, State.INSPECTING)
        step.to(State.INSPECTED if case.state in early else case.state)
        case.inspection = inspection
        timing.stop(case, "sample", "inspection", by=by)
        step.record(inspection=inspection.pk, severity=inspection.severity)
        heading = W(
            "检验结论 {number}：{severity}",
            "Inspection {number}: {severity}",
            number=inspection.number,
            severity=inspection.severity,
        )
        tell(step, heading, inspection.conclusion, key=f"inspection.{inspection.pk}")
