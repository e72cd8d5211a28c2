"""Our own records as events: read set-wise out of the trace store, and recognised when they come back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sanbao.epcis import linked_records, vocabulary
from sanbao.epcis.models import Thing
from sanbao.epcis.policies import authority
from sanbao.epcis.preparing import Prepared, prepare
from sanbao.epcis.standard import canonical, reading
from sanbao.epcis.telling import CONTEXT, Inputs, Teller
from sanbao.kernel.codes import code_key, whole
from sanbao.trace import store
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    Lot,
    LotLink,
    MaterialIssue,
    Movement,
    Packing,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
    event_of,
)

#: The kinds that are told, in the order of the chain.
TOLD: dict[str, type[Record]] = {
    model.kind.value: model
    for model in (Receipt, MaterialIssue, Heat, Traveller, InspectionReport, Packing, Shipment, Movement)
}
_LINKING = (Traveller, Packing)


def joined(model: type[Record]) -> list[str]:
    """What a telling reads beside the record itself."""
    own = [f.name for f in model._meta.concrete_fields if f.is_relation and f.name != "contact"]
    lots = [f.name for f in model._meta.concrete_fields if f.related_model is Lot]
    return [*own, *(f"{name}__{of}" for name in lots for of in ("product", "material"))]


def told(records: Sequence[Record], house: str) -> list[dict[str, Any]]:
    """Records of one model as events; two queries for what went into their lots."""
    inputs = inputs_of(records)
    teller = Teller(house)
    return [teller.event(record, inputs.get(record.pk, [])) for record in records]


def inputs_of(records: Sequence[Record]) -> dict[int, Inputs]:
    """What the links of these records say went into their lots, by record."""
    linking = [record for record in records if isinstance(record, _LINKING)]
    if not linking:
        return {}
    record_of = {event_of(record.kind, record.pk): record.pk for record in linking}
    rows = [
        (record_of[event], src, milli)
        for src, event, milli in LotLink.objects.filter(
            dst__in=store.among(sorted({record.lot_id for record in linking}))
        ).values_list("src", "event", "quantity_milli")
        if event in record_of
    ]
    lots = {
        lot.pk: lot
        for lot in Lot.objects.filter(pk__in=store.among(sorted({src for _, src, _ in rows}))).select_related(
            "product", "material"
        )
    }
    found: dict[int, Inputs] = defaultdict(list)
    for record, src, milli in sorted(rows, key=lambda row: (row[0], lots[row[1]].code)):
        found[record].append((lots[src], milli))
    return found


def as_prepared(events: Iterable[dict[str, Any]], house: str) -> list[Prepared]:
    """Events of ours, ready to be kept beside those of others."""
    ready = []
    for position, event in enumerate(events, 1):
        one = prepare(reading.event(json.dumps(event, ensure_ascii=False)), position, CONTEXT, house)
        if not isinstance(one, Prepared):
            raise ValueError(f"an event of our own is not sound: {one}")
        ready.append(one)
    return ready


def standing(event: Prepared) -> bool | None:
    """Whether an event that says it tells of a record of ours does: None where nothing here speaks for or against.

    The latter is an empty house, or one that lost its records: what the event tells is then captured.
    """
    house = authority()
    plain = {name: value for name, value in event.value.items() if name != "errorDeclaration"}
    digest = canonical.digest(plain, event.context.expand, beside=vocabulary.LOTS)
    for mine in _told_of(event.own, house):
        if canonical.digest(mine, CONTEXT.expand, beside=vocabulary.LOTS) == digest:
            return True
    return False if _has_our_lots(event, house) else None


def _told_of(own: str, house: str) -> list[dict[str, Any]]:
    """What is told of the record of ours that an event names: nothing where there is none."""
    kind, _, pk = own.partition(":")
    number = whole(pk)
    if number is None:
        return []
    if kind in linked_records.tables():
        return linked_records.events(RecordKind(kind), [number], house)
    model = TOLD.get(kind)
    if model is None:
        return []
    return told(list(model._base_manager.select_related(*joined(model)).filter(pk=number)), house)


def _has_our_lots(event: Prepared, house: str) -> bool:
    """Whether a lot that the event names stands here by records of our own."""
    codes = {described.code for described in event.described.values()}
    codes |= {lot[1] for goods in event.said.goods.values() if (lot := vocabulary.lot_of(house, goods.uri))}
    lots = Lot.objects.filter(key__in=[code_key(code) for code in codes]).exclude(quantity_milli=None, made_on=None)
    brought = Thing.objects.filter(lot__in=lots, ours=False).values("lot")
    return lots.exclude(pk__in=brought).exists()
