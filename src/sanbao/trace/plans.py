"""What a row of a ledger means for the store: the lots it defines or names, its record, its links and handles."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sanbao.kernel.codes import code_key
from sanbao.trace import rows
from sanbao.trace.models import (
    HandleKind,
    Heat,
    InspectionReport,
    LotKind,
    MaterialIssue,
    Packing,
    QualityStatus,
    Receipt,
    Record,
    Shipment,
    Traveller,
)


@dataclass(slots=True)
class LotFacts:
    """A lot as one row knows it. ``defined``: this row is its own record; else it is only named."""

    key: str
    code: str
    kind: str
    made_on: date | None = None
    quantity_milli: int | None = None
    unit: str = "kg"
    status: str = QualityStatus.PENDING.value
    product_id: int | None = None
    material_id: int | None = None
    defined: bool = False


@dataclass(slots=True)
class Plan:
    """``ends`` are the keys of the lots in the record's lot columns, ``identity`` tells one record from another."""

    record: type[Record]
    ends: tuple[str, ...]
    identity: tuple[str, ...]
    values: dict[str, Any]
    lots: list[LotFacts] = field(default_factory=list)
    needs: tuple[str, ...] = ()
    links: list[tuple[str, str, int | None]] = field(default_factory=list)
    handles: list[tuple[str, str, str]] = field(default_factory=list)


def _lot(code: str, kind: str, **facts: Any) -> LotFacts:
    return LotFacts(code_key(code), code.strip(), str(kind), **facts)


def _paper(row: rows.Row, *names: str) -> dict[str, Any]:
    """The record's own columns, copied from the row of the same names."""
    return {name: getattr(row, name) for name in names}


def _numbered(number: str) -> dict[str, str]:
    return {"number": number.strip(), "number_key": code_key(number)}


def _receipt(row: rows.ReceiptRow) -> Plan:
    lot = _lot(
        row.lot,
        LotKind.RAW,
        made_on=row.received_on,
        quantity_milli=row.quantity_milli,
        unit=row.unit,
        status=str(row.status),
        material_id=row.material_id,
        defined=True,
    )
    number = code_key(row.number)
    handles = [
        (HandleKind.SUPPLIER_LOT, code_key(row.supplier_lot), lot.key),
        (HandleKind.RECEIPT, number, lot.key),
        (HandleKind.CERTIFICATE, code_key(row.certificate), lot.key),
    ]
    values = _numbered(row.number) | _paper(
        row, "supplier_id", "material_name", "specification", "supplier_lot",
        "quantity_milli", "certificate", "inspector", "received_on",
    )  # fmt: skip
    return Plan(Receipt, (lot.key,), (lot.key, number), values, [lot], handles=handles)


def _issue(row: rows.IssueRow) -> Plan:
    source = code_key(row.lot)
    into = _lot(row.into, row.into_kind, made_on=row.issued_on)
    number = code_key(row.number)
    values = _numbered(row.number) | _paper(row, "department", "material_name", "quantity_milli", "issued_on")
    return Plan(
        MaterialIssue,
        (source, into.key),
        (source, into.key, number),
        values,
        [into],
        needs=(source,),
        links=[(source, into.key, row.quantity_milli)],
        handles=[(HandleKind.ISSUE, number, source)],
    )


def _heat(row: rows.HeatRow) -> Plan:
    facts: dict[str, Any] = {
        "made_on": row.cast_on,
        "quantity_milli": row.quantity_milli,
        "unit": row.unit,
        "status": str(row.status),
        "defined": True,
    }
    heat, billet = _lot(row.heat, LotKind.HEAT, **facts), _lot(row.billet, LotKind.BILLET, **facts)
    values = _paper(row, "pieces", "quantity_milli", "cast_on")
    ends = (heat.key, billet.key)
    return Plan(Heat, ends, ends, values, [heat, billet], links=[(*ends, row.quantity_milli)])


def _traveller(row: rows.TravellerRow) -> Plan:
    card = _lot(
        row.code,
        LotKind.TRAVELLER,
        made_on=row.extruded_on,
        quantity_milli=row.quantity_milli,
        unit=row.unit,
        status=str(row.status),
        product_id=row.product_id,
        defined=True,
    )
    billets = [_lot(code, LotKind.BILLET) for code in row.billets]
    treatments = []
    if row.ageing:
        treatments.append(_lot(row.ageing, LotKind.AGEING, made_on=row.aged_on))
    if row.finish:
        treatments.append(_lot(row.finish, row.finish_kind, made_on=row.finished_on))
    # Only one billet lot tells the weight that came from it; of several nobody weighed the shares.
    share = row.quantity_milli if len(billets) == 1 else None
    links = [(billet.key, card.key, share) for billet in billets]
    links += [(treatment.key, card.key, None) for treatment in treatments]
    values = _paper(row, "basket", "press", "shift", "extruded_on", "ageing", "aged_on", "finish", "finished_on")
    values["billets"] = " ".join(billet.code for billet in billets)
    return Plan(Traveller, (card.key,), (card.key,), values, [*billets, *treatments, card], links=links)


def _report(row: rows.ReportRow) -> Plan:
    card, number = code_key(row.traveller), code_key(row.number)
    values = _numbered(row.number) | _paper(row, "inspected_on", "appearance", "inspector")
    values["measured"] = json.dumps(row.measured, ensure_ascii=False, sort_keys=True)
    values["conclusion"] = str(row.conclusion)
    handles = [(HandleKind.REPORT, number, card)]
    return Plan(InspectionReport, (card,), (card, number), values, needs=(card,), handles=handles)


def _packing(row: rows.PackingRow) -> Plan:
    label = _lot(
        row.label,
        LotKind.LABEL,
        made_on=row.packed_on,
        quantity_milli=row.quantity_milli,
        unit=row.unit,
        status=str(row.status),
        product_id=row.product_id,
        defined=True,
    )
    cards = [_lot(code, LotKind.TRAVELLER) for code in row.travellers]
    share = row.quantity_milli if len(cards) == 1 else None
    values = _paper(row, "spray_code", "pieces", "packed_on", "location")
    values["travellers"] = " ".join(card.code for card in cards)
    return Plan(
        Packing,
        (label.key,),
        (label.key,),
        values,
        [*cards, label],
        links=[(card.key, label.key, share) for card in cards],
        handles=[(HandleKind.SPRAY, code_key(row.spray_code), label.key)],
    )


def _shipment(row: rows.ShipmentRow) -> Plan:
    label, number = code_key(row.label), code_key(row.number)
    values = _numbered(row.number) | _paper(
        row, "customer_id", "site_id", "contact_id", "quantity_milli", "shipped_on", "vehicle"
    )
    handles = [(HandleKind.DELIVERY, number, label)]
    return Plan(Shipment, (label,), (label, number), values, needs=(label,), handles=handles)


_PLANNERS: dict[type[rows.Row], Callable[[Any], Plan]] = {
    rows.ReceiptRow: _receipt,
    rows.IssueRow: _issue,
    rows.HeatRow: _heat,
    rows.TravellerRow: _traveller,
    rows.ReportRow: _report,
    rows.PackingRow: _packing,
    rows.ShipmentRow: _shipment,
}


def plan(row: rows.Row) -> Plan:
    """What a row asks of the store; nothing is looked up yet."""
    return _PLANNERS[type(row)](row)
