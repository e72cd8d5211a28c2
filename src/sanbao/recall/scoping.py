"""召回范围: everything made from the starts, whose it is, where the chain has holes. Set-wise, however many labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Length

from sanbao.kernel.canonical import digest
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.recall.models import Recall
from sanbao.trace import queries as trace
from sanbao.trace.models import (
    HeldLot,
    Lot,
    LotKind,
    LotLink,
    Packing,
    RecordKind,
    Reversal,
    Shipment,
    Traveller,
    event_of,
)
from sanbao.trace.queries import Scope
from sanbao.trace.traces import Missing

#: A start from which nothing was made and that went nowhere, as far as anybody wrote down.
NOWHERE = "nowhere"
_RELABELLED = event_of(RecordKind.RELABEL, 0)


@dataclass(slots=True)
class Reckoned:
    """A scope with its holes, and how long it took."""

    scope: Scope
    holes: list[tuple[int, str]] = field(default_factory=list)
    milliseconds: int = 0

    @property
    def digest(self) -> str:
        """Which labels these are, in 64 digits."""
        parts = (*self.scope.holdings, *self.scope.stored)
        return digest("\n".join(sorted(code for part in parts for code in part.labels)))

    @property
    def stored(self) -> list[list[str | int]]:
        return [[part.location, part.unit, part.quantity_milli, len(part.labels)] for part in self.scope.stored]


def hole_title(code: str) -> W:
    return W("没有去向记录", "No record of where it went") if code == NOWHERE else Missing(code).title


def starts_of(recall: Recall) -> list[int]:
    """The lots from which the scope begins: those named, and the labels from the first to the last."""
    named = Recall.starts.through.objects.filter(recall=recall).order_by("lot_id").values_list("lot_id", flat=True)
    return sorted({*named, *labels_between(recall.first_label, recall.last_label)})


def labels_between(first: str, last: str) -> list[int]:
    """The labels of one length whose numbers lie from the first to the last."""
    if not first:
        return []
    begin, end = code_key(first), code_key(last or first)
    found = Lot.objects.filter(kind=LotKind.LABEL, key__gte=begin, key__lte=end).annotate(length=Length("key"))
    return list(found.filter(length=len(begin)).order_by("pk").values_list("pk", flat=True))


def reckon(recall: Recall) -> Reckoned:
    return reckon_from(starts_of(recall))


def reckon_from(starts: Sequence[int]) -> Reckoned:
    """The scope of these starts as the store knows it now."""
    began = perf_counter()
    scope = trace.scope(starts)
    holes = list(holes_of(scope.lots, starts))
    return Reckoned(scope, holes, round((perf_counter() - began) * 1000))


def marks(recall: Recall) -> list[int]:
    """What the store says that changes when the scope may have: four small questions, whatever its size.

    A new link inherits the hold in its own transaction, so the hold's lots are the news of links.
    """
    held = HeldLot.objects.filter(hold=recall.hold_id).count() if recall.hold_id else 0
    newest = [model.objects.aggregate(at=Max("id"))["at"] or 0 for model in (Shipment, Packing, Reversal)]
    return [held, *newest]


def affected(lot: int) -> list[Recall]:
    """The recalls in force that concern a lot: it comes from one of their starts. One backward question."""
    from sanbao.recall.models import RecallState

    running = list(Recall.objects.filter(state=RecallState.IN_FORCE).order_by("id"))
    if not running:
        return []
    back = trace.engine.back([lot])
    starts = Recall.starts.through.objects.filter(recall__in=running, lot_id__in=trace.among(back))
    hit = set(starts.values_list("recall_id", flat=True))
    keys: list[str] = []
    if any(one.first_label for one in running):
        keys = list(Lot.objects.filter(pk__in=trace.among(back), kind=LotKind.LABEL).values_list("key", flat=True))
    return [one for one in running if one.pk in hit or any(_between(key, one) for key in keys)]


def _between(key: str, recall: Recall) -> bool:
    if not recall.first_label:
        return False
    begin, end = code_key(recall.first_label), code_key(recall.last_label or recall.first_label)
    return len(key) == len(begin) and begin <= key <= end


# -- holes in the chain --------------------------------------------------------------------------------------------


def holes_of(found: Sequence[int], starts: Sequence[int]) -> Iterable[tuple[int, str]]:
    """What nobody wrote down about the lots of a scope, so that goods may be missing from it: a row for each."""
    listed = trace.among(sorted(found))
    yield from _cards(listed)
    yield from _labels(listed)
    dead = Lot.objects.filter(pk__in=trace.among(sorted(starts))).exclude(kind=LotKind.LABEL)
    onward = LotLink.objects.filter(src=OuterRef("pk"))
    yield from ((pk, NOWHERE) for pk in dead.exclude(Exists(onward)).values_list("pk", flat=True))


def _cards(listed: object) -> Iterable[tuple[int, str]]:
    cards = Lot.objects.filter(pk__in=listed, kind=LotKind.TRAVELLER)
    written = Traveller.standing.filter(lot=OuterRef("pk"))
    for pk in cards.exclude(Exists(written)).values_list("pk", flat=True):
        yield pk, Missing.TRAVELLER
    lacking = {
        Missing.BILLET: Q(billets=""),
        Missing.EXTRUSION_DATE: Q(extruded_on=None),
        Missing.AGEING_DATE: Q(aged_on=None),
        Missing.FINISH_DATE: ~Q(finish="") & Q(finished_on=None),
    }
    some = Traveller.standing.filter(lot__in=listed)
    for missing, where in lacking.items():
        for pk in some.filter(where).values_list("lot_id", flat=True):
            yield pk, missing


def _labels(listed: object) -> Iterable[tuple[int, str]]:
    packed = Packing.standing.filter(lot=OuterRef("pk"))
    links = LotLink.objects.annotate(kind=F("event").bitand(15)).filter(kind=_RELABELLED)
    under_new = Exists(links.filter(src=OuterRef("pk")))
    from_old = Exists(links.filter(dst=OuterRef("pk")))
    labels = Lot.objects.filter(pk__in=listed, kind=LotKind.LABEL)
    for pk in labels.exclude(Exists(packed)).values_list("pk", flat=True):
        yield pk, Missing.PACKING
    for pk in labels.filter(Exists(packed.filter(travellers=""))).exclude(from_old).values_list("pk", flat=True):
        yield pk, Missing.TRAVELLERS
    here = labels.exclude(Exists(Shipment.standing.filter(lot=OuterRef("pk")))).exclude(under_new)
    for pk in here.exclude(Exists(packed.exclude(location=""))).values_list("pk", flat=True):
        yield pk, Missing.WHEREABOUTS
