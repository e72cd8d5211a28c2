"""What happens to a sample, and how QC concludes (C-17, C-22)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE
from sanbao.inspection.models import Custody, Inspection, InspectionSheet, Sample, SampleState, SheetState
from sanbao.inspection.policies import SAMPLE_KEEPING
from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import end_of, now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.parties.models import Person
from sanbao.trace.models import Lot

#: The duty to bring a sample to QC, and the one to dispose of it once its retention is over.
COLLECT, DISPOSE = "sample.collect", "sample.dispose"


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
        _owe_collection(step)
    return step.case


def register(
    *,
    by: Actor,
    wanted: str,
    label: str,
    place: str,
    given_by: str,
    about: str = "",
    lot: Lot | None = None,
) -> Sample:
    """A sample or a failed part is brought unasked: QC takes it over under a number (C-22, F-03)."""
    with SAMPLE.opening("register", by=by, about=about, wanted=wanted, label=label, lot=lot) as step:
        _need_place(place)
        step.case.number, step.case.place, step.case.received_at = numbering.take("sample"), place, now()
        step.insert()
        step.record(about=about, received_at=step.case.received_at)
        _custody(step, given_by=_known(given_by), taken_by=by.ref)
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
        _custody(step, given_by=given_by or by.ref, taken_by=waybill)
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
        _need_place(place)
        giver = _known(given_by or queries.holder_of(step.case))
        step.case.label, step.case.place, step.case.received_at = label, place, now()
        step.record(about=step.case.about, received_at=step.case.received_at)
        _custody(step, given_by=giver, taken_by=by.ref, remark=remark)
        obligations.discharge(subject=step.case.subject, code=COLLECT, by=by, outcome=place)
    return step.case


def hand_over(
    sample: Sample, *, by: Actor, taken_by: str, place: str, remark: str = "", expect: int | None = None
) -> Sample:
    """From one holder to another; place and time are recorded."""
    with SAMPLE.move("hand_over", sample, by=by, expect=expect) as step:
        _need_place(place)
        step.case.place = place
        _custody(step, given_by=by.ref, taken_by=_known(taken_by, "taken_by"), remark=remark)
    return step.case


def store(
    sample: Sample,
    *,
    by: Actor,
    place: str,
    kept_until: date | None = None,
    remark: str = "",
    expect: int | None = None,
) -> Sample:
    """Keep the sample on a named shelf, until a day; after it somebody owes its disposal."""
    with SAMPLE.move("store", sample, by=by, expect=expect) as step:
        _need_place(place)
        rule = SAMPLE_KEEPING.decide(on=today())
        giver = queries.holder_of(step.case) or by.ref
        step.case.place = place
        step.case.kept_until = kept_until or today() + timedelta(days=int(rule["keep_days"]))
        _custody(step, given_by=giver, taken_by=by.ref, remark=remark)
        if in_force("C-22"):
            obligations.owe(
                subject=step.case.subject,
                code=DISPOSE,
                sentence=W(
                    "留样 {number} 到 {day} 期满，退还或报废",
                    "Retention of {number} ends on {day}: return or scrap it",
                    number=step.case.number,
                    day=step.case.kept_until.isoformat(),
                ),
                to=rule["keeper"],
                by=by,
                clause="C-22",
                due=calendar().counting(rule["dispose"].working).due(end_of(step.case.kept_until), rule["dispose"]),
            )
    return step.case


def give_back(sample: Sample, *, by: Actor, taken_by: str, remark: str = "", expect: int | None = None) -> Sample:
    """Return the sample to the user; it is his property until settled."""
    with SAMPLE.move("give_back", sample, by=by, expect=expect) as step:
        _custody(step, given_by=by.ref, taken_by=_known(taken_by, "taken_by"), remark=remark)
        _ends(step, remark)
    return step.case


def scrap(sample: Sample, *, by: Actor, remark: str, expect: int | None = None) -> Sample:
    with SAMPLE.move("scrap", sample, by=by, expect=expect) as step:
        _custody(step, given_by=by.ref, remark=remark)
        _ends(step, remark)
    return step.case


def lose(sample: Sample, *, by: Actor, remark: str, expect: int | None = None) -> Sample:
    """Say that the sample cannot be found; whoever waits for it is told and may go on without."""
    with SAMPLE.move("lose", sample, by=by, expect=expect) as step:
        step.record(about=step.case.about)
        _custody(step, given_by=queries.holder_of(step.case), remark=remark)
        _ends(step, remark)
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
    sheet: InspectionSheet | None = None,
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
        _need_own_sheet(sheet, held)
        case = step.case
        case.sheet = sheet
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


def _need_own_sheet(sheet: InspectionSheet | None, sample: Sample) -> None:
    """A conclusion rests on a sheet of the same sample that has been filled and signed."""
    if sheet is not None and (
        sheet.sample_id != sample.pk or sheet.state not in (SheetState.ACCEPTED, SheetState.REJECTED)
    ):
        refuse(
            "sample.other_sheet",
            W(
                "检验单 {sheet} 不是样品 {sample} 的已完成检验单。",
                "Sheet {sheet} is no concluded sheet of sample {sample}.",
            ),
            clause="C-17",
            status=422,
            field="sheet",
            sheet=sheet.number,
            sample=sample.number,
        )


def _custody(step: Step[Sample], **facts: Any) -> None:
    case = step.case
    Custody.objects.create(
        sample=case, act=step.name, at=now(), by=step.by.ref, place=case.place, label=case.label, **facts
    )


def _need_place(place: str) -> None:
    if not place.strip():
        sentence = W("请写明放在哪里。", "Say where it is put.")
        refuse("custody.place_missing", sentence, clause="C-22", status=422, field="place")


def _known(name: str, field: str = "given_by") -> str:
    """Every hand-over names both: who gave and who took (C-22)."""
    if not name.strip():
        sentence = W("请写明交接双方：谁交出、谁接收。", "Name both parties of the hand-over: who gives and who takes.")
        refuse("custody.party_missing", sentence, clause="C-22", status=422, field=field)
    return name.strip()


def _ends(step: Step[Sample], outcome: str) -> None:
    for code in (COLLECT, DISPOSE):
        obligations.discharge(subject=step.case.subject, code=code, by=step.by, outcome=outcome)


def _owe_collection(step: Step[Sample]) -> None:
    """A sample that never comes is chased: who was asked for it owes it, and is late when its time has passed."""
    case, rule = step.case, SAMPLE_KEEPING.decide(on=today())
    due = case.due_at or calendar().counting(rule["collect"].working).due(now(), rule["collect"])
    if not in_force("C-22"):
        return
    obligations.owe(
        subject=case.subject,
        code=COLLECT,
        sentence=W(
            "取样 {number}：{wanted}", "Bring sample {number}: {wanted}", number=case.number, wanted=case.wanted
        ),
        to=f"person:{case.asked_of_id}" if case.asked_of_id else rule["keeper"],
        by=step.by,
        clause="C-22",
        due=due,
    )
