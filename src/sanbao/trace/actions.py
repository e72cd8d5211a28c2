"""What happens to material, one record at a time: the same writer as the import, with permission and journal.

Every action takes one row of ``trace.rows`` and gives the record. What an import would take with a remark, a live act
refuses: a record that stands already, other values for it, an unknown lot, a code of another kind.
"""

from __future__ import annotations

from typing import Any

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace import bulk, store
from sanbao.trace.bulk import Result, Written
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    MaterialIssue,
    Packing,
    Receipt,
    Record,
    Shipment,
    Traveller,
)
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ReportRow, Row, ShipmentRow, TravellerRow


def receive(row: ReceiptRow, *, by: Actor) -> Receipt:
    """进仓: material of a supplier's lot came in and gets our own lot code."""
    return _record(Receipt, row, by=by, permission="trace.receive", clause="T-06")


def issue_material(row: IssueRow, *, by: Actor) -> MaterialIssue:
    """领料: the slip carries the incoming lot, and what it goes into."""
    return _record(MaterialIssue, row, by=by, permission="trace.issue", clause="T-07")


def record_heat(row: HeatRow, *, by: Actor) -> Heat:
    """熔铸: a heat was cast into a billet lot."""
    return _record(Heat, row, by=by, permission="trace.produce", clause="T-09")


def start_traveller(row: TravellerRow, *, by: Actor) -> Traveller:
    """生产随行卡: one card per basket, with the inputs of each step."""
    return _record(Traveller, row, by=by, permission="trace.produce", clause="T-09")


def report_inspection(row: ReportRow, *, by: Actor) -> InspectionReport:
    """检验报告 of a basket."""
    return _record(InspectionReport, row, by=by, permission="trace.inspect", clause="T-09")


def pack(row: PackingRow, *, by: Actor) -> Packing:
    """成品入库: travellers are packed under a label with its spray code."""
    return _record(Packing, row, by=by, permission="trace.pack", clause="T-10")


def ship(row: ShipmentRow, *, by: Actor) -> Shipment:
    """发货: one line of a pick list, a label to a customer."""
    return _record(Shipment, row, by=by, permission="trace.ship", clause="W-08")


def _record[R: Record](model: type[R], row: Row, *, by: Actor, permission: str, clause: str) -> R:
    """Permit, write, refuse what was not taken, journal: one transaction. The chain is the lot's own."""
    by.need(permission)
    with store.writing():
        [written] = bulk.write([row], source=by.ref)
        if written.result != Result.TAKEN:
            raise _refusal(written, clause)
        record = model.objects.select_related("lot").get(pk=written.record_id)
        journal.append(
            subject=f"lot:{record.lot_id}",
            action=f"trace.{model.kind}",
            by=by,
            clause=clause,
            facts={"record": record.pk, "lot": record.lot.code, **_facts(record)},
        )
    return record


def _facts(record: Record) -> dict[str, Any]:
    """The record's own columns; a contact enters as an id, never by name."""
    return {
        column.attname: getattr(record, column.attname)
        for column in store.columns(type(record))
        if column.attname not in ("id", "lot_id", "source", "row")
    }


_SENTENCES = {
    "unknown_lot": W("没有批次“{lot}”，请先登记它。", "There is no lot “{lot}”; record it first."),
    "other_kind": W("编号“{lot}”已是另一类批次。", "The code “{lot}” belongs to a lot of another kind."),
    "too_long": W("内容太长，最多 {limit} 个字。", "Too long: at most {limit} characters."),
    "feeds_itself": W("批次“{lot}”不能由它自己做成。", "The lot “{lot}” cannot be made from itself."),
    "stands": W("这条记录已经登记过，内容相同。", "This record stands already, with the same content."),
    "differs": W("这条记录已经登记过，内容不同。", "This record stands already, with other content."),
}


def _refusal(written: Written, clause: str) -> Refusal:
    code = written.code or ("differs" if written.result == Result.DIFFERS else "stands")
    facts: dict[str, Any] = dict(written.facts)
    if "code" in facts:
        facts["lot"] = facts.pop("code")
    status = 422 if code in ("unknown_lot", "too_long", "feeds_itself") else 409
    return Refusal(f"trace.{code}", _SENTENCES[code], clause, status, facts.get("field", ""), facts)
