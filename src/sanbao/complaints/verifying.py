"""What hangs on a case, against the record: settlements, demands, joint signatures, departments' opinions (M-03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sanbao.complaints.models import Demand, Opinion, Settlement, SpotCheck, SpotSignature
from sanbao.kernel import verify
from sanbao.kernel.canonical import digest
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W

CHANGED = W("{where} 与流水不符。", "{where} is not as the record says.")


def settlements() -> Iterator[Breach]:
    """How a duty was settled, by whom, and who agreed that nothing is needed (W-05)."""
    made = _by("complaint.settle_duty", "settlement")
    approved = _by("complaint.approve_settlement", "settlement")
    for row in Settlement.objects.select_related("complaint").iterator():
        entry, approval = made.pop(row.pk, None), approved.get(row.pk)
        same = entry is not None and (entry.subject, entry.actor, entry.facts["duty"], entry.facts["how"]) == (
            row.complaint.subject,
            row.by,
            row.duty,
            row.how,
        )
        said = (approval.actor, approval.facts["agreed"]) if approval else ("", None)
        held = (row.approved_by, not row.rejected if row.approved_by else None)
        if not same or said != held or bool(row.approved_at) != (said[1] is True):
            yield _breach("settlement", row.pk, W("免办或了结 {pk}", "Settlement {pk}", pk=row.pk))
    for pk in made:
        yield _breach("settlement", pk, W("免办或了结 {pk}", "Settlement {pk}", pk=pk))


def demands() -> Iterator[Breach]:
    """Whether a demand was judged reasonable, and by whom (U-08)."""
    judged = _by("complaint.judge_demand", "demand")
    for row in Demand.objects.exclude(judged_at=None).iterator():
        entry = judged.pop(row.pk, None)
        if entry is None or (entry.actor, entry.facts["reasonable"]) != (row.judged_by, row.reasonable):
            yield _breach("demand", row.pk, W("要求 {pk} 的判定", "The judgement of demand {pk}", pk=row.pk))
    for pk in judged:
        yield _breach("demand", pk, W("要求 {pk} 的判定", "The judgement of demand {pk}", pk=pk))


def joint_signatures() -> Iterator[Breach]:
    """Who signed the joint answer to a spot check, for which department, and which text (C-10)."""
    entries = JournalEntry.objects.filter(action="complaint.sign_joint_answer").order_by("id").iterator()
    signed = Counter((e.subject, e.actor, e.facts["department"], e.facts["answer"]) for e in entries)
    for row in SpotSignature.objects.select_related("check_of__complaint", "department").iterator():
        said = (row.check_of.complaint.subject, row.by, row.department.code, row.digest)
        if signed[said] < 1:
            yield _breach("spot_signature", row.pk, W("联合答复的会签 {pk}", "The signature {pk}", pk=row.pk))
        signed[said] -= 1
    for check in SpotCheck.objects.exclude(answer="").select_related("complaint").iterator():
        if digest(f"{check.answer}\n{check.answer_basis}") != check.answer_digest:
            what = W("{pk} 的联合答复", "The joint answer of {pk}", pk=check.complaint.subject)
            yield _breach("spot_signature", check.pk, what)
    for subject, *_ in signed.elements():
        yield _breach("spot_signature", subject, W("{pk} 的会签", "A signature of {pk}", pk=subject))


def opinions() -> Iterator[Breach]:
    """What each department answered to a consultation, and who said it (U-02)."""
    entries = JournalEntry.objects.filter(action="consultation.answer_consultation").order_by("id").iterator()
    said = {(e.subject, e.facts["department"]): (e.actor, e.facts["able"]) for e in entries}
    for row in Opinion.objects.exclude(answered_at=None).select_related("consultation", "department").iterator():
        if said.pop((row.consultation.subject, row.department.code), None) != (row.answered_by, row.able):
            yield _breach("opinion", row.pk, W("部门答复 {pk}", "The opinion {pk}", pk=row.pk))
    for subject, department in said:
        what = W("{pk} 的部门答复", "An opinion on {pk}", pk=f"{subject}/{department}")
        yield _breach("opinion", f"{subject}/{department}", what)


def _by(action: str, fact: str) -> dict[Any, JournalEntry]:
    """The last entry of an action for each row that it names."""
    return {e.facts[fact]: e for e in JournalEntry.objects.filter(action=action).order_by("id").iterator()}


def _breach(kind: str, pk: Any, what: W) -> Breach:
    return Breach(f"{kind}:{pk}", f"{kind}_changed", CHANGED.format(where=what))


verify.CHECKS += [settlements, demands, joint_signatures, opinions]
