"""国家监督抽查: locate the lot in the market, sample it, hand the material over, answer jointly (C-10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sanbao.complaints import spots, timing
from sanbao.complaints.actions.telling import belonging, involve, person_of, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, Source, SpotCheck, SpotHolding, SpotSignature
from sanbao.complaints.planning import lead_of
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, need_basis
from sanbao.kernel.times import end_of, now
from sanbao.kernel.words import W
from sanbao.parties.models import Department

LOCATE, HAND, SIGN = "spot.locate", "spot.hand", "spot.sign"


def _checked(step: Step[Complaint]) -> SpotCheck:
    """The spot check of the case, located before anything else is done about it."""
    check = spots.of(step.case)
    need(
        check,
        "complaint.spot_not_located",
        "请先查明同批产品的去向。",
        "Locate the product of the same lot first.",
        clause="C-10",
    )
    return check or SpotCheck()


def locate_holders(
    complaint: Complaint,
    *,
    by: Actor,
    codes: Sequence[str],
    authority_due: date | None = None,
    expect: int | None = None,
) -> Complaint:
    """List every holder of the lots by the forward trace, send the salespeople there (C-10); again, it adds to it."""
    with acting("locate_holders", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            case.source == Source.SPOT_CHECK,
            "complaint.not_a_spot_check",
            "只有来源为国家监督抽查的件适用 C-10；请先更正来源。",
            "Clause C-10 is for state spot checks; correct the source first.",
            clause="C-10",
        )
        need(
            codes or case.code,
            "complaint.spot_without_lot",
            "请写明抽查到的批号、喷码或标签。",
            "Name the lot, spray code or label that was inspected.",
            clause="C-10",
            field="codes",
        )
        lots = spots.lots_meant(codes or [case.code], by=by)
        check = _check(step, authority_due)
        check.lots.add(*lots)
        lots = list(check.lots.all())
        scope = spots.scope_of(lots)
        check.in_store_milli = sum(part.quantity_milli for part in scope.stored)
        check.save(update_fields=["in_store_milli"])
        _hold(check, scope)
        _send(step, check)
        step.record(lots=sorted(lot.code for lot in lots), holders=len(scope.holdings), labels=scope.labels)
        heading = W(
            "同批产品：{n} 个持有单位，{labels} 个标签",
            "Same lot: {n} holders, {labels} labels",
            n=len(scope.holdings),
            labels=scope.labels,
        )
        tell(step, heading, "、".join(lot.code for lot in lots))
    return step.case


def _check(step: Step[Complaint], authority_due: date | None) -> SpotCheck:
    """The row of the check; its date is the earlier of the authority's and the policy's."""
    case = step.case
    timing.start(case, "sample", by=step.by)
    check = spots.of(case) or SpotCheck(complaint=case, located_at=now(), located_by=step.by.ref)
    check.authority_due = authority_due or check.authority_due
    by_authority = end_of(check.authority_due) if check.authority_due else None
    by_policy = timing.due_of(case, "final") or case.next_due
    check.due_at = min(moment for moment in (by_authority, by_policy) if moment)
    check.save()
    return check


def _hold(check: SpotCheck, scope: Any) -> None:
    """Each holder once; what was reported of him stays, his quantity is as the trace says now."""
    reach = spots.reach(scope.holdings)
    sent = spots.who_goes(check.complaint, (h.customer for h in scope.holdings))
    known = {(row.customer_id, row.site_id, row.unit): row for row in check.holdings.all()}
    rows = []
    for h in scope.holdings:
        key = (h.customer, h.site, h.unit)
        row = known.get(key) or SpotHolding(check_of=check, customer_id=h.customer, site_id=h.site, unit=h.unit)
        row.contact, row.phone = reach[h.customer, h.site]
        row.quantity_milli, row.labels, row.owed_by = h.quantity_milli, len(h.labels), sent[h.customer]
        rows.append(row)
    old, new = [row for row in rows if row.pk], [row for row in rows if not row.pk]
    SpotHolding.objects.bulk_update(old, ["quantity_milli", "labels", "contact", "phone", "owed_by"], batch_size=100)
    SpotHolding.objects.bulk_create(new, batch_size=100)


def _send(step: Step[Complaint], check: SpotCheck) -> None:
    """One task for each salesperson who has a holder, one for the material, one for each signature."""
    if not in_force("C-10"):
        return
    case = step.case
    soon = min(moment for moment in (timing.due_of(case, "sample"), check.due_at) if moment)
    for owed_by, n in Counter(check.holdings.filter(reported_at=None).values_list("owed_by", flat=True)).items():
        said = W(
            "到 {n} 个持有单位查明同批产品、取样并填报",
            "locate the product of the same lot at {n} holders, take samples and report",
            n=n,
        )
        _owe(step, LOCATE, said, owed_by, soon)
    if check.handed_at is None:
        said = W("把样品和资料交生产科、技术部", "hand samples and papers to production and technology")
        _owe(step, HAND, said, lead_of(case), check.due_at)
    _owe_signatures(step, check)
    involve(case, *spots.JOINT, lead_of(case), by=step.by)


def _owe_signatures(step: Step[Complaint], check: SpotCheck) -> None:
    signed = set(check.signatures.filter(void=False).values_list("department__code", flat=True))
    said = W("共同拟定并会签对监督抽查的答复", "prepare and sign the joint answer to the spot check")
    for department in spots.JOINT:
        if department not in signed:
            _owe(step, SIGN, said, department, check.due_at)


def _owe(step: Step[Complaint], code: str, said: W, to: str, due: datetime) -> None:
    obligations.owe(
        subject=step.case.subject, code=code, sentence=said, to=to, clause="C-10", due=due, holds_closing=True,
        by=step.by,
    )  # fmt: skip


def report_holder(
    complaint: Complaint,
    *,
    by: Actor,
    holding: SpotHolding,
    found: str,
    sampled: bool,
    left: Decimal | None = None,
    expect: int | None = None,
) -> Complaint:
    """What a salesperson found at one holder: how much is left there, whether he took a sample (C-10)."""
    with acting("report_holder", complaint, by=by, expect=expect) as step:
        case = step.case
        check = _checked(step)
        belonging(holding, case)
        need(
            by.all_powerful or by.plays(holding.owed_by) or by.plays(f"{lead_of(case)}.department_manager"),
            "complaint.not_your_holder",
            "该持有单位由负责其区域的业务员填报。",
            "This holder is reported on by the salesperson of his region.",
            clause="C-10",
        )
        holding.found, holding.sampled, holding.reported_at, holding.reported_by = found, sampled, now(), by.ref
        holding.left_milli = None if left is None else int(left * 1000)
        holding.save()
        step.record(holding=holding.pk, sampled=sampled, left=left)
        tell(step, W("持有单位 {who}", "Holder {who}", who=str(holding)), found)
        if not check.holdings.filter(owed_by=holding.owed_by, reported_at=None).exists():
            obligations.discharge(subject=case.subject, code=LOCATE, to=holding.owed_by, by=by)
        if not check.holdings.filter(reported_at=None).exists():
            timing.stop(case, "sample", by=by)
    return step.case


def hand_material(
    complaint: Complaint, *, by: Actor, what: str, files: Sequence[Any] = (), expect: int | None = None
) -> Complaint:
    """Samples and papers go to production and technology, who can now prepare the answer (C-10)."""
    with acting("hand_material", complaint, by=by, expect=expect) as step:
        check = _checked(step)
        holdings = check.holdings
        need(
            not holdings.exists() or holdings.exclude(reported_at=None).exists(),
            "complaint.nothing_to_hand",
            "还没有任何持有单位的填报，没有可移交的样品和资料。",
            "Nobody has reported on a holder yet, so there is nothing to hand over.",
            clause="C-10",
        )
        check.handed, check.handed_at, check.handed_by = what, now(), by.ref
        check.save(update_fields=["handed", "handed_at", "handed_by"])
        attachments.attach(files, subject=step.case.subject, by=by)
        obligations.discharge(subject=step.case.subject, code=HAND, by=by)
        tell(step, W("样品和资料已交生产科、技术部", "Samples and papers handed to production and technology"), what)
    return step.case


def draft_joint_answer(
    complaint: Complaint, *, by: Actor, text: str, basis: str, expect: int | None = None
) -> Complaint:
    """The text of the joint answer; a changed text voids what was signed (C-10)."""
    with acting("draft_joint_answer", complaint, by=by, expect=expect) as step:
        check = _checked(step)
        need_basis(basis)
        need(
            check.handed_at,
            "complaint.spot_not_handed",
            "样品和资料还没有交生产科、技术部。",
            "Samples and papers have not been handed to production and technology.",
            clause="C-10",
        )
        check.answer, check.answer_basis, check.answer_by = text, basis, by.ref
        check.answer_digest = digest(f"{text}\n{basis}")
        check.save(update_fields=["answer", "answer_basis", "answer_by", "answer_digest"])
        void = check.signatures.filter(void=False).exclude(digest=check.answer_digest).update(void=True)
        if in_force("C-10"):
            _owe_signatures(step, check)
        step.record(answer=check.answer_digest, basis=basis, void=void)
        tell(step, W("联合答复稿（依据 {basis}）", "Draft of the joint answer (basis {basis})", basis=basis), text)
    return step.case


def sign_joint_answer(complaint: Complaint, *, by: Actor, expect: int | None = None) -> Complaint:
    """Production and technology each sign the text as it stands; nobody signs for both (C-10, R-11)."""
    with acting("sign_joint_answer", complaint, by=by, expect=expect) as step:
        case, check = step.case, _checked(step)
        need(
            check.answer,
            "complaint.no_joint_answer",
            "还没有联合答复稿，不能会签。",
            "There is no joint answer to sign yet.",
            clause="C-10",
        )
        standing = check.signatures.filter(void=False)
        signed = set(standing.values_list("department__code", flat=True))
        mine = [code for code in spots.JOINT if code in by.departments and code not in signed]
        need(
            mine and not standing.filter(person_id=by.person_id).exists(),
            "complaint.joint_answer_signed",
            "由生产科、技术部各一人会签；您的部门已会签，或您不属于这两个部门。",
            "One person each of production and technology signs; yours has signed, or you are in neither.",
            clause="C-10",
        )
        department = Department.objects.get(code=(mine or spots.JOINT)[0])
        SpotSignature.objects.create(
            check_of=check,
            department=department,
            person=person_of(by),
            by=by.ref,
            at=now(),
            digest=check.answer_digest,
        )
        obligations.discharge(subject=case.subject, code=SIGN, to=department.code, by=by)
        step.record(department=department.code, answer=check.answer_digest)
        tell(
            step,
            W("{who} 会签联合答复", "Joint answer signed by {who}", who=department.title),
            audience=Audience.INWARD,
        )
    return step.case
