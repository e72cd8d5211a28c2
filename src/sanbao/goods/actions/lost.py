"""A label lost or missed: the store tells QC, QC re-inspects, a new label follows, the old code is void (T-12)."""

from __future__ import annotations

from decimal import Decimal

from sanbao.catalog.models import Product
from sanbao.goods.actions.making import left_of, need_in_the_house
from sanbao.goods.actions.renewing import Part, renew
from sanbao.goods.lifecycle import LABEL, RELABEL
from sanbao.goods.models import Label, LabelState, Loss, Origin, RelabelReason
from sanbao.goods.policies import LABELS
from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.trace import actions as trace
from sanbao.trace.models import HoldState, MovementKind, QualityStatus

#: What QC owes after a report, and the store after QC's word.
REINSPECT, REPLACE = "label.reinspect", "label.replace"


def report_lost(label: Label, *, by: Actor, loss: str, remark: str = "", expect: int | None = None) -> Label:
    """The store tells QC that a label is lost, was never stuck on, cannot be read or says something wrong. The goods
    are held at once: nothing leaves without a label."""
    with trace.writing(), LABEL.move("report_lost", label, by=by, expect=expect) as step:
        case = step.case
        need_in_the_house(case)
        case.loss, case.remark, case.reported_by, case.reported_at = loss, remark, by.ref, now()
        if in_force("T-12"):
            reason = W("标签{loss}，待复检并换发：{label}", "label: {loss}; to be re-inspected and replaced: {label}")
            said = reason.format(loss=Loss.title_of(loss), label=case.code).said_in("zh-hans")
            case.hold = trace.hold(by=by, lots=[case.lot_id], reason=said, about=case.subject)
            _owe(case, REINSPECT, "qc", "reinspect_within", by, W("复检标签报失的 {label}", "Re-inspect {label}"))
    return step.case


def withdraw_report(label: Label, *, by: Actor, basis: str, expect: int | None = None) -> Label:
    """The label was found on the goods after all; QC has seen it and lets it stand."""
    with trace.writing(), LABEL.move("withdraw_report", label, by=by, expect=expect) as step:
        case = step.case
        _lift(case, by, basis)
        case.loss, case.remark, case.hold = "", "", None
        step.record(basis=basis)
        unsigned = case.signed_by == "" and case.origin in (Origin.PACKED, Origin.PROCESSED)
        step.to(LabelState.PACKED if unsigned else LabelState.IN_FORCE)
        obligations.discharge(subject=case.subject, code=REINSPECT, by=by, outcome=basis)
    return step.case


def reinspect(
    label: Label,
    *,
    by: Actor,
    conclusion: str,
    basis: str,
    weight: Decimal | None = None,
    pieces: int | None = None,
    product: Product | None = None,
    remark: str = "",
    expect: int | None = None,
) -> Label:
    """QC re-inspects the goods: what they are, how much, and whether they pass. Passed, they wait for a new label;
    failed, the old code is void and the goods go the way of nonconforming product."""
    with trace.writing(), LABEL.move("reinspect", label, by=by, expect=expect) as step:
        case = step.case
        passed = conclusion == QualityStatus.PASSED
        case.verdict = trace.judge(by=by, lots=[case.lot_id], status=conclusion, basis=basis, remark=remark)
        _lift(case, by, case.verdict.number)
        case.found_product = product or case.product
        case.found_milli = int(weight * 1000) if weight is not None else None
        case.found_pieces = case.pieces if pieces is None else pieces
        step.record(conclusion=conclusion, found=case.found_milli, pieces=case.found_pieces)
        step.to(LabelState.REINSPECTED if passed else LabelState.VOID)
        obligations.discharge(subject=case.subject, code=REINSPECT, by=by, outcome=case.verdict.number)
        if passed:
            _owe(
                case,
                REPLACE,
                "warehouse",
                "replace_within",
                by,
                W("给 {label} 换发新标签", "Replace the label {label}"),
            )
    return step.case


def replace(label: Label, *, by: Actor, place: str = "", expect: int | None = None) -> Label:
    """The goods get a new, correct label with a code of its own; the old one leads to it and is void. The new one."""
    with trace.writing(), LABEL.move("replace", label, by=by, expect=expect) as step:
        case = step.case
        _need_passed(case)
        left = left_of(case)
        quantity = left if case.found_milli is None else case.found_milli
        with RELABEL.opening("enter", by=by, why=RelabelReason.LOSS) as entry:
            entry.case.number, entry.case.reason = numbering.take("relabel"), str(Loss(case.loss).zh)
            entry.case.entered_by, entry.case.entered_at = by.ref, now()
            entry.insert()
            new = renew(
                entry.case,
                Part(quantity, case.found_pieces, ((case.lot_id, quantity),)),
                like=case,
                product=case.found_product,
                place=place or case.place,
                signed_by=case.verdict.given_by if case.verdict else "",
                by=by,
            )
            entry.record(ended=[case.code], made=[new.code], quantity=quantity)
        _count_difference(case, left - quantity, entry.case.number, by)
        case.ended_by = entry.case
        step.record(new=new.code, quantity=quantity, was=left)
        obligations.discharge(subject=case.subject, code=REPLACE, by=by, outcome=new.code)
    return new


def strike(label: Label, *, by: Actor) -> Label:
    """Its packing record was struck by a counter-entry: the code is void, and nothing is owed for it any more."""
    with LABEL.move("strike", label, by=by) as step:
        obligations.withdraw_all(subject=step.case.subject, by=by, reason="trace.reverse")
    return step.case


def _lift(label: Label, by: Actor, basis: str) -> None:
    """QC may have lifted the hold by itself meanwhile."""
    if label.hold is not None and label.hold.state == HoldState.IN_FORCE:
        label.hold = trace.lift(label.hold, by=by, basis=basis)


def _need_passed(label: Label) -> None:
    """What failed, or failed again since, gets no new label before QC has passed it."""
    if label.lot.status != QualityStatus.PASSED:
        refuse(
            "label.not_passed",
            W("{label} 的质量状态是“{is_now}”，不能换发标签。", "{label} is “{is_now}”, so it gets no new label."),
            clause="T-12",
            label=label.code,
            is_now=QualityStatus.title_of(label.lot.status),
        )


def _count_difference(label: Label, missing: int, number: str, by: Actor) -> None:
    """What was weighed again and is more or less than the book: one line of the stock card, so that it balances."""
    if missing:
        trace.move(
            by=by,
            lot=label.lot,
            what=MovementKind.COUNTED,
            quantity_milli=-missing,
            reason=str(RelabelReason.LOSS.zh),
            number=number,
            about=label.subject,
        )


def _owe(label: Label, code: str, to: str, period: str, by: Actor, sentence: W) -> None:
    span = LABELS.setting(period, on=today())
    obligations.owe(
        subject=label.subject,
        code=code,
        sentence=sentence.format(label=label.code),
        to=to,
        by=by,
        clause="T-12",
        due=calendar().counting(span.working).due(now(), span),
    )
