"""What hangs on the store's subjects, against the record: issued lines, count scans and results (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W
from sanbao.materials.actions.counting import content_digest
from sanbao.materials.models import CountEntry, CountState, SlipLine, StockCount
from sanbao.trace.models import MaterialIssue

CHANGED = W("{where} 与流水不符。", "{where} is not as the record says.")


def issued_lines() -> Iterator[Breach]:
    """Every issued line names the material issue that it became, with the same lot and quantity (T-07)."""
    issued: dict[str, list[int]] = {}
    for entry in JournalEntry.objects.filter(action="issue_slip.issue").iterator():
        issued[entry.subject] = entry.facts["records"]
    records = {
        pk: (lot, milli)
        for pk, lot, milli in MaterialIssue.objects.filter(
            pk__in=SlipLine.objects.exclude(record_id=None).values("record_id")
        ).values_list("pk", "lot_id", "quantity_milli")
    }
    for line in SlipLine.objects.exclude(record_id=None).select_related("slip").iterator():
        same = records.get(line.record_id or 0) == (line.lot_id, line.quantity_milli)
        if not same or line.record_id not in issued.get(line.slip.subject, []):
            yield _breach("slip_line", line.pk, W("领料单 {n} 的一行", "A line of the slip {n}", n=line.slip.number))


def count_entries() -> Iterator[Breach]:
    """Every scan of a count is in its journal, with what the book said at that moment (W-07)."""
    scanned: dict[int, dict[str, Any]] = {}
    for entry in JournalEntry.objects.filter(action="stock_count.scan").iterator():
        scanned[entry.facts["entry"]] = {**entry.facts, "subject": entry.subject, "by": entry.actor}
    for row in CountEntry.objects.select_related("count").iterator():
        fact = scanned.pop(row.pk, None)
        held = (row.count.subject, row.by, row.quantity_milli, row.left_milli, row.book_milli)
        if fact is None or (fact["subject"], fact["by"], fact["milli"], fact["left"], fact["book"]) != held:
            yield _breach(
                "count_entry", row.pk, W("盘点 {n} 的一次扫码", "A scan of the count {n}", n=row.count.number)
            )
    for pk in scanned:
        yield _breach("count_entry", pk, W("盘点的一次扫码 {pk}", "A scan {pk} of a count", pk=pk))


def count_results() -> Iterator[Breach]:
    """A result that was handed in is the one that is, or was, approved (R-11)."""
    for count in StockCount.objects.filter(state__in=[CountState.COUNTED, CountState.APPROVED]).iterator():
        if content_digest(list(count.lines.order_by("id"))) != count.digest:
            yield _breach("stock_count", count.pk, W("盘点 {n} 的结果", "The result of the count {n}", n=count.number))


def _breach(kind: str, pk: Any, what: W) -> Breach:
    return Breach(f"{kind}:{pk}", f"{kind}_changed", CHANGED.format(where=what))


verify.CHECKS += [issued_lines, count_entries, count_results]
