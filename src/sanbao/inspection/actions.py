"""What happens to a sample, and how QC concludes (C-17, C-22)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE, UNKNOWN_LABEL
from sanbao.inspection.models import (
    Custody,
    Inspection,
    Origin,
    Sample,
    SampleState,
    Sighting,
    UnknownLabel,
)
from sanbao.inspection.policies import UNKNOWN_LABELS
from sanbao.kernel import attachments, notices, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.parties.models import Person
from sanbao.trace.models import Lot


def request(
    *,
    by: Actor,
    about: str,
    wanted: str,
    label: str = "",
    lot: Lot | None = None,
    asked_of: Person | None = None,
    due_at: datetime | None = None,
) -> Sample:
    """Ask for a sample (要求取样); it has a number from this moment, so that it can be missed."""
    with SAMPLE.opening("request", by=by, about=about, wanted=wanted, label=label, lot=lot) as step:
        step.case.number = numbering.take("sample")
        step.case.asked_of, step.case.due_at = asked_of, due_at
        step.insert()
        step.record(about=about)
        _custody(step, remark=wanted)
    return step.case


def send(
    sample: Sample,
    *,
    by: Actor,
    given_by: str = "",
    waybill: str = "",
    place: str = "",
    label: str = "",
    expect: int | None = None,
) -> Sample:
    """The sample is on its way to QC."""
    with SAMPLE.move("send", sample, by=by, expect=expect) as step:
        step.case.waybill, step.case.place = waybill, place
        step.case.label = label or step.case.label
        step.record(about=step.case.about)
        _custody(step, given_by=given_by, taken_by=waybill)
    return step.case


def receive(
    sample: Sample,
    *,
    by: Actor,
    label: str,
    place: str,
    given_by: str = "",
    remark: str = "",
    expect: int | None = None,
) -> Sample:
    """QC takes the sample over, under its label, to a named place. The inspection clock starts (C-17)."""
    with SAMPLE.move("receive", sample, by=by, expect=expect) as step:
        step.case.label, step.case.place, step.case.received_at = label, place, now()
        step.record(about=step.case.about, received_at=step.case.received_at)
        _custody(step, given_by=given_by, taken_by=by.ref, remark=remark)
    return step.case


def hand_over(
    sample: Sample, *, by: Actor, taken_by: str, place: str, remark: str = "", expect: int | None = None
) -> Sample:
    """From one holder to another; place and time are recorded."""
    with SAMPLE.move("hand_over", sample, by=by, expect=expect) as step:
        step.case.place = place
        _custody(step, given_by=by.ref, taken_by=taken_by, remark=remark)
    return step.case


def store(sample: Sample, *, by: Actor, place: str, remark: str = "", expect: int | None = None) -> Sample:
    """Keep the sample on a named shelf."""
    with SAMPLE.move("store", sample, by=by, expect=expect) as step:
        step.case.place = place
        _custody(step, remark=remark)
    return step.case


def give_back(sample: Sample, *, by: Actor, taken_by: str, remark: str = "", expect: int | None = None) -> Sample:
    """Return the sample to the user; it is his property until settled."""
    with SAMPLE.move("give_back", sample, by=by, expect=expect) as step:
        _custody(step, given_by=by.ref, taken_by=taken_by, remark=remark)
    return step.case


def scrap(sample: Sample, *, by: Actor, remark: str, expect: int | None = None) -> Sample:
    with SAMPLE.move("scrap", sample, by=by, expect=expect) as step:
        _custody(step, remark=remark)
    return step.case


def lose(sample: Sample, *, by: Actor, remark: str, expect: int | None = None) -> Sample:
    """Say that the sample cannot be found; whoever waits for it is told and may go on without."""
    with SAMPLE.move("lose", sample, by=by, expect=expect) as step:
        step.record(about=step.case.about)
        _custody(step, remark=remark)
    return step.case


def conclude(
    *,
    by: Actor,
    sample: Sample,
    ours: str,
    used_rightly: str,
    severity: str,
    basis: str,
    conclusion: str,
    opinion: str,
    measured: str = "",
) -> Inspection:
    """QC's conclusion and opinion about a sample (检验结论). Never overwritten; a re-inspection is a new one."""
    with INSPECTION.opening("conclude", by=by, sample=sample) as step:
        held = SAMPLE.locked(sample, by=by)
        if held.received_at is None and in_force("C-22"):
            refuse(
                "sample.not_received",
                W(
                    "样品 {number} 尚未收样，不能出结论。",
                    "Sample {number} has not been received, so nothing can be concluded.",
                ),
                clause="C-22",
                number=held.number,
            )
        need_basis(basis)
        case = step.case
        case.number = numbering.take("inspection")
        case.ours, case.used_rightly, case.severity = ours, used_rightly, severity
        case.basis, case.measured, case.conclusion, case.opinion = basis, measured, conclusion, opinion
        case.inspector = Person.objects.filter(pk=by.person_id).first()
        case.concluded_at = now()
        step.insert()
        step.record(about=held.about, sample=held.pk)
        step.private(measured=measured, conclusion=conclusion, opinion=opinion)
        with SAMPLE.move("inspect", held, by=by) as inspected:
            state = inspected.case.state
            inspected.to(SampleState.STORED if state == SampleState.STORED else SampleState.INSPECTED)
            inspected.record(inspection=case.pk)
    return step.case


def _custody(step: Step[Sample], **facts: Any) -> None:
    case = step.case
    Custody.objects.create(
        sample=case, act=step.name, at=now(), by=step.by.ref, place=case.place, label=case.label, **facts
    )


# -- unknown labels (T-12) ------------------------------------------------------------------------------

#: What QC owes on an unknown label.
CLEAR_UP = "unknown_label.clear_up"
#: Findings that say what the label should be; the house must know that code by then.
OURS = (Origin.RECORDED, Origin.RELABELLED, Origin.MISREAD)


def report(
    *, by: Actor, code: str, place: str = "", holder: str = "", remark: str = "", files: Iterable[Attachment] = ()
) -> UnknownLabel:
    """A code on goods that nobody knows (登记未知标签): QC is told and has to clear it up. A known code is refused.

    Found again while it is open, it is the same label, seen once more.
    """
    seen = {"place": place, "holder": holder, "remark": remark, "files": files}
    if (label := queries.open_unknown(code)) is not None:
        return see_again(label, by=by, **seen)  # type: ignore[arg-type]
    if queries.lots_of(code):
        refuse(
            "unknown_label.known",
            W("编号“{typed}”本厂有记录，不是未知标签。", "The code “{typed}” is on record; it is not unknown."),
            clause="T-12",
            field="code",
            typed=code,
        )
    try:
        return _report(by, code, seen)
    except IntegrityError:  # somebody else reported it between our look and our entry
        label = queries.open_unknown(code)
        if label is None:
            raise
        return see_again(label, by=by, **seen)  # type: ignore[arg-type]


def _report(by: Actor, code: str, seen: dict[str, Any]) -> UnknownLabel:
    rule = UNKNOWN_LABELS.decide(on=today())
    with UNKNOWN_LABEL.opening("report", by=by, code=code, key=code_key(code)) as step:
        label = step.case
        label.number = numbering.take("unknown_label")
        label.due_at = calendar().counting(rule["due"].working).due(now(), rule["due"])
        step.insert()
        step.record(**rule.as_facts())
        _sighting(step, **seen)
        if in_force("T-12"):
            obligations.owe(
                subject=label.subject,
                code=CLEAR_UP,
                sentence=W("查明未知标签 {code}", "Clear up the unknown label {code}", code=code),
                to=rule["to"],
                by=by,
                clause="T-12",
                due=label.due_at,
            )
    return label


def see_again(
    label: UnknownLabel,
    *,
    by: Actor,
    place: str = "",
    holder: str = "",
    remark: str = "",
    files: Iterable[Attachment] = (),
    expect: int | None = None,
) -> UnknownLabel:
    """The same unknown code was found once more: where, and in whose hands."""
    with UNKNOWN_LABEL.move("see_again", label, by=by, expect=expect) as step:
        _sighting(step, place=place, holder=holder, remark=remark, files=files)
    return step.case


def clear_up(
    label: UnknownLabel,
    *,
    by: Actor,
    origin: str,
    basis: str,
    finding: str,
    true_code: str = "",
    expect: int | None = None,
) -> UnknownLabel:
    """QC says what the label was (查明). Where it is ours, the code that it should bear must be on record."""
    with UNKNOWN_LABEL.move("clear_up", label, by=by, expect=expect) as step:
        need_basis(basis)
        case = step.case
        bears = true_code or (case.code if origin == Origin.RECORDED else "")
        if origin in OURS and not queries.lots_of(bears):
            refuse(
                "unknown_label.not_on_record",
                W(
                    "按“{origin}”查明，须写明本厂有记录的正确编号；“{typed}”查不到。",
                    "To clear it up as “{origin}”, name the right code, on record; “{typed}” is not.",
                ),
                clause="T-12",
                status=422,
                field="true_code",
                origin=Origin(origin).title,
                typed=bears,
            )
        case.origin, case.basis, case.finding, case.cleared_at = origin, basis, finding, now()
        case.true_code = bears
        step.private(finding=finding)
        obligations.discharge(subject=case.subject, code=CLEAR_UP, by=by, outcome=origin)
        if origin == Origin.COUNTERFEIT:
            _alarm(case, by)
    return step.case


def _alarm(label: UnknownLabel, by: Actor) -> None:
    """Whoever the policy names hears of a suspected counterfeit at once."""
    rule = UNKNOWN_LABELS.decide(on=today())
    said = W("{number}：标签“{code}”疑似假冒", "{number}: the label “{code}” is a suspected counterfeit")
    for role in rule["alarm"]:
        notices.tell(
            to=role,
            about=f"unknown_label:{label.pk}:counterfeit",
            subject=label.subject,
            sentence=said.format(number=label.number, code=label.code),
            clause="T-12",
            but=by.ref,
        )


def _sighting(step: Step[UnknownLabel], *, place: str, holder: str, remark: str, files: Iterable[Attachment]) -> None:
    Sighting.objects.create(label=step.case, at=now(), by=step.by.ref, place=place, holder=holder, remark=remark)
    step.private(place=place, holder=holder, remark=remark)
    attachments.attach(files, subject=step.case.subject, by=step.by, clause="T-12")
