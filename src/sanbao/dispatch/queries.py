"""What is asked at the gate: how far a list is, what a label stands for, what was caught and what escaped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum

from sanbao.dispatch import policies, rules
from sanbao.dispatch.models import Escape, Fate, Pick, PickLine, PickList, Weighing
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, LotLink, Packing, RecordKind, record_of

#: What can stand on a pick list: finished goods under a label.
GOODS = (LotKind.LABEL, LotKind.ITEM)
#: By these records labels go into a package; a new label for the same goods is no package.
_PACKED_BY = (RecordKind.PACKING, RecordKind.TRANSFER, RecordKind.CAPTURE)


@dataclass
class LineState:
    """A line with what lies on it now."""

    line: PickLine
    order: rules.Order
    load: rules.Load = field(default_factory=rules.Load)
    labels: int = 0

    @property
    def filled(self) -> bool:
        """A named label is either there or not; any other line is full by its measures."""
        return self.labels > 0 if self.line.label_id else self.labels > 0 and self.order.filled(self.load)

    def takes(self, load: rules.Load) -> bool:
        return self.labels == 0 if self.line.label_id else self.order.takes(self.load + load)


@dataclass
class Progress:
    """How far a list is: lines full of all, labels on it, kilograms."""

    lines: list[LineState]
    picks: list[Pick]

    @property
    def full(self) -> int:
        return sum(state.filled for state in self.lines)

    @property
    def complete(self) -> bool:
        return bool(self.picks) and self.full == len(self.lines)

    @property
    def net_milli(self) -> int:
        return sum(pick.quantity_milli for pick in self.picks)

    @property
    def short(self) -> list[LineState]:
        return [state for state in self.lines if not state.filled]


def on_list(case: PickList) -> QuerySet[Pick]:
    """The labels that stand on a list, or left with it."""
    standing = Pick.objects.filter(pick_list=case, fate__in=(Fate.PICKED, Fate.SHIPPED))
    return standing.select_related("lot", "through", "line").order_by("id")


def progress(case: PickList) -> Progress:
    """The lines and every label on them: four queries."""
    return Progress(line_states(case), list(on_list(case)))


def line_states(case: PickList) -> list[LineState]:
    """The lines with what lies on each, added up by the database: a scan must not read the five hundred before it."""
    lines = PickLine.objects.filter(pick_list=case).select_related("product", "label__product")
    standing = Pick.objects.filter(pick_list=case, fate__in=(Fate.PICKED, Fate.SHIPPED)).order_by()
    loads = {
        line: (labels, rules.Load(pieces if counted == labels else None, milli))
        for line, labels, counted, pieces, milli in standing.values_list("line").annotate(
            n=Count("pk"), counted=Count("pieces"), in_all=Sum("pieces"), milli=Sum("quantity_milli")
        )
    }
    table = policies.DELIVERY.on(today())
    found = []
    for line in lines:
        labels, load = loads.get(line.pk, (0, rules.Load()))
        rule = policies.of_line(line_of(line), table)
        order = rules.Order(line.pieces, line.quantity_milli, over=rule["over"], short=rule["short"])
        found.append(LineState(line, order, load, labels))
    return found


def line_of(line: PickLine) -> str:
    """The product line that a line's tolerances go by."""
    product = line.product or (line.label.product if line.label else None)
    return product.line if product else ""


# -- labels -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One label that would leave when a code is scanned: what of it is still there, and how many pieces."""

    lot: Lot
    milli: int
    pieces: int | None

    @property
    def load(self) -> rules.Load:
        return rules.Load(self.pieces, self.milli)


@dataclass(frozen=True)
class Expanded:
    """What a code stands for at this moment: what would leave, and all labels that must be let pass for it."""

    parts: list[Part]
    everything: list[Lot]


def expanded(lot: Lot) -> Expanded:
    return expanded_each([lot])[lot.pk]


def expanded_each(roots: Collection[Lot]) -> dict[int, Expanded]:
    """Each code as it stands now, in a constant number of queries.

    Goods that were weighed into a package are the package's own by now; what kept its weight goes beside it.
    """
    inside = _contents(roots)
    known = {lot.pk: lot for lots in inside.values() for lot in lots} | {lot.pk: lot for lot in roots}
    books = trace.accounts(known)
    counted = Packing.standing.filter(lot_id__in=list(known)).order_by("id").values_list("lot_id", "pieces")
    pieces = dict(counted)
    found = {}
    for root in roots:
        everything = [root, *inside[root.pk]]
        parts = []
        for one in everything:
            left = books[one.pk].left or 0
            if left > 0 or (one is root and len(everything) == 1):
                parts.append(Part(one, max(left, 0), pieces.get(one.pk)))
        found[root.pk] = Expanded(parts, everything)
    return found


def _contents(roots: Collection[Lot]) -> dict[int, list[Lot]]:
    """The labels that were packed under each of these and are in it now, however deep."""
    found: dict[int, dict[int, Lot]] = {root.pk: {} for root in roots}
    frontier: dict[int, set[int]] = {root.pk: {root.pk} for root in roots}  # a label → under which roots it is
    while frontier:
        links = LotLink.objects.filter(dst__in=list(frontier)).values_list("src", "dst", "event")
        packed = [(src, dst) for src, dst, event in links if record_of(event)[0] in _PACKED_BY]
        goods = (
            Lot.objects.filter(pk__in={src for src, _ in packed}, kind__in=GOODS).select_related("product").in_bulk()
        )
        following: dict[int, set[int]] = defaultdict(set)
        for src, dst in packed:
            if src in goods:
                new = {root for root in frontier[dst] if src not in found[root] and src != root}
                for root in new:
                    found[root][src] = goods[src]
                following[src] |= new
        frontier = {src: under for src, under in following.items() if under}
    return {root: [lots[pk] for pk in sorted(lots)] for root, lots in found.items()}


def taken_elsewhere(case: PickList, lots: Iterable[Lot]) -> Pick | None:
    """The label of these that stands on another list."""
    ids = [lot.pk for lot in lots]
    picked = Pick.objects.filter(lot_id__in=ids, fate=Fate.PICKED).exclude(pick_list=case)
    return picked.select_related("pick_list", "lot").order_by("id").first()


# -- weighing -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """What has been weighed and holds: the vehicle as it is loaded now, and each label."""

    vehicle: Weighing | None
    labels: dict[int, Weighing]
    expected_milli: int

    @property
    def vehicle_stands(self) -> bool:
        """The vehicle was weighed with what is on it now, and may leave with it."""
        return self.vehicle is not None and self.vehicle.expected_milli == self.expected_milli and good(self.vehicle)

    def unweighed(self, picks: Iterable[Pick]) -> list[Pick]:
        return [p for p in picks if p.lot_id not in self.labels or not good(self.labels[p.lot_id])]


def good(weighing: Weighing) -> bool:
    return weighing.within or hasattr(weighing, "acceptance")


def scale(case: PickList, picks: Iterable[Pick]) -> Scale:
    """The last weighing of each thing. One query."""
    vehicle: Weighing | None = None
    labels: dict[int, Weighing] = {}
    for row in Weighing.objects.filter(pick_list=case).select_related("acceptance", "lot").order_by("id"):
        if row.lot_id is None:
            vehicle = row
        else:
            labels[row.lot_id] = row
    return Scale(vehicle, labels, sum(pick.quantity_milli for pick in picks))


def content(case: PickList, picks: list[Pick]) -> dict[str, Any]:
    """What the two sign: to whom and where, which labels, how heavy."""
    return {
        "number": case.number,
        "customer": case.customer_id,
        "site": case.site_id,
        "contact": case.contact_id,
        "labels": [[pick.lot.code, pick.quantity_milli] for pick in sorted(picks, key=lambda p: p.lot.code)],
        "short": case.short_reason,
    }


# -- lists --------------------------------------------------------------------------------------------


def numbered(number: str, *, by: Actor) -> PickList | None:
    """The list of a number, as scanned from its paper."""
    return PickList.objects.visible_to(by).filter(number=number).first()


def escapes_about(subject: str, *, by: Actor) -> QuerySet[Escape]:
    """The wrong shipments that came to light by a case (``complaint:12``)."""
    return Escape.objects.visible_to(by).filter(about=subject).order_by("id")


def labels_by_line(picks: Iterable[Pick]) -> dict[int, list[Pick]]:
    found: dict[int, list[Pick]] = defaultdict(list)
    for pick in picks:
        found[pick.line_id].append(pick)
    return found
