"""What a program is told of the store: one function for a line of a list, one for the whole thing."""

from __future__ import annotations

from typing import Any

from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.materials import cards, counts, links, marking, queries
from sanbao.materials.lifecycle import COUNT, DELIVERY, INCOMING, MARKING_NOTICE, PROPERTY, SLIP
from sanbao.materials.models import (
    CountState,
    Delivery,
    IncomingLot,
    IssueSlip,
    MarkingNotice,
    Place,
    PropertyReport,
    StockCount,
)
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot


def row_of(row: Any, *names: str) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "number": getattr(row, "number", None), "state": row.state}
    return told | {"version": row.version} | {name: getattr(row, name) for name in names}


def code_of(row: Any) -> str | None:
    return row.code if row is not None else None


def what_can(lifecycle: Lifecycle[Any], row: Any, by: Actor) -> dict[str, Any]:
    """The moves that the actor could make now, or why not; and what is still owed."""
    return {
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in lifecycle.offered(row, by)},
        "obligations": [
            {"code": duty.code, "sentence": str(duty.words), "owed_by": duty.owed_by, "due_at": duty.due_at}
            for duty in obligations.duties_on(row.subject)
        ],
    }


# -- the gate -------------------------------------------------------------------------------------------------


def incoming_line(row: IncomingLot, by: Actor) -> dict[str, Any]:
    """``missing`` is what the marking rule demands and is not there; ``keeps_out`` what of it keeps the lot outside."""
    return row_of(
        row, "position", "model", "specification", "supplier_lot", "made_on", "pieces", "present", "certificate",
        "inspector", "report", "report_number", "missing", "cleared", "tightened", "rule_version", "due_at",
    ) | {
        "delivery": row.delivery.number,
        "material": row.material.code,
        "quantity": str(row.quantity),
        "keeps_out": marking.still_missing(row),
        "lot": code_of(row.lot),
        "permit": row.permit.number if row.permit else None,
    }  # fmt: skip


def incoming_out(row: IncomingLot, by: Actor) -> dict[str, Any]:
    """Of a lot that is in store also everything that was made from it, at once (T-05)."""
    steps = [
        {"act": step.act, "at": step.at, "by": step.by, "text": step.text, "reference": step.reference}
        for step in row.steps.all()
    ]
    files = [{"id": str(a.pk), "name": a.name, "sha256": a.sha256} for a in attachments.of(row.subject)]
    made = made_from(row.lot) if row.lot else []
    return incoming_line(row, by) | {"steps": steps, "attachments": files, "made": made} | what_can(INCOMING, row, by)


def made_from(lot: Lot) -> list[dict[str, Any]]:
    answer = trace.trace_forward([lot])
    nodes = sorted((n for n in answer.nodes.values() if n.id != lot.pk), key=lambda n: (n.kind, n.code))
    return [{"code": n.code, "kind": n.kind, "status": n.status} for n in nodes]


def delivery_out(row: Delivery, by: Actor) -> dict[str, Any]:
    lots = row.lots.select_related("delivery", "material", "lot", "permit").order_by("position")
    return row_of(row, "paper", "vehicle", "arrived_on", "remark", "registered_by", "registered_at") | {
        "supplier": code_of(row.supplier),
        "owner": code_of(row.owner),
        "lots": [incoming_line(lot, by) for lot in lots],
        **what_can(DELIVERY, row, by),
    }


def slip_out(row: IssueSlip, by: Actor) -> dict[str, Any]:
    lines = row.lines.select_related("lot", "place").order_by("id")
    return row_of(
        row, "into", "into_kind", "remark", "opened_by", "opened_at", "issued_by", "issued_at", "taken_by"
    ) | {
        "department": row.department.code,
        "customer": code_of(row.customer),
        "lines": [
            {
                "id": line.pk,
                "lot": line.lot.code,
                "quantity": cards.said(line.quantity_milli, line.lot.unit),
                "returned": cards.said(line.returned_milli, line.lot.unit),
                "pieces": line.pieces,
                "place": code_of(line.place),
                "reason": line.reason,
                "record": line.record_id,
            }
            for line in lines
        ],
        **what_can(SLIP, row, by),
    }


def place_out(row: Place, by: Actor) -> dict[str, Any]:
    told = row_of(row, "code", "name", "kind", "sign", "spacing_cm", "capacity")
    return told | {"customer": code_of(row.customer)}


def count_out(row: StockCount, by: Actor) -> dict[str, Any]:
    """While it is open it is blind: what was found, and nothing of the book."""
    told = row_of(row, "material_class", "opened_by", "opened_at", "submitted_by", "submitted_at", "rounds", "digest",
                "decided_by", "decided_at", "remark")  # fmt: skip
    told["places"] = list(row.scope.order_by("place__code").values_list("place__code", flat=True))
    told["entries"] = [
        {"code": e.code, "lot": code_of(e.lot), "place": code_of(e.place), "pieces": e.pieces, "at": e.at, "by": e.by,
         "quantity": cards.said(e.quantity_milli, e.lot.unit) if e.lot and e.quantity_milli is not None else None}
        for e in row.entries.select_related("lot", "place").order_by("id")
    ]  # fmt: skip
    blind = row.state in (CountState.OPEN, CountState.CANCELLED)
    told["lines"] = [] if blind else [count_line(line) for line in row.lines.select_related("lot").order_by("id")]
    return told | what_can(COUNT, row, by)


def count_line(line: Any) -> dict[str, Any]:
    def amount(milli: int | None) -> str | None:
        return cards.said(milli, line.lot.unit) if line.lot and milli is not None else None

    told = {"code": line.code, "finding": line.finding, "movement": line.movement_id}
    return told | {
        "book": amount(line.book_milli),
        "found": amount(line.found_milli),
        "difference": amount(counts.difference(line)),
    }


def contents_out(one: queries.Contents) -> dict[str, Any]:
    return {
        "place": one.place.code if one.place else None,
        "name": one.name,
        "lots": one.lots,
        "statuses": one.statuses,
        "pieces": one.pieces,
        "held": one.held,
        "oldest": one.oldest,
        "quantities": [cards.said(milli, unit) for unit, milli in one.units.items()],
    }


def stood_out(one: queries.Stood) -> dict[str, Any]:
    return {
        "lot": one.lot.code,
        "kind": one.lot.kind,
        "status": one.lot.status,
        "quantity": cards.said(one.milli, one.lot.unit) if one.milli is not None else None,
        "pieces": one.pieces,
        "since": one.since,
        "holds": [hold.number for hold in one.marks.holds],
        "owner": one.marks.owner or None,
    }


def notice_out(row: MarkingNotice, by: Actor) -> dict[str, Any]:
    """The link is told to whoever may hand it on."""
    told = row_of(row, "material_class", "rule", "rule_version", "sent_at", "sent_by", "sendings", "due_at",
                "acknowledged_at", "acknowledged_how")  # fmt: skip
    link = links.address_of(row) if by.may("materials.tell_supplier") else None
    return told | {"supplier": row.supplier.code, "link": link or None} | what_can(MARKING_NOTICE, row, by)


def report_out(row: PropertyReport, by: Actor) -> dict[str, Any]:
    told = row_of(row, "what", "description", "reported_by", "reported_at", "due_at", "told_by", "told_at", "told_how",
                "answer")  # fmt: skip
    lost = cards.said(row.quantity_milli, row.lot.unit) if row.quantity_milli is not None else None
    return told | {"lot": row.lot.code, "customer": row.customer.code, "quantity": lost} | what_can(PROPERTY, row, by)


def lot_line(lot: Any) -> dict[str, Any]:
    return {
        "id": lot.pk,
        "lot": lot.code,
        "material": code_of(lot.material),
        "left": cards.said(lot.left, lot.unit),
        "status": lot.status,
        "received_on": lot.made_on,
    }


def delivery_line(row: Delivery, by: Actor) -> dict[str, Any]:
    return row_of(row, "paper", "arrived_on") | {"supplier": code_of(row.supplier), "owner": code_of(row.owner)}


def slip_line(row: IssueSlip, by: Actor) -> dict[str, Any]:
    return row_of(row, "into", "into_kind", "opened_at", "issued_at") | {"department": row.department.code}


def count_row(row: StockCount, by: Actor) -> dict[str, Any]:
    return row_of(row, "material_class", "opened_by", "opened_at", "submitted_at", "decided_at")


def notice_line(row: MarkingNotice, by: Actor) -> dict[str, Any]:
    return row_of(row, "material_class", "sent_at", "acknowledged_at") | {"supplier": row.supplier.code}


def report_line(row: PropertyReport, by: Actor) -> dict[str, Any]:
    return row_of(row, "what", "reported_at", "told_at") | {"lot": row.lot.code, "customer": row.customer.code}
