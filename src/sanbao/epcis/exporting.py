"""Documents of events for others: of a trace, or of everything since a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sanbao.epcis import answering, linked_records, own_records, publishing
from sanbao.epcis.models import Event
from sanbao.epcis.policies import authority
from sanbao.epcis.standard import writing
from sanbao.epcis.standard.times import moment
from sanbao.epcis.standard.writing import Told
from sanbao.epcis.telling import CONTEXT
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import factory, now
from sanbao.trace import queries
from sanbao.trace.concerns import linking
from sanbao.trace.models import Record, RecordKind
from sanbao.trace.store import among
from sanbao.trace.traces import Direction, Trace


def of_code(code: str, *, by: Actor, direction: Direction = Direction.BOTH) -> bytes:
    """Whatever a number names, traced, as an EPCISDocument."""
    return of_trace(queries.trace(queries.found(code, actor=by), direction))


def of_trace(answer: Trace) -> bytes:
    """Every event behind a trace: our records as events, and captured events word for word, in the order of time.

    Captured into an empty house they give the same lots and links.
    """
    told = [*_own(answer), *_captured(answer)]
    return writing.document(
        (each for _, each in sorted(told, key=lambda pair: pair[0])), created=now(), sender=authority()
    )


def since(day: date, *, by: Actor) -> bytes:
    """Everything recorded since a day, ours and captured."""
    by.need("epcis.query", clause="M-02")
    publishing.tell_all()
    rows = Event.objects.visible_to(by).filter(record_time__gte=factory(day.isoformat())).order_by("pk")
    return writing.document(answering.told(rows), created=now(), sender=authority())


def _own(answer: Trace) -> Iterable[tuple[datetime, Told]]:
    house = authority()
    ids: dict[str, set[int]] = defaultdict(set)
    records = answer.records
    for kind, found in (
        (RecordKind.RECEIPT, records.receipts),
        (RecordKind.HEAT, records.heats),
        (RecordKind.REPORT, records.reports),
        (RecordKind.SHIPMENT, records.shipments),
    ):
        ids[kind] |= {row.id for rows in found.values() for row in rows}
    ids[RecordKind.TRAVELLER] |= {row.id for row in records.travellers.values()}
    ids[RecordKind.PACKING] |= {row.id for row in records.packings.values()}
    for link in answer.links:
        if link.kind != RecordKind.CAPTURE:
            ids[link.kind].add(link.record)
    events: list[dict[str, Any]] = []
    for kind, model in own_records.TOLD.items():
        events += own_records.told(_records(model, ids[kind]), house)
    for kind in linking:
        events += linked_records.events(kind, ids[kind], house)
    for event in own_records.as_prepared(events, house):
        yield moment(event.value["eventTime"]), Told(event.text, None, CONTEXT)


def _records(model: type[Record], ids: set[int]) -> list[Record]:
    rows = model._base_manager.filter(pk__in=among(sorted(ids)), voided="")
    return list(rows.select_related(*own_records.joined(model)).order_by("pk"))


def _captured(answer: Trace) -> Iterable[tuple[datetime, Told]]:
    """The captured events that made the links, and those that say how the lots came to be."""
    ids = {link.record for link in answer.links if link.kind == RecordKind.CAPTURE}
    if answer.witnessed:
        ids |= _births(answer.witnessed)
    rows = list(Event.objects.filter(pk__in=among(sorted(ids)), voided=False, own="").order_by("event_time", "pk"))
    yield from zip((row.event_time for row in rows), (_bare(each) for each in answering.told(rows)), strict=True)


def _bare(told: Told) -> Told:
    """Without the time at which it came to us: whoever captures it has one of his own."""
    return Told(told.text, None, told.context)


def _births(lots: Iterable[int]) -> set[int]:
    from sanbao.epcis.models import Key, Thing

    keys = list(Thing.objects.filter(lot__in=among(sorted(lots))).values_list("key", flat=True))
    named = Key.objects.filter(name__in=("epc", "epcClass"), value__in=keys).values("event_id")
    rows = Event.objects.filter(pk__in=named, type="ObjectEvent", declaration="", voided=False, own="")
    return set(rows.values_list("pk", flat=True))
