"""What hangs on plans and sheets, against the record: characteristics, the scheme, every result (M-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sanbao.inspection.actions.plans import as_facts, line_of
from sanbao.inspection.models import InspectionPlan, InspectionSheet, Result
from sanbao.kernel import verify
from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W

CHANGED = W("{where} 与流水不符。", "{where} is not as the record says.")


def plans() -> Iterator[Breach]:
    """The characteristics are those over which the plan's digest was taken, and approved."""
    for plan in InspectionPlan.objects.prefetch_related("characteristics").iterator(chunk_size=500):
        if digest(text_of(as_facts(line_of(one) for one in plan.characteristics.all()))) != plan.digest:
            yield _breach("plan", plan.pk, W("检验计划 {n}", "The inspection plan {n}", n=str(plan)))


def sheets() -> Iterator[Breach]:
    """Scheme, counts and results of every sheet are those that were entered."""
    schemes: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    entered: dict[str, list[Any]] = defaultdict(list)
    wanted = ("inspection_sheet.open", "inspection_sheet.enter", "inspection_sheet.conclude")
    for entry in JournalEntry.objects.filter(action__in=wanted).order_by("subject", "seq").iterator():
        if entry.action.endswith(".open"):
            schemes[entry.subject] = entry.facts["scheme"]
        elif entry.action.endswith(".enter"):
            entered[entry.subject] += entry.facts["results"]
        else:
            counts[entry.subject] = entry.facts["found"]
    held: dict[int, list[Any]] = defaultdict(list)
    columns = ("sheet_id", "characteristic_id", "piece", "value", "good")
    for sheet, *row in Result.objects.order_by("id").values_list(*columns).iterator():
        held[sheet].append([plain(cell) for cell in row])
    for case in InspectionSheet.objects.iterator():
        told = (schemes.get(case.subject), counts.get(case.subject, []), sorted(entered[case.subject], key=str))
        if (case.scheme, case.found, sorted(held[case.pk], key=str)) != told:
            yield _breach("sheet", case.pk, W("检验单 {n}", "The inspection sheet {n}", n=case.number))


def _breach(kind: str, pk: Any, what: W) -> Breach:
    return Breach(f"{kind}:{pk}", f"{kind}_changed", CHANGED.format(where=what))


verify.CHECKS += [plans, sheets]
