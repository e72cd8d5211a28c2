"""Every duty against the record: none can vanish, change hands or be marked done behind the journal's back (W-05)."""

from __future__ import annotations

from collections.abc import Iterator

from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W

CHANGED = W("事项 {where} 与流水不符。", "Duty {where} is not as the record says.")
MISSING = W("事项 {where} 被删除。", "Duty {where} was deleted.")


def duties() -> Iterator[Breach]:
    """The rows of the inbox against ``obligation.opened`` and ``obligation.discharged``."""
    opened = {e.facts["obligation"]: e for e in JournalEntry.objects.filter(action="obligation.opened").iterator()}
    done = {e.facts["obligation"]: e for e in JournalEntry.objects.filter(action="obligation.discharged").iterator()}
    for row in Obligation.objects.iterator():
        entry, end = opened.pop(row.pk, None), done.get(row.pk)
        as_opened = entry is not None and (
            entry.subject,
            entry.facts["code"],
            entry.facts["owed_by"],
            entry.facts["holds_closing"],
        ) == (row.subject, row.code, row.owed_by, row.holds_closing)
        as_done = (end is not None and end.actor == row.done_by) if row.done_at else end is None
        if not (as_opened and as_done):
            yield Breach(f"obligation:{row.pk}", "duty_changed", CHANGED.format(where=f"{row.subject} {row.code}"))
    for pk, entry in opened.items():
        where = f"{entry.subject} {entry.facts['code']}"
        yield Breach(f"obligation:{pk}", "duty_missing", MISSING.format(where=where))


verify.CHECKS.append(duties)
