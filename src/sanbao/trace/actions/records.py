"""What happens to material, one record at a time: the same writer as the import, with permission and journal.

Every action takes one row of ``trace.rows`` and gives the record. What an import would take with a remark, a live act
refuses: a record that stands already, other values for it, an unknown lot, a code of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.trace import bulk, store
from sanbao.trace.accounts import account
from sanbao.trace.bulk import Result, Written
from sanbao.trace.gates import pass_gate
from sanbao.trace.models import (
    HandleKind,
    Heat,
    InspectionReport,
    Lot,
    LotKind,
    LotLink,
    MaterialIssue,
    Movement,
    MovementKind,
    Packing,
    Permit,
    Property,
    Purpose,
    QualityStatus,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
    event_of,
)
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ReportRow, Row, ShipmentRow, TravellerRow
from sanbao.trace.saying import exact


def receive(row: ReceiptRow, *, by: Actor, owner_id: int | None = None) -> Receipt:
    """进仓: material of a supplier's lot came in and gets our own lot code. It waits for QC's verdict (T-06).

    ``owner_id``: the customer whose property it is and stays (T-08).
    """
    by.need("trace.receive")
    _not_judged(row)
    with store.writing():
        receipt = write_record(Receipt, row, by=by, permission="trace.receive", clause="T-06")
        if owner_id is not None:
            Property.objects.get_or_create(lot=receipt.lot, defaults={"customer_id": owner_id})
    return receipt


def issue_material(row: IssueRow, *, by: Actor, customer_id: int | None = None) -> MaterialIssue:
    """领料: the slip carries the incoming lot; only 合格 material (or released urgently), and no more than is left."""
    by.need("trace.issue")
    with store.writing():
        permits = _gate([row.lot], Purpose.ISSUE, customer_id)
        _enough(row.lot, row.quantity_milli, "T-07")
        return write_record(MaterialIssue, row, by=by, permission="trace.issue", clause="T-07", permits=permits)


def record_heat(row: HeatRow, *, by: Actor) -> Heat:
    """熔铸: a heat was cast into a billet lot, which waits for QC's verdict."""
    _not_judged(row)
    return write_record(Heat, row, by=by, permission="trace.produce", clause="T-09")


def start_traveller(
    row: TravellerRow, *, by: Actor, customer_id: int | None = None, taken: Mapping[str, int] | None = None
) -> Traveller:
    """生产随行卡: one card per basket, with the inputs of each step; nothing that is not 合格 goes into it (W-06).

    ``taken``: how much of each billet lot was pressed, trimmings included; without it a single lot gave the basket's
    weight, and of several nobody knows.
    """
    by.need("trace.produce")
    _not_judged(row)
    with store.writing():
        permits = _gate(row.billets, Purpose.CONSUME, customer_id)
        whole = {code: row.quantity_milli or 0 for code in row.billets} if len(row.billets) == 1 else {}
        for code, milli in (taken or whole).items():
            _enough(code, milli, "T-09")
        facts = {"taken": dict(taken)} if taken else {}
        record = write_record(
            Traveller, row, by=by, permission="trace.produce", clause="T-09", permits=permits, **facts
        )
        _weigh(record, taken or {})
    return record


def _weigh(record: Traveller, taken: Mapping[str, int]) -> None:
    """What each billet lot gave stands on its link."""
    ids = dict(Lot.objects.filter(key__in=[code_key(code) for code in taken]).values_list("key", "pk"))
    links = LotLink.objects.filter(dst=record.lot_id, event=event_of(RecordKind.TRAVELLER, record.pk))
    for code, milli in taken.items():
        links.filter(src=ids[code_key(code)]).update(quantity_milli=milli)


def report_inspection(row: ReportRow, *, by: Actor) -> InspectionReport:
    """检验报告 of a basket: QC's conclusion is its status from now on."""
    from sanbao.trace.actions.control import judge

    with store.writing():
        report = write_record(InspectionReport, row, by=by, permission="trace.inspect", clause="T-09")
        judge(by=by, lots=[report.lot_id], status=report.conclusion, basis=report.number)
    return report


def pack(row: PackingRow, *, by: Actor, customer_id: int | None = None) -> Packing:
    """成品入库: passed travellers are packed under a label with its spray code (T-10, W-06)."""
    by.need("trace.pack")
    with store.writing():
        permits = _gate(row.travellers, Purpose.PACK, customer_id)
        if len(row.travellers) == 1:
            _enough(row.travellers[0], row.quantity_milli or 0, "T-10")
        if permits:  # what was packed by concession is not 合格 because of that
            row = replace(row, status=QualityStatus.UNDECIDED)
        return write_record(Packing, row, by=by, permission="trace.pack", clause="T-10", permits=permits)


def ship(row: ShipmentRow, *, by: Actor) -> Shipment:
    """发货: one line of a pick list, a label to a customer; not what is blocked, another's or gone already (W-08)."""
    [shipment] = ship_together([row], by=by)
    return shipment


def ship_together(rows: Sequence[ShipmentRow], *, by: Actor) -> list[Shipment]:
    """Every line of a pick list to its customer, all or none (W-08); as many queries for 500 labels as for one.

    Refuses with the first label that may not leave, as ``ship`` does.
    """
    by.need("trace.ship")
    with store.writing():
        permits = [
            permit
            for customer_id in dict.fromkeys(row.customer_id for row in rows)
            for permit in _gate(
                (row.label for row in rows if row.customer_id == customer_id), Purpose.SHIP, customer_id
            )
        ]
        written = bulk.write(rows, source=by.ref)
        if failed := next((one for one in written if one.result != Result.TAKEN), None):
            raise not_written(failed, "W-08")
        ids = [one.record_id for one in written]
        found = Shipment.objects.select_related("lot").filter(pk__in=store.among(ids)).in_bulk()
        passed_by: dict[int, list[str]] = {}
        for permit in permits:
            passed_by.setdefault(permit.lot_id, []).append(permit.number)
        journal.append_each(
            {
                f"lot:{one.lot_id}": _entry(
                    one, **({"permits": passed_by[one.lot_id]} if one.lot_id in passed_by else {})
                )
                for one in found.values()
            },
            action=f"trace.{RecordKind.SHIPMENT}",
            by=by,
            clause="W-08",
        )
    return [found[pk] for pk in ids]


def move(
    *, by: Actor, lot: Lot, what: str, quantity_milli: int, reason: str, number: str = "", about: str = ""
) -> Movement:
    """A quantity came back, was scrapped, sampled, sent back to its supplier or counted differently: one line of the
    stock card (T-06, W-07)."""
    need_to_move(by, lot, what)
    with store.writing():
        if what in (MovementKind.SCRAPPED, MovementKind.SAMPLED, MovementKind.SENT_BACK):
            _enough(lot.code, quantity_milli, "T-06")
        movement = Movement.objects.create(
            lot=lot, source=by.ref, number=number, what=what, quantity_milli=quantity_milli, moved_on=today(),
            about=about, reason=reason,
        )  # fmt: skip
        _journal(movement, by, "T-06")
    return movement


def need_to_move(by: Actor, lot: Lot, what: str) -> None:
    """Stock is moved by store and QC; work in progress is also scrapped, sampled and weighed by those who make it."""
    own = lot.kind in (LotKind.HEAT, LotKind.BILLET, LotKind.TRAVELLER) and what != MovementKind.RETURNED
    if not (own and by.may("trace.produce")):
        by.need("trace.move")


def connect(kind: RecordKind, record_id: int, links: Iterable[tuple[int, int, int | None]], *, by: Actor) -> int:
    """Write the links of an upper room's record (a transfer, a new label): (source, target, thousandths).

    The room keeps the record and its journal entry; ``by`` is asked for so that nobody links without being somebody.
    Refuses ``trace.feeds_itself``. How many links were new.
    """
    rows = [(target, source, event_of(kind, record_id), quantity) for source, target, quantity in links]
    if looped := next((target for target, source, _, _ in rows if target == source), None):
        code = Lot.objects.values_list("code", flat=True).get(pk=looped)
        raise not_written(Written(Result.REFUSED, "feeds_itself", {"code": code}), "T-14")
    with store.writing():
        return bulk.put_links(rows)


def name(lot: Lot, kind: HandleKind, code: str, *, by: Actor) -> bool:
    """Another number by which a lot is found from now on; whether it was new. The room that gave it keeps the record
    and the journal entry; ``by`` is asked for so that nobody names a lot without being somebody."""
    return bool(name_many([(lot.pk, kind, code)], by=by))


def name_many(names: Iterable[tuple[int, HandleKind, str]], *, by: Actor) -> int:
    """As ``name``, for many at once: (lot, kind, code); how many were new."""
    with store.writing():
        return bulk.put_handles([(code_key(code)[:64], kind.value, lot) for lot, kind, code in names])


def _gate(codes: Iterable[str], purpose: Purpose, customer_id: int | None) -> list[Permit]:
    """The gate for lots by code. One that does not exist is told by the writer, with its own sentence."""
    keys = [code_key(code) for code in codes]
    lots = Lot.objects.filter(key__in=store.among(keys)).order_by("pk") if keys else []
    return pass_gate(lots, purpose, customer_id=customer_id)


def _enough(code: str, wanted: int, clause: str) -> None:
    lot = Lot.objects.filter(key=code_key(code)).first()
    if lot is not None:
        need_enough(lot, wanted, clause)


def need_enough(lot: Lot, wanted: int, clause: str) -> None:
    """Nobody takes more from a lot than is left of it."""
    left = account(lot).left
    if left is not None and wanted > left:
        refuse(
            "trace.not_enough",
            W("{lot} 只剩 {left}，不够 {wanted}。", "Only {left} of {lot} is left, not {wanted}."),
            clause=clause,
            status=422,
            field="quantity",
            lot=lot.code,
            left=exact(left, lot.unit),
            wanted=exact(wanted, lot.unit),
        )


def _not_judged(row: Row) -> None:
    """T-13: only QC says that something is 合格; what is new waits for it."""
    if getattr(row, "status", QualityStatus.PENDING) != QualityStatus.PENDING:
        refuse(
            "trace.status_is_qcs",
            W("新批次一律待检；质量状态只由质检科判定。", "A new lot is to be inspected; only QC gives a status."),
            clause="T-13",
            status=422,
            field="status",
        )


def write_record[R: Record](
    model: type[R], row: Row, *, by: Actor, permission: str, clause: str, permits: Iterable[Permit] = (), **facts: Any
) -> R:
    """Permit, write, refuse what was not taken, journal: one transaction. The chain is the lot's own."""
    by.need(permission)
    with store.writing():
        [written] = bulk.write([row], source=by.ref)
        if written.result != Result.TAKEN or written.loops:
            raise not_written(written, clause)
        record = model.objects.select_related("lot").get(pk=written.record_id)
        if passed_by := [permit.number for permit in permits]:
            facts["permits"] = passed_by
        _journal(record, by, clause, **facts)
    return record


def _journal(record: Record, by: Actor, clause: str, **more: Any) -> None:
    journal.append(
        subject=f"lot:{record.lot_id}",
        action=f"trace.{record.kind}",
        by=by,
        clause=clause,
        facts=_entry(record, **more),
    )


def _entry(record: Record, **more: Any) -> dict[str, Any]:
    return {"record": record.pk, "lot": record.lot.code, **_facts(record), **more}


def _facts(record: Record) -> dict[str, Any]:
    """The record's own columns; a contact enters as an id, never by name."""
    return {
        column.attname: getattr(record, column.attname)
        for column in store.columns(type(record))
        if column.attname not in ("id", "lot_id", "source", "row", "voided")
    }


_SENTENCES = {
    "unknown_lot": W("没有批次“{lot}”，请先登记它。", "There is no lot “{lot}”; record it first."),
    "other_kind": W("编号“{lot}”已是另一类批次。", "The code “{lot}” belongs to a lot of another kind."),
    "too_long": W("内容太长，最多 {limit} 个字。", "Too long: at most {limit} characters."),
    "feeds_itself": W("批次“{lot}”不能由它自己做成。", "The lot “{lot}” cannot be made from itself."),
    "loop": W("批次“{lot}”会经过别的批次又做成它自己。", "The lot “{lot}” would feed itself through other lots."),
    "stands": W("这条记录已经登记过，内容相同。", "This record stands already, with the same content."),
    "differs": W("这条记录已经登记过，内容不同。", "This record stands already, with other content."),
}


def not_written(written: Written, clause: str) -> Refusal:
    code = written.code or ("differs" if written.result == Result.DIFFERS else "stands")
    facts: dict[str, Any] = dict(written.facts)
    if written.loops:
        code, facts = "loop", {"code": written.loops[0]}
    if "code" in facts:
        facts["lot"] = facts.pop("code")
    status = 422 if code in ("unknown_lot", "too_long", "feeds_itself", "loop") else 409
    return Refusal(f"trace.{code}", _SENTENCES[code], clause, status, facts.get("field", ""), facts)
