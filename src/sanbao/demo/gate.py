"""Deliveries of the demonstration: one that left, one at the gate with a wrong label caught, one that escaped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sanbao.catalog.models import Product
from sanbao.demo.ledgers import Delivery
from sanbao.dispatch import actions, queries
from sanbao.dispatch.actions.drafting import Wanted
from sanbao.dispatch.models import PickList
from sanbao.dispatch.rules import mistake_of
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.parties import actions as parties
from sanbao.parties.models import Contact, Customer
from sanbao.trace.models import Handle, HandleKind, Lot, LotKind, QualityStatus, Shipment

TARE = Decimal(8740)
Moment = Callable[[int, str], datetime]


def play(actors: dict[str, Actor], deliveries: list[Delivery], moment: Moment, *, by: Actor) -> None:
    """The gate of the last days; ``moment(days, hour)`` is so many working days ago."""
    seller, keeper, checker = (replace(actors[n], fresh=True) for n in ("sales-east", "storekeeper", "transport"))
    stock = _stock()
    buyers = [_place(code, name, by=by) for code, name in (("K004", "滨河花园二期"), ("K007", "产业园三号厂房"))]
    with times.frozen(moment(4, "09:20")):
        case = _released(buyers[0], stock[:3], by=seller)
        _stopped(case, _other(stock, stock[:3]), by=keeper)
        _scan(case, stock[:3], by=keeper)
        net = Decimal(queries.progress(case).net_milli) / 1000
        _weighed(case, net + 60, by=keeper)
        _weighed(case, net + 4, by=keeper)
        case = actions.check_out(PickList.objects.get(pk=case.pk), by=keeper)
    with times.frozen(moment(4, "10:05")):
        actions.ship(case, by=checker)
    with times.frozen(moment(1, "14:10")):
        gone = next(d for d in reversed(deliveries) if not d.mark)
        actions.report(
            by=seller,
            label=Lot.objects.get(key=gone.label),
            mistake="wrong_product",
            found_at="客户卸货时",
            found_on=times.today() - timedelta(days=1),
            description="包装内型号与标签不符，客户要求更换",
        )
    with times.frozen(moment(0, "08:10")):
        case = _released(buyers[1], stock[3:6], by=seller)
        _scan(case, stock[3:4], by=keeper)
        for wrong in (_other(stock, stock[3:6]), None):
            _stopped(case, wrong, by=keeper)
        _released(buyers[0], stock[7:8], by=seller)
        lines = [Wanted(stock[0].product, quantity_milli=500_000)]
        actions.draft(by=seller, customer=buyers[1], lines=lines, order="演示合同 26-118", planned_on=_soon())


def _soon() -> date:
    return times.today() + timedelta(days=2)


def _stock() -> list[Lot]:
    """Labels that still stand in the store, one of each product after the other."""
    gone = Shipment.standing.values("lot")
    labels = Lot.objects.filter(kind=LotKind.LABEL, status=QualityStatus.PASSED).exclude(pk__in=gone)
    labels = labels.filter(pk__in=Handle.objects.filter(kind=HandleKind.SPRAY).values("lot_id"))
    return sorted(labels.select_related("product").order_by("id"), key=lambda lot: lot.product_id or 0)


def _other(stock: list[Lot], ordered: list[Lot]) -> Lot:
    """A label of a product that is not ordered."""
    products = {lot.product_id for lot in ordered}
    return next(lot for lot in reversed(stock) if lot.product_id not in products)


def _place(code: str, name: str, *, by: Actor) -> Customer:
    """A building site and who receives goods there (N-04)."""
    customer = Customer.objects.get(code=code)
    site = parties.register_site(by=by, customer=customer, name=name, city=customer.city)
    if not Contact.objects.filter(site=site).exists():
        parties.register_contact(by=by, site=site, name="收货员甲", phone="000-55550118")
    return customer


def _released(customer: Customer, labels: list[Lot], *, by: Actor) -> PickList:
    lines: dict[int, int] = {}
    for lot in labels:
        lines[lot.product_id or 0] = lines.get(lot.product_id or 0, 0) + (lot.quantity_milli or 0)
    products = Product.objects.in_bulk(lines)
    wanted = [Wanted(products[pk], quantity_milli=milli) for pk, milli in lines.items()]
    case = actions.draft(
        by=by, customer=customer, lines=wanted, order="演示合同 26-104", vehicle="演A10086", planned_on=times.today()
    )
    return actions.release(case, by=by)


def _scan(case: PickList, labels: list[Lot], *, by: Actor) -> None:
    for lot in labels:
        actions.scan(case, by=by, code=lot.code)


def _stopped(case: PickList, lot: Lot | None, *, by: Actor) -> None:
    """A wrong label, or one that nobody knows: the gate says no, and counts it."""
    try:
        actions.scan(case, by=by, code=lot.code if lot else "BQ9999999")
    except Refusal as refusal:
        if not mistake_of(refusal.code):
            raise


def _weighed(case: PickList, net: Decimal, *, by: Actor) -> None:
    try:
        actions.weigh(case, by=by, gross=net + TARE, tare=TARE)
    except Refusal as refusal:
        if not mistake_of(refusal.code):
            raise
