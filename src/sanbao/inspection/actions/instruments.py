"""Instruments: registered, calibrated, and what follows when one is found to have measured wrongly (Q-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import INSTRUMENT
from sanbao.inspection.models import Calibration, CalibrationResult, Instrument
from sanbao.inspection.policies import MEASURING
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse, fill, insert, retiring
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import end_of, now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar

#: The duty to have an instrument calibrated, and the one to look again at what it measured.
CALIBRATE, ASSESS = "instrument.calibrate", "instrument.assess"

retire_instrument = retiring(INSTRUMENT)


def register_instrument(*, by: Actor, number: str, **values: Any) -> Instrument:
    """A new instrument; until its first calibration it counts as overdue."""
    with INSTRUMENT.opening("open", by=by, number=code_key(number)) as step:
        fill(step, values)
        insert(step, "number")
        _owe_calibration(step)
    return step.case


def edit_instrument(instrument: Instrument, *, by: Actor, expect: int | None = None, **values: Any) -> Instrument:
    with INSTRUMENT.move("edit", instrument, by=by, expect=expect) as step:
        fill(step, values)
    return step.case


def restore_instrument(instrument: Instrument, *, by: Actor, expect: int | None = None) -> Instrument:
    """Back into use: only when its last calibration was passed and still holds."""
    with INSTRUMENT.move("restore", instrument, by=by, expect=expect) as step:
        last = queries.last_calibration(step.case)
        if last is None or last.result != CalibrationResult.PASSED or step.case.overdue(today()):
            refuse(
                "instrument.not_calibrated",
                W(
                    "{number} 没有有效的校准，不能恢复使用；先登记校准。",
                    "{number} has no valid calibration and cannot be used again; enter one first.",
                ),
                clause="Q-07",
                number=step.case.number,
            )
    return step.case


def calibrate(
    instrument: Instrument,
    *,
    by: Actor,
    result: str,
    on: date,
    due_on: date | None = None,
    certificate: str = "",
    laboratory: str = "",
    remark: str = "",
    files: Iterable[Attachment] = (),
    expect: int | None = None,
) -> Instrument:
    """Enter a calibration. One that failed takes the instrument out of use, and QC owes an assessment of everything
    that was measured with it since its last good calibration."""
    with INSTRUMENT.move("calibrate", instrument, by=by, expect=expect) as step:
        case, passed = step.case, result == CalibrationResult.PASSED
        _need_dates(on, due_on, passed)
        doubtful = [] if passed else queries.measured_since_good(case)
        Calibration.objects.create(
            instrument=case, on=on, due_on=due_on if passed else None, result=result, certificate=certificate,
            laboratory=laboratory, remark=remark, at=now(), by=by.ref,
        )  # fmt: skip
        case.calibrated_on, case.certificate = on, certificate
        case.due_on = due_on if passed else None
        step.to(InUse.IN_USE if passed else InUse.RETIRED)
        step.record(result=result, doubtful=[sheet.number for sheet in doubtful])
        attachments.attach(files, subject=case.subject, by=by, clause="Q-07")
        obligations.discharge(subject=case.subject, code=CALIBRATE, by=by, outcome=result)
        if passed:
            _owe_calibration(step)
        elif doubtful and in_force("Q-07"):
            _owe_assessment(step, [sheet.number for sheet in doubtful])
    return step.case


def assess(instrument: Instrument, *, by: Actor, text: str, expect: int | None = None) -> Instrument:
    """QC says what became of the results that an unfit instrument had given."""
    with INSTRUMENT.move("assess", instrument, by=by, expect=expect) as step:
        if not obligations.discharge(subject=step.case.subject, code=ASSESS, by=by, outcome=text):
            refuse(
                "instrument.nothing_to_assess",
                W("{number} 没有待评定的结果。", "Nothing measured with {number} awaits assessment."),
                clause="Q-07",
                number=step.case.number,
            )
        step.record(assessment=text)
    return step.case


def _need_dates(on: date, due_on: date | None, passed: bool) -> None:
    if on > today():
        sentence = W("校准日期不能晚于今天。", "The calibration cannot lie in the future.")
        refuse("calibration.future", sentence, clause="Q-07", status=422, field="on")
    if passed and (due_on is None or due_on <= on):
        sentence = W(
            "校准合格须写有效期至，且晚于校准日期。", "A passed calibration needs a later day until which it holds."
        )
        refuse("calibration.no_due", sentence, clause="Q-07", status=422, field="due_on")


def _owe_calibration(step: Step[Instrument]) -> None:
    """Whoever keeps the instruments has it calibrated in time: so many days before the calibration ends."""
    case, rule = step.case, MEASURING.decide(on=today())
    ahead = timedelta(days=int(rule["recall_days"]))
    obligations.owe(
        subject=case.subject,
        code=CALIBRATE,
        sentence=W("送校 {number} {name}", "Have {number} {name} calibrated", number=case.number, name=case.name),
        to=rule["keeper"],
        by=step.by,
        clause="Q-07",
        due=end_of(case.due_on - ahead) if case.due_on else now(),
    )


def _owe_assessment(step: Step[Instrument], numbers: list[str]) -> None:
    case, rule = step.case, MEASURING.decide(on=today())
    obligations.owe(
        subject=case.subject,
        code=ASSESS,
        sentence=W(
            "{number} 校准不合格：评定用它测过的 {count} 张检验单",
            "{number} failed its calibration: assess {count} sheets measured with it",
            number=case.number,
            count=len(numbers),
        ),
        to="qc",
        by=step.by,
        clause="Q-07",
        due=calendar().counting(rule["assess"].working).due(now(), rule["assess"]),
        holds_closing=True,
    )
