"""What happens to a claim, as the guarantee tells it: claimed, assessed, approved by amount, settled (W-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sanbao.claims import queries, rules
from sanbao.claims.lifecycle import CLAIM
from sanbao.claims.models import Claim
from sanbao.claims.policies import decided
from sanbao.complaints.models import Complaint
from sanbao.kernel import attachments, numbering, obligations, refusals, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W

_need = partial(refusals.need, clause="W-02")
ASSESS, APPROVE, SETTLE = "claim.assess", "claim.approve", "claim.settle"


def file(
    *,
    by: Actor,
    complaint: Complaint,
    loss: str,
    claimed: Decimal,
    currency: str,
    description: str,
    basis: str,
    files: Sequence[Any] = (),
) -> Claim:
    """File what a user claims (登记索赔): amount, currency, evidence, basis. Until it has ended the case stays open."""
    with CLAIM.opening("file", by=by, complaint=complaint, loss=loss, currency=currency) as step:
        case = step.case
        case.claimed = rules.in_cents(claimed)
        need_basis(basis)
        _need(claimed > 0, "claim.nothing", "索赔金额须大于零。", "A claim is for more than nothing.", field="claimed")
        _need(
            not complaint.ended,
            "claim.case_ended",
            "{number} 已经结束，请先重新打开再登记索赔。",
            "{number} has ended; reopen it before a claim is filed on it.",
            number=complaint.number,
        )
        case.number, case.description, case.basis = numbering.take("claim"), description, basis
        case.filed_by, case.filed_on = by.ref, today()
        step.insert()
        step.record(about=complaint.subject)
        step.private(description=description)
        attachments.attach(files, subject=case.subject, by=by, clause="W-02")
        rule = decided(today(), currency, claimed)
        _owe(step, ASSESS, str(rule["assessor"]), W("评估索赔 {number}", "Assess the claim {number}"))
        _hold_open(step)
    return step.case


def add_evidence(claim: Claim, *, by: Actor, files: Sequence[Any], expect: int | None = None) -> Claim:
    """More that shows the loss: invoices, photographs, a report."""
    with CLAIM.move("add_evidence", claim, by=by, expect=expect) as step:
        attachments.attach(files, subject=step.case.subject, by=by, clause="W-02")
        step.record(files=len(files))
    return step.case


def assess(
    claim: Claim, *, by: Actor, accepted: Decimal, assessment: str, basis: str, expect: int | None = None
) -> Claim:
    """What of it is accepted, and on what basis (评估): all, a part, or nothing. It needs evidence."""
    with CLAIM.move("assess", claim, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        _need(
            0 <= accepted <= case.claimed,
            "claim.more_than_claimed",
            "认可金额须在 0 到 {claimed} 之间。",
            "What is accepted lies between 0 and {claimed}.",
            field="accepted",
            claimed=str(case.claimed),
        )
        _need(
            queries.evidence(case).exists(),
            "claim.no_evidence",
            "没有证据附件，不能评估：请先补充照片、发票或报告。",
            "There is no evidence to assess: add photographs, invoices or a report first.",
        )
        case.accepted, case.assessment, case.assessment_basis = rules.in_cents(accepted), assessment, basis
        case.assessed_by, case.assessed_at = by.ref, now()
        amount = rules.to_approve(accepted, queries.accepted_beside(case))
        rule = decided(today(), case.currency, amount)
        case.approver = str(rule["approver"])
        step.record(**rule.as_facts(), together=str(amount))
        obligations.discharge(subject=case.subject, code=ASSESS, by=by)
        _owe(step, APPROVE, case.approver, W("批准或拒绝索赔 {number}", "Approve or refuse the claim {number}"))
    return step.case


def return_claim(claim: Claim, *, by: Actor, reason: str, expect: int | None = None) -> Claim:
    """The approver wants it assessed again."""
    with CLAIM.move("return_claim", claim, by=by, expect=expect) as step:
        case = step.case
        _need_approver(case, by)
        step.record(reason=reason)
        obligations.discharge(subject=case.subject, code=APPROVE, by=by, outcome=reason)
        rule = decided(today(), case.currency, case.claimed)
        _owe(step, ASSESS, str(rule["assessor"]), W("重新评估索赔 {number}", "Assess the claim {number} again"))
    return step.case


def approve(claim: Claim, *, by: Actor, expect: int | None = None) -> Claim:
    """The post that the table names for the amount approves it, with his signature; never who filed or assessed it."""
    with CLAIM.move("approve", claim, by=by, expect=expect) as step:
        case = step.case
        _need_approver(case, by)
        _need(
            case.accepted,
            "claim.nothing_accepted",
            "没有认可的金额，请拒赔并写明理由和依据。",
            "Nothing was accepted: refuse the claim, with reason and basis.",
        )
        content = {"claim": case.number, "accepted": str(case.accepted), "currency": case.currency}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="W-02")
        case.decided_by, case.decided_at = by.ref, now()
        obligations.discharge(subject=case.subject, code=APPROVE, by=by)
        _owe(step, SETTLE, queries.lead_of(case.complaint), W("结清索赔 {number}", "Settle the claim {number}"))
    return step.case


def refuse_claim(claim: Claim, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Claim:
    """Nothing is paid; the user is told why and on what basis (U-13)."""
    with CLAIM.move("refuse_claim", claim, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        _need_approver(case, by)
        case.decided_by, case.decided_at, case.reason, case.decision_basis = by.ref, now(), reason, basis
        _ended(step, reason)
    return step.case


def settle(
    claim: Claim, *, by: Actor, payment: str, settled_on: date, reference: str, expect: int | None = None
) -> Claim:
    """Money or goods went to the user: how, when, under which reference. It is counted as cost of quality from now."""
    with CLAIM.move("settle", claim, by=by, expect=expect) as step:
        case = step.case
        _need(
            settled_on <= today(),
            "claim.settled_later",
            "结清日期不能晚于今天。",
            "It cannot have been settled after today.",
            field="settled_on",
        )
        case.payment, case.settled_on, case.reference = payment, settled_on, reference
        _ended(step, reference)
    return step.case


def withdraw(claim: Claim, *, by: Actor, reason: str, expect: int | None = None) -> Claim:
    """The user takes it back."""
    with CLAIM.move("withdraw", claim, by=by, expect=expect) as step:
        step.case.reason = reason
        _ended(step, reason)
    return step.case


# -- what every step insists on ------------------------------------------------------------------------------------


def _need_approver(claim: Claim, by: Actor) -> None:
    """R-11 and the table: the post that it names, and neither who filed nor who assessed."""
    signatures.not_the_same(by, others=[claim.filed_by, claim.assessed_by], code="claim.own")
    if not by.all_powerful and not by.plays(claim.approver):
        refuse(
            "claim.not_approver",
            W("按规则表，{number} 由 {approver} 批准。", "By the policy {number} is approved by {approver}."),
            clause="W-02",
            status=403,
            number=claim.number,
            approver=claim.approver,
        )


def _owe(step: Step[Claim], code: str, to: str, sentence: W) -> None:
    words = sentence.format(number=step.case.number)
    obligations.owe(subject=step.case.subject, code=code, sentence=words, to=to, by=step.by, clause="W-02")


def _holding(claim: Claim) -> str:
    return f"claim.{claim.pk}"


def _hold_open(step: Step[Claim]) -> None:
    """W-02: the case on which it was filed does not close, by page, API, bulk or rule, before the claim has ended."""
    claim = step.case
    if in_force("W-02"):
        obligations.owe(
            subject=claim.complaint.subject,
            code=_holding(claim),
            sentence=W("了结索赔 {number}", "Bring the claim {number} to its end", number=claim.number),
            to=queries.lead_of(claim.complaint),
            by=step.by,
            clause="W-02",
            holds_closing=True,
        )


def _ended(step: Step[Claim], outcome: str) -> None:
    claim = step.case
    for code in (ASSESS, APPROVE, SETTLE):
        obligations.discharge(subject=claim.subject, code=code, by=step.by, outcome=outcome)
    obligations.discharge(subject=claim.complaint.subject, code=_holding(claim), by=step.by, outcome=outcome)
