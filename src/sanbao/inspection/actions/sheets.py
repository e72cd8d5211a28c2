"""A lot or a sample is inspected: opened with its sample size, filled piece by piece, concluded (Q-07, C-17)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sanbao.inspection import queries, schemes
from sanbao.inspection.actions.plans import unreadable
from sanbao.inspection.actions.series import advance, series_for
from sanbao.inspection.lifecycle import INSPECTION_SHEET
from sanbao.inspection.models import (
    Characteristic,
    InspectionPlan,
    InspectionSheet,
    Instrument,
    PlanState,
    Result,
    Sample,
    SamplingState,
    SheetState,
)
from sanbao.inspection.policies import MEASURING
from sanbao.inspection.rules import Cell, Unreadable, cells_of, concluded
from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot, QualityStatus

H = SheetState


def open_sheet(
    *,
    by: Actor,
    units: int,
    lot: Lot | None = None,
    sample: Sample | None = None,
    plan: InspectionPlan | None = None,
    rest_follows: bool = False,
    remark: str = "",
) -> InspectionSheet:
    """Begin an inspection (开检验单): the sample and what may fail follow from plan, lot size and switching state."""
    if (lot is None) == (sample is None):
        sentence = W("须指明一个批次或一个样品。", "Name one lot or one sample.")
        refuse("sheet.of_what", sentence, clause="Q-07", status=422, field="lot")
    values = {"units": units, "rest_follows": rest_follows, "remark": remark, "opened_by": by.ref, "opened_at": now()}
    with INSPECTION_SHEET.opening("open", by=by, lot=lot, sample=sample, **values) as step:
        case = step.case
        case.plan = _plan(lot, sample, plan)
        lines = list(case.plan.characteristics.all())
        if lot is not None:
            case.original = not queries.refused_before(lot)
            series = series_for(lot, case.plan, lines, by=by)
            _need_running(series.values())
            hard = queries.accepted_tightened(lot)
            case.scheme = schemes.of_lot(case.plan, lines, units, series, tightened=hard)
        else:
            case.rest_follows, case.original = False, False
            case.scheme = schemes.of_sample(lines, units)
        case.number = numbering.take("sheet")
        step.insert()
        step.record(scheme=case.scheme)
    return step.case


def _plan(lot: Lot | None, sample: Sample | None, named: InspectionPlan | None) -> InspectionPlan:
    of = lot or (sample.lot if sample is not None else None)
    held = queries.plan_for(of) if of is not None else None
    plan = named or held
    if plan is None:
        refuse(
            "sheet.no_plan",
            W("没有适用的检验计划；先拟定并批准一份。", "No inspection plan applies; draft one and have it approved."),
            clause="Q-07",
            field="plan",
        )
        raise LookupError("without a plan there is nothing to inspect by")
    in_time = plan.state == PlanState.IN_FORCE and plan.since is not None and plan.since <= today()
    if not in_time or (held is not None and held.pk != plan.pk):
        refuse(
            "sheet.other_plan",
            W("{plan} 现在不适用于这批物料。", "{plan} does not apply to this material now."),
            clause="Q-07",
            field="plan",
            plan=str(plan),
            holds=str(held) if held else "",
        )
    return plan


def _need_running(series: Iterable[Any]) -> None:
    for one in series:
        if one.state == SamplingState.STOPPED:
            refuse(
                "sampling.stopped",
                W(
                    "“{series}”已暂停检验：加严检验下累计多批不接收。措施有效后由质检科负责人恢复。",
                    "Inspection of “{series}” is discontinued: too many lots were refused under tightened inspection. "
                    "The head of QC resumes it once the supplier's action has helped.",
                ),
                clause="Q-07",
                series=str(one),
            )


# -- results ------------------------------------------------------------------------------------------


def enter(
    sheet: InspectionSheet, *, by: Actor, results: str, instruments: str = "", expect: int | None = None
) -> InspectionSheet:
    """Enter what was found, a line a piece; what is entered again corrects, and both rows stay.

    ``instruments`` are the numbers of those that measured; each serves the characteristics that ask for its kind.
    """
    with INSPECTION_SHEET.move("enter", sheet, by=by, expect=expect) as step:
        case = step.case
        lines = list(case.plan.characteristics.all())
        try:
            cells = cells_of(results, schemes.columns(lines, case.scheme))
        except Unreadable as wrong:
            raise unreadable("sheet.unreadable", "results", wrong) from wrong
        there = {(row.characteristic_id, row.piece): row for row in queries.latest(case)}
        new = [cell for cell in cells if _differs(there.get((cell.id, cell.piece)), cell)]
        tools = _instruments(step, lines, new, instruments)
        moment = now()
        Result.objects.bulk_create(
            Result(
                sheet=case, characteristic_id=cell.id, piece=cell.piece, value=cell.value, good=cell.good,
                instrument=tools.get(cell.id), at=moment, by=by.ref,
            )
            for cell in new
        )  # fmt: skip
        step.record(
            entered=len(new),
            corrected=sum(1 for cell in new if (cell.id, cell.piece) in there),
            results=[[cell.id, cell.piece, cell.value, cell.good] for cell in new],
            instruments=sorted({tool.number for tool in tools.values()}),
        )
    return step.case


def _differs(row: Result | None, cell: Cell) -> bool:
    return row is None or (row.value, row.good) != (cell.value, cell.good)


def _instruments(
    step: Step[InspectionSheet], lines: list[Characteristic], cells: list[Cell], typed: str
) -> dict[int, Instrument]:
    """Which instrument measured each characteristic of what is entered. Refuses one that may not measure."""
    numbers = dict.fromkeys(filter(None, re.split(r"[\s,，、;；]+", typed)))
    tools = [_instrument(step, number) for number in numbers]
    by_kind = {tool.kind: tool for tool in tools}
    touched = {cell.id for cell in cells}
    asked = [line for line in lines if line.instrument_kind and line.pk in touched]
    for line in asked:
        if line.instrument_kind not in by_kind:
            refuse(
                "instrument.missing",
                W("“{name}”须用{kind}测量，请写器具编号。", "“{name}” is measured with a {kind}; give its number."),
                clause="Q-07",
                status=422,
                field="instruments",
                name=line.name,
                kind=line.instrument_kind,
            )
    return {line.pk: by_kind[line.instrument_kind] for line in asked if line.instrument_kind in by_kind}


def _instrument(step: Step[InspectionSheet], number: str) -> Instrument:
    tool = queries.instrument(number)
    if tool is None or tool.state != InUse.IN_USE:
        refuse(
            "instrument.out_of_use" if tool else "instrument.unknown",
            W("没有在用的器具“{number}”。", "There is no instrument “{number}” in use."),
            clause="Q-07",
            status=422,
            field="instruments",
            number=number.strip(),
        )
    assert tool is not None, "an instrument that is not known measures nothing"
    if tool.overdue(today()):
        if MEASURING.decide(on=today())["overdue"] == "refuse":
            refuse(
                "instrument.overdue",
                W(
                    "{number} 的校准已于 {due} 过期，测得的结果不收；先送校或换一件器具。",
                    "The calibration of {number} ended on {due}; its results are not taken. Have it calibrated or use "
                    "another.",
                ),
                clause="Q-07",
                field="instruments",
                number=tool.number,
                due=tool.due_on.isoformat() if tool.due_on else "—",
            )
        step.record(overdue=[*step.facts.get("overdue", []), tool.number])
    return tool


# -- conclusion ---------------------------------------------------------------------------------------


def conclude_sheet(
    sheet: InspectionSheet,
    *,
    by: Actor,
    conclusion: str = "",
    judge: bool = True,
    expect: int | None = None,
) -> InspectionSheet:
    """The conclusion follows from what was counted, and the inspector signs it. The series of lots moves on, and where
    the whole lot has been inspected QC's verdict about it is given (T-13)."""
    with INSPECTION_SHEET.move("conclude", sheet, by=by, expect=expect) as step:
        case = step.case
        lines, rows = list(case.plan.characteristics.all()), queries.latest(case)
        found = schemes.counts(lines, case.scheme, {(row.characteristic_id, row.piece): row.good for row in rows})
        accepted = concluded(count for _, count in found)
        if accepted is None:
            _refuse_incomplete(found)
            accepted = all(count.found <= count.accept for _, count in found)
        case.found = [asdict(count) for _, count in found]
        case.inspector = Person.objects.filter(pk=by.person_id).first()
        case.concluded_by, case.concluded_at, case.conclusion = by.ref, now(), conclusion
        step.to(H.ACCEPTED if accepted else H.REJECTED)
        content = {"scheme": case.scheme, "found": case.found, "accepted": accepted, "results": said(rows)}
        signatures.sign(subject=case.subject, meaning="conclude", content=content, by=by, clause="Q-07")
        step.record(accepted=accepted, found=case.found, switched=_switch(case, found, by))
        if judge and case.lot is not None and not case.rest_follows:
            case.verdict = _judge(case, accepted, by)
    return step.case


def said(rows: Iterable[Result]) -> list[list[Any]]:
    """The results that count, as they are signed."""
    return [
        [row.characteristic_id, row.piece, row.value, row.good, row.instrument.number if row.instrument else ""]
        for row in rows
    ]


def _refuse_incomplete(found: list[tuple[Any, Any]]) -> None:
    lacking = [(group, count.missing) for group, count in found if count.verdict is None]
    names = [schemes.title_of(group) for group, _ in lacking]
    refuse(
        "sheet.incomplete",
        W(
            "还有 {missing} 个结果没有填（{groups}），不能下结论。",
            "{missing} results are still to be entered ({groups}); nothing can be concluded.",
        ),
        clause="Q-07",
        missing=sum(missing for _, missing in lacking),
        groups=W("、".join(n.said_in("zh-hans") for n in names), ", ".join(n.said_in("en") for n in names)),
    )


def _switch(case: InspectionSheet, found: list[tuple[Any, Any]], by: Actor) -> list[dict[str, Any]]:
    """Each series of the sheet moves on by this lot; a lot that comes again after it was refused does not count."""
    if case.lot is None or not case.original or not in_force("Q-07"):
        return []
    return [
        advance(group, count, sheet=case, by=by) for group, count in found if group["series"] is not None
    ]  # fmt: skip


def _judge(case: InspectionSheet, accepted: bool, by: Actor) -> Any:
    """The lot by this sheet and the parts of it that came before: one part that was not accepted decides."""
    assert case.lot is not None
    parts = queries.parts_before(case.lot, case.pk)
    if any(part.state == H.OPEN for part in parts):
        numbers = "、".join(part.number for part in parts if part.state == H.OPEN)
        refuse(
            "sheet.part_open",
            W("该批还有未完成的检验单：{numbers}。", "Other sheets of this lot are still open: {numbers}."),
            clause="Q-07",
            numbers=numbers,
        )
    fine = accepted and all(part.state == H.ACCEPTED for part in parts)
    status = QualityStatus.PASSED if fine else QualityStatus.FAILED
    basis = W(
        "检验单 {number}（{plan}）", "Inspection sheet {number} ({plan})", number=case.number, plan=str(case.plan)
    )
    return trace.judge(by=by, lots=[case.lot], status=status, basis=basis.said_in("zh-hans")[:300])


def cancel_sheet(sheet: InspectionSheet, *, by: Actor, reason: str, expect: int | None = None) -> InspectionSheet:
    """The sheet was opened by mistake; it counts nowhere and stays in the record."""
    with INSPECTION_SHEET.move("cancel", sheet, by=by, expect=expect) as step:
        step.case.conclusion = reason
        step.record(reason=reason)
    return step.case
