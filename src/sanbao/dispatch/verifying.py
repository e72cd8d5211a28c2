"""What hangs on a pick list, against the record: the lines ordered, the labels scanned, what was caught (M-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sanbao.dispatch.actions.drafting import lines_digest
from sanbao.dispatch.models import Caught, Fate, Pick, PickList
from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W

CHANGED = W("{where} 与流水不符。", "{where} is not as the record says.")
#: The acts that end what was scanned, and what becomes of it.
_ENDS = {"pick_list.undo": ("picks", Fate.UNDONE), "pick_list.cancel": ("freed", Fate.FREED)}


def ordered() -> Iterator[Breach]:
    """The lines of each list as they were last recorded."""
    said: dict[str, str] = {}
    drafted = ("pick_list.draft", "pick_list.add_line", "pick_list.remove_line")
    for entry in JournalEntry.objects.filter(action__in=drafted).order_by("id").iterator():
        said[entry.subject] = entry.facts["lines"]
    for case in PickList.objects.iterator():
        if said.pop(case.subject, None) != lines_digest(case):
            yield _breach(case.subject, W("提货单 {n} 的行", "The lines of {n}", n=case.number))


def scanned() -> Iterator[Breach]:
    """Every scanned label, its weight, and what became of it."""
    picks: dict[int, tuple[Any, ...]] = {}
    ends: dict[int, str] = {}
    shipped: dict[str, list[int]] = defaultdict(list)
    for entry in JournalEntry.objects.filter(action="pick_list.scan").iterator():
        for pk, lot, line, milli, pieces in entry.facts["picks"]:
            picks[pk] = (entry.subject, lot, line, milli, pieces, entry.actor)
    for entry in JournalEntry.objects.filter(action__in=[*_ENDS, "pick_list.ship"]).order_by("id").iterator():
        if entry.action == "pick_list.ship":
            shipped[entry.subject] = entry.facts["shipments"]
        else:
            name, fate = _ENDS[entry.action]
            ends.update(dict.fromkeys(entry.facts[name], fate.value))
    for row in Pick.objects.iterator():
        subject = f"{PickList.KIND}:{row.pick_list_id}"
        kept = (subject, row.lot_id, row.line_id, row.quantity_milli, row.pieces, row.scanned_by)
        left = row.shipment is not None and row.shipment in shipped[subject]
        fate = ends.get(row.pk) or (Fate.SHIPPED.value if subject in shipped else Fate.PICKED.value)
        if picks.pop(row.pk, None) != kept or row.fate != fate or (fate == Fate.SHIPPED) != left:
            yield _breach(f"pick:{row.pk}", W("扫描 {n}", "Scan {n}", n=row.pk))
    for pk in picks:
        yield _breach(f"pick:{pk}", W("扫描 {n}", "Scan {n}", n=pk))


def stopped() -> Iterator[Breach]:
    """What the gate stopped, so that no failure of it can be counted away."""
    said = {e.facts["caught"]: e for e in JournalEntry.objects.filter(action="pick_list.catch").iterator()}
    for row in Caught.objects.iterator():
        entry = said.pop(row.pk, None)
        if entry is None or (entry.actor, entry.facts["code"], entry.facts["mistake"]) != (
            row.by,
            row.code,
            row.mistake,
        ):
            yield _breach(f"caught:{row.pk}", W("拦下 {n}", "Stopped {n}", n=row.pk))
    for pk in said:
        yield _breach(f"caught:{pk}", W("拦下 {n}", "Stopped {n}", n=pk))


def _breach(where: str, what: W) -> Breach:
    return Breach(where, f"{where.partition(':')[0]}_changed", CHANGED.format(where=what))


verify.CHECKS += [ordered, scanned, stopped]
