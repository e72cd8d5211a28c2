"""Customers, the dealer tree, suppliers, sites and contacts: opened, edited, retired, restored, erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse, fill, insert, restoring, retiring
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.parties.lifecycle import CONTACT, CUSTOMER, DEALER, SITE, SUPPLIER
from sanbao.parties.models import (
    Contact,
    Customer,
    Dealer,
    DealerReach,
    Number,
    Site,
    Supplier,
)
from sanbao.parties.rules import name_key, phone_keys, reach

retire_customer, restore_customer = retiring(CUSTOMER), restoring(CUSTOMER)
retire_supplier, restore_supplier = retiring(SUPPLIER), restoring(SUPPLIER)
retire_site, restore_site = retiring(SITE), restoring(SITE)
retire_contact, restore_contact = retiring(CONTACT), restoring(CONTACT)
restore_dealer = restoring(DEALER)

# Of these only salted digests enter the record, so that a consumer's or a contact's data can be erased.
CUSTOMER_PERSONAL = ("name", "address", "phones", "fax", "email")
CONTACT_PERSONAL = ("name", "duty", "phone", "fax", "email", "address")


def named(values: dict[str, Any]) -> dict[str, Any]:
    """With the key by which the name is found, where the name is among the values."""
    return {**values, "name_key": name_key(values["name"])} if "name" in values else values


# -- customers --------------------------------------------------------------------------------------


def register_customer(*, by: Actor, name: str, code: str = "", **values: Any) -> Customer:
    """A new customer; without a code the house gives one. Values: category, region, city, address, phones,
    fax, email, dealer.

    :raises Refusal: ``customer.code_taken`` (422).
    """
    with CUSTOMER.opening(by=by) as step:
        code = code_key(code) or numbering.take("customer")
        fill(step, named({"name": name.strip(), "code": code, **values}), personal=CUSTOMER_PERSONAL)
        insert(step)
        list_numbers([step.case])
    return step.case


def edit_customer(customer: Customer, *, by: Actor, expect: int | None = None, **values: Any) -> Customer:
    with CUSTOMER.move("edit", customer, by=by, expect=expect) as step:
        fill(step, named(values), personal=CUSTOMER_PERSONAL)
        list_numbers([step.case])
    return step.case


def erase_customer(customer: Customer, *, by: Actor, expect: int | None = None) -> Customer:
    """Erase a consumer's personal data; his cases keep their numbers, lots and decisions (M-03)."""
    with CUSTOMER.move("erase", customer, by=by, expect=expect) as step:
        for contact in step.case.contacts.exclude(state="erased"):
            erase_contact(contact, by=by)
        _erase(step, CUSTOMER_PERSONAL)
        step.case.name_key = ""
        step.case.numbers.all().delete()
    return step.case


def list_numbers(customers: list[Customer]) -> None:
    """Write anew by which telephone numbers these customers are found; their contacts' stay."""
    Number.objects.filter(customer__in=[c.pk for c in customers], contact=None).delete()
    Number.objects.bulk_create(
        [Number(digits=digits, customer=c) for c in customers for digits in phone_keys(c.phones)],
        batch_size=500,
    )


# -- dealers ----------------------------------------------------------------------------------------


def register_dealer(*, by: Actor, code: str, name: str, **values: Any) -> Dealer:
    """A new node of the service network. Values: kind, parent, region, city, address, latitude, longitude,
    hotline, since, until."""
    with transaction.atomic():
        lock_tree()
        with DEALER.opening(by=by) as step:
            fill(step, named({"name": name.strip(), "code": code_key(code), **values}))
            insert(step)
            retie()
    return step.case


def edit_dealer(dealer: Dealer, *, by: Actor, expect: int | None = None, **values: Any) -> Dealer:
    """Change a dealer, also where it stands in the tree; a dealer cannot come to stand below itself (N-01)."""
    with transaction.atomic():
        if "parent" in values:
            lock_tree()
        with DEALER.move("edit", dealer, by=by, expect=expect) as step:
            above = values.get("parent")
            if above and DealerReach.objects.filter(above=step.case, dealer=above).exists():
                refuse(
                    "dealer.cycle",
                    W("“{parent}”在“{dealer}”之下，不能作为其上级。", "“{parent}” stands below “{dealer}”."),
                    clause="N-01",
                    field="parent",
                    parent=above.name,
                    dealer=step.case.name,
                )
            fill(step, named(values))
            retie({step.case.pk: step.case.parent_id})
    return step.case


def retire_dealer(dealer: Dealer, *, by: Actor, expect: int | None = None) -> Dealer:
    """Close a dealer or outlet; what stands below it must be moved or closed first (N-01)."""
    with DEALER.move("retire", dealer, by=by, expect=expect) as step:
        children = list(step.case.children.filter(state=InUse.IN_USE).values_list("code", flat=True))
        if children:
            refuse(
                "dealer.has_children",
                W("下级网点尚在用，请先移走或停用：{list}", "Dealers below are still in use: {list}"),
                clause="N-01",
                list="、".join(children),
                dealers=children,
            )
    return step.case


def lock_tree() -> None:
    """Changes of the tree come one after the other, or two of them could close a circle together."""
    list(Dealer.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def retie(moved: dict[int, int | None] | None = None) -> None:
    """Derive ``DealerReach`` from the parents; ``moved`` are parents that are about to be stored."""
    parents = {**dict(Dealer.objects.order_by().values_list("pk", "parent")), **(moved or {})}
    wanted = reach(parents)
    have = {(above, dealer): pk for pk, above, dealer in DealerReach.objects.values_list("pk", "above", "dealer")}
    DealerReach.objects.filter(pk__in=[pk for pair, pk in have.items() if pair not in wanted]).delete()
    DealerReach.objects.bulk_create(
        [DealerReach(above_id=above, dealer_id=dealer) for above, dealer in sorted(wanted - have.keys())],
        batch_size=500,
    )


# -- suppliers and sites ----------------------------------------------------------------------------


def register_supplier(*, by: Actor, code: str, name: str, supplies: str = "") -> Supplier:
    with SUPPLIER.opening(by=by) as step:
        fill(step, named({"code": code_key(code), "name": name.strip(), "supplies": supplies}))
        insert(step)
    return step.case


def edit_supplier(supplier: Supplier, *, by: Actor, expect: int | None = None, **values: Any) -> Supplier:
    with SUPPLIER.move("edit", supplier, by=by, expect=expect) as step:
        fill(step, named(values))
    return step.case


def register_site(*, by: Actor, customer: Customer, name: str, **values: Any) -> Site:
    """A place of a customer (N-04). Values: kind, region, city, address, latitude, longitude."""
    with SITE.opening(by=by) as step:
        fill(step, {"customer": customer, "name": name.strip(), **values})
    return step.case


def edit_site(site: Site, *, by: Actor, expect: int | None = None, **values: Any) -> Site:
    with SITE.move("edit", site, by=by, expect=expect) as step:
        fill(step, values)
    return step.case


# -- contacts ---------------------------------------------------------------------------------------


def register_contact(
    *,
    by: Actor,
    name: str,
    customer: Customer | None = None,
    dealer: Dealer | None = None,
    supplier: Supplier | None = None,
    site: Site | None = None,
    **values: Any,
) -> Contact:
    """A person to talk to at one party or place; any one way to reach him is enough, but one there must be.

    Values: duty, phone, fax, email, address.
    """
    owners = {"customer": customer, "dealer": dealer, "supplier": supplier, "site": site}
    with CONTACT.opening(by=by) as step:
        if sum(owner is not None for owner in owners.values()) != 1:
            refuse(
                "contact.no_owner",
                W(
                    "联系人须属于一个客户、经销商、供应商或现场。",
                    "A contact belongs to one customer, dealer, supplier or site.",
                ),
                clause="N-04",
                status=422,
                field="customer",
            )
        fill(step, {"name": name.strip(), **values, **owners}, personal=CONTACT_PERSONAL)
        _reachable(step.case)
        step.insert()
        _list_contact_numbers(step.case)
    return step.case


def edit_contact(contact: Contact, *, by: Actor, expect: int | None = None, **values: Any) -> Contact:
    with CONTACT.move("edit", contact, by=by, expect=expect) as step:
        fill(step, values, personal=CONTACT_PERSONAL)
        _reachable(step.case)
        _list_contact_numbers(step.case)
    return step.case


def erase_contact(contact: Contact, *, by: Actor, expect: int | None = None) -> Contact:
    """Erase a contact's personal data; with the salt gone the digests in the record tell nothing (M-03)."""
    with CONTACT.move("erase", contact, by=by, expect=expect) as step:
        _erase(step, CONTACT_PERSONAL)
        step.case.numbers.all().delete()
    return step.case


def _erase(step: Step[Any], fields: tuple[str, ...]) -> None:
    for field in (*fields, "salt"):
        setattr(step.case, field, "")
    step.record(erased=list(fields))


def _reachable(contact: Contact) -> None:
    if not (contact.phone or contact.fax or contact.email or contact.address):
        refuse(
            "contact.unreachable",
            W("电话、传真、邮箱、地址至少填一项。", "Give a telephone or fax number, an e-mail or an address."),
            clause="N-04",
            status=422,
            field="phone",
        )


def _list_contact_numbers(contact: Contact) -> None:
    contact.numbers.all().delete()
    customer_id = contact.customer_id or (contact.site.customer_id if contact.site else None)
    if customer_id:
        Number.objects.bulk_create(
            [Number(digits=d, customer_id=customer_id, contact=contact) for d in phone_keys(contact.phone)]
        )
