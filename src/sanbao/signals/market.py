"""What was delivered, and by which machines it was made: the exposure of each place, in tonnes at risk."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import batched

from django.db import connection
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from sanbao.signals.exposure import Deliveries
from sanbao.signals.origins import CHUNK, DIMENSION_OF, made_on
from sanbao.signals.rules import Line
from sanbao.signals.scan import EVERYWHERE, Place
from sanbao.trace.models import Lot, Shipment
from sanbao.trace.queries import engine

#: Thousandths of a kilogram in a tonne.
TONNE = 1_000_000
LOTS = frozenset(DIMENSION_OF.values())

#: Every delivery with the travellers under its label. A label packed from two baskets counts for the machines of both.
MACHINES = """
SELECT s.id, s.shipped_on, COALESCE(s.quantity_milli, l.quantity_milli), t.press, t.shift, t.ageing, t.finish
FROM trace_shipment s
JOIN trace_lot l ON l.id = s.lot_id
JOIN trace_lot_link k ON k.dst = s.lot_id
JOIN trace_traveller t ON t.lot_id = k.src AND t.voided = ''
WHERE s.voided = '' AND s.shipped_on IS NOT NULL AND s.shipped_on <= %s
ORDER BY s.id
"""


class Market:
    """Deliveries up to a day. The lots are asked for one by one, because only those with complaints matter."""

    def __init__(self, until: date, line: Line) -> None:
        self._until, self._line = until, line
        self._known: dict[Place, Deliveries | None] = {}
        self._named: dict[str, list[Deliveries]] = defaultdict(list)
        self._busy: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        sent = self._sent()
        weight = Sum(Coalesce("quantity_milli", "lot__quantity_milli", 0))
        self._keep({EVERYWHERE: sent.values_list("shipped_on").annotate(weight=weight).order_by()})
        self._by("product", sent.values_list(F("lot__product"), "shipped_on").annotate(weight=weight).order_by())
        self._by("region", sent.values_list(F("customer__region"), "shipped_on").annotate(weight=weight).order_by())
        self._of_machines()
        self._made = _made()

    def delivered(self, place: Place) -> Deliveries | None:
        """The deliveries of a place; None where none is known."""
        if place not in self._known and place.dimension in LOTS:
            labels = engine.forward([int(place.value)])
            found = [row for some in batched(sorted(labels), CHUNK) for row in self._of_lots(some)]
            self._keep({place: found})
        return self._known.get(place)

    def at_risk(self, dimension: str, day: int) -> int:
        """How many places of a dimension had goods at risk in the window that ends on a day."""
        window = self._line.days
        if dimension in LOTS:
            dated, undated = self._made[dimension]
            reach = self._line.risk_days + window
            return undated + bisect_right(dated, day) - bisect_left(dated, day - reach)
        known = self._busy[dimension]
        if day not in known:
            named = self._named[dimension]
            known[day] = sum(1 for d in named if d.between(day - window + 1, day) > 0)
        return known[day]

    # -- reading -------------------------------------------------------------------------------------

    def _sent(self):  # type: ignore[no-untyped-def]
        return Shipment.standing.filter(shipped_on__isnull=False, shipped_on__lte=self._until)  # type: ignore[misc]

    def _of_lots(self, lots: Iterable[int]) -> Iterator[tuple[date, int]]:
        rows = self._sent().filter(lot__in=list(lots))
        yield from rows.values_list("shipped_on", Coalesce("quantity_milli", "lot__quantity_milli", 0))

    def _keep(self, found: dict[Place, Iterable[tuple[date, int]]]) -> None:
        for place, rows in found.items():
            weighed = [(day.toordinal(), milli / TONNE) for day, milli in rows if milli]
            self._known[place] = sent = Deliveries(weighed, self._line.risk_days) if weighed else None
            if sent is not None:
                self._named[place.dimension].append(sent)

    def _by(self, dimension: str, rows: Iterable[tuple[int | None, date, int]]) -> None:
        found: dict[Place, list[tuple[date, int]]] = defaultdict(list)
        for value, day, milli in rows:
            if value is not None:
                found[Place(dimension, str(value))].append((day, milli))
        self._keep(dict(found))

    def _of_machines(self) -> None:
        found: dict[Place, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for day, milli, places in _machines(self._until):
            for place in places:
                found[place][day] += milli
        self._keep({place: list(days.items()) for place, days in found.items()})


def _machines(until: date) -> Iterator[tuple[date, int, set[Place]]]:
    """Delivery by delivery: the day, the weight, and the machines and shifts that made it."""
    with connection.cursor() as cursor:
        cursor.execute(MACHINES, [until])
        last, places, day, milli = None, set[Place](), date.min, 0
        while rows := cursor.fetchmany(2000):
            for shipment, shipped_on, weight, *said in rows:
                if shipment != last:
                    if last is not None:
                        yield day, milli, places
                    day = date.fromisoformat(shipped_on) if isinstance(shipped_on, str) else shipped_on
                    last, places, milli = shipment, set(), weight or 0
                places |= set(made_on(*said))
        if last is not None:
            yield day, milli, places


def _made() -> dict[str, tuple[list[int], int]]:
    """Dimension → on which days its lots were made, and how many bear no day. Those count as always at risk."""
    found: dict[str, tuple[list[int], int]] = {dimension: ([], 0) for dimension in LOTS}
    counted = Lot.objects.filter(kind__in=DIMENSION_OF).values_list("kind", "made_on").annotate(n=Count("id"))
    for kind, day, number in counted.order_by("made_on"):
        dated, undated = found[DIMENSION_OF[kind]]
        found[DIMENSION_OF[kind]] = (
            (dated, undated + number) if day is None else (dated + [day.toordinal()] * number, undated)
        )
    return {dimension: (sorted(dated), undated) for dimension, (dated, undated) in found.items()}
