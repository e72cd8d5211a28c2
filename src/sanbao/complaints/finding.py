"""What the intake finds while the phone rings: user, deliveries, warranty, open cases (C-01, W-04, conventions 3, 4).

One field takes a telephone number, a label, a spray code, a lot, the number of a delivery note or of a case, or a name.
A constant number of queries, whatever is typed and however much there is; what is left out is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Max, Q

from sanbao.catalog import queries as catalog
from sanbao.catalog.models import Product
from sanbao.complaints import queries
from sanbao.complaints.models import Complaint, State
from sanbao.kernel.actor import Actor
from sanbao.parties import queries as parties
from sanbao.parties.models import Customer
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, Shipment

#: So many of each are shown; the number of the others is said beside them.
SHOWN = 6
#: A lot that is no label leads to labels by the forward trace; shorter texts are still being typed.
SHORTEST_LOT = 3
_DIALLED = re.compile(r"[\d\s()+./\-\u2010-\u2015]+")


@dataclass
class Delivery:
    """Goods that went to one customer by one paper, or all that he holds of a lot (``number`` empty)."""

    customer: Customer
    number: str = ""
    shipped_on: date | None = None
    place: str = ""
    labels: list[str] = field(default_factory=list)
    quantity_milli: int = 0
    unit: str = "kg"
    product: Product | None = None
    warranty: catalog.Warranty | None = None

    @property
    def quantity(self) -> str:
        return trace.exact(self.quantity_milli, self.unit)


@dataclass
class Found:
    """Who and what may be meant by what was typed."""

    typed: str = ""
    chosen: Customer | None = None
    customers: list[Customer] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    cases: list[Complaint] = field(default_factory=list)
    ended: list[Complaint] = field(default_factory=list)
    more_customers: bool = False
    more_deliveries: int = 0
    more_cases: bool = False

    @property
    def empty(self) -> bool:
        return not (self.customers or self.deliveries or self.cases or self.ended or self.lots)


def normal(text: str) -> str:
    """As it is compared: NFKC, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()[:80]


def find(by: Actor, *, typed: str = "", code: str = "", phone: str = "", customer: str = "") -> Found:
    """Everything that the clerk needs to see before he writes the first word."""
    typed, phone = normal(typed or phone), normal(phone or typed)
    # The digits of a label are no telephone number.
    phone = phone if _DIALLED.fullmatch(phone) else ""
    code = normal(code) or typed
    found = Found(typed)
    if customer:
        found.chosen = Customer.objects.visible_to(by).filter(code=customer).select_related("region").first()
    if code and by.may("trace.see"):
        found.lots = trace.find(code, actor=by)
    if typed and not found.chosen:
        named = parties.find_customers(typed, by=by, limit=SHOWN + 1)
        found.customers, found.more_customers = named[:SHOWN], len(named) > SHOWN
    _deliveries(found, by, code)
    _users_of_deliveries(found)
    _cases(found, by, phone)
    return found


def _deliveries(found: Found, by: Actor, code: str) -> None:
    """What was shipped of these goods; where a user was meant and no goods, what he had last."""
    if not by.may("trace.see"):
        return
    labels = [lot for lot in found.lots if lot.kind == LotKind.LABEL]
    others = [lot for lot in found.lots if lot.kind != LotKind.LABEL]
    users = [found.chosen] if found.chosen else found.customers
    papers: list[Delivery] = []
    older = 0
    if labels:
        papers += _by_paper(_shipments(Q(lot__in=trace.among([lot.pk for lot in labels]))))
    if others and len(code) >= SHORTEST_LOT:
        papers += _by_scope(others)
    if not found.lots and users:
        last, older = _last_papers(users)
        papers += last
    known = Customer.objects.visible_to(by).filter(pk__in={d.customer.pk for d in papers})
    visible = set(known.values_list("pk", flat=True))
    papers = [d for d in papers if d.customer.pk in visible]
    found.deliveries, found.more_deliveries = papers[:SHOWN], max(0, len(papers) - SHOWN) + older
    goods = [(d, d.product) for d in found.deliveries if d.product]
    terms = catalog.warranties_of((product, d.shipped_on) for d, product in goods)
    for (delivery, _), term in zip(goods, terms, strict=True):
        delivery.warranty = term


def _shipments(which: Q) -> Any:
    return Shipment.standing.filter(which).select_related("customer__region", "lot__product")


def _last_papers(users: Collection[Customer]) -> tuple[list[Delivery], int]:
    """The last papers of these users, whole, and how many are older. A user of many years has thousands of labels."""
    papers = Shipment.standing.filter(customer__in=users).order_by().values("customer_id", "number_key")
    dated = papers.annotate(last=Max("shipped_on")).order_by(F("last").desc(nulls_last=True), "-number_key")
    shown = list(dated[:SHOWN])
    which = [Q(customer=paper["customer_id"], number_key=paper["number_key"]) for paper in shown]
    if not which:
        return [], 0
    return _by_paper(_shipments(reduce(or_, which)).order_by("-pk")), dated.count() - len(shown)


def _by_paper(shipments: Iterable[Shipment]) -> list[Delivery]:
    """One line for each paper and customer, the newest first."""
    papers: dict[tuple[str, int], Delivery] = {}
    for row in shipments:
        at = papers.setdefault(
            (row.number_key, row.customer_id),
            Delivery(row.customer, row.number, row.shipped_on, unit=row.lot.unit, product=row.lot.product),
        )
        at.labels.append(row.lot.code)
        at.quantity_milli += row.quantity_milli or row.lot.quantity_milli or 0
    return sorted(papers.values(), key=lambda d: (d.shipped_on or date.min, d.number), reverse=True)


def _by_scope(lots: Collection[Lot]) -> list[Delivery]:
    """Who holds what was made from a lot that is no label: the forward trace (T-14), the largest first."""
    scope = trace.scope([lot.pk for lot in lots])
    customers = Customer.objects.select_related("region").in_bulk({h.customer for h in scope.holdings})
    product = next((lot.product for lot in lots if lot.product_id), None)
    return [
        Delivery(
            customers[h.customer], place=h.place, labels=h.labels, quantity_milli=h.quantity_milli, unit=h.unit,
            product=product,
        )
        for h in scope.holdings
    ]  # fmt: skip


def _users_of_deliveries(found: Found) -> None:
    """Whoever got these goods may be the one who calls."""
    for delivery in () if found.chosen else found.deliveries:
        if delivery.customer not in found.customers:
            found.customers.append(delivery.customer)


def _cases(found: Found, by: Actor, phone: str) -> None:
    """Open cases of the same user, goods, telephone or number; and the last that ended, which may be reopened."""
    users = [found.chosen.pk] if found.chosen else [customer.pk for customer in found.customers]
    same = queries.same_matter(customers=users, lots=[lot.pk for lot in found.lots], phone=phone, typed=found.typed)
    seen = Complaint.objects.visible_to(by).filter(same).select_related("customer", "merged_into")
    rows = list(seen.open().order_by("-received_at")[: SHOWN + 3])
    found.cases, found.more_cases = rows[: SHOWN + 2], len(rows) > SHOWN + 2
    found.ended = list(seen.filter(state=State.CLOSED, light=False, legacy=None).order_by("-closed_at")[:3])
