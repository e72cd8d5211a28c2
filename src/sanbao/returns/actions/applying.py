"""A return is applied for, proved, and for a quality fault its sample is inspected first (R-01, R-04, R-06, R-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sanbao.catalog.models import Product
from sanbao.complaints.models import Complaint, DChoice
from sanbao.inspection import actions as inspection
from sanbao.inspection.models import Finding
from sanbao.kernel import attachments, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.returns import queries, rules
from sanbao.returns.actions import duties
from sanbao.returns.actions.duties import next_duty
from sanbao.returns.lifecycle import RETURN
from sanbao.returns.models import Evidence, EvidenceKind, Reason, Return, ReturnLine, ReturnState
from sanbao.returns.policies import TERMS
from sanbao.trace.models import Lot

S = ReturnState
MOST_LINES = 200


@dataclass(frozen=True)
class Wanted:
    """One line of an application: what the books know it as, how much, at which price from where."""

    code: str
    milli: int
    price: Decimal
    source: str
    product: Product | None = None
    lot: Lot | None = None
    note: str = ""


def apply(
    *,
    by: Actor,
    customer: Customer,
    reason: str,
    lines: Sequence[Wanted],
    description: str,
    complaint: Complaint | None = None,
    exception: str = "",
    currency: str = "CNY",
) -> Return:
    """Apply for a return: reason, goods with weight and price. Other reasons than those of R-01 are refused, unless
    a reasoned exception is asked for; an exchange decided under C-15 counts as a quality fault."""
    with RETURN.opening("apply", by=by, customer=customer, currency=currency) as step:
        case = step.case
        # Whoever applies for the same customer's goods at once waits here, so that both see what the other asks.
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        case.category, case.description = customer.category, description
        case.about = _about(complaint, customer)
        case.exchange = complaint is not None and complaint.d_choice == DChoice.EXCHANGE
        case.reason = Reason.QUALITY.value if case.exchange and reason == Reason.OTHER else reason
        case.exception = exception if case.reason == Reason.OTHER else ""
        _need_admitted(case)
        _need_lines(lines)
        case.number, case.applied_by, case.applied_on = numbering.take("return"), by.ref, today()
        case.applied_milli = sum(line.milli for line in lines)
        step.to(_begin(case))
        step.insert()
        _put_lines(case, lines)
        step.record(
            customer=customer.code,
            lines=[[line.code, line.milli, str(line.price), line.source, line.note] for line in lines],
        )
        step.private(description=description, exception=exception)
        _owe_first(step)
        duties.hold_open(step)
    return case


def add_evidence(
    case: Return, *, by: Actor, kind: str, remark: str, files: Sequence[Any] = (), expect: int | None = None
) -> Return:
    """What proves the request (R-06, R-09): pick list or invoice, statements of stock and sales, a report."""
    with RETURN.move("add_evidence", case, by=by, expect=expect) as step:
        need(
            files,
            "return.no_file",
            "请上传凭证的照片或文件。",
            "Upload the paper as a photograph or a file.",
            clause="R-06",
            field="files",
        )
        attachments.attach(files, subject=step.case.subject, by=by, clause="R-06")
        Evidence.objects.create(case=step.case, kind=kind, remark=remark, files=len(files), by=by.ref, at=now())
        if kind == EvidenceKind.GOVERNMENT:
            step.case.report_verified_by = ""
        step.record(kind=kind, files=len(files))
    return step.case


def ask_sample(
    case: Return, *, by: Actor, wanted: str, label: str = "", asked_of: Any = None, expect: int | None = None
) -> Return:
    """Reason 1: a sample comes first (R-04). It has a number from now on and QC waits for it."""
    with RETURN.move("ask_sample", case, by=by, expect=expect) as step:
        lot = next((line.lot for line in queries.lines_of(step.case) if line.lot and line.lot.code == label), None)
        sample = inspection.request(
            by=by, about=step.case.subject, wanted=wanted, label=label, lot=lot, asked_of=asked_of
        )
        step.record(sample=sample.number)
        next_duty(step, duties.VERDICT, "sales", "取得 {number} 的样品检验结论", "Get QC's verdict for {number}",
                  clause="R-04")  # fmt: skip
    return step.case


def tell_verdict(case: Return, *, by: Actor, expect: int | None = None) -> Return:
    """QC says that it is our product, with an opinion; sales takes it over and tells the salesperson (R-04)."""
    with RETURN.move("tell_verdict", case, by=by, expect=expect) as step:
        case = step.case
        found = queries.verdicts(case)
        need(
            found,
            "return.no_verdict",
            "质量问题先送样：质检科出具结论前不能填审批表。",
            "A quality fault is inspected first: no form before QC has concluded about a sample.",
            clause="R-04",
        )
        if found:
            newest = found[0]
            need(
                newest.ours == Finding.YES,
                "return.not_ours",
                "质检科 {inspection}：未确认是本公司产品，不能退换。",
                "QC did not confirm that it is our product ({inspection}); it cannot be returned.",
                clause="R-04",
                inspection=newest.number,
            )
            need(
                newest.opinion.strip(),
                "return.no_opinion",
                "质检科 {inspection} 没有处理意见。",
                "{inspection} holds no opinion of QC.",
                clause="R-04",
                inspection=newest.number,
            )
            case.inspection, case.opinion = newest.number, newest.opinion
            step.record(inspection=newest.number, ours=newest.ours, severity=newest.severity)
            _tell_applicant(step, newest.number, newest.opinion)
        _owe_manager(step)
    return case


def verify_report(case: Return, *, by: Actor, remark: str, expect: int | None = None) -> Return:
    """QC has checked the report of the government body of the user's country (R-09)."""
    with RETURN.move("verify_report", case, by=by, expect=expect) as step:
        need(
            EvidenceKind.GOVERNMENT in queries.evidence_kinds(step.case),
            "return.no_report",
            "还没有用户所在国政府机构的检验报告。",
            "There is no report of a government body yet.",
            clause="R-09",
        )
        step.case.report_verified_by = by.ref
        step.record(remark=remark)
    return step.case


def withdraw(case: Return, *, by: Actor, reason: str, expect: int | None = None) -> Return:
    """The customer takes it back before any goods came."""
    with RETURN.move("withdraw", case, by=by, expect=expect) as step:
        step.case.decision = reason
        duties.ended(step, reason)
    return step.case


# -- what an application insists on ---------------------------------------------------------------------------------


def _need_admitted(case: Return) -> None:
    need(
        case.reason != Reason.OTHER or case.exception.strip(),
        "return.not_admitted",
        "只受理质量问题、我方开错票下错单发错货、在经销商所在地区滞销；其他理由须写明申请例外的原因，由技术副总批准。",
        "Only a quality fault, our own wrong invoice, order or shipment, or goods unsaleable in the dealer's region "
        "are admitted; for any other say why an exception is asked of the technical VP.",
        clause="R-01",
        field="reason",
    )


def _need_lines(lines: Sequence[Wanted]) -> None:
    need(
        0 < len(lines) <= MOST_LINES,
        "return.lines",
        "一张申请 1 到 {most} 行。",
        "An application has 1 to {most} lines.",
        clause="R-07",
        field="lines",
        most=MOST_LINES,
    )
    named = [line.lot.pk for line in lines if line.lot]
    need(
        len(named) == len(set(named)),
        "return.label_twice",
        "同一标签写了两行。",
        "A label stands on two lines.",
        clause="R-07",
        field="lines",
    )
    for line in lines:
        need(
            line.milli > 0 and line.price > 0,
            "return.weightless",
            "{lot}：重量和单价须大于零。",
            "{lot}: weight and price must be more than nothing.",
            clause="R-07",
            field="lines",
            lot=line.code,
        )
        need(
            line.product or line.lot or line.note.strip(),
            "return.unknown_goods",
            "账上没有“{lot}”：请在该行末尾写明它是什么、为什么查不到。",
            "The books do not know “{lot}”: say at the end of its row what it is and why it cannot be found.",
            clause="R-07",
            field="lines",
            lot=line.code,
        )


def _put_lines(case: Return, lines: Sequence[Wanted]) -> None:
    rows = []
    for position, line in enumerate(lines, start=1):
        product = line.lot.product if line.lot else line.product
        rows.append(
            ReturnLine(
                case=case, position=position, code=line.code, product=product, lot=line.lot, quantity_milli=line.milli,
                price=line.price, price_source=line.source, note=line.note,
            )
        )  # fmt: skip
    for row in rows:
        _need_delivered(case, row)
    ReturnLine.objects.bulk_create(rows)
    for product in dict.fromkeys(row.product for row in rows if row.product):
        _need_delivered_in_all(case, product)


def _need_delivered(case: Return, row: ReturnLine) -> None:
    """A customer cannot return what he never got, nor more than he got less what he returned already (R-07)."""
    if row.lot is None:
        return
    stand = queries.of_lot(case.customer, row.lot, beside=case)
    _need_no_more(case, row.lot.code, row.quantity_milli, stand)


def _need_delivered_in_all(case: Return, product: Product) -> None:
    stand = queries.of_product(case.customer, product, beside=case)
    mine = sum(case.lines.filter(product=product).values_list("quantity_milli", flat=True))
    _need_no_more(case, product.code, mine, stand)


def _need_no_more(case: Return, code: str, milli: int, stand: queries.Stand) -> None:
    need(
        stand.delivered,
        "return.never_delivered",
        "{lot} 没有发给过{customer}。",
        "{lot} was never delivered to {customer}.",
        clause="R-07",
        field="lines",
        lot=code,
        customer=case.customer.name,
    )
    need(
        milli <= stand.left,
        "return.more_than_delivered",
        "{lot}：发货 {delivered} kg，已退 {returned} kg，其他申请 {asked} kg，最多再退 {left} kg。",
        "{lot}: {delivered} kg delivered, {returned} kg returned, {asked} kg asked for; {left} kg may come back.",
        clause="R-07",
        field="lines",
        lot=code,
        delivered=rules.kilograms(stand.delivered),
        returned=rules.kilograms(stand.returned),
        asked=rules.kilograms(stand.asked),
        left=rules.kilograms(stand.left),
    )


def _about(complaint: Complaint | None, customer: Customer) -> str:
    if complaint is None:
        return ""
    need(
        complaint.customer_id in (None, customer.pk),
        "return.other_customer",
        "{number} 是另一个客户的投诉。",
        "{number} is a complaint of another customer.",
        clause="R-01",
        field="complaint",
        number=complaint.number,
    )
    need(
        not complaint.ended,
        "return.case_ended",
        "{number} 已经结束，请先重新打开。",
        "{number} has ended; reopen it first.",
        clause="W-01",
        field="complaint",
        number=complaint.number,
    )
    return complaint.subject


def _begin(case: Return) -> ReturnState:
    if case.reason == Reason.OTHER and in_force("R-01"):
        return S.EXCEPTION
    return S.SAMPLING if case.reason == Reason.QUALITY and in_force("R-04") else S.APPLIED


def _owe_first(step: Step[Return]) -> None:
    match step.target:
        case S.EXCEPTION:
            role = str(TERMS.decide(on=today())["exception"])
            next_duty(step, duties.EXCEPTION, role, "批准或拒绝 {number} 的例外", "Decide the exception {number}",
                      clause="R-01")  # fmt: skip
        case S.SAMPLING:
            next_duty(step, duties.SAMPLE, step.by.ref, "为 {number} 取样送检", "Bring a sample for {number} to QC",
                      clause="R-04")  # fmt: skip
        case _:
            _owe_manager(step)


def _owe_manager(step: Step[Return]) -> None:
    role = f"{duties.house_of(step.case)}.department_manager"
    next_duty(step, duties.AGREE, role, "部门经理对 {number} 的意见", "The manager's word on {number}", clause="R-05")


def _tell_applicant(step: Step[Return], inspection_number: str, opinion: str) -> None:
    case = step.case
    sentence = W(
        "{number}：质检结论 {inspection}，{opinion}",
        "{number}: QC concluded {inspection}: {opinion}",
        number=case.number,
        inspection=inspection_number,
        opinion=opinion[:120],
    )
    duties.tell(case, case.applied_by, "verdict", sentence, clause="R-04")
