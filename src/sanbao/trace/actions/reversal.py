"""冲销: strike a record that was wrong. It stays, the links and quantities that it made are taken back, and the right
one is written anew. Refused while something stands on it: what was used or shipped is reversed first."""

from __future__ import annotations

from typing import Any

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import bulk, store
from sanbao.trace.accounts import accounts
from sanbao.trace.actions.records import need_to_move
from sanbao.trace.lifecycle import REVERSAL
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    Lot,
    LotLink,
    MaterialIssue,
    Movement,
    Packing,
    QualityStatus,
    Receipt,
    Record,
    RecordKind,
    Reversal,
    Shipment,
    Traveller,
    event_of,
    record_of,
)

#: Whoever may write a record may strike it, besides holding ``trace.reverse``.
WRITER: dict[type[Record], str] = {
    Receipt: "trace.receive",
    MaterialIssue: "trace.issue",
    Heat: "trace.produce",
    Traveller: "trace.produce",
    InspectionReport: "trace.inspect",
    Packing: "trace.pack",
    Shipment: "trace.ship",
    Movement: "trace.move",
}
STRUCK: dict[str, type[Record]] = {model.kind.value: model for model in WRITER}


def reverse(*, by: Actor, record_kind: str, record_id: int, reason: str) -> Reversal:
    """Strike one record (T-06). Refuses ``reversal.unknown`` (404), ``reversal.stands`` (struck already) and
    ``reversal.in_use`` where goods have gone on from it."""
    with store.writing(), REVERSAL.opening("reverse", by=by) as step:
        record = _standing(record_kind, record_id)
        _need_writer(record, by)
        need_reason(reason)
        case = step.case
        case.number, case.reason = numbering.take("reversal"), reason
        case.record_kind, case.record_id, case.lot = record_kind, record_id, record.lot
        case.entered_by, case.entered_at = by.ref, now()
        _not_in_use(record)
        step.insert()
        links = _take_back(record)
        type(record)._base_manager.filter(pk=record.pk).update(voided=case.subject)
        step.record(lot=record.lot.code, links=links, struck=_facts(record))
    return case


def strikable(by: Actor) -> set[str]:
    """The kinds of record that the actor may strike."""
    return {kind for kind, model in STRUCK.items() if by.may("trace.reverse") and by.may(WRITER[model])}


def _need_writer(record: Record, by: Actor) -> None:
    if isinstance(record, Movement):
        need_to_move(by, record.lot, record.what)
    else:
        by.need(WRITER[type(record)], clause="M-02")


def need_reason(reason: str) -> None:
    if len(reason.strip()) < 2:
        refuse(
            "reason_missing",
            W("请写明冲销的原因。", "State why the record is struck."),
            clause="T-06",
            status=422,
            field="reason",
        )


def _standing(kind: str, pk: int) -> Record:
    model = STRUCK.get(kind)
    record = model._base_manager.select_for_update().filter(pk=pk).first() if model else None
    if record is None:
        raise Refusal("reversal.unknown", W("没有这条记录。", "There is no such record."), "T-06", 404)
    if record.voided:
        raise Refusal("reversal.stands", W("这条记录已经冲销。", "This record was struck already."), "T-06", 409)
    return record


def _not_in_use(record: Record) -> None:
    """What the record put there must still be there; a basket filled from others is poured back, goods under a new
    label are relabelled once more, neither is struck."""
    into = {record_of(event)[0] for event in LotLink.objects.filter(dst=record.lot_id).values_list("event", flat=True)}
    if isinstance(record, Traveller) and RecordKind.TRANSFER in into:
        refuse(
            "reversal.poured",
            W("{lot} 有拆框或并框转入，请倒回原框，不能冲销。",
              "{lot} was filled from other baskets; pour it back, it cannot be struck."),
            clause="T-06",
            lot=record.lot.code,
        )  # fmt: skip
    if isinstance(record, Packing) and RecordKind.RELABEL in into:
        refuse(
            "reversal.relabelled",
            W("{lot} 是换发的标签，不能冲销；有错请再换发一次。",
              "{lot} replaced another label and is not struck; replace it once more."),
            clause="T-12",
            lot=record.lot.code,
        )  # fmt: skip
    for lot, quantity in _put(record):
        left = accounts([lot.pk])[lot.pk].left
        gone_on = LotLink.objects.filter(src=lot.pk).exists() and record.kind in (
            RecordKind.TRAVELLER,
            RecordKind.PACKING,
        )
        if gone_on or (left is not None and left < quantity):
            refuse(
                "reversal.in_use",
                W("{lot} 已有后续记录（剩余 {left} kg），请先冲销后面的记录。",
                  "{lot} has gone on ({left} kg left); strike the later records first."),
                clause="T-06",
                lot=lot.code,
                left=(left or 0) / 1000,
            )  # fmt: skip


def _put(record: Record) -> list[tuple[Lot, int]]:
    """The lots to which the record added a quantity."""
    match record:
        case Receipt():
            return [(record.lot, record.quantity_milli)]
        case Heat():
            return [(record.billet, record.quantity_milli or 0)]
        case Traveller() | Packing():
            return [(record.lot, record.lot.quantity_milli or 0)]
        case Movement() if record.what in ("returned", "counted") and record.quantity_milli > 0:
            return [(record.lot, record.quantity_milli)]
    return []


def _take_back(record: Record) -> int:
    """Undo what the record did to lots and links; how many links went."""
    for lot, quantity in _put(record):
        if not isinstance(record, Movement):
            Lot.objects.filter(pk=lot.pk).update(quantity_milli=(lot.quantity_milli or 0) - quantity)
    if isinstance(record, InspectionReport):
        Lot.objects.filter(pk=record.lot_id).update(status=QualityStatus.PENDING)
    if record.kind not in (RecordKind.ISSUE, RecordKind.HEAT, RecordKind.TRAVELLER, RecordKind.PACKING):
        return 0
    if isinstance(record, Packing):
        _take_back_processed(record)
    end = getattr(record, "into_id", None) or getattr(record, "billet_id", None) or record.lot_id
    return bulk.void_links(event_of(record.kind, record.pk), into=end)


def _take_back_processed(record: Packing) -> None:
    """What came out of a processing order stands in that order again, once its label is struck (W-09)."""
    for event in list(LotLink.objects.filter(dst=record.lot_id).values_list("event", flat=True)):
        if record_of(event)[0] == RecordKind.PROCESSING:
            bulk.void_links(event, into=record.lot_id)


def _facts(record: Record) -> dict[str, Any]:
    return {
        column.attname: getattr(record, column.attname)
        for column in store.columns(type(record))
        if column.attname not in ("id", "lot_id", "source", "row", "voided")
    }
