"""Work in progress (T-09): loads and baths, what a card learns at each step, and baskets split and merged.

The production room decides what may follow what; here the graph, the card's record and the kilograms stay in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.trace import bulk, store
from sanbao.trace.actions.records import connect, need_enough, not_written, write_record
from sanbao.trace.bulk import Result, Written
from sanbao.trace.gates import pass_gate
from sanbao.trace.models import Lot, Purpose, RecordKind, Traveller, event_of
from sanbao.trace.rows import TravellerRow

#: Columns of a card that a step may fill, and those that hold codes: a second load is written behind the first.
DATES = ("extruded_on", "aged_on", "finished_on")
CODES = ("ageing", "finish")
#: What changed on a card: column → [old, new], as the journal keeps it.
type Changes = dict[str, list[Any]]


def treatment(code: str, kind: str, *, by: Actor, on: date | None = None) -> Lot:
    """The ageing load, anodising bath lot or coating batch of this code, new or standing. It has no status."""
    by.need("trace.produce")
    key = code_key(code)
    if not key or max(len(key), len(code.strip())) > 64:
        raise not_written(Written(Result.REFUSED, "too_long", {"field": "treatment", "limit": 64}), "T-09")
    with store.writing():
        lot = Lot.objects.filter(key=key).first()
        if lot is None:
            lot = Lot.objects.create(key=key, code=code.strip(), kind=str(kind), made_on=on, status="")
            facts = {"lot": lot.code, "kind": lot.kind, "made_on": on}
            journal.append(subject=f"lot:{lot.pk}", action="trace.treatment", by=by, clause="T-09", facts=facts)
        elif lot.kind != kind:
            raise not_written(Written(Result.REFUSED, "other_kind", {"code": lot.code}), "T-09")
    return lot


def fill_traveller(lot: Lot, *, by: Actor, **facts: Any) -> Changes:
    """Write on a standing card what a step tells of it; what stands there already stays. What changed is given back.

    ``extruded_on``, ``aged_on``, ``finished_on`` are filled when empty; a code in ``ageing`` or ``finish`` that is not
    there yet is added, so that a basket that was treated twice names both loads.
    """
    by.need("trace.produce")
    with store.writing():
        card = Traveller.standing.filter(lot=lot).first()
        if card is None:
            return {}
        changes: Changes = {}
        for name, value in facts.items():
            old = getattr(card, name)
            new = _added(old, value) if name in CODES else old or value
            if new and new != old:
                changes[name] = [plain(old), plain(new)]
        _amend(card, changes, by)
    return changes


def unfill_traveller(lot: Lot, changes: Changes, *, by: Actor) -> None:
    """Take back what a struck step had written on the card, as far as nobody has written over it."""
    by.need("trace.produce")
    with store.writing():
        card = Traveller.standing.filter(lot=lot).first()
        if card is not None:
            same = {name: pair for name, pair in changes.items() if plain(getattr(card, name)) == pair[1]}
            _amend(card, {name: [new, old] for name, (old, new) in same.items()}, by)


def disconnect(kind: RecordKind, record_id: int, *, into: Lot, by: Actor) -> int:
    """Take away the links that an upper room's struck record had made into a lot; how many."""
    by.need("trace.produce")
    with store.writing():
        return bulk.void_links(event_of(kind, record_id), into=into.pk)


def open_basket(row: TravellerRow, *, by: Actor, rule: Mapping[str, Any]) -> Traveller:
    """A card for a basket that is filled from others: it says what they say, and takes up nothing by itself.

    Its kilograms come by ``pour``. ``row.status`` follows from QC's rule about splitting and merging, which ``rule``
    names with its version; nobody judges here.
    """
    with store.writing():
        told = {"billets": " ".join(row.billets), "ageing": row.ageing, "finish": row.finish}
        for name, text in told.items():
            limit = Traveller._meta.get_field(name).max_length or 0
            if len(text) > limit:
                raise not_written(Written(Result.REFUSED, "too_long", {"field": name, "limit": limit}), "T-09")
        empty = replace(row, billets=(), ageing="", finish="", quantity_milli=0)
        card = write_record(Traveller, empty, by=by, permission="trace.produce", clause="T-09", **told, **rule)
        Traveller.objects.filter(pk=card.pk).update(**told)
    for name, text in told.items():
        setattr(card, name, text)
    return card


def pour(
    record_id: int,
    sources: Mapping[int, int],
    into: Lot,
    *,
    by: Actor,
    status: str,
    rule: Mapping[str, Any],
    customer_id: int | None = None,
) -> None:
    """拆框、并框: thousandths of ``sources`` (lot id → so many) go into a basket; no more than is left of each.

    ``record_id`` is the transfer that the production room keeps, ``status`` what the basket is after it by ``rule``.
    Held baskets stay where they are (T-13), another customer's property is not mixed in (T-08).
    """
    by.need("trace.produce")
    with store.writing():
        lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in=[*sources, into.pk])}
        pass_gate(lots.values(), Purpose.TRANSFER, customer_id=customer_id)
        for pk, milli in sources.items():
            need_enough(lots[pk], milli, "T-09")
        if lots[into.pk].quantity_milli is None:
            refuse(
                "trace.unweighed",
                W("{lot} 没有重量，不能并入。", "{lot} was never weighed; nothing can be added to it."),
                clause="T-09",
                lot=into.code,
            )
        total = sum(sources.values())
        Lot.objects.filter(pk=into.pk).update(quantity_milli=F("quantity_milli") + total, status=status)
        connect(RecordKind.TRANSFER, record_id, [(pk, into.pk, milli) for pk, milli in sources.items()], by=by)
        journal.append(
            subject=f"lot:{into.pk}",
            action="trace.transfer",
            by=by,
            clause="T-09",
            facts={
                "record": record_id,
                "lot": into.code,
                "from": {lots[pk].code: milli for pk, milli in sources.items()},
                "status": [lots[into.pk].status, status],
                **rule,
            },
        )


def _added(codes: str, code: str) -> str:
    listed = codes.split()
    return codes if not code or code in listed else " ".join([*listed, code])


def _amend(card: Traveller, changes: Changes, by: Actor) -> None:
    if not changes:
        return
    limits = {name: Traveller._meta.get_field(name).max_length for name in changes}
    for name, (_, new) in changes.items():
        if limits[name] and len(new) > limits[name]:
            raise not_written(Written(Result.REFUSED, "too_long", {"field": name, "limit": limits[name]}), "T-09")
    Traveller.objects.filter(pk=card.pk).update(**{name: new for name, (_, new) in changes.items()})
    facts = {"record": card.pk, "set": changes}
    journal.append(subject=f"lot:{card.lot_id}", action="trace.amended", by=by, clause="T-09", facts=facts)
