"""What is asked of the store, by its pages and by other rooms. A constant number of queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, today
from sanbao.kernel.words import W
from sanbao.materials import rules, stock
from sanbao.materials.models import IncomingLot, IncomingState, Lying, MarkingNotice, MarkingState, Place
from sanbao.materials.policies import MARKING, class_of
from sanbao.trace import queries as trace
from sanbao.trace.models import (
    Lot,
    LotLink,
    Movement,
    MovementKind,
    Packing,
    QualityStatus,
    Shipment,
)

#: So many cards are printed at once; who wants more prints them in parts.
PRINTED = 500
STATUSES = [status.value for status in QualityStatus]
#: The statuses in the order in which T-06 names them.
STATUSES_SHOWN = ("passed", "failed", "pending", "undecided")


@dataclass(slots=True)
class Stood:
    """One lot as it stands at a place."""

    lot: Lot
    milli: int | None
    pieces: int | None
    since: Any
    marks: trace.Marks
    written: bool = False

    @property
    def status(self) -> str:
        return self.lot.status

    @property
    def name(self) -> str:
        """What it is: the material's or the product's name."""
        named = self.lot.material or self.lot.product
        return named.name if named else ""


@dataclass(slots=True)
class Contents:
    """What stands at one place: how many lots of which status, how much, since when. ``named`` are the labels of which
    only the packing record says that they stand here."""

    place: Place | None
    name: str
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    units: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pieces: int = 0
    oldest: date | None = None
    held: int = 0

    @property
    def lots(self) -> int:
        return sum(self.statuses.values())

    @property
    def full(self) -> bool:
        return self.place is not None and self.place.capacity is not None and self.lots >= self.place.capacity

    def add(self, status: str, n: int, milli: int | None, unit: str, pieces: int | None, since: date | None) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + n
        self.units[unit] += milli or 0
        self.pieces += pieces or 0
        if since is not None:
            self.oldest = min(self.oldest or since, since)


def standing() -> QuerySet[Lying]:
    return Lying.objects.select_related("lot__material", "lot__product", "place").order_by("since", "id")


def stood(rows: Iterable[Lying]) -> list[tuple[Place, Stood]]:
    """What lies there and is still there by the book, oldest first."""
    found = list(rows)
    by_lot: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    every = Lying.objects.filter(lot__in=[row.lot_id for row in found]).order_by("since", "id")
    for lot, place, milli in every.values_list("lot_id", "place_id", "quantity_milli"):
        by_lot[lot].append((place, milli))
    left, marks = stock.left_of(by_lot), trace.marks(by_lot)
    shares = {lot: rules.shares(left[lot], lying) for lot, lying in by_lot.items()}
    return [
        (row.place, Stood(row.lot, share, row.pieces, row.since, marks.get(row.lot_id, trace.Marks())))
        for row in found
        if (share := shares[row.lot_id][row.place_id]) is None or share > 0
    ]


def located() -> list[Contents]:
    """The location view (W-07): every place in use with what stands there, and every place that only packing records
    name. Ten queries or so, whatever the size of the store."""
    places = {place.pk: Contents(place, place.name) for place in Place.objects.in_use().select_related("customer")}
    by_code = {code_key(found.place.code): found for found in places.values() if found.place}
    for place, one in stood(standing()):
        found = places.get(place.pk)
        if found is None:
            found = places[place.pk] = Contents(place, place.name)
        found.add(one.status, 1, one.milli, one.lot.unit, one.pieces, local(one.since).date())
        found.held += bool(one.marks.holds)
    written: dict[str, Contents] = {}
    for row in _packed().values("location", "lot__status", "lot__unit").order_by().annotate(
        n=Count("lot"), milli=Sum("lot__quantity_milli"), pieces=Sum("pieces"), oldest=Min("packed_on")
    ):  # fmt: skip
        key = code_key(row["location"])
        found = by_code.get(key) or written.setdefault(key, Contents(None, row["location"]))
        found.add(row["lot__status"], row["n"], row["milli"], row["lot__unit"], row["pieces"], row["oldest"])
    ordered = sorted(places.values(), key=lambda c: c.place.code if c.place else "")
    return [*ordered, *sorted(written.values(), key=lambda c: c.name)]


def at_place(place: Place) -> list[Stood]:
    """Everything at one place, oldest first: what was put there, and the labels whose packing record names it."""
    here = [one for _, one in stood(standing().filter(place=place))]
    names = [name for name in _locations() if code_key(name) == code_key(place.code)]
    return here + labels_at(names)


def labels_at(names: list[str]) -> list[Stood]:
    """The labels in stock of which the packing record names one of these places."""
    if not names:
        return []
    packed = list(_packed().filter(location__in=names).select_related("lot__product").order_by("packed_on", "id"))
    marks = trace.marks(row.lot_id for row in packed)
    return [
        Stood(row.lot, row.lot.quantity_milli, row.pieces, row.packed_on, marks.get(row.lot_id, trace.Marks()), True)
        for row in packed
    ]


def _locations() -> list[str]:
    return list(Packing.standing.exclude(location="").order_by().values_list("location", flat=True).distinct())


def _packed() -> QuerySet[Packing]:
    """Finished labels in stock whose place only their packing record names: packed, not shipped (or come back), not
    relabelled, not put away by a scan."""
    sent = Shipment.standing.filter(lot=OuterRef("lot"))
    back = Movement.standing.filter(lot=OuterRef("lot"), what=MovementKind.RETURNED)
    gone = Movement.standing.filter(lot=OuterRef("lot"), what=MovementKind.SCRAPPED)
    onward = LotLink.objects.filter(src=OuterRef("lot"))
    lying = Lying.objects.filter(lot=OuterRef("lot"))
    here = ~Exists(sent) | Exists(back)
    return Packing.standing.exclude(location="").filter(here, ~Exists(gone), ~Exists(onward), ~Exists(lying))


def untold() -> list[tuple[int, str, str]]:
    """(supplier id, supplier, class) that delivered within our records and has not acknowledged what to mark (T-01)."""
    version = MARKING.on(today())
    acknowledged = set(
        MarkingNotice.objects.filter(state=MarkingState.ACKNOWLEDGED).values_list("supplier_id", "material_class")
    )
    came = IncomingLot.objects.exclude(delivery__supplier=None).exclude(state=IncomingState.CANCELLED)
    pairs: dict[tuple[int, str], str] = {}
    for row in came.select_related("material", "delivery__supplier").order_by("pk").iterator(chunk_size=2000):
        supplier = row.delivery.supplier
        if supplier is not None:
            pairs[supplier.pk, class_of(row.material, version)] = supplier.name
    missing = {pair: name for pair, name in pairs.items() if pair not in acknowledged}
    return sorted((pk, name, of) for (pk, of), name in missing.items())


def waiting(actor: Actor) -> int:
    """For the rail: what at the gate waits for this actor."""
    mine = Q(pk=None)
    if actor.may("materials.receive"):
        mine |= Q(state=IncomingState.COMPLETE)
    if actor.may("materials.handle_refused"):
        mine |= Q(state=IncomingState.REFUSED)
    if actor.may("materials.judge_incoming"):
        mine |= Q(state__in=[IncomingState.SAMPLING, IncomingState.NONCONFORMING])
    return IncomingLot.objects.visible_to(actor).filter(mine).count()


def to_print(ids: list[int], by: Actor) -> list[Lot]:
    """The lots of which cards or labels are wanted; refuses none, and more than a printer should get at once."""
    by.need("materials.see", clause="M-02")
    found = list(Lot.objects.visible_to(by).select_related("material").filter(pk__in=ids).order_by("pk")[: PRINTED + 1])
    if not found:
        refuse("print.nothing", W("请先选中要打印的批次。", "Choose the lots to print."), clause="T-06", status=422)
    if len(found) > PRINTED:
        sentence = W("一次最多印 {most} 张。", "At most {most} are printed at once.")
        refuse("print.too_many", sentence, clause="T-06", status=422, most=PRINTED)
    return found
