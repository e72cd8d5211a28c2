"""Urgent release of incoming material (T-05), and concessions (W-06): asked, approved by another, settled by QC."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel import numbering, obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import need_basis, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.trace import store
from sanbao.trace.lifecycle import PERMIT
from sanbao.trace.models import Lot, LotKind, Permit, PermitKind, PermitState, QualityStatus, Verdict
from sanbao.trace.policies import PERMITS
from sanbao.trace.store import among

#: The duty of the approver, of the warehouse (to mark the material), of QC (to judge it).
APPROVE, MARK, SETTLE = "permit.approve", "permit.mark", "permit.settle"


def apply_permit(*, by: Actor, kind: str, lot: Lot, reason: str, basis: str) -> Permit:
    """Ask that a lot may pass although it has not passed inspection. Urgent release is for incoming material only."""
    with store.writing(), PERMIT.opening("apply", by=by, kind=kind, lot=lot) as step:
        lot.refresh_from_db()
        _need_reason_to(kind, lot)
        need_basis(basis)
        rule = PERMITS.decide(on=today(), kind=kind)
        case = step.case
        case.number, case.reason, case.basis = numbering.take("permit"), reason, basis
        case.applied_by, case.applied_at = by.ref, now()
        case.approver = rule["approver"]
        step.insert()
        step.record(**rule.as_facts(), lot=lot.code)
    _owe(case, APPROVE, case.approver, by, W("批准 {kind}：{lot}", "Approve {kind}: {lot}"))
    return case


def approve_permit(permit: Permit, *, by: Actor, expect: int | None = None) -> Permit:
    """The named approver lets the lot pass, with his signature; never he who applied (R-11)."""
    with PERMIT.move("approve", permit, by=by, expect=expect) as step:
        case = step.case
        _need_approver(case, by)
        rule = PERMITS.decide(on=today(), kind=case.kind)
        moment = now()
        span = rule["settled_within"]
        case.decided_by, case.decided_at = by.ref, moment
        case.due_at = calendar().counting(span.working).due(moment, span)
        content = {"permit": case.number, "lot": case.lot.code, "reason": case.reason}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="T-05")
        step.record(**rule.as_facts())
    obligations.discharge(subject=case.subject, code=APPROVE, by=by)
    if case.kind == PermitKind.URGENT:
        _owe(case, MARK, "warehouse", by, W("{kind}：给 {lot} 补标识", "{kind}: mark {lot}"))
    _owe(case, SETTLE, "qc", by, W("{kind}：判定 {lot}", "{kind}: judge {lot}"))
    return case


def refuse_permit(permit: Permit, *, by: Actor, reason: str, expect: int | None = None) -> Permit:
    with PERMIT.move("refuse", permit, by=by, expect=expect) as step:
        _need_approver(step.case, by)
        step.case.decided_by, step.case.decided_at, step.case.outcome = by.ref, now(), reason
    obligations.discharge(subject=step.case.subject, code=APPROVE, by=by, outcome=reason)
    return step.case


def mark_permit(permit: Permit, *, by: Actor, marked: str, expect: int | None = None) -> Permit:
    """The warehouse writes on the material what its marking lacked (T-05: the content of T-06)."""
    with PERMIT.move("mark", permit, by=by, expect=expect) as step:
        step.case.marked = marked
        step.record(marked=marked)
    obligations.discharge(subject=step.case.subject, code=MARK, by=by)
    return step.case


def settle(lots: Iterable[int], *, verdict: Verdict, by: Actor) -> None:
    """QC has judged: the debt of every permit on these lots is paid."""
    if verdict.status not in (QualityStatus.PASSED, QualityStatus.FAILED):
        return
    still = (PermitState.APPLIED, PermitState.IN_FORCE)
    for permit in Permit.objects.filter(lot_id__in=among(list(lots)), state__in=still).order_by("pk"):
        with PERMIT.move("settle", permit, by=by) as step:
            step.case.outcome = f"{verdict.number} {QualityStatus(verdict.status).zh}"
            step.record(verdict=verdict.pk, status=verdict.status)
        for code in (APPROVE, MARK, SETTLE):
            obligations.discharge(subject=permit.subject, code=code, by=by, outcome=step.case.outcome)


def _need_reason_to(kind: str, lot: Lot) -> None:
    if kind == PermitKind.URGENT and lot.kind != LotKind.RAW:
        refuse(
            "permit.not_incoming",
            W(
                "紧急放行只用于进厂材料；{lot} 请申请让步放行。",
                "Urgent release is for incoming material; ask a concession for {lot}.",
            ),
            clause="T-05",
            status=422,
            field="kind",
            lot=lot.code,
        )
    if lot.status == QualityStatus.PASSED:
        refuse(
            "permit.needless",
            W("{lot} 已经合格，不需要放行单。", "{lot} has passed; it needs no permit."),
            clause="T-05",
            lot=lot.code,
        )
    if standing := Permit.objects.filter(lot=lot, state__in=(PermitState.APPLIED, PermitState.IN_FORCE)).first():
        refuse(
            "permit.stands",
            W("{lot} 已有放行单 {number}。", "{lot} has a permit already: {number}."),
            clause="T-05",
            lot=lot.code,
            number=standing.number,
        )


def _need_approver(permit: Permit, by: Actor) -> None:
    """R-11 and the policy: the post that it names, and somebody else than who applied."""
    signatures.not_the_same(by, others=[permit.applied_by], code="permit.own")
    if not by.all_powerful and not by.plays(permit.approver):
        refuse(
            "permit.not_approver",
            W("按放行审批规则表，{number} 由 {approver} 批准。", "By the policy {number} is approved by {approver}."),
            clause="T-05",
            status=403,
            number=permit.number,
            approver=permit.approver,
        )


def _owe(permit: Permit, code: str, to: str, by: Actor, sentence: W) -> None:
    obligations.owe(
        subject=permit.subject,
        code=code,
        sentence=sentence.format(kind=PermitKind(permit.kind).title, lot=permit.lot.code),
        to=to,
        by=by,
        clause="T-05",
        due=permit.due_at if code == SETTLE else None,
    )
