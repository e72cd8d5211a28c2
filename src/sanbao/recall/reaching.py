"""Whom to reach at a holder, and who of sales goes there; as many questions for five thousand as for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from sanbao.kernel.keeping import InUse
from sanbao.parties import queries as parties
from sanbao.parties.models import Contact, Customer
from sanbao.trace.queries import Holding, among


@dataclass(frozen=True, slots=True)
class Reach:
    """A name, a telephone, an address, and whose task it is."""

    contact: str
    phone: str
    email: str
    owed_by: str


def reach(holdings: Sequence[Holding], runner: str) -> dict[tuple[int, int | None], Reach]:
    """(customer, site) → whom to ask for there: at the site before at the customer, with what the customer has."""
    customers = Customer.objects.filter(pk__in=among(sorted({h.customer for h in holdings}))).in_bulk()
    sites = sorted({h.site for h in holdings if h.site})
    at_site: dict[int, Contact] = {}
    at_customer: dict[int, Contact] = {}
    met = Q(customer__in=among(sorted(customers))) | Q(site__in=among(sites))
    for contact in Contact.objects.filter(met, state=InUse.IN_USE).order_by("pk"):
        if contact.site_id:
            at_site.setdefault(contact.site_id, contact)
        elif contact.customer_id:
            at_customer.setdefault(contact.customer_id, contact)
    goes = _who_goes(customers, runner)
    found = {}
    for h in holdings:
        customer = customers[h.customer]
        who = at_site.get(h.site or 0) or at_customer.get(h.customer)
        found[h.customer, h.site] = Reach(
            who.name if who else "",
            (who.phone if who else "") or customer.phones,
            (who.email if who else "") or customer.email,
            goes[h.customer],
        )
    return found


def _who_goes(customers: dict[int, Customer], runner: str) -> dict[int, str]:
    by_region: dict[int | None, str] = {}
    for customer in customers.values():
        if customer.region_id not in by_region:
            person = parties.salesperson_for(customer)
            by_region[customer.region_id] = f"person:{person.pk}" if person else runner
    return {pk: by_region[customer.region_id] for pk, customer in customers.items()}
