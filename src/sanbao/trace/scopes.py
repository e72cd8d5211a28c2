"""Who has what of hundreds of thousands of labels, and where: set-wise, because a recall begins with this list.

The database groups and adds; nothing is made of a label here but its code in a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from sanbao.parties.models import Customer, Site
from sanbao.trace import columns
from sanbao.trace.columns import MARK, Group
from sanbao.trace.models import LotKind, RecordKind, event_of
from sanbao.trace.store import among, postgres, table
from sanbao.trace.traces import Held

# A label that nobody got comes back by its number, to be looked up in the store; one that was replaced stands under the
# new one. CROSS JOIN: from the found lots on.
_SHIPPED = """
SELECT s.customer_id, s.site_id, l.unit, sum(coalesce(s.quantity_milli, l.quantity_milli, 0)),
    {gather}(CASE WHEN s.id IS NULL THEN {number} ELSE l.code END, {mark})
FROM {found} CROSS JOIN trace_lot l LEFT JOIN trace_shipment s ON s.lot_id = l.id AND s.voided = ''
WHERE l.id = u.v AND l.kind = %s GROUP BY s.customer_id, s.site_id, l.unit"""
#: From so many labels on numpy groups their columns.
_MANY = 5_000
# What is under a new label is gone from the old one whole, what was processed further by its weight.
_STORED = """
SELECT s.location, s.unit, sum(s.milli - coalesce(s.gone, 0)), {gather}(s.code, {mark})
FROM (
    SELECT p.location, l.unit, l.code, coalesce(l.quantity_milli, 0) AS milli,
        (SELECT sum(CASE k.event & 15 WHEN {relabel} THEN {all} WHEN {processing} THEN k.quantity_milli END)
         FROM trace_lot_link k WHERE k.src = u.v) AS gone
    FROM {found} CROSS JOIN trace_lot l LEFT JOIN trace_packing p ON p.lot_id = l.id AND p.voided = ''
    WHERE l.id = u.v
) s
WHERE s.gone IS NULL OR s.milli > s.gone
GROUP BY s.location, s.unit"""
# The same of very many that lie close together, for PostgreSQL, which would join the whole tables for the former: each
# table is read once, a bit for each number says which rows are meant.
_CLOSE = """
WITH gone AS (
    SELECT k.src AS lot, sum(CASE k.event & 15 WHEN {relabel} THEN {all} ELSE k.quantity_milli END) AS milli
    FROM trace_lot_link k WHERE k.src BETWEEN {first} AND {last} AND (k.event & 15) IN ({relabel}, {processing})
        AND get_bit(%s::bytea, k.src - {first}) = 1 GROUP BY k.src
)
SELECT p.location, l.unit, sum(coalesce(l.quantity_milli, 0) - coalesce(g.milli, 0)), {gather}(l.code, {mark})
FROM trace_lot l LEFT JOIN trace_packing p ON p.lot_id = l.id AND p.voided = ''
    AND p.lot_id BETWEEN {first} AND {last} AND get_bit(%s::bytea, p.lot_id - {first}) = 1
LEFT JOIN gone g ON g.lot = l.id
WHERE l.id BETWEEN {first} AND {last} AND get_bit(%s::bytea, l.id - {first}) = 1
    AND (g.milli IS NULL OR coalesce(l.quantity_milli, 0) > g.milli)
GROUP BY p.location, l.unit"""


@dataclass(slots=True)
class Holding:
    """What one customer has at one place; ``site`` is None, and ``place`` empty, where the shipment named none."""

    customer: int
    code: str
    name: str
    site: int | None
    place: str
    unit: str
    quantity_milli: int
    labels: list[str]


@dataclass(slots=True)
class Stored:
    """What has not left the house; ``location`` is empty where nobody wrote it down."""

    location: str
    unit: str
    quantity_milli: int
    labels: list[str]


@dataclass(slots=True)
class Scope:
    """Everything made from the starts, as a recall needs it. ``lots`` are all of them, the starts too."""

    start: list[int]
    lots: list[int]
    holdings: list[Holding] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)

    @property
    def labels(self) -> int:
        return sum(len(part.labels) for part in (*self.holdings, *self.stored))

    @property
    def customers(self) -> list[Held]:
        """The holdings by customer, largest first; several units of one customer stand apart."""
        held: dict[tuple[int, str], Held] = {}
        for part in self.holdings:
            at = held.setdefault((part.customer, part.unit), Held(part.customer, part.code, part.name, part.unit))
            at.quantity_milli += part.quantity_milli
            at.labels += part.labels
            if part.place:
                at.sites.add(part.place)
        for at in held.values():
            at.labels.sort()
        return sorted(held.values(), key=lambda at: (-at.quantity_milli, at.code))


def scope(start: list[int], found: list[int]) -> Scope:
    """``found`` is what was made from ``start``. At most four queries, however many labels."""
    answer = Scope(start, found)
    shipped = _shipped(sorted(found))
    names = dict(_named(Customer, {row[0] for row in shipped if row[0]}, "code", "name"))
    places = dict(_named(Site, {row[1] for row in shipped if row[1]}, "name"))
    waiting: list[int] = []
    for customer, site, unit, milli, labels in shipped:
        if customer is None:
            waiting += map(int, labels)
        else:
            place = places[site][0] if site else ""
            answer.holdings.append(Holding(customer, *names[customer], site, place, unit, int(milli), sorted(labels)))
    for location, unit, milli, labels in _in_house(sorted(waiting)) if waiting else ():
        answer.stored.append(Stored(location or "", unit, int(milli), sorted(labels)))
    answer.holdings.sort(key=lambda part: (-part.quantity_milli, part.code, part.place))
    answer.stored.sort(key=lambda part: part.location)
    return answer


def _shipped(found: list[int]) -> list[Group]:
    """The labels among these by customer and place. ``found`` is sorted."""
    if found and len(found) >= _MANY and (groups := columns.shipped(found)) is not None:
        return list(groups)
    return _grouped(_SHIPPED, found, [LotKind.LABEL.value])


def _in_house(lots: list[int]) -> list[Any]:
    """(location, unit, thousandths, codes) of what has not left the house."""
    if not postgres() or not columns.many_close(lots, _MANY):
        return _grouped(_STORED, lots, [])
    bits = columns.bits_of(lots)
    said = _said() | {"first": str(lots[0]), "last": str(lots[-1])}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE.format(**said), [bits, bits, bits])
        return [(*row[:-1], row[-1].split(MARK)) for row in cursor.fetchall()]


def _grouped(question: str, lots: list[int], parameters: list[Any]) -> list[Any]:
    return [(*row[:-1], row[-1].split(MARK)) for row in _asked(question, lots, parameters)]


def _said() -> dict[str, str]:
    """What the questions leave open, as this database says it."""
    said = {"gather": "group_concat", "number": "l.id", "mark": "char(31)"}
    if postgres():
        said = {"gather": "string_agg", "number": "l.id::text", "mark": "chr(31)"}
    said |= {"relabel": str(event_of(RecordKind.RELABEL, 0)), "processing": str(event_of(RecordKind.PROCESSING, 0))}
    return said | {"all": str(2**52)}


def _asked(question: str, lots: list[int], parameters: list[Any]) -> list[Any]:
    found, bound = table(lots)
    with connection.cursor() as cursor:
        cursor.execute(question.format(found=found, **_said()), [bound, *parameters])
        rows: list[Any] = cursor.fetchall()
    return rows


def _named(model: Any, ids: Iterable[int], *columns: str) -> Iterable[tuple[int, list[str]]]:
    for id, *values in model.objects.filter(id__in=among(sorted(ids))).values_list("id", *columns):
        yield id, values
