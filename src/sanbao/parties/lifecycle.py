"""What may happen to people and partners, on one screen."""

from __future__ import annotations

from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse, kept
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.parties.models import (
    Category,
    Contact,
    ContactState,
    Customer,
    Dealer,
    Person,
    PersonState,
    Site,
    Supplier,
)
from sanbao.parties.rules import phone_keys

ACTIVE, GONE = PersonState.EMPLOYED, PersonState.DEACTIVATED


def _people(sources: set[str], target: str, zh: str, en: str, clause: str = "M-02") -> Move:
    return Move(sources, target, permission="parties.people", clause=clause, title=W(zh, en))


PERSON: Lifecycle[Person] = Lifecycle(
    "person",
    "parties.Person",
    title=W("人员", "Person"),
    states=PersonState,
    tracked=("dealer_id", "supplier_id", "customer_id", "language"),
    moves={
        "open": _people(set(), ACTIVE, "登记人员", "Register a person"),
        "edit": _people({ACTIVE}, STAY, "修改", "Edit"),
        "appoint": _people({ACTIVE}, STAY, "任职", "Appoint to a post"),
        "relieve": _people({ACTIVE}, STAY, "免职", "Relieve of a post"),
        "entrust": _people({ACTIVE}, STAY, "分配辖区", "Entrust a region", "C-08"),
        "release": _people({ACTIVE}, STAY, "收回辖区", "Take a region back", "C-08"),
        "reset_password": _people({ACTIVE}, STAY, "重置密码", "Reset the password"),
        "choose_password": Move(
            {ACTIVE},
            STAY,
            permission="parties.own_account",
            clause="M-02",
            title=W("设置新密码", "Choose a password"),
            internal=True,
        ),
        "choose_language": Move(
            {ACTIVE},
            STAY,
            permission="parties.own_account",
            clause="M-04",
            title=W("选择语言", "Choose a language"),
            internal=True,
        ),
        "delegate": Move(
            {ACTIVE},
            STAY,
            permission="parties.delegate",
            clause="R-11",
            title=W("指定代理人", "Name a substitute"),
        ),
        "return": Move(
            {ACTIVE},
            STAY,
            permission="parties.delegate",
            clause="R-11",
            title=W("结束代理", "End the substitution"),
        ),
        "deactivate": _people({ACTIVE}, GONE, "停用账号", "Deactivate"),
        "reactivate": _people({GONE}, ACTIVE, "恢复账号", "Reactivate"),
    },
)


def _erase(sources: set[str], target: str) -> Move:
    return Move(
        sources,
        target,
        permission="parties.erase",
        clause="M-03",
        title=W("删除个人信息", "Erase the personal data"),
    )


DEALER: Lifecycle[Dealer] = Lifecycle(
    "dealer",
    "parties.Dealer",
    title=W("经销商", "Dealer"),
    states=InUse,
    tracked=("code", "name", "kind", "parent_id", "region_id", "city", "since", "until"),
    searched=lambda dealer: (dealer.code, dealer.name, dealer.city, dealer.hotline),
    moves=kept("parties.edit", "N-01"),
)

CUSTOMER: Lifecycle[Customer] = Lifecycle(
    "customer",
    "parties.Customer",
    title=W("客户", "Customer"),
    states=InUse,
    tracked=("code", "category", "region_id", "city", "dealer_id"),
    searched=lambda customer: (
        customer.code,
        customer.name,
        customer.city,
        customer.phones,
        *phone_keys(customer.phones),
    ),
    moves={
        **kept("parties.edit", "N-03"),
        "erase": _erase({InUse.IN_USE, InUse.RETIRED}, InUse.RETIRED),
    },
)


@CUSTOMER.guard
def only_a_consumer_is_erased(customer: Customer, name: str, move: Move, by: Actor) -> None:
    if name == "erase" and customer.category != Category.CONSUMER:
        refuse(
            "customer.not_a_consumer",
            W("只有消费者的个人信息可以删除；企业客户请停用。", "Only a consumer is erased; retire a company instead."),
            clause="M-03",
        )


SUPPLIER: Lifecycle[Supplier] = Lifecycle(
    "supplier",
    "parties.Supplier",
    title=W("供应商", "Supplier"),
    states=InUse,
    tracked=("code", "name", "supplies"),
    searched=lambda supplier: (supplier.code, supplier.name, supplier.supplies),
    moves=kept("parties.edit", "T-01"),
)

SITE: Lifecycle[Site] = Lifecycle(
    "site",
    "parties.Site",
    title=W("现场", "Site"),
    states=InUse,
    tracked=("customer_id", "name", "kind", "region_id", "city"),
    searched=lambda site: (site.name, site.city, site.address),
    moves=kept("parties.edit", "N-04"),
)

CONTACT: Lifecycle[Contact] = Lifecycle(
    "contact",
    "parties.Contact",
    title=W("联系人", "Contact"),
    states=ContactState,
    tracked=("customer_id", "dealer_id", "supplier_id", "site_id"),
    searched=lambda contact: (contact.name, contact.phone, *phone_keys(contact.phone)),
    moves={
        **kept("parties.edit", "N-04"),
        "erase": _erase({ContactState.IN_USE, ContactState.RETIRED}, ContactState.ERASED),
    },
)
