"""Master data and trace ledgers under the headers that the import knows: what goes out comes in again unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from sanbao.catalog.models import Material, Product
from sanbao.complaints.models import Channel, Complaint, State
from sanbao.exchange.columns import Column, Table
from sanbao.exchange.kinds.complaints import REGISTER
from sanbao.exchange.kinds.goods import LABELS, SHIPMENTS
from sanbao.exchange.kinds.masters import CUSTOMERS, DEALERS, MATERIALS, PRODUCTS, SUPPLIERS
from sanbao.exchange.kinds.materials import ISSUES, RECEIPTS
from sanbao.exchange.kinds.production import HEATS, REPORTS, TRAVELLERS
from sanbao.kernel.times import local
from sanbao.parties.models import Category, Customer, Dealer, DealerKind, Supplier
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    MaterialIssue,
    Packing,
    QualityStatus,
    Receipt,
    Shipment,
    Traveller,
)

CHUNK = 5000
#: Columns whose header has to name the unit.
_IN_KG = ("quantity", "weight")


@dataclass(frozen=True)
class Ledger:
    """One table in the shape of the import; ``back`` says whether its rows come in again without a change."""

    table: Table
    rows: Callable[[], QuerySet[Any]]
    line: Callable[[Any], Iterable[Any]]
    back: bool = True

    @property
    def name(self) -> str:
        return self.table.title.zh

    @property
    def heads(self) -> list[str]:
        return [_head(column) for column in self.table.columns]

    def lines(self) -> Iterator[list[Any]]:
        """Row by row; nothing is gathered."""
        for row in self.rows().iterator(chunk_size=CHUNK):
            yield list(self.line(row))


def _head(column: Column) -> str:
    title = column.title.zh
    return f"{title}(kg)" if column.name in _IN_KG else title


def kg(milli: int | None) -> Decimal | None:
    return None if milli is None else Decimal(milli) / 1000


def _status(status: str) -> str:
    return QualityStatus(status).zh if status else ""


def _many(codes: str) -> str:
    return "、".join(codes.split())


def _supplier(row: Supplier) -> Iterable[Any]:
    return row.code, row.name, row.supplies


def _dealer(row: Dealer) -> Iterable[Any]:
    region, above = row.region, row.parent
    return (
        row.code, row.name, DealerKind(row.kind).zh, region.name_zh if region else "", row.city, row.address,
        row.hotline, above.code if above else "",
    )  # fmt: skip


def _customer(row: Customer) -> Iterable[Any]:
    region, dealer = row.region, row.dealer
    return (
        row.code, row.name, Category(row.category).zh, region.name_zh if region else "", row.city, row.address,
        row.phones, row.fax, row.email, dealer.code if dealer else "",
    )  # fmt: skip


def _material(row: Material) -> Iterable[Any]:
    return row.code, row.name, row.specification, row.material_class


def _product(row: Product) -> Iterable[Any]:
    return row.code, row.name, row.line, row.surface, row.kg_per_metre, row.alloy_temper, row.gtin


def _receipt(row: Receipt) -> Iterable[Any]:
    return (
        row.number, row.received_on, row.supplier.code, row.material_name, row.specification, row.supplier_lot,
        row.lot.code, kg(row.quantity_milli), row.certificate, row.inspector, _status(row.lot.status),
    )  # fmt: skip


def _issue(row: MaterialIssue) -> Iterable[Any]:
    return (
        row.number, row.issued_on, row.department, row.material_name, row.lot.code, kg(row.quantity_milli),
        row.into.code,
    )  # fmt: skip


def _heat(row: Heat) -> Iterable[Any]:
    return row.lot.code, row.cast_on, row.billet.code, row.pieces, kg(row.quantity_milli), _status(row.billet.status)


def _traveller(row: Traveller) -> Iterable[Any]:
    product = row.lot.product
    return (
        row.lot.code, row.basket, product.code if product else "", _many(row.billets), row.press, row.shift,
        row.extruded_on, row.ageing, row.aged_on, row.finish, row.finished_on, kg(row.lot.quantity_milli),
        _status(row.lot.status),
    )  # fmt: skip


def _report(row: InspectionReport) -> Iterable[Any]:
    measured = (row.measured.get(name, "") for name in ("wall_mm", "film_um", "hardness_hw"))
    return (
        row.number, row.inspected_on, row.lot.code, *measured, row.appearance, _status(row.conclusion), row.inspector,
    )  # fmt: skip


def _packing(row: Packing) -> Iterable[Any]:
    product = row.lot.product
    return (
        row.lot.code, row.spray_code, product.code if product else "", _many(row.travellers), row.pieces,
        kg(row.lot.quantity_milli), row.packed_on, row.location,
    )  # fmt: skip


def _shipment(row: Shipment) -> Iterable[Any]:
    return (
        row.number, row.shipped_on, row.customer.code, row.lot.code, kg(row.quantity_milli), row.vehicle,
    )  # fmt: skip


def _complaint(row: Complaint) -> Iterable[Any]:
    fault = row.confirmed_class or row.reported_class
    return (
        row.number, local(row.received_at).date(), row.complainant, Channel(row.channel).zh, row.description,
        row.lot.code if row.lot else row.code, fault.name_zh if fault else "", row.opinion or row.answer,
        State(row.state).zh,
    )  # fmt: skip


def _standing(model: Any, *joined: str) -> Callable[[], QuerySet[Any]]:
    return lambda: model.standing.select_related(*joined).order_by("id")


def _all(model: Any, *joined: str) -> Callable[[], QuerySet[Any]]:
    return lambda: (model.objects.select_related(*joined) if joined else model.objects.all()).order_by("id")


#: In the order in which they refer to each other, as the import wants them.
LEDGERS: tuple[Ledger, ...] = (
    Ledger(SUPPLIERS, _all(Supplier), _supplier),
    Ledger(DEALERS, _all(Dealer, "region", "parent"), _dealer),
    Ledger(CUSTOMERS, _all(Customer, "region", "dealer"), _customer),
    Ledger(MATERIALS, _all(Material), _material),
    Ledger(PRODUCTS, _all(Product), _product),
    Ledger(RECEIPTS, _standing(Receipt, "lot", "supplier"), _receipt),
    Ledger(ISSUES, _standing(MaterialIssue, "lot", "into"), _issue),
    Ledger(HEATS, _standing(Heat, "lot", "billet"), _heat),
    Ledger(TRAVELLERS, _standing(Traveller, "lot__product"), _traveller),
    Ledger(REPORTS, _standing(InspectionReport, "lot"), _report),
    Ledger(LABELS, _standing(Packing, "lot__product"), _packing),
    Ledger(SHIPMENTS, _standing(Shipment, "lot", "customer"), _shipment),
    Ledger(
        REGISTER,
        _all(Complaint, "customer", "lot", "confirmed_class", "reported_class"),
        _complaint,
        back=False,
    ),
)
