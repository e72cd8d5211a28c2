"""What hangs on a return, against the record: its lines, what was counted, and the ledger of credit (M-03, R-02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W
from sanbao.returns.models import Account, Counted, Credit, Entry, EntryKind, Return, ReturnLine

CHANGED = W("{where} 与流水不符。", "{where} is not as the record says.")


def applied() -> Iterator[Breach]:
    """The lines of each request as they were applied for: nobody asked for less and was paid for more."""
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for line in ReturnLine.objects.order_by("case", "position").iterator():
        kept = [line.code, line.quantity_milli, Decimal(line.price), line.price_source, line.note]
        found[f"{Return.KIND}:{line.case_id}"].append(kept)
    for entry in JournalEntry.objects.filter(action="return.apply").iterator():
        said = [[code, milli, Decimal(price), *rest] for code, milli, price, *rest in entry.facts["lines"]]
        if found.pop(entry.subject, None) != said:
            yield _breach(entry.subject, W("{n} 的货物", "The goods of {n}", n=entry.subject))
    for subject in found:
        yield _breach(subject, W("{n} 的货物", "The goods of {n}", n=subject))


def counted() -> Iterator[Breach]:
    """Every label and weighing, and whether it was taken off again."""
    said: dict[int, tuple[str, int]] = {}
    undone: set[int] = set()
    acts = ("return.scan", "return.weigh", "return.certify", "return.undo")
    for entry in JournalEntry.objects.filter(action__in=acts).order_by("id").iterator():
        match entry.action:
            case "return.undo":
                undone.add(entry.facts["counted"])
            case "return.certify":
                said.update({pk: (entry.subject, milli) for pk, milli in entry.facts["counted"]})
            case _:
                said[entry.facts["counted"]] = (entry.subject, entry.facts["milli"])
    for row in Counted.objects.iterator():
        kept = (f"{Return.KIND}:{row.case_id}", row.quantity_milli)
        if said.pop(row.pk, None) != kept or row.undone != (row.pk in undone):
            yield _breach(f"counted:{row.pk}", W("验收 {n}", "Count {n}", n=row.pk))
    for pk in said:
        yield _breach(f"counted:{pk}", W("验收 {n}", "Count {n}", n=pk))


def balanced() -> Iterator[Breach]:
    """Each entry's sides add up to nothing, and each account's figures are the sums of its entries."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in Entry.objects.prefetch_related("postings").iterator(chunk_size=500):
        sides = list(entry.postings.all())
        if sum((side.amount for side in sides), Decimal(0)):
            yield _breach(f"entry:{entry.number}", W("分录 {n}", "Entry {n}", n=entry.number))
        owed = sum((side.amount for side in sides if side.account == Account.CUSTOMER), Decimal(0))
        sums[entry.credit_id][entry.kind] += owed
    for credit in Credit.objects.iterator():
        found = sums.pop(credit.pk, {})
        kept = {
            EntryKind.RETURNED: credit.returned,
            EntryKind.REPLACED: -credit.replaced,
            EntryKind.REFUNDED: -credit.refunded,
        }
        if any(found.get(kind, Decimal(0)) != amount for kind, amount in kept.items()):
            yield _breach(credit.subject, W("补货额度 {n}", "Credit {n}", n=credit.pk))


def _breach(where: str, what: W) -> Breach:
    return Breach(where, f"{where.partition(':')[0]}_changed", CHANGED.format(where=what))


verify.CHECKS += [applied, counted, balanced]
