"""The manager agrees, sales fills in the form, the post named for the weight approves (R-03, R-05, R-11)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.policies.base import Decision
from sanbao.kernel.refusals import need, need_basis
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Category
from sanbao.returns import queries, rules
from sanbao.returns.actions import duties
from sanbao.returns.actions.duties import need_role, next_duty
from sanbao.returns.lifecycle import RETURN
from sanbao.returns.models import Disposal, EvidenceKind, Reason, Return
from sanbao.returns.policies import APPROVAL, TERMS

#: R-06: what must lie there before the manager agrees; one of each group.
NEEDED: dict[str, tuple[EvidenceKind, ...]] = {
    Reason.OUR_ERROR: (EvidenceKind.MISMATCH,),
    Reason.UNSALEABLE: (EvidenceKind.STOCK, EvidenceKind.SALES),
}


def admit(case: Return, *, by: Actor, reason: str, expect: int | None = None) -> Return:
    """The technical VP approves a reasoned exception to R-01, with his signature."""
    with RETURN.move("admit", case, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=[case.applied_by], code="return.own")
        need_role(case, by, str(TERMS.decide(on=case.applied_on)["exception"]), "return.not_approver", "R-01")
        content = {"return": case.number, "exception": case.exception}
        signatures.sign(subject=case.subject, meaning="admit", content=content, by=by, clause="R-01")
        step.record(reason=reason, standing_in=parties_stand_in(by))
        _owe_agreement(step)
    return case


def agree(case: Return, *, by: Actor, remark: str = "", expect: int | None = None) -> Return:
    """The department manager of whoever applied agrees; reasons 2 and 3 need their evidence by now (R-05, R-06)."""
    with RETURN.move("agree", case, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=[case.applied_by], code="return.own")
        _need_evidence(case)
        case.agreed_by, case.agreed_at = by.ref, now()
        step.record(remark=remark)
        next_duty(step, duties.FILL, duties.house_of(case), "填写 {number} 的退换审批表", "Fill in the form {number}",
                  clause="R-05")  # fmt: skip
    return case


def fill_form(
    case: Return,
    *,
    by: Actor,
    responsible: str,
    handling: str,
    disposal: str = Disposal.SEND_BACK,
    freight: str = "",
    expect: int | None = None,
) -> Return:
    """《产品退换审批表》: who is responsible, what becomes of the goods; the weight finds the approver (R-05)."""
    with RETURN.move("fill_form", case, by=by, expect=expect) as step:
        case = step.case
        _need_sampled(case)
        _need_export(case, disposal)
        case.form_number = case.form_number or numbering.take("return_form")
        case.responsible, case.handling, case.disposal, case.freight = responsible, handling, disposal, freight
        case.filled_by, case.filled_at = by.ref, now()
        _find_approver(step, *duties.applied(case))
        _owe_approval(step)
    return case


def approve(case: Return, *, by: Actor, remark: str = "", expect: int | None = None) -> Return:
    """The post that the table names for the weight approves and signs; never who applied or filled it in (R-11)."""
    with RETURN.move("approve", case, by=by, expect=expect) as step:
        case = step.case
        # Somebody may have asked for more of the same since the form was filled in.
        _find_approver(step, *duties.applied(case))
        _sign(step, by, remark)
        case.approved_by, case.approved_at, case.decision = by.ref, now(), remark
        _owe_counting(step)
    return case


def approve_more(case: Return, *, by: Actor, remark: str = "", expect: int | None = None) -> Return:
    """More came than was approved: the higher post approves it, or has it counted again (R-03, R-07)."""
    from sanbao.returns.actions.counting import take_over

    with RETURN.move("approve_more", case, by=by, expect=expect) as step:
        _sign(step, by, remark)
        step.case.approved_by, step.case.approved_at = by.ref, now()
        take_over(step)
    return step.case


def refuse_return(case: Return, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Return:
    """The request is refused; the customer is told why and on what basis (U-13)."""
    with RETURN.move("refuse", case, by=by, expect=expect) as step:
        need_basis(basis)
        if step.before["state"] == "filled":
            need_role(step.case, by, step.case.approver, "return.not_approver", "R-03")
        step.case.decision, step.case.decision_basis = reason, basis
        duties.ended(step, reason)
    return step.case


# -- who approves ---------------------------------------------------------------------------------------------------


def approver_for(case: Return, milli: int) -> Decision:
    """By the table of the day of application, for this reason and this weight."""
    return APPROVAL.decide(on=case.applied_on, reason=case.reason, kilograms=Decimal(milli) / 1000)


def _find_approver(step: Step[Return], own: int, beside: int, numbers: list[str]) -> None:
    case = step.case
    case.together_milli, case.together_with = own + beside, numbers
    rule = approver_for(case, case.together_milli)
    case.approver = str(rule["approver"])
    step.record(**rule.as_facts(), together=rules.kilograms(case.together_milli), together_with=numbers)


def _sign(step: Step[Return], by: Actor, remark: str) -> None:
    """R-11: neither who applied nor who filled in; and the table's post, held today."""
    case = step.case
    signatures.not_the_same(by, others=[case.applied_by, case.filled_by], code="return.own")
    need_role(case, by, case.approver, "return.not_approver", "R-03")
    signatures.sign(subject=case.subject, meaning="approve", content=content_of(case), by=by, clause="R-03")
    step.record(remark=remark, standing_in=parties_stand_in(by))


def content_of(case: Return) -> dict[str, Any]:
    """What an approval is given to."""
    lines = [[line.code, line.quantity_milli, str(line.price)] for line in queries.lines_of(case)]
    return {"form": case.form_number, "lines": lines, "together": case.together_milli, "accepted": case.accepted_milli}


def parties_stand_in(by: Actor) -> list[str]:
    """For whom somebody acts as a delegate today: named in the record, as R-11 wants."""
    return parties.absent_of(by.person_id) if by.person_id else []


# -- what an agreement and a form insist on --------------------------------------------------------------------------


def _need_evidence(case: Return) -> None:
    there = queries.evidence_kinds(case)
    missing = [kind for kind in NEEDED.get(case.reason, ()) if kind not in there]
    need(
        not missing,
        "return.no_evidence",
        "还缺凭证：{missing}。",
        "Evidence is missing: {missing}.",
        clause="R-06",
        missing=_listed(missing),
    )


def _listed(kinds: Iterable[EvidenceKind]) -> Any:
    kinds = list(kinds)
    return W("、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds))


def _need_sampled(case: Return) -> None:
    need(
        case.reason != Reason.QUALITY or case.inspection,
        "return.not_inspected",
        "质量问题须先有质检科的样品结论，才能填审批表。",
        "A quality fault needs QC's conclusion about a sample before the form.",
        clause="R-04",
    )


def _need_export(case: Return, disposal: str) -> None:
    """R-09: an export return for quality needs a government body's report that QC has verified."""
    export = case.category == Category.EXPORT
    need(
        not export or case.reason != Reason.QUALITY or case.report_verified_by,
        "return.report_not_verified",
        "出口退货须有用户所在国政府机构的检验报告，并经质检科核实。",
        "An export return needs the report of a government body of the user's country, verified by QC.",
        clause="R-09",
    )
    need(
        export or disposal != Disposal.LOCAL,
        "return.not_export",
        "只有出口退货可以当地作价处理。",
        "Only export returns may be disposed of locally.",
        clause="R-09",
        field="disposal",
    )


def _owe_agreement(step: Step[Return]) -> None:
    role = f"{duties.house_of(step.case)}.department_manager"
    next_duty(step, duties.AGREE, role, "部门经理对 {number} 的意见", "The manager's word on {number}", clause="R-05")


def _owe_approval(step: Step[Return]) -> None:
    next_duty(
        step, duties.APPROVE, step.case.approver, "审批退换 {number}", "Approve the return {number}", clause="R-03"
    )


def _owe_counting(step: Step[Return]) -> None:
    if step.case.local:
        next_duty(step, duties.COUNT, duties.house_of(step.case), "登记 {number} 的代理核定数量",
                  "Enter the agent's quantity for {number}", clause="R-09")  # fmt: skip
    else:
        next_duty(step, duties.COUNT, "transport", "验收退货 {number}", "Count and accept the goods of {number}",
                  clause="R-07")  # fmt: skip


def owe_more(step: Step[Return]) -> None:
    """Heavier than approved: the post of the greater weight must say yes before the acceptance ends."""
    case = step.case
    next_duty(step, duties.APPROVE, case.approver, "{number} 验收超重，须重新批准",
              "{number} is heavier than approved", clause="R-03")  # fmt: skip
