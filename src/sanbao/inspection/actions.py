"""What happens to a sample, and how QC concludes (C-17, C-22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanbao.inspection.lifecycle import INSPECTION, SAMPLE
from sanbao.inspection.models import Custody, Inspection, Sample, SampleState
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
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


def need_basis(basis: str) -> None:
    """U-13: a conclusion names the standard, contract or clause it rests on."""
    if len(basis.strip()) < 2:
        refuse(
            "basis_missing",
            W(
                "请写明依据（标准、法规、合同或程序条款）。",
                "State the basis: a standard, regulation, contract or clause.",
            ),
            clause="U-13",
            status=422,
            field="basis",
        )


def _custody(step: Step[Sample], **facts: Any) -> None:
    case = step.case
    Custody.objects.create(
        sample=case, act=step.name, at=now(), by=step.by.ref, place=case.place, label=case.label, **facts
    )
