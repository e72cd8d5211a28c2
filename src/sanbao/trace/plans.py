"""What a row of a ledger means for the store: the lots it defines or names, its record, its links and handles.

Millions of rows pass through here, so a plan is made of tuples in a declared order rather than of dictionaries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from sanbao.kernel.codes import code_key
from sanbao.trace import rows
from sanbao.trace.known import LotFacts
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

#: A lot that a row only names: key, code as written, kind, the day that this row tells of it.
type Named = tuple[str, str, str, date | None]
type Link = tuple[str, str, int | None]
type HandleOf = tuple[str, str, str]


@dataclass(slots=True)
class Plan:
    """``ends`` are the keys of the lots in the record's lot columns, ``identity`` tells one record from another.

    ``values`` stand in the order of ``Shape.columns``. ``lots`` are those of which this is the record, ``names`` those
    that it names and that may still lack theirs, ``needs`` the keys of lots that must stand. ``links`` are (source,
    target, quantity) by lot key, ``handles`` (kind, key, lot key).
    """

    ends: tuple[str, ...]
    identity: tuple[str, ...]
    values: tuple[Any, ...]
    lots: tuple[LotFacts, ...] = ()
    names: tuple[Named, ...] = ()
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

    def plans(self, written: Sequence[Any]) -> list[Plan]:
        """The plans of rows; nothing is looked up yet."""
        copy, plan = attrgetter(*self.copied), self.plan
        return [plan(row, copy(row)) for row in written]


#: The codes as plain text: members of a vocabulary are slower to compare and to store.
_RAW, _HEAT, _BILLET, _TRAVELLER, _LABEL = (
    kind.value for kind in (LotKind.RAW, LotKind.HEAT, LotKind.BILLET, LotKind.TRAVELLER, LotKind.LABEL)
)
_SUPPLIER_LOT, _RECEIPT, _CERTIFICATE = (
    kind.value for kind in (HandleKind.SUPPLIER_LOT, HandleKind.RECEIPT, HandleKind.CERTIFICATE)
)
_ISSUE, _REPORT, _SPRAY, _DELIVERY = (
    kind.value for kind in (HandleKind.ISSUE, HandleKind.REPORT, HandleKind.SPRAY, HandleKind.DELIVERY)
)
_ordered = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
#: A treatment is not inspected by itself: it has no quality status.
_TREATMENTS = {LotKind.AGEING.value, LotKind.OXIDATION.value, LotKind.COATING.value}


def named(lot: Named) -> LotFacts:
    """A lot of which nothing is known but that somebody has named it."""
    key, code, kind, made_on = lot
    return LotFacts(key, code, kind, made_on, status="" if kind in _TREATMENTS else "pending")


def _names(codes: Iterable[str], kind: str, made_on: date | None = None) -> tuple[Named, ...]:
    return tuple([(code_key(code), code.strip(), str(kind), made_on) for code in codes])


def _receipt(row: rows.ReceiptRow, copied: tuple[Any, ...]) -> Plan:
    key, number = code_key(row.lot), code_key(row.number)
    facts = (row.received_on, row.quantity_milli, row.unit, str(row.status), None, row.material_id)
    handles = (
        (_SUPPLIER_LOT, code_key(row.supplier_lot), key),
        (_RECEIPT, number, key),
        (_CERTIFICATE, code_key(row.certificate), key),
    )
    lot = LotFacts(key, row.lot.strip(), _RAW, *facts)
    return Plan((key,), (key, number), (*copied, number), (lot,), handles=handles)


def _issue(row: rows.IssueRow, copied: tuple[Any, ...]) -> Plan:
    source, into, number = code_key(row.lot), code_key(row.into), code_key(row.number)
    return Plan(
        (source, into),
        (source, into, number),
        (*copied, number),
        (),
        ((into, row.into.strip(), str(row.into_kind), row.issued_on),),
        (source,),
        ((source, into, row.quantity_milli),),
        ((_ISSUE, number, source),),
    )


def _heat(row: rows.HeatRow, copied: tuple[Any, ...]) -> Plan:
    facts = (row.cast_on, row.quantity_milli, row.unit, str(row.status))
    ends = (code_key(row.heat), code_key(row.billet))
    heat, billet = (
        LotFacts(ends[0], row.heat.strip(), _HEAT, *facts),
        LotFacts(ends[1], row.billet.strip(), _BILLET, *facts),
    )
    return Plan(ends, ends, copied, (heat, billet), links=((*ends, row.quantity_milli),))


def _traveller(row: rows.TravellerRow, copied: tuple[Any, ...]) -> Plan:
    key = code_key(row.code)
    billets = _names(row.billets, _BILLET)
    treatments = _names((row.ageing,), LotKind.AGEING, row.aged_on) if row.ageing else ()
    if row.finish:
        treatments += _names((row.finish,), row.finish_kind, row.finished_on)
    # Only one billet lot tells the weight that came from it; of several nobody weighed the shares.
    share = row.quantity_milli if len(billets) == 1 else None
    links = [(lot[0], key, share) for lot in billets] + [(lot[0], key, None) for lot in treatments]
    facts = (row.extruded_on, row.quantity_milli, row.unit, str(row.status), row.product_id)
    return Plan(
        (key,),
        (key,),
        (*copied, " ".join([billet[1] for billet in billets])),
        (LotFacts(key, row.code.strip(), _TRAVELLER, *facts),),
        billets + treatments,
        (),
        tuple(links),
    )


def _report(row: rows.ReportRow, copied: tuple[Any, ...]) -> Plan:
    card, number = code_key(row.traveller), code_key(row.number)
    measured = _ordered(row.measured)
    values = (*copied, number, measured, str(row.conclusion))
    return Plan((card,), (card, number), values, needs=(card,), handles=((_REPORT, number, card),))


def _packing(row: rows.PackingRow, copied: tuple[Any, ...]) -> Plan:
    key = code_key(row.label)
    cards = _names(row.travellers, _TRAVELLER)
    share = row.quantity_milli if len(cards) == 1 else None
    facts = (row.packed_on, row.quantity_milli, row.unit, str(row.status), row.product_id)
    return Plan(
        (key,),
        (key,),
        (*copied, " ".join([card[1] for card in cards])),
        (LotFacts(key, row.label.strip(), _LABEL, *facts),),
        cards,
        (),
        tuple([(card[0], key, share) for card in cards]),
        ((_SPRAY, code_key(row.spray_code), key),),
    )


def _shipment(row: rows.ShipmentRow, copied: tuple[Any, ...]) -> Plan:
    label, number = code_key(row.label), code_key(row.number)
    return Plan((label,), (label, number), (*copied, number), needs=(label,), handles=((_DELIVERY, number, label),))


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
