"""What becomes of a part: proposed, approved by the policy's posts, carried out, re-inspected (Q-01, Q-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sanbao.inspection.models import InspectionSheet, SheetState
from sanbao.kernel import attachments, numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.policies.base import Decision
from sanbao.kernel.quantities import KG
from sanbao.kernel.refusals import in_force, need_basis
from sanbao.kernel.times import end_of, now, today
from sanbao.kernel.words import W
from sanbao.nonconformity import queries, rules
from sanbao.nonconformity.actions import letting_go
from sanbao.nonconformity.actions.telling import (
    APPROVE,
    EXECUTE,
    REVIEW,
    VERIFY,
    exact_milli,
    lock_record,
    milli_of,
    need,
    owe,
)
from sanbao.nonconformity.lifecycle import DISPOSITION, NONCONFORMITY
from sanbao.nonconformity.models import Disposition, DispositionState, Line, Nonconformity, Way
from sanbao.nonconformity.policies import approval_of
from sanbao.parties.models import Department
from sanbao.trace.models import Lot

D = DispositionState


def propose(
    record: Nonconformity,
    *,
    by: Actor,
    line: Line,
    way: str,
    quantity: Decimal,
    instruction: str,
    basis: str,
    department: Department,
    due_on: date,
    kg: Decimal | None = None,
    estimate: Decimal = Decimal(0),
    consent: str = "",
    expect: int | None = None,
) -> Nonconformity:
    """Propose what becomes of a part of a line (提出处置); never more than is still open (Q-02)."""
    with NONCONFORMITY.move("propose", record, by=by, expect=expect) as step:
        case = step.case
        _need_sense(case, line, basis, due_on)
        milli = milli_of(quantity, line.unit, "quantity")
        _need_open(line, milli)
        weight = _kg(line, milli, kg)
        rule, together = _rule(case, way, weight, estimate, consent)
        with DISPOSITION.opening("begin", by=by, record=case, line=line, way=way, quantity_milli=milli) as own:
            made = own.case
            made.kg, made.estimate, made.instruction, made.basis = weight, estimate, instruction.strip(), basis
            made.consent, made.department, made.due_on = consent.strip(), department.code, due_on
            made.proposed_by, made.proposed_at, made.reinspect = by.ref, now(), bool(rule["reinspect"])
            made.approvals = [{"role": role, "by": "", "at": ""} for role in rule["approvers"]]
            own.insert()
            own.record(**rule.as_facts(), together=str(together))
            _ask(made, by)
        step.record(disposition=made.pk, way=way, milli=milli)
        if not any(one.balance.open for one in queries.standings(case)):
            fulfil(case.subject, REVIEW, by=by)
    return step.case


def _need_sense(case: Nonconformity, line: Line, basis: str, due_on: date) -> None:
    need(
        line.record_id == case.pk,
        "nonconformity.other_line",
        "这一行不属于本记录。",
        "This line belongs to another record.",
        field="line",
    )
    need_basis(basis)
    need(
        due_on >= today(),
        "disposition.past",
        "要求完成日已经过去。",
        "The day by which it is to be done is past.",
        field="due_on",
    )


def _rule(case: Nonconformity, way: str, weight: Decimal, estimate: Decimal, consent: str) -> tuple[Decision, Decimal]:
    """What the policy says of this way, for the weight and value of all of it in the record; and that weight."""
    others = queries.beside(case, way)
    together = weight + sum((other.kg for other in others), Decimal())
    rule = approval_of(way, together, estimate + sum((other.estimate for other in others), Decimal()))
    need(
        not rule["consent"] or len(consent.strip()) > 1,
        "disposition.no_consent",
        "{way}须用户同意：写明谁同意、凭据。",
        "{way} needs the user's consent: who agreed, and the paper.",
        field="consent",
        way=Way.title_of(way),
    )
    return rule, together


def _need_open(line: Line, milli: int) -> None:
    """Q-02: dispositions never add up to more than there is; the record is locked while they are added up."""
    free = queries.balance_of(line).open
    need(
        milli <= free, "disposition.beyond", "还没有处置的只有 {open}，不能处置 {said}。",
        "Only {open} is still open; {said} cannot be disposed of.", clause="Q-02", field="quantity",
        open=str(line.quantity.of_milli(free, line.unit)), said=str(line.quantity.of_milli(milli, line.unit)),
    )  # fmt: skip


def _kg(line: Line, milli: int, given: Decimal | None) -> Decimal:
    """The weight by which the policy decides: that of the quantity itself, or as given for what is counted."""
    if line.quantity.base == KG:
        return Decimal(milli) / 1000
    need(given is not None and given > 0, "disposition.no_weight", "按支、件计的货物请写明重量（kg）。",
         "For goods that are counted give the weight in kg.", field="kg")  # fmt: skip
    return (given or Decimal(0)).quantize(Decimal("0.001"))


def _ask(disposition: Disposition, by: Actor) -> None:
    """The next post of the policy is asked to sign."""
    for role in disposition.unsigned[:1]:
        sentence = W("批准处置：{what}", "Approve the disposition: {what}", what=_named(disposition))
        owe(disposition, APPROVE, role, sentence, by=by)


def _named(disposition: Disposition) -> W:
    said = W("{number} {line} {quantity} {way}", "{number} {line} {quantity}: {way}")
    return said.format(
        number=disposition.record.number, line=disposition.line.name, quantity=str(disposition.quantity),
        way=Way.title_of(disposition.way),
    )  # fmt: skip


def approve(disposition: Disposition, *, by: Actor, expect: int | None = None) -> Disposition:
    """The next post signs; with the last signature 《待处理品处理通知书》 issues to the department (Q-02)."""
    with DISPOSITION.move("approve", disposition, by=by, expect=expect) as step:
        case = step.case
        lock_record(case)
        role = _need_approver(case, by)
        content = {"record": case.record.number, "line": case.line.name, "way": case.way, "milli": case.quantity_milli}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="Q-01")
        signed = {"role": role, "by": by.ref, "at": now().isoformat()}
        case.approvals = [signed if one["role"] == role else one for one in case.approvals]
        fulfil(case.subject, APPROVE, by=by)
        if case.unsigned:
            step.to(D.PROPOSED)
            _ask(case, by)
        else:
            step.to(D.APPROVED)
            case.decided_at = now()
            case.number = numbering.take("disposition")
            case.permit = letting_go.permit_for(case, by=by)
            _issue(step)
    return step.case


def _issue(step: Step[Disposition]) -> None:
    """The notice is a duty of the department that carries it out, until the day that it names."""
    case = step.case
    due = end_of(case.due_on)
    sentence = W("按通知书 {number} 执行：{what}", "Carry out notice {number}: {what}")
    sentence = sentence.format(number=case.number, what=_named(case))
    owe(case, EXECUTE, case.department, sentence, by=step.by, clause="Q-02", due=due)
    step.record(notice=case.number, to=case.department)


def refuse_disposition(disposition: Disposition, *, by: Actor, reason: str, expect: int | None = None) -> Disposition:
    """A post that must sign does not agree: the quantity is open again."""
    with DISPOSITION.move("refuse_disposition", disposition, by=by, expect=expect) as step:
        _need_approver(step.case, by)
        step.case.reason, step.case.decided_at = reason, now()
        _open_again(step, reason)
    return step.case


def cancel(disposition: Disposition, *, by: Actor, reason: str, expect: int | None = None) -> Disposition:
    """It is not to be carried out after all; the quantity is open again."""
    with DISPOSITION.move("cancel", disposition, by=by, expect=expect) as step:
        step.case.reason = reason
        _open_again(step, reason)
    return step.case


def _open_again(step: Step[Disposition], outcome: str) -> None:
    case = step.case
    record = lock_record(case)
    fulfil(case.subject, APPROVE, EXECUTE, VERIFY, by=step.by, outcome=outcome)
    _review_again(record, step.by)


def _review_again(record: Nonconformity, by: Actor) -> None:
    sentence = W("评审 {number}：有数量尚未处置", "Review {number}: a quantity is still open", number=record.number)
    owe(record, REVIEW, "technology", sentence, by=by, due=record.due_at)


def _need_approver(case: Disposition, by: Actor) -> str:
    """R-11 and the policy: the next post that it names, never who proposed it, and each person signs once."""
    signatures.not_the_same(by, others=[case.proposed_by, *case.signers], code="disposition.own")
    role = case.unsigned[0] if case.unsigned else ""
    need(
        by.all_powerful or by.plays(role), "disposition.not_approver", "按规则表，这项处置由 {role} 批准。",
        "By the policy this disposition is approved by {role}.", status=403, role=role,
    )  # fmt: skip
    return role


def execute(
    disposition: Disposition,
    *,
    by: Actor,
    good: Decimal,
    scrapped: Decimal,
    result: str,
    paper: str = "",
    cost: Decimal = Decimal(0),
    currency: str = "CNY",
    lots: Sequence[Lot] = (),
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> Disposition:
    """What was done and what came of it: good and scrapped make up the whole quantity (Q-02)."""
    with DISPOSITION.move("execute", disposition, by=by, expect=expect) as step:
        case = step.case
        lock_record(case)
        _need_theirs(case, by)
        fine, lost = _result(case, good, scrapped, paper)
        case.executed_by, case.executed_at, case.result, case.paper = by.ref, now(), result.strip(), paper.strip()
        case.good_milli, case.scrapped_milli = fine, lost
        case.cost, case.currency = cost.quantize(Decimal("0.01")), currency.strip().upper()
        attachments.attach(files, subject=case.subject, by=by, clause="Q-02")
        lost_lots = lots if case.way in (Way.SCRAP, Way.SUPPLIER) or lost else ()
        letting_go.moved_out(step, lost_lots)
        fulfil(case.subject, EXECUTE, by=by, outcome=case.number or "")
        if case.reinspect and fine and in_force("R-08"):
            step.to(D.EXECUTED)
            sentence = W("复检：{what}", "Re-inspect: {what}", what=_named(case))
            owe(case, VERIFY, "qc", sentence, by=by, clause="R-08")
        else:
            step.to(D.DONE)
            _need_qc_lets_go(case, by)
            case.released_milli = fine
            letting_go.release(step, () if lost_lots else lots)
    return step.case


def _need_theirs(case: Disposition, by: Actor) -> None:
    need(
        by.all_powerful or case.department in by.departments or by.may("nonconformity.verify"),
        "disposition.not_yours",
        "通知书 {number} 由 {department} 执行。",
        "Notice {number} is for {department} to carry out.",
        clause="Q-02",
        status=403,
        number=case.number,
        department=case.department,
    )


def _result(case: Disposition, good: Decimal, scrapped: Decimal, paper: str) -> tuple[int, int]:
    """Good and scrapped in thousandths; refused unless they account for the whole quantity."""
    fine, lost = (exact_milli(v, case.line.unit, f) for v, f in ((good, "good"), (scrapped, "scrapped")))
    need(
        rules.result_fits(case.way, case.quantity_milli, fine, lost),
        "disposition.unbalanced",
        "合格与报废之和须等于 {quantity}，并与“{way}”相符。",
        "What is good and what is scrapped make up {quantity}, as “{way}” allows.",
        clause="Q-02",
        field="good",
        quantity=str(case.quantity),
        way=Way.title_of(case.way),
    )
    need(
        case.way != Way.SUPPLIER or paper.strip(),
        "disposition.no_paper",
        "退供方须写退货单号。",
        "Goods that go back to the supplier go with a paper.",
        clause="Q-02",
        field="paper",
    )
    return fine, lost


def _need_qc_lets_go(case: Disposition, by: Actor) -> None:
    """T-13: what is let through under a concession leaves its hold, and only QC lifts a hold."""
    need(
        case.way != Way.CONCESSION or by.may("nonconformity.verify"), "disposition.qc_lets_go",
        "让步放行要解除冻结，由质检科登记。", "A concession lets goods out of their hold; QC enters it.",
        clause="T-13", status=403,
    )  # fmt: skip


def verify(
    disposition: Disposition,
    *,
    by: Actor,
    released: Decimal,
    verdict: str,
    sheet: str = "",
    lots: Sequence[Lot] = (),
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> Disposition:
    """QC re-inspects what was mended: what passes is released, what fails is open again (R-08, Q-02).

    ``sheet`` is the inspection sheet of it; without one ``verdict`` says by what it was judged.
    """
    with DISPOSITION.move("verify", disposition, by=by, expect=expect) as step:
        case = step.case
        record = lock_record(case)
        signatures.not_the_same(by, others=[case.executed_by], code="disposition.own_work")
        passed = exact_milli(released, case.line.unit, "released")
        need(
            passed <= case.good_milli, "disposition.more_than_mended", "送检的只有 {good}。",
            "Only {good} was handed in for re-inspection.", clause="Q-02", field="released",
            good=str(case.of(case.good_milli)),
        )  # fmt: skip
        case.sheet = _need_inspected(case, sheet, verdict, passed, lots)
        case.verdict, case.verified_by, case.verified_at = verdict.strip(), by.ref, now()
        case.released_milli, case.failed_milli = passed, case.good_milli - passed
        attachments.attach(files, subject=case.subject, by=by, clause="R-08")
        fulfil(case.subject, VERIFY, by=by, outcome=case.sheet or verdict[:80])
        letting_go.release(step, lots)
        if case.failed_milli:
            _review_again(record, by)
    return step.case


def _need_inspected(case: Disposition, number: str, verdict: str, passed: int, lots: Sequence[Lot]) -> str:
    """R-08: an inspection sheet after the work, accepted where something is released; or QC's words with a basis."""
    if not number.strip():
        need(
            len(verdict.strip()) >= 4,
            "disposition.no_inspection",
            "写明复检依据和结果，或检验单号。",
            "Give the inspection sheet, or by what it was judged and how.",
            clause="R-08",
            field="verdict",
        )
        return ""
    found = InspectionSheet.objects.filter(number=code_key(number)).select_related("lot").first()
    of = {lot.pk for lot in lots} | ({case.line.lot_id} if case.line.lot_id else set())
    fits = found is not None and (not of or found.lot_id in of) and found.concluded_at is not None
    need(
        fits and found is not None and case.executed_at is not None and found.opened_at >= case.executed_at,
        "disposition.other_sheet", "{number} 不是返工后对这批货开的检验单。",
        "{number} is no inspection of these goods after the work.", clause="R-08", field="sheet", number=number.strip(),
    )  # fmt: skip
    accepted = found is not None and found.state == SheetState.ACCEPTED
    need(
        accepted or not passed, "disposition.not_accepted", "检验单 {number} 的结论不是接收，不能放行。",
        "Inspection sheet {number} did not accept; nothing is released.", clause="R-08", field="sheet",
        number=number.strip(),
    )  # fmt: skip
    return code_key(number)
