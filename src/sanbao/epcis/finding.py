"""Conditions as SQL: which events a question wants, in which order, page by page.

Few events have a given identifier, many a given step. The former are looked up first (``IN``), the latter are asked of
each candidate (``EXISTS``), so that a page of "everything that was shipped" reads no further than the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery

from sanbao.epcis import masters
from sanbao.epcis.models import Attribute, Element, Event, Key, Measure, Namespaces, Place, Thing
from sanbao.epcis.sets import texts
from sanbao.epcis.standard.asking import Asked, Attributed, Below, Column, Condition, Keyed, Measured
from sanbao.epcis.standard.contexts import KNOWN, Context
from sanbao.epcis.standard.indexing import kept
from sanbao.kernel.actor import Actor

_LOOKUPS = {"in": "in", "GT": "gt", "GE": "gte", "LT": "lt", "LE": "lte"}


class Names:
    """What a name as written may stand for: by the prefixes given with the question, or by those of all documents."""

    def __init__(self, given: Context) -> None:
        self.given = given
        self._house: dict[str, set[str]] | None = None

    def __call__(self, name: str) -> list[str]:
        prefix, colon, rest = name.partition(":")
        if not colon or rest.startswith("//"):
            return [name]
        if prefix in self.given.prefixes or prefix in KNOWN:
            return [self.given.expand(name), name]
        return [*(namespace + rest for namespace in sorted(self.house.get(prefix, ()))), name]

    @property
    def house(self) -> dict[str, set[str]]:
        if self._house is None:
            self._house = {}
            for text in Namespaces.objects.values_list("entries", flat=True):
                for prefix, namespace in Context.from_text(text).prefixes.items():
                    self._house.setdefault(prefix, set()).add(namespace)
        return self._house


def found(asked: Asked, *, by: Actor) -> QuerySet[Event]:
    """The events that a question wants, unordered."""
    rows = Event.objects.visible_to(by)
    for condition in asked.conditions:
        rows = _restricted(rows, condition)
    return rows


def _restricted(rows: QuerySet[Event], condition: Condition) -> QuerySet[Event]:
    match condition:
        case Keyed(names=()):
            return rows
        case Keyed():
            return _keyed(rows, condition)
        case Measured(names=names, operator=operator, value=value):
            measured = Measure.objects.filter(name__in=names, event_id=OuterRef("pk"))
            return rows.filter(Exists(measured.filter(**{f"value__{_LOOKUPS[operator]}": value})))
        case Column(name=name, operator=operator, value=value):
            return rows.filter(**{f"{name}__{_LOOKUPS[operator]}": value})
        case Below(names=names, keys=keys):
            return _having(rows, Key.objects.filter(name__in=names, value__in=texts(masters.below(keys))))
        case Attributed(names=names, attribute=attribute, values=values):
            described = Attribute.objects.filter(name=attribute)
            if values is not None:
                described = described.filter(value__in=values)
            return _having(rows, Key.objects.filter(name__in=names, value__in=described.values("element")))
    raise TypeError(condition)


def _keyed(rows: QuerySet[Event], wanted: Keyed) -> QuerySet[Event]:
    ranges = [Q(value__gte=low, value__lt=high) for low, high in wanted.ranges]
    exact = [Q(value__in=wanted.exact)] if wanted.exact else []
    keys = Key.objects.filter(name__in=wanted.names)
    if exact or ranges:
        keys = keys.filter(reduce(or_, [*exact, *ranges]))
    if not wanted.numbers:
        return _having(rows, keys) if wanted.selective else rows.filter(_each(keys))
    measures = Measure.objects.filter(name__in=wanted.names, value__in=wanted.numbers)
    return rows.filter(_each(keys) | _each(measures) if exact or ranges else _each(measures))


def _having(rows: QuerySet[Event], keys: QuerySet[Any]) -> QuerySet[Event]:
    return rows.filter(pk__in=keys.values("event_id"))


def _each(keys: QuerySet[Any]) -> Exists:
    return Exists(keys.filter(event_id=OuterRef("pk")))


def ordered(rows: QuerySet[Event], asked: Asked) -> tuple[QuerySet[Event], str]:
    """In the asked order, with the name of the column (or annotation) that it goes by; by arrival if none was asked."""
    column = {"": "", "eventTime": "event_time", "recordTime": "record_time"}.get(asked.order_by)
    if column is None:
        return _by_field(rows, asked.order_names, asked.descending)
    if not column:
        return rows.order_by("pk"), ""
    sign = "-" if asked.descending else ""
    return rows.order_by(f"{sign}{column}", f"{sign}pk"), column


def _by_field(rows: QuerySet[Event], names: Iterable[str], descending: bool) -> tuple[QuerySet[Event], str]:
    """By a field of somebody's own: numbers first, in their order, then texts; events without it come last."""
    listed = list(names)
    number = Measure.objects.filter(name__in=listed, event_id=OuterRef("pk")).values("event_id")
    text = Key.objects.filter(name__in=listed, event_id=OuterRef("pk")).values("event_id")
    rows = rows.annotate(
        ordering_number=Subquery(number.annotate(first=Min("value")).values("first"), output_field=FloatField()),
        ordering_text=Subquery(text.annotate(first=Min("value")).values("first")),
    )
    if descending:
        order = [F("ordering_number").desc(nulls_last=True), F("ordering_text").desc(nulls_last=True), "-pk"]
    else:
        order = [F("ordering_number").asc(nulls_last=True), F("ordering_text").asc(nulls_last=True), "pk"]
    return rows.order_by(*order), "offset"


def values_of(names: Iterable[str], *, after: str, count: int) -> list[str]:
    """Distinct values under these names, in order, from one on: a seek for each, however many events there are."""
    listed, found, last = list(names), [], after
    while len(found) < count:
        following = [
            value
            for name in listed
            for value in Key.objects.filter(name=name, value__gt=last)
            .order_by("value")
            .values_list("value", flat=True)[:1]
        ]
        if not following:
            break
        last = min(following)
        found.append(last)
    return found


def identifiers_of(keys: Iterable[str]) -> dict[str, str]:
    """A key as an identifier: as it was first written, or as master data write it."""
    listed = list(keys)
    told = dict(Element.objects.filter(key__in=listed).values_list("key", "uri"))
    told |= dict(Place.objects.filter(key__in=listed).values_list("key", "uri"))
    return told | dict(Thing.objects.filter(key__in=listed).values_list("key", "uri"))


def known(names: Iterable[str], value: str) -> bool:
    return Key.objects.filter(name__in=list(names), value=kept(value)).exists()
