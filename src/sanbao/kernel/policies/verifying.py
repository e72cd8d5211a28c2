"""``sanbao verify`` over the policies: every version against its own digest and against the journal."""

from __future__ import annotations

from collections.abc import Iterator

from sanbao.kernel import verify
from sanbao.kernel.canonical import digest, plain
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.policies.base import PolicyVersion
from sanbao.kernel.words import W

ACTIONS = ("policy.loaded", "policy.supplemented", "policy.approved")


def versions() -> Iterator[verify.Breach]:
    """A version whose text, number, day or approver is not what was recorded, and one that is gone."""
    recorded = {(e.subject, e.facts["number"]): e for e in JournalEntry.objects.filter(action__in=ACTIONS).iterator()}
    for row in PolicyVersion.objects.order_by("policy", "number").iterator():
        entry = recorded.pop((row.subject, row.number), None)
        where = f"{row.subject} v{row.number}"
        facts = entry.facts if entry else {}
        said = (facts.get("digest"), facts.get("effective_from"), entry.actor if entry else None)
        if said != (digest(row.text), plain(row.effective_from), row.approved_by) or row.digest != digest(row.text):
            sentence = W("规则表 {where} 与流水不符。", "The policy {where} is not the one recorded.", where=where)
            yield verify.Breach(where, "policy_changed", sentence)
    for subject, number in recorded:
        where = f"{subject} v{number}"
        yield verify.Breach(
            where, "policy_missing", W("规则表 {where} 被删除。", "The policy {where} was deleted.", where=where)
        )


verify.CHECKS.append(versions)
