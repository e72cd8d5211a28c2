"""What hangs on a marking audit, against the record: each basket seen, and how its marking was put right (M-03)."""

from __future__ import annotations

from collections.abc import Iterator

from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W
from sanbao.production.models import MarkSeen

CHANGED = W("标识检查的第 {pk} 条与流水不符。", "Marking {pk} of an audit is not as the record says.")


def marks() -> Iterator[Breach]:
    seen = {e.facts["mark"]: e for e in JournalEntry.objects.filter(action="marking_audit.see").iterator()}
    corrected = {e.facts["mark"]: e for e in JournalEntry.objects.filter(action="marking_audit.correct").iterator()}
    for row in MarkSeen.objects.iterator():
        entry, put_right = seen.pop(row.pk, None), corrected.get(row.pk)
        as_seen = entry is not None and (entry.subject, entry.facts["code"], entry.facts["found"]) == (
            f"marking_audit:{row.audit_id}",
            row.code,
            row.found,
        )
        if not as_seen or (put_right.actor if put_right else "") != row.corrected_by:
            yield _breach(row.pk)
    for pk in seen:
        yield _breach(pk)


def _breach(pk: int) -> Breach:
    return Breach(f"mark_seen:{pk}", "mark_seen_changed", CHANGED.format(pk=pk))


verify.CHECKS.append(marks)
