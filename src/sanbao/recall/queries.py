"""What is asked about recalls: figures of a whole, of a region, of a holder; what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.recall import rules, scoping
from sanbao.recall.models import HolderState, Recall, RecallHolder, RecallState
from sanbao.recall.rules import Balance
from sanbao.trace import queries as trace

#: What a holder has not accounted for, for the database to reckon.
OUT = F("issued_milli") - F("held_milli") - F("installed_milli") - F("disposed_milli") - F("returned_milli")
COLUMNS = ("issued", "held", "installed", "disposed", "returned", "scrapped")


@dataclass(frozen=True, slots=True)
class Line:
    """A sum: of one unit, or of one region and unit."""

    title: Any
    unit: str
    balance: Balance
    holders: int

    @property
    def effect(self) -> Any:
        """回收率: recovered ÷ issued, in per cent."""
        return rules.percent(self.balance.recovered, self.balance.issued)


def listed(actor: Actor) -> QuerySet[Recall]:
    return Recall.objects.visible_to(actor)


def holding(words: str) -> QuerySet[Recall]:
    """The recalls that hold these words or bear this number."""
    return Recall.objects.filter(Q(number=code_key(words)) | Q(pk__in=search.matching("recall", words)))


def holders_of(recall: Recall) -> QuerySet[RecallHolder]:
    rows = RecallHolder.objects.filter(recall=recall).select_related("customer__region", "site", "recall")
    return rows.annotate(out_milli=OUT, open_milli=OUT - F("excused_milli"))


def sums(recall: Recall) -> list[Line]:
    """What became of it all, unit by unit; units are never added together."""
    return [Line(row["unit"], row["unit"], *_summed(row)) for row in _grouped(recall, "unit")]


def by_region(recall: Recall) -> list[Line]:
    names = ("customer__region__name_zh", "customer__region__name_en")
    return [
        Line(_region(row[names[0]], row[names[1]]), row["unit"], *_summed(row))
        for row in _grouped(recall, *names, "unit")
    ]


def _region(zh: str | None, en: str | None) -> W:
    return W(zh or "", en or zh or "") if zh else W("未填地区", "No region")


def _grouped(recall: Recall, *by: str) -> Iterable[dict[str, Any]]:
    added = {name: Sum(f"{name}_milli") for name in COLUMNS}
    rows = RecallHolder.objects.filter(recall=recall).order_by().values(*by)
    return rows.annotate(**added, n=Count("pk")).order_by("-issued", *by)


def _summed(row: dict[str, Any]) -> tuple[Balance, int]:
    return Balance(*(int(row[name]) for name in COLUMNS)), int(row["n"])


def reached(recall: Recall) -> dict[str, int]:
    """State of contact → how many holders."""
    rows = RecallHolder.objects.filter(recall=recall).order_by().values_list("state").annotate(n=Count("pk"))
    found = dict(rows)
    return {state.value: found.get(state.value, 0) for state in HolderState}


def result_of(recall: Recall) -> dict[str, Any]:
    """The figures as they stand, to be kept with a report or an end."""
    return {
        "labels": recall.labels,
        "holders": RecallHolder.objects.filter(recall=recall).count(),
        "reached": reached(recall),
        "sums": [
            {
                "unit": line.unit,
                **{name: getattr(line.balance, name) for name in (*COLUMNS, "out", "recovered")},
                "effect": str(line.effect),
            }
            for line in sums(recall)
        ],
        "stored": recall.stored,
        "gaps": recall.gaps,
    }


def known_of(recall: Recall) -> tuple[int, int]:
    """Thousandths whose whereabouts the trace tells, and all: shipped to somebody, or in the store at a place."""
    issued = RecallHolder.objects.filter(recall=recall).aggregate(all=Sum("issued_milli"))["all"] or 0
    stored = sum(int(row[2]) for row in recall.stored)
    placed = sum(int(row[2]) for row in recall.stored if row[0])
    return issued + placed, issued + stored


def labels_of(holder: RecallHolder) -> list[str]:
    """The labels of one holder, asked of the trace as it stands."""
    scope = scoping.reckon(holder.recall).scope
    for part in scope.holdings:
        if (part.customer, part.site, part.unit) == (holder.customer_id, holder.site_id, holder.unit):
            return part.labels
    return []


def is_affected(recall: Recall, code: str, actor: Actor) -> bool | None:
    """Whether a label comes from the recalled lots; None for a number that is no label's."""
    lots = [lot for lot in trace.find(code, actor=actor) if lot.kind == "label"]
    if not lots:
        return None
    return any(recall in scoping.affected(lot.pk) for lot in lots)


def starts_of(recall: Recall) -> list[Any]:
    return list(recall.starts.order_by("code"))


def about(subject: str, actor: Actor) -> list[Recall]:
    return list(Recall.objects.visible_to(actor).filter(origin=subject).order_by("id"))


def waiting(actor: Actor) -> int:
    """For the rail: recalls that wait for this actor's decision, else those that run."""
    states = [RecallState.IN_FORCE] + ([RecallState.PROPOSED] if actor.may("recall.decide") else [])
    return Recall.objects.visible_to(actor).filter(state__in=states).count()
