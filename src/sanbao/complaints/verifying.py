"""What hangs on a complaint, against the record: settlements and their approval, demands and their judgement (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanbao.complaints.models import Demand, Settlement
from sanbao.kernel import verify
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


def _by(action: str, fact: str) -> dict[Any, JournalEntry]:
    """The last entry of an action for each row that it names."""
    return {e.facts[fact]: e for e in JournalEntry.objects.filter(action=action).order_by("id").iterator()}


def _breach(kind: str, pk: Any, what: W) -> Breach:
    return Breach(f"{kind}:{pk}", f"{kind}_changed", CHANGED.format(where=what))


verify.CHECKS += [settlements, demands]
