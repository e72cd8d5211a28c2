"""``/api/v1/customers``, ``dealers``, ``suppliers``, ``sites``, ``contacts``, ``people``: as the pages do it."""

from __future__ import annotations

from typing import Any

from ninja import Router

from sanbao.api.kept import kept
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.lifecycle import CONTACT, CUSTOMER, DEALER, PERSON, SITE, SUPPLIER
from sanbao.parties.models import Contact, Customer, Dealer, Person, Site, Supplier


def _row(row: Any, *names: str) -> dict[str, Any]:
    """What every row says, its own fields, and the code of what it names."""
    told = {"id": row.pk, "subject": row.subject, "state": row.state, "version": row.version}
    return told | {name: getattr(row, name) for name in names}


def _code(row: Any) -> str | None:
    return row.code if row is not None else None


def customer_out(row: Customer, by: Actor) -> dict[str, Any]:
    told = _row(row, "code", "name", "category", "city", "address", "phones", "fax", "email")
    return told | {"region": _code(row.region), "dealer": _code(row.dealer)}


def dealer_out(row: Dealer, by: Actor) -> dict[str, Any]:
    told = _row(row, "code", "name", "kind", "city", "address", "hotline", "latitude", "longitude", "since", "until")
    return told | {"region": _code(row.region), "parent": _code(row.parent)}


def supplier_out(row: Supplier, by: Actor) -> dict[str, Any]:
    return _row(row, "code", "name", "supplies")


def site_out(row: Site, by: Actor) -> dict[str, Any]:
    told = _row(row, "name", "kind", "city", "address", "latitude", "longitude")
    return told | {"region": _code(row.region), "customer": _code(row.customer)}


def contact_out(row: Contact, by: Actor) -> dict[str, Any]:
    told = _row(row, "name", "duty", "phone", "fax", "email", "address")
    parties = {name: _code(getattr(row, name)) for name in ("customer", "dealer", "supplier")}
    return told | parties | {"site": row.site_id}


def person_out(row: Person, by: Actor) -> dict[str, Any]:
    """``one_time_password`` is told once, in the answer to the act that handed it out."""
    told = _row(row, "username", "name", "email", "phone", "language")
    outside = {name: _code(getattr(row, name)) for name in ("dealer", "supplier", "customer")}
    posts = [
        {"department": a.department.code, "post": a.post.code, "since": a.since, "until": a.until}
        for a in row.assignments.all()
        if a.until is None or a.until >= today()
    ]
    handed_out = {"one_time_password": row.handed_out} if row.handed_out else {}
    return told | outside | {"posts": posts} | handed_out


routers: dict[str, Router] = {
    "/customers": kept(
        CUSTOMER, shown=customer_out, tag="customers", title=W("客户", "Customers"), followed=("region", "dealer")
    ),
    "/dealers": kept(
        DEALER, shown=dealer_out, tag="dealers", title=W("经销商", "Dealers"), followed=("region", "parent")
    ),
    "/suppliers": kept(SUPPLIER, shown=supplier_out, tag="suppliers", title=W("供应商", "Suppliers")),
    "/sites": kept(SITE, shown=site_out, tag="sites", title=W("现场", "Sites"), followed=("region", "customer")),
    "/contacts": kept(
        CONTACT,
        shown=contact_out,
        tag="contacts",
        title=W("联系人", "Contacts"),
        followed=("customer", "dealer", "supplier"),
    ),
    "/people": kept(
        PERSON,
        shown=person_out,
        tag="people",
        title=W("人员", "People"),
        followed=("dealer", "supplier", "customer"),
        gathered=("assignments__department", "assignments__post"),
    ),
}
