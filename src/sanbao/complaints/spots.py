"""What is asked about a failed state inspection (C-10): which lots, who holds them, who goes there, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q

from sanbao.complaints.models import Complaint, Source, SpotCheck, SpotHolding
from sanbao.complaints.planning import lead_of
from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.parties import queries as parties
from sanbao.parties.models import Contact, Customer
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot
from sanbao.trace.queries import Holding, Scope

#: The departments that prepare the response together (C-10).
JOINT = ("production", "technology")


def of(case: Complaint) -> SpotCheck | None:
    """The spot check of a case; nothing where the case is none, or nobody has located the lots yet."""
    return SpotCheck.objects.filter(complaint=case).first() if case.source == Source.SPOT_CHECK else None


def lots_meant(codes: Iterable[str], *, by: Actor) -> list[Lot]:
    """The lots that the codes mean. A single label stands for the basket that it was packed from: its own lot."""
    return trace.with_baskets(lot for code in codes for lot in trace.found(code, actor=by))


def scope_of(lots: Sequence[Lot]) -> Scope:
    return trace.scope([lot.pk for lot in lots])


def reach(holdings: Sequence[Holding]) -> dict[tuple[int, int | None], tuple[str, str]]:
    """(customer, site) → whom to ask for there, and his number; one query for contacts, one for customers."""
    customers = Customer.objects.in_bulk({h.customer for h in holdings})
    sites = {h.site for h in holdings if h.site}
    met = Contact.objects.filter(Q(customer__in=customers) | Q(site__in=sites), state=InUse.IN_USE).order_by("pk")
    at_site: dict[int, Contact] = {}
    at_customer: dict[int, Contact] = {}
    for contact in met:
        if contact.site_id:
            at_site.setdefault(contact.site_id, contact)
        if contact.customer_id:
            at_customer.setdefault(contact.customer_id, contact)
    told = {}
    for h in holdings:
        who = at_site.get(h.site or 0) or at_customer.get(h.customer)
        told[h.customer, h.site] = (who.name, who.phone) if who else ("", customers[h.customer].phones)
    return told


def who_goes(case: Complaint, customers: Iterable[int]) -> dict[int, str]:
    """Customer → the salesperson of his region; the manager of the owning department where a region has none."""
    manager = f"{lead_of(case)}.department_manager"
    by_region: dict[int | None, str] = {}
    sent = {}
    for pk, customer in Customer.objects.in_bulk(set(customers)).items():
        if customer.region_id not in by_region:
            person = parties.salesperson_for(customer)
            by_region[customer.region_id] = f"person:{person.pk}" if person else manager
        sent[pk] = by_region[customer.region_id]
    return sent


def holdings_of(check: SpotCheck) -> list[SpotHolding]:
    return list(check.holdings.select_related("customer", "site"))


def missing(case: Complaint) -> dict[str, bool]:
    """What C-10 still lacks, by the name of the gap that holds up the closing."""
    if case.source != Source.SPOT_CHECK:
        return {}
    check = of(case)
    signed = check.signatures.filter(void=False).count() if check else 0
    return {
        "spot_not_located": check is None,
        "spot_not_reported": check is not None and check.holdings.filter(reported_at=None).exists(),
        "spot_not_handed": check is None or check.handed_at is None,
        "spot_not_signed": signed < len(JOINT),
    }


def spot_out(case: Complaint) -> dict[str, Any] | None:
    """The spot check as the API tells it."""
    check = of(case)
    if check is None:
        return None
    return {
        "lots": [lot.code for lot in check.lots.order_by("code")],
        "authority_due": check.authority_due,
        "due_at": check.due_at,
        "located_at": check.located_at,
        "in_store": str(Decimal(check.in_store_milli) / 1000),
        "holders": [holding_out(h) for h in holdings_of(check)],
        "handed_at": check.handed_at,
        "handed": check.handed,
        "answer": check.answer,
        "answer_basis": check.answer_basis,
        "signatures": [
            {"department": s.department.code, "at": s.at, "void": s.void}
            for s in check.signatures.select_related("department")
        ],
        "missing": [name for name, lacking in missing(case).items() if lacking],
    }


def holding_out(holding: SpotHolding) -> dict[str, Any]:
    return {
        "id": holding.pk,
        "customer": holding.customer.code,
        "name": holding.customer.name,
        "site": holding.site.name if holding.site else "",
        "quantity": str(Decimal(holding.quantity_milli) / 1000),
        "unit": holding.unit,
        "labels": holding.labels,
        "contact": holding.contact,
        "phone": holding.phone,
        "owed_by": holding.owed_by,
        "reported_at": holding.reported_at,
        "left": None if holding.left_milli is None else str(Decimal(holding.left_milli) / 1000),
        "sampled": holding.sampled,
        "found": holding.found,
    }
