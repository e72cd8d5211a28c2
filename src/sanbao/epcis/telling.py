"""What happened here, told as EPCIS events: one event for each record of ours.

Receipts are received objects; issues, castings and travellers are transformations; packing is aggregation; a shipment
is shipped with its despatch advice. Where the vocabulary has no word for a step we use our own. What a record says is
told without people: no names of inspectors, no contacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sanbao.epcis import vocabulary
from sanbao.epcis.standard import canonical
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.vocabulary import PREFIX, Described, amount, step
from sanbao.kernel.times import zone
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    Lot,
    LotKind,
    MaterialIssue,
    Movement,
    MovementKind,
    Packing,
    QualityStatus,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
)

CONTEXT = Context((vocabulary.CONTEXT,))
#: Our units as UN/CEFACT writes them; every counted thing is a piece.
UOM = {"kg": "KGM", "m": "MTR", "m²": "MTK", "L": "LTR"}
#: An event must have a time. A record that nobody dated is told as of this day, and says so.
UNDATED = date(1970, 1, 1)

#: (lot that went in, thousandths) for the links that a record made.
type Inputs = list[tuple[Lot, int | None]]


@dataclass(frozen=True)
class Teller:
    """Tells records as events of the house with this address."""

    authority: str

    # -- names --------------------------------------------------------------------------------------------------------

    def lot(self, lot: Lot) -> str:
        """A label of a product with a GTIN is a serial number of it; everything else stands below our address."""
        if lot.kind == LotKind.LABEL and lot.product and lot.product.gtin:
            return f"https://id.gs1.org/01/{lot.product.gtin.zfill(14)}/21/{vocabulary.quote(lot.code, safe='')}"
        return vocabulary.uri(self.authority, "lots", lot.kind, lot.code)

    def _paper(self, kind: str, number: str) -> str:
        return vocabulary.uri(self.authority, "papers", kind, number)

    def _quantity(self, lot: Lot, milli: int | None) -> dict[str, Any]:
        told: dict[str, Any] = {"epcClass": self.lot(lot)}
        if milli is not None:
            told |= {"quantity": amount(milli), "uom": UOM.get(lot.unit, "H87")}
        return told

    def _described(self, lots: Iterable[Lot]) -> list[dict[str, Any]]:
        return [
            Described(
                lot.code,
                lot.kind,
                lot.quantity_milli,
                lot.unit,
                lot.status,
                lot.made_on,
                lot.product.code if lot.product else "",
                lot.material.name if lot.material else "",
            ).as_json(self.lot(lot))
            for lot in {lot.pk: lot for lot in lots}.values()
        ]

    # -- events -------------------------------------------------------------------------------------------------------

    def event(self, record: Record, inputs: Inputs) -> dict[str, Any]:
        """A record as an event. ``inputs``: what its links say went into its lot."""
        told: Mapping[str, Any]
        match record:
            case Receipt():
                told, lots = self._receipt(record), [record.lot]
            case MaterialIssue():
                told, lots = self._issue(record), [record.lot, record.into]
            case Heat():
                told, lots = self._heat(record), [record.lot, record.billet]
            case Traveller():
                told = self._traveller(record, inputs)
                lots = [*(lot for lot, _ in inputs), record.lot]
            case InspectionReport():
                told, lots = self._report(record), [record.lot]
            case Packing():
                told = self._packing(record, inputs)
                lots = [*(lot for lot, _ in inputs), record.lot]
            case Shipment():
                told, lots = self._shipment(record), [record.lot]
            case Movement():
                told, lots = self._movement(record), [record.lot]
            case _:
                raise TypeError(record)
        return self._finished(told, _day_of(record), f"{record.kind}:{record.pk}", lots)

    def linked(
        self, kind: RecordKind, pk: int, on: date, inputs: Inputs, into: Lot, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What an upper room's record put into one lot, by the links that it made."""
        told = {
            "type": "TransformationEvent",
            "bizStep": step(kind.value),
            "inputQuantityList": [self._quantity(lot, milli) for lot, milli in inputs],
            "outputQuantityList": [self._quantity(into, None)],
            **_own(**facts),
        }
        return self._finished(told, on, f"{kind}:{pk}", [*(lot for lot, _ in inputs), into])

    def _finished(self, told: Mapping[str, Any], on: date | None, record: str, lots: Iterable[Lot]) -> dict[str, Any]:
        day = on or UNDATED
        moment = datetime(day.year, day.month, day.day, tzinfo=zone())
        offset = moment.strftime("%z")
        event: dict[str, Any] = {
            "type": told["type"],
            "eventTime": moment.isoformat(timespec="seconds"),
            "eventTimeZoneOffset": f"{offset[:3]}:{offset[3:5]}",
            **{name: value for name, value in told.items() if name != "type" and value not in ("", [], {})},
            f"{PREFIX}:house": self.authority,
            f"{PREFIX}:record": record,
        }
        if on is None:
            event[f"{PREFIX}:undated"] = True
        event["eventID"] = canonical.assigned_id(canonical.digest(event, CONTEXT.expand, beside=vocabulary.LOTS))
        return event | {f"{PREFIX}:lots": self._described(lots)}

    # -- record by record ---------------------------------------------------------------------------------------------

    def _receipt(self, record: Receipt) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": "ADD",
            "bizStep": "receiving",
            "disposition": "in_progress",
            "quantityList": [self._quantity(record.lot, record.quantity_milli)],
            "bizTransactionList": [{"type": "recadv", "bizTransaction": self._paper("receipt", record.number)}],
            "sourceList": [
                {
                    "type": "possessing_party",
                    "source": vocabulary.uri(self.authority, "suppliers", record.supplier.code),
                }
            ],
            "ilmd": _own(
                supplierLot=record.supplier_lot,
                certificate=record.certificate,
                materialName=record.material_name,
                specification=record.specification,
            ),
        }

    def _issue(self, record: MaterialIssue) -> dict[str, Any]:
        return {
            "type": "TransformationEvent",
            "bizStep": step(vocabulary.ISSUING),
            "inputQuantityList": [self._quantity(record.lot, record.quantity_milli)],
            "outputQuantityList": [self._quantity(record.into, None)],
            "bizTransactionList": [{"type": "prodorder", "bizTransaction": self._paper("issue", record.number)}],
            **_own(department=record.department),
        }

    def _heat(self, record: Heat) -> dict[str, Any]:
        return {
            "type": "TransformationEvent",
            "bizStep": step(vocabulary.MELTING),
            "inputQuantityList": [self._quantity(record.lot, record.quantity_milli)],
            "outputQuantityList": [self._quantity(record.billet, record.quantity_milli)],
            "ilmd": _own(pieces=record.pieces),
        }

    def _traveller(self, record: Traveller, inputs: Inputs) -> dict[str, Any]:
        ilmd = _own(
            basket=record.basket,
            press=record.press,
            shift=record.shift,
            ageing=record.ageing,
            agedOn=_iso(record.aged_on),
            finish=record.finish,
            finishedOn=_iso(record.finished_on),
        )
        if not inputs:
            return {
                "type": "ObjectEvent",
                "action": "ADD",
                "bizStep": step(vocabulary.EXTRUDING),
                "quantityList": [self._quantity(record.lot, record.lot.quantity_milli)],
                "ilmd": ilmd,
            }
        return {
            "type": "TransformationEvent",
            "bizStep": step(vocabulary.EXTRUDING),
            "inputQuantityList": [self._quantity(lot, milli) for lot, milli in inputs],
            "outputQuantityList": [self._quantity(record.lot, record.lot.quantity_milli)],
            "ilmd": ilmd,
        }

    def _report(self, record: InspectionReport) -> dict[str, Any]:
        outcome = {QualityStatus.PASSED: "conformant", QualityStatus.FAILED: "non_conformant"}
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "inspecting",
            "disposition": outcome.get(QualityStatus(record.conclusion), ""),
            "quantityList": [self._quantity(record.lot, None)],
            "bizTransactionList": [{"type": "testres", "bizTransaction": self._paper("report", record.number)}],
            **_own(measured={f"{PREFIX}:{name}": str(value) for name, value in sorted(record.measured.items())}),
        }

    def _packing(self, record: Packing, inputs: Inputs) -> dict[str, Any]:
        own = _own(sprayCode=record.spray_code, pieces=record.pieces, location=record.location)
        if not inputs:
            return {
                "type": "ObjectEvent",
                "action": "ADD",
                "bizStep": "packing",
                "epcList": [self.lot(record.lot)],
                **own,
            }
        return {
            "type": "AggregationEvent",
            "action": "ADD",
            "bizStep": "packing",
            "disposition": "in_progress",
            "parentID": self.lot(record.lot),
            "childQuantityList": [self._quantity(lot, milli) for lot, milli in inputs],
            **own,
        }

    def _shipment(self, record: Shipment) -> dict[str, Any]:
        customer = vocabulary.uri(self.authority, "customers", record.customer.code)
        to = [{"type": "owning_party", "destination": customer}]
        if record.site is not None:
            site = vocabulary.uri(self.authority, "sites", record.customer.code, str(record.site_id))
            to.append({"type": "location", "destination": site})
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "epcList": [self.lot(record.lot)],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": self._paper("shipment", record.number)}],
            "sourceList": [{"type": "owning_party", "source": self.authority}],
            "destinationList": to,
            **_own(shipped=None if record.quantity_milli is None else amount(record.quantity_milli)),
        }

    def _movement(self, record: Movement) -> dict[str, Any]:
        steps = {
            MovementKind.RETURNED: ("OBSERVE", "receiving", "returned"),
            MovementKind.SCRAPPED: ("OBSERVE", "destroying", "destroyed"),
            MovementKind.SAMPLED: ("OBSERVE", "sampling", "in_progress"),
            MovementKind.COUNTED: ("OBSERVE", "stock_taking", "mismatch_quantity"),
        }
        action, biz_step, disposition = steps[MovementKind(record.what)]
        return {
            "type": "ObjectEvent",
            "action": action,
            "bizStep": biz_step,
            "disposition": disposition,
            "quantityList": [self._quantity(record.lot, abs(record.quantity_milli))],
            **_own(difference=amount(record.quantity_milli) if record.what == MovementKind.COUNTED else None),
        }


def _own(**fields: Any) -> dict[str, Any]:
    """Fields of ours that say something."""
    return {f"{PREFIX}:{name}": value for name, value in fields.items() if value not in (None, "", {})}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day_of(record: Record) -> date | None:
    for name in (
        "received_on",
        "issued_on",
        "cast_on",
        "extruded_on",
        "inspected_on",
        "packed_on",
        "shipped_on",
        "moved_on",
    ):
        day = getattr(record, name, None)
        if day is not None:
            return day
    return record.lot.made_on
