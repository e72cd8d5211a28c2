"""What a row of a ledger means for the store: the lots it defines or names, its record, its links and handles.

Millions of rows pass through here, so a plan is made of tuples in a declared order rather than of dictionaries.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
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
    Receipt,
    Record,
    Shipment,
    Traveller,
)

type Link = tuple[str, str, int | None]
type HandleOf = tuple[str, str, str]


@dataclass(slots=True)
class LotFacts:
    """A lot as one row knows it. ``defined``: this row is its own record; else it is only named."""

    key: str
    code: str
    kind: str
    made_on: date | None = None
    quantity_milli: int | None = None
    unit: str = "kg"
    status: str = "pending"
    product_id: int | None = None
    material_id: int | None = None
    defined: bool = False


@dataclass(slots=True)
class Plan:
    """``ends`` are the keys of the lots in the record's lot columns, ``identity`` tells one record from another.

    ``values`` stand in the order of ``Shape.columns``; ``links`` are (source, target, quantity) by lot key,
    ``handles`` (kind, key, lot key).
    """

    ends: tuple[str, ...]
    identity: tuple[str, ...]
    values: tuple[Any, ...]
    lots: tuple[LotFacts, ...] = ()
    needs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    handles: tuple[HandleOf, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How one class of row becomes a record: copied columns first, then those that the planner makes."""

    record: type[Record]
    plan: Callable[[Any, tuple[Any, ...]], Plan]
    copied: tuple[str, ...]
    made: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.copied + self.made

    def plans(self, written: list[Any]) -> list[Plan]:
        """The plans of rows; nothing is looked up yet."""
        copy, plan = attrgetter(*self.copied), self.plan
        return [plan(row, copy(row)) for row in written]


#: A treatment is not inspected by itself: it has no quality status.
_TREATMENTS = {LotKind.AGEING.value, LotKind.OXIDATION.value, LotKind.COATING.value}


def _named(code: str, kind: str, made_on: date | None = None) -> LotFacts:
    status = "" if str(kind) in _TREATMENTS else "pending"
    return LotFacts(code_key(code), code.strip(), str(kind), made_on, status=status)


def _receipt(row: rows.ReceiptRow, copied: tuple[Any, ...]) -> Plan:
    key, number = code_key(row.lot), code_key(row.number)
    lot = LotFacts(
        key,
        row.lot.strip(),
        LotKind.RAW.value,
        row.received_on,
        row.quantity_milli,
        row.unit,
        str(row.status),
        None,
        row.material_id,
        True,
    )
    handles = (
        (HandleKind.SUPPLIER_LOT.value, code_key(row.supplier_lot), key),
        (HandleKind.RECEIPT.value, number, key),
        (HandleKind.CERTIFICATE.value, code_key(row.certificate), key),
    )
    return Plan((key,), (key, number), (*copied, number), (lot,), handles=handles)


def _issue(row: rows.IssueRow, copied: tuple[Any, ...]) -> Plan:
    source, into, number = code_key(row.lot), _named(row.into, row.into_kind, row.issued_on), code_key(row.number)
    return Plan(
        (source, into.key),
        (source, into.key, number),
        (*copied, number),
        (into,),
        needs=(source,),
        links=((source, into.key, row.quantity_milli),),
        handles=((HandleKind.ISSUE.value, number, source),),
    )


def _heat(row: rows.HeatRow, copied: tuple[Any, ...]) -> Plan:
    facts = (row.cast_on, row.quantity_milli, row.unit, str(row.status), None, None, True)
    heat = LotFacts(code_key(row.heat), row.heat.strip(), LotKind.HEAT.value, *facts)
    billet = LotFacts(code_key(row.billet), row.billet.strip(), LotKind.BILLET.value, *facts)
    ends = (heat.key, billet.key)
    return Plan(ends, ends, copied, (heat, billet), links=((*ends, row.quantity_milli),))


def _traveller(row: rows.TravellerRow, copied: tuple[Any, ...]) -> Plan:
    key = code_key(row.code)
    card = LotFacts(
        key,
        row.code.strip(),
        LotKind.TRAVELLER.value,
        row.extruded_on,
        row.quantity_milli,
        row.unit,
        str(row.status),
        row.product_id,
        None,
        True,
    )
    billets = [_named(code, LotKind.BILLET) for code in row.billets]
    inputs = list(billets)
    if row.ageing:
        inputs.append(_named(row.ageing, LotKind.AGEING, row.aged_on))
    if row.finish:
        inputs.append(_named(row.finish, row.finish_kind, row.finished_on))
    # Only one billet lot tells the weight that came from it; of several nobody weighed the shares.
    share = row.quantity_milli if len(billets) == 1 else None
    links = tuple((lot.key, key, share if place < len(billets) else None) for place, lot in enumerate(inputs))
    values = (*copied, " ".join(billet.code for billet in billets))
    return Plan((key,), (key,), values, (*inputs, card), links=links)


def _report(row: rows.ReportRow, copied: tuple[Any, ...]) -> Plan:
    card, number = code_key(row.traveller), code_key(row.number)
    measured = json.dumps(row.measured, ensure_ascii=False, sort_keys=True)
    values = (*copied, number, measured, str(row.conclusion))
    return Plan((card,), (card, number), values, needs=(card,), handles=((HandleKind.REPORT.value, number, card),))


def _packing(row: rows.PackingRow, copied: tuple[Any, ...]) -> Plan:
    key = code_key(row.label)
    label = LotFacts(
        key,
        row.label.strip(),
        LotKind.LABEL.value,
        row.packed_on,
        row.quantity_milli,
        row.unit,
        str(row.status),
        row.product_id,
        None,
        True,
    )
    cards = [_named(code, LotKind.TRAVELLER) for code in row.travellers]
    share = row.quantity_milli if len(cards) == 1 else None
    return Plan(
        (key,),
        (key,),
        (*copied, " ".join(card.code for card in cards)),
        (*cards, label),
        links=tuple((card.key, key, share) for card in cards),
        handles=((HandleKind.SPRAY.value, code_key(row.spray_code), key),),
    )


def _shipment(row: rows.ShipmentRow, copied: tuple[Any, ...]) -> Plan:
    label, number = code_key(row.label), code_key(row.number)
    handles = ((HandleKind.DELIVERY.value, number, label),)
    return Plan((label,), (label, number), (*copied, number), needs=(label,), handles=handles)


SHAPES: dict[type[rows.Row], Shape] = {
    rows.ReceiptRow: Shape(
        Receipt,
        _receipt,
        (
            "number",
            "supplier_id",
            "material_name",
            "specification",
            "supplier_lot",
            "quantity_milli",
            "certificate",
            "inspector",
            "received_on",
        ),
        ("number_key",),
    ),
    rows.IssueRow: Shape(
        MaterialIssue,
        _issue,
        ("number", "department", "material_name", "quantity_milli", "issued_on"),
        ("number_key",),
    ),
    rows.HeatRow: Shape(Heat, _heat, ("pieces", "quantity_milli", "cast_on")),
    rows.TravellerRow: Shape(
        Traveller,
        _traveller,
        ("basket", "press", "shift", "extruded_on", "ageing", "aged_on", "finish", "finished_on"),
        ("billets",),
    ),
    rows.ReportRow: Shape(
        InspectionReport,
        _report,
        ("number", "inspected_on", "appearance", "inspector"),
        ("number_key", "measured", "conclusion"),
    ),
    rows.PackingRow: Shape(Packing, _packing, ("spray_code", "pieces", "packed_on", "location"), ("travellers",)),
    rows.ShipmentRow: Shape(
        Shipment,
        _shipment,
        ("number", "customer_id", "site_id", "contact_id", "quantity_milli", "shipped_on", "vehicle"),
        ("number_key",),
    ),
}
