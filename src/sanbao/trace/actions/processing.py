"""深加工: goods and material go into a processing batch, and labels of their own come out of it (W-09).

The processing room keeps the order and its lines; here the graph and the kilograms stay in step. The batch stands
between inputs and outputs, so that what was put in is gone from its lot at once and what nobody accounts for is seen.
"""

from __future__ import annotations

from django.db.models import F

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.trace import store
from sanbao.trace.actions.records import connect, need_enough
from sanbao.trace.actions.work import disconnect
from sanbao.trace.gates import pass_gate
from sanbao.trace.models import Lot, LotKind, Permit, Purpose, RecordKind


def go_in(record_id: int, source: Lot, batch: Lot, milli: int, *, by: Actor, customer_id: int) -> list[Permit]:
    """So many thousandths of ``source`` go into the batch for this customer: only what may pass, no more than is left.

    The permits by which something passed that is not 合格 are given back.
    """
    by.need("trace.produce")
    with store.writing():
        purpose = Purpose.ISSUE if source.kind == LotKind.RAW else Purpose.CONSUME
        permits = pass_gate([source], purpose, customer_id=customer_id)
        need_enough(source, milli, "W-09")
        _weigh(batch, milli)
        connect(RecordKind.PROCESSING, record_id, [(source.pk, batch.pk, milli)], by=by)
        _tell("put_in", batch, source, milli, record_id, by)
    return permits


def take_out(record_id: int, source: Lot, batch: Lot, milli: int, *, by: Actor) -> None:
    """What was put in by this record goes back to its lot unworked."""
    by.need("trace.produce")
    with store.writing():
        disconnect(RecordKind.PROCESSING, record_id, into=batch, by=by)
        _weigh(batch, -milli)
        _tell("taken_out", batch, source, milli, record_id, by)


def come_out(record_id: int, batch: Lot, label: Lot, milli: int, *, by: Actor) -> None:
    """A label's goods came out of the batch."""
    by.need("trace.pack")
    with store.writing():
        connect(RecordKind.PROCESSING, record_id, [(batch.pk, label.pk, milli)], by=by)
        _tell("came_out", batch, label, milli, record_id, by)


def _weigh(batch: Lot, milli: int) -> None:
    Lot.objects.filter(pk=batch.pk, quantity_milli=None).update(quantity_milli=0)
    Lot.objects.filter(pk=batch.pk).update(quantity_milli=F("quantity_milli") + milli)


def _tell(what: str, batch: Lot, other: Lot, milli: int, record_id: int, by: Actor) -> None:
    facts = {"record": record_id, "lot": batch.code, "other": other.code, "quantity_milli": milli}
    journal.append(subject=f"lot:{batch.pk}", action=f"trace.{what}", by=by, clause="W-09", facts=facts)
