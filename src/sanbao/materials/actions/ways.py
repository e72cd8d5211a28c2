"""The four ways that purchasing has with what was refused (T-04), urgent release (T-05), and back to the supplier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sanbao.kernel import attachments, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.refusals import in_force, need_basis
from sanbao.kernel.words import W
from sanbao.materials import marking, policies
from sanbao.materials.actions.receiving import (
    COMPLETE,
    EVERY,
    FAILED,
    INSPECT,
    NONCONFORMING,
    RETAKE,
    SAMPLE,
    SETTLE,
    note,
    take_in,
)
from sanbao.materials.actions.telling import CLOCKWORK, keeper, need, owe
from sanbao.materials.lifecycle import INCOMING
from sanbao.materials.models import IncomingLot, IncomingState, IncomingStep, Place, Way
from sanbao.materials.stock import left_of
from sanbao.trace import actions as trace
from sanbao.trace.models import MovementKind, PermitKind, QualityStatus

G = IncomingState


def collect_history(
    incoming: IncomingLot,
    *,
    by: Actor,
    text: str,
    reference: str = "",
    present: Sequence[str] = (),
    supplier_lot: str = "",
    made_on: date | None = None,
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> IncomingLot:
    """甲: purchasing establishes where the lot comes from; that stands for its marking, not for a required report."""
    with INCOMING.move("collect_history", incoming, by=by, expect=expect) as step:
        step.case.cleared = Way.HISTORY
        _bring(step, text, reference, files, present=present, supplier_lot=supplier_lot, made_on=made_on)
    return step.case


def supply(
    incoming: IncomingLot,
    *,
    by: Actor,
    text: str = "",
    present: Sequence[str] = (),
    supplier_lot: str = "",
    made_on: date | None = None,
    certificate: str = "",
    inspector: str = "",
    report: str = "",
    report_number: str = "",
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> IncomingLot:
    """乙: the supplier sends the certificate, the report or the marking afterwards; the lot is checked anew."""
    with INCOMING.move("supply", incoming, by=by, expect=expect) as step:
        brought = [supplier_lot, made_on, certificate, inspector, report_number, *present, *files]
        need(any(brought), "incoming.nothing_supplied", "请填供方补来了什么：标识、证号、报告号或附件。",
             "Say what the supplier sent: marking, a number, a report or a file.", clause="T-04",
             field="present")  # fmt: skip
        values = {"certificate": certificate, "inspector": inspector, "report_number": report_number}
        if report_number:
            values["report"] = report
        _bring(step, text, certificate or report_number, files, present=present, supplier_lot=supplier_lot,
               made_on=made_on, **values)  # fmt: skip
    return step.case


def ask_sampling(incoming: IncomingLot, *, by: Actor, text: str, expect: int | None = None) -> IncomingLot:
    """丙: purchasing asks QC to accept it under tightened sampling; QC agrees or not."""
    with INCOMING.move("ask_sampling", incoming, by=by, expect=expect) as step:
        case = step.case
        case.due_at = policies.due("sampling_within")
        note(case, step.name, by, text)
        step.private(text=text)
        sentence = W("答复加严抽样：{lot}", "Answer on tightened sampling: {lot}", lot=str(case))
        owe(case, SAMPLE, "qc", sentence, by=by, clause="T-04", due=case.due_at)
    return step.case


def agree_sampling(
    incoming: IncomingLot, *, by: Actor, plan: str, basis: str, expect: int | None = None
) -> IncomingLot:
    """QC agrees and names the sampling plan; a required report is still required (T-03)."""
    with INCOMING.move("agree_sampling", incoming, by=by, expect=expect) as step:
        need_basis(basis)
        case = step.case
        _not_who_asked(case, by, "ask_sampling")
        case.cleared, case.tightened = Way.SAMPLING, True
        note(case, step.name, by, f"{plan}；{basis}")
        step.record(plan=plan, basis=basis)
        fulfil(case.subject, SAMPLE, by=by, outcome=plan)
        _settle(step)
    return step.case


def decline_sampling(incoming: IncomingLot, *, by: Actor, reason: str, expect: int | None = None) -> IncomingLot:
    with INCOMING.move("decline_sampling", incoming, by=by, expect=expect) as step:
        step.case.due_at = policies.due("refused_within")
        note(step.case, step.name, by, reason)
        step.record(reason=reason)
        fulfil(step.case.subject, SAMPLE, by=by, outcome=reason)
    return step.case


def use_nonconforming(incoming: IncomingLot, *, by: Actor, text: str, expect: int | None = None) -> IncomingLot:
    """丁: it is dealt with as nonconforming. QC owes the disposition, and that duty ends by nothing else."""
    with INCOMING.move("use_nonconforming", incoming, by=by, expect=expect) as step:
        case = step.case
        case.due_at = policies.due("nonconforming_within")
        note(case, step.name, by, text)
        step.private(text=text)
        if in_force("T-04"):
            sentence = W("按不合格品程序处置 {lot}", "Dispose of {lot} by the nonconforming procedure", lot=str(case))
            owe(case, NONCONFORMING, "qc", sentence, by=by, clause="T-04", due=case.due_at, holds=True)
        fulfil(case.subject, SETTLE, SAMPLE, by=by, outcome=Way.NONCONFORMING.zh)
    return step.case


def settle_nonconforming(
    incoming: IncomingLot, *, by: Actor, taken: bool, basis: str, expect: int | None = None
) -> IncomingLot:
    """QC's disposition: taken in all the same, or back to the supplier."""
    with INCOMING.move("settle_nonconforming", incoming, by=by, expect=expect) as step:
        need_basis(basis)
        case = step.case
        _not_who_asked(case, by, "use_nonconforming")
        case.cleared = Way.NONCONFORMING if taken else ""
        note(case, step.name, by, basis)
        step.record(taken=taken, basis=basis)
        fulfil(case.subject, NONCONFORMING, by=by, outcome=basis)
        _settle(step)
    return step.case


def ask_urgent(
    incoming: IncomingLot,
    *,
    by: Actor,
    reason: str,
    basis: str,
    place: Place | None = None,
    expect: int | None = None,
) -> IncomingLot:
    """紧急放行: it comes into store to be inspected, and a permit is asked for; the approver is named by the policy.

    Until he has approved and the warehouse has re-marked it, the gate holds it; the debt stays until QC has judged.
    """
    with INCOMING.move("ask_urgent", incoming, by=by, expect=expect) as step:
        case = step.case
        if case.state not in (G.ACCEPTED, G.URGENT):
            take_in(step, place)
        permit = trace.apply_permit(by=by, kind=PermitKind.URGENT, lot=case.lot, reason=reason, basis=basis)
        case.permit = permit
        note(case, step.name, by, reason, permit.number)
        step.record(permit=permit.number, basis=basis)
        fulfil(case.subject, COMPLETE, by=by, outcome=permit.number)
    return step.case


def mark(incoming: IncomingLot, *, by: Actor, marked: str, expect: int | None = None) -> IncomingLot:
    """The warehouse writes on the material what a stock card holds, in place of the missing marking (T-05, T-06)."""
    with INCOMING.move("mark", incoming, by=by, expect=expect) as step:
        trace.mark_permit(step.case.permit, by=by, marked=marked)
        note(step.case, step.name, by, marked)
    return step.case


def judged(incoming: IncomingLot, status: str, *, number: str, by: Actor = CLOCKWORK) -> None:
    """QC has judged the lot: its inspection is done, an urgent release settled; what failed is purchasing's (T-05)."""
    if status not in (QualityStatus.PASSED, QualityStatus.FAILED):
        return
    if incoming.state == G.URGENT:
        with INCOMING.move("settle", incoming, by=by) as step:
            step.record(verdict=number, status=status)
            note(step.case, step.name, by, "", number)
    fulfil(incoming.subject, INSPECT, COMPLETE, by=by, outcome=number)
    if status == QualityStatus.FAILED:
        sentence = W("{lot} 检验不合格，须处置或退回供方", "{lot} failed inspection: dispose of it or send it back")
        owe(incoming, FAILED, "purchasing", sentence.format(lot=str(incoming)), by=by, clause="T-04")
    else:
        fulfil(incoming.subject, FAILED, by=by, outcome=number)


def permit_refused(incoming: IncomingLot, *, number: str, by: Actor = CLOCKWORK) -> None:
    """The urgent release was not approved: the material stands in store unmarked, and purchasing completes it."""
    sentence = W(
        "紧急放行未批准：给 {lot} 补齐标识证件，或退回供方",
        "Urgent release was not approved: complete the marking of {lot}, or send it back",
    )
    due = policies.due("refused_within")
    owe(incoming, COMPLETE, "purchasing", sentence.format(lot=str(incoming)), by=by, clause="T-05", due=due)


def send_back(
    incoming: IncomingLot, *, by: Actor, text: str, paper: str = "", expect: int | None = None
) -> IncomingLot:
    """Back to the supplier (or to the customer whose it is). Of what is in store, all that is left goes."""
    with INCOMING.move("send_back", incoming, by=by, expect=expect) as step:
        case = step.case
        if case.receipt_id is not None:
            left = left_of([case.lot_id])[case.lot_id] or 0
            need(left > 0, "incoming.nothing_left", "{lot} 已经没有剩余，退不了。", "Nothing is left of {lot} to send "
                 "back.", clause="T-04", lot=case.lot.code)  # fmt: skip
            trace.move(by=keeper(by, "trace.move"), lot=case.lot, what=MovementKind.SENT_BACK, quantity_milli=left,
                       reason=text[:200], number=paper[:40], about=case.subject)  # fmt: skip
            step.record(sent_back_milli=left)
        note(case, step.name, by, text, paper)
        step.record(paper=paper)
        fulfil(case.subject, *EVERY, by=by, outcome=text)
    return step.case


def _bring(
    step: Step[IncomingLot],
    text: str,
    reference: str,
    files: Sequence[Any],
    *,
    present: Sequence[str],
    **values: Any,
) -> None:
    """Put on the lot what was established or has come, and hold it against the rule anew."""
    case = step.case
    case.present = sorted({*case.present, *present})
    for name, value in values.items():
        if value:
            setattr(case, name, value)
    note(case, step.name, step.by, text, reference)
    attachments.attach(files, subject=case.subject, by=step.by)
    step.private(text=text)
    step.record(**marking.check(case))
    _settle(step)


def _settle(step: Step[IncomingLot]) -> None:
    """Where the lot stands after that, and who has it now: complete ends purchasing's duty, still lacking renews it."""
    case, by, missing = step.case, step.by, marking.still_missing(step.case)
    if case.state == G.URGENT:
        step.to(G.URGENT if missing else G.ACCEPTED)
    else:
        step.to(G.REFUSED if missing else G.COMPLETE)
        case.due_at = policies.due("refused_within") if missing else None
    if not missing:
        fulfil(case.subject, SETTLE, COMPLETE, by=by)
    if step.target == G.COMPLETE:
        sentence = W("收进 {lot}：标识已齐", "Take in {lot}: its marking is complete now", lot=str(case))
        owe(case, RETAKE, "warehouse", sentence, by=by, clause="T-04")
    elif step.target == G.REFUSED and in_force("T-04"):
        sentence = W("处理拒收 {lot}：缺{list}", "Settle the refusal of {lot}: it lacks {list}")
        sentence = sentence.format(lot=str(case), list=marking.titles(missing))
        owe(case, SETTLE, "purchasing", sentence, by=by, clause="T-04", due=case.due_at)


def _not_who_asked(case: IncomingLot, by: Actor, act: str) -> None:
    """R-11: nobody consents to what he asked for himself."""
    asked = IncomingStep.objects.filter(incoming=case, act=act).order_by("-id").values_list("by", flat=True).first()
    signatures.not_the_same(by, others=[asked or ""], code="incoming.own_request")
