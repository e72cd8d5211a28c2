"""Where a trace ends: a customer's place, and who is met there (N-04, T-14). Three queries whatever the number.

The contact is the one that the shipment named; where it named none, the first of the place, else of the customer. Names
and telephones are personal data: callers show them to staff only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from sanbao.kernel.keeping import InUse
from sanbao.parties.models import Contact, Customer, Site
from sanbao.trace.store import among
from sanbao.trace.traces import Trace, shipped_milli


@dataclass(slots=True)
class Place:
    """What one customer has at one place; ``site`` is empty where the shipment named none."""

    customer: int
    code: str
    name: str
    site: str = ""
    address: str = ""
    contact: str = ""
    phone: str = ""
    unit: str = "kg"
    quantity_milli: int = 0
    labels: list[str] = field(default_factory=list)


def places(trace: Trace) -> list[Place]:
    """The ends of a trace, the largest first."""
    found: dict[tuple[int, int | None, int | None, str], Place] = {}
    for lot, lines in trace.records.shipments.items():
        node = trace.nodes[lot]
        for line in lines:
            key = (line.customer_id, line.site_id, line.contact_id, node.unit)
            at = found.setdefault(
                key, Place(line.customer_id, line.customer__code, line.customer__name, unit=node.unit)
            )
            at.quantity_milli += shipped_milli(line, node)
            at.labels.append(node.code)
    _locate(found)
    return sorted(found.values(), key=lambda at: (-at.quantity_milli, at.code, at.site))


def _locate(found: Mapping[tuple[int, int | None, int | None, str], Place]) -> None:
    customers, sites = _among(Customer, (c for c, *_ in found)), _among(Site, (s for _, s, *_ in found))
    people = _people(found)
    for (customer_id, site_id, contact_id, _), at in found.items():
        customer, site = customers[customer_id], sites.get(site_id)
        where = site or customer
        at.site = site.name if site else ""
        at.address = " ".join(part for part in (where.city, where.address) if part)
        who = people.get(contact_id) if contact_id else None
        who = who or _first(people, site=site_id) or _first(people, customer=customer_id)
        at.contact, at.phone = (who.name, who.phone) if who else ("", customer.phones)


def _among(model: type[Any], ids: Iterable[int | None]) -> dict[int | None, Any]:
    wanted = sorted({pk for pk in ids if pk is not None})
    return dict(model.objects.filter(pk__in=among(wanted)).in_bulk()) if wanted else {}


def _people(found: Iterable[tuple[int, int | None, int | None, str]]) -> dict[int | None, Contact]:
    named = sorted({contact for _, _, contact, _ in found if contact is not None})
    sites = sorted({site for _, site, _, _ in found if site is not None})
    customers = sorted({customer for customer, *_ in found})
    met = Q(site__in=among(sites)) | Q(customer__in=among(customers))
    rows = Contact.objects.filter(Q(pk__in=among(named)) | met & Q(state=InUse.IN_USE)).order_by("pk")
    return {contact.pk: contact for contact in rows}


def _first(people: Mapping[int | None, Contact], *, site: int | None = None, customer: int | None = None) -> Any:
    return next(
        (
            contact
            for contact in people.values()
            if (site is not None and contact.site_id == site)
            or (customer is not None and contact.customer_id == customer)
        ),
        None,
    )
