"""What one line of each ledger says, as plain values: the input of ``bulk.write`` and of the live actions alike.

Codes are text as written (blanks, width and case do not matter); suppliers, materials, products, customers, sites and
contacts are ids that the caller has looked up; quantities are integer thousandths of ``unit``; ``row`` is the sheet's
row counted from 1, ``note`` the remark with which a self-contradicting line was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sanbao.trace.models import LotKind, QualityStatus


@dataclass(slots=True, kw_only=True)
class Row:
    unit: str = "kg"
    row: int | None = None
    note: str = ""


@dataclass(slots=True, kw_only=True)
class ReceiptRow(Row):
    """进仓台账. ``lot`` is our own lot code 本厂批号; it is found by ``supplier_lot`` too."""

    number: str
    lot: str
    supplier_id: int
    quantity_milli: int
    received_on: date | None = None
    material_id: int | None = None
    material_name: str = ""
    specification: str = ""
    supplier_lot: str = ""
    certificate: str = ""
    inspector: str = ""
    status: str = QualityStatus.PENDING


@dataclass(slots=True, kw_only=True)
class IssueRow(Row):
    """领料单. ``lot`` must have come in; ``into`` (a heat, a coating or oxidation batch) may still lack its record."""

    number: str
    lot: str
    into: str
    into_kind: str = LotKind.HEAT
    quantity_milli: int
    issued_on: date | None = None
    department: str = ""
    material_name: str = ""


@dataclass(slots=True, kw_only=True)
class HeatRow(Row):
    """熔铸记录. The heat and the billet lot that it made."""

    heat: str
    billet: str
    pieces: int | None = None
    quantity_milli: int | None = None
    cast_on: date | None = None
    status: str = QualityStatus.PENDING


@dataclass(slots=True, kw_only=True)
class TravellerRow(Row):
    """生产随行卡. ``finish`` is the oxidation or coating batch, and ``finish_kind`` tells which."""

    code: str
    billets: tuple[str, ...] = ()
    product_id: int | None = None
    quantity_milli: int | None = None
    basket: str = ""
    press: str = ""
    shift: str = ""
    extruded_on: date | None = None
    ageing: str = ""
    aged_on: date | None = None
    finish: str = ""
    finish_kind: str = LotKind.COATING
    finished_on: date | None = None
    status: str = QualityStatus.PENDING


@dataclass(slots=True, kw_only=True)
class ReportRow(Row):
    """检验报告 of a traveller that exists. ``measured``: ``wall_mm``, ``film_um``, ``hardness_hw`` … → text."""

    number: str
    traveller: str
    conclusion: str
    inspected_on: date | None = None
    measured: dict[str, str] = field(default_factory=dict)
    appearance: str = ""
    inspector: str = ""


@dataclass(slots=True, kw_only=True)
class PackingRow(Row):
    """成品入库. A label with its spray code and the travellers packed under it (several: a candidate set)."""

    label: str
    travellers: tuple[str, ...] = ()
    spray_code: str = ""
    product_id: int | None = None
    quantity_milli: int | None = None
    pieces: int | None = None
    packed_on: date | None = None
    location: str = ""
    status: str = QualityStatus.PASSED


@dataclass(slots=True, kw_only=True)
class ShipmentRow(Row):
    """发货明细. One line of a pick list: a label that exists, to a customer, where known a site and a contact."""

    number: str
    label: str
    customer_id: int
    site_id: int | None = None
    contact_id: int | None = None
    quantity_milli: int | None = None
    shipped_on: date | None = None
    vehicle: str = ""
