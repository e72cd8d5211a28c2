"""Work lists of people and partners: found, filtered, sorted, paged and exported by their address."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.lifecycle import CONTACT, CUSTOMER, DEALER, PERSON, SITE, SUPPLIER
from sanbao.parties.models import (
    Category,
    ContactState,
    DealerKind,
    Department,
    PersonState,
    Region,
    SiteKind,
)
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags import parts

type Rows = QuerySet[Any]

CODE = Column("code", W("代码", "Code"), lambda row: parts.code(row.code), sort="code", narrow=True)
NAME = Column("name", W("名称", "Name"), str, sort="name", plain=str, opens=True)
CITY = Column("city", W("城市", "City"), sort="city")
REGION = Column(
    "region",
    W("省份/国家", "Region"),
    lambda row: row.region or "",
    sort="region__code",
    plain=lambda r: str(r.region or ""),
)


def finds(lifecycle: Lifecycle[Any]) -> Words:
    """A text filter over the house's search index."""
    return Words(lambda rows, words: rows.filter(pk__in=search.matching(lifecycle.kind, words)))


def regions() -> list[tuple[str, Any]]:
    return [(region.code, region.title) for region in Region.objects.all()]


REGIONS = Choice("region", W("省份/国家", "Region"), regions, "region__code")
TABS = [
    Tab("in_use", W("在用", "In use"), Q(state=InUse.IN_USE)),
    Tab("retired", W("已停用", "Retired"), ~Q(state=InUse.IN_USE)),
]


class Customers(Listing):
    columns = [
        CODE,
        NAME,
        Column(
            "category",
            W("类别", "Category"),
            lambda row: Category.title_of(row.category),
            sort="category",
            plain=lambda row: str(Category.title_of(row.category)),
        ),
        REGION,
        CITY,
        Column("phones", W("电话", "Telephone")),
        Column("dealer", W("经销商", "Dealer"), lambda row: row.dealer or "", sort="dealer__code"),
        Column(
            "dealer_code",
            W("经销商代码", "Dealer code"),
            shown=False,
            plain=lambda r: r.dealer.code if r.dealer else "",
        ),
        Column("address", W("地址", "Address"), shown=False),
        Column("email", W("电子邮箱", "E-mail"), shown=False),
    ]
    filters = [finds(CUSTOMER), Choice("category", W("类别", "Category"), Category.pairs), REGIONS]
    tabs = TABS
    order = "code"
    name = "customers"
    empty = W("没有符合条件的客户", "No customer matches")


class Dealers(Listing):
    columns = [
        CODE,
        NAME,
        Column(
            "kind",
            W("类型", "Kind"),
            lambda row: DealerKind.title_of(row.kind),
            plain=lambda row: str(DealerKind.title_of(row.kind)),
        ),
        Column("parent", W("上级", "Above"), lambda row: row.parent or "", sort="parent__code"),
        Column(
            "parent_code",
            W("上级代码", "Code above"),
            shown=False,
            plain=lambda row: row.parent.code if row.parent else "",
        ),
        REGION,
        CITY,
        Column("hotline", W("热线", "Hotline")),
    ]
    filters = [finds(DEALER), Choice("kind", W("类型", "Kind"), DealerKind.pairs), REGIONS]
    tabs = TABS
    order = "code"
    name = "dealers"
    empty = W("没有符合条件的经销商", "No dealer matches")


class Suppliers(Listing):
    columns = [CODE, NAME, Column("supplies", W("主供", "Supplies"), sort="supplies")]
    filters = [finds(SUPPLIER)]
    tabs = TABS
    order = "code"
    name = "suppliers"
    empty = W("没有符合条件的供应商", "No supplier matches")


class Sites(Listing):
    columns = [
        NAME,
        Column("customer", W("客户", "Customer"), sort="customer__code"),
        Column(
            "kind",
            W("类型", "Kind"),
            lambda row: SiteKind.title_of(row.kind),
            plain=lambda row: str(SiteKind.title_of(row.kind)),
        ),
        REGION,
        CITY,
        Column("address", W("地址", "Address")),
    ]
    filters = [finds(SITE), Choice("kind", W("类型", "Kind"), SiteKind.pairs), REGIONS]
    tabs = TABS
    order = "name"
    name = "sites"
    empty = W("没有符合条件的现场", "No site matches")


class Contacts(Listing):
    columns = [
        NAME,
        Column("duty", W("职务", "Duty")),
        Column("owner", W("所属", "Belongs to")),
        Column("phone", W("电话", "Telephone")),
        Column("email", W("电子邮箱", "E-mail")),
    ]
    filters = [finds(CONTACT)]
    tabs = [
        Tab("in_use", W("在用", "In use"), Q(state=ContactState.IN_USE)),
        Tab("gone", W("已停用或删除", "Retired or erased"), ~Q(state=ContactState.IN_USE)),
    ]
    order = "name"
    name = "contacts"
    empty = W("没有符合条件的联系人", "No contact matches")


def posts_held(person: Any) -> str:
    """Today's posts, from what the list has prefetched."""
    day = today()
    held = (a for a in person.assignments.all() if a.since <= day and (a.until is None or a.until >= day))
    return "；".join(f"{a.department} {a.post}" for a in held)


def in_department(rows: Rows, code: str) -> Rows:
    inside = Q(assignments__department__code=code) | Q(assignments__department__parent__code=code)
    open_end = Q(assignments__until=None) | Q(assignments__until__gte=today())
    return rows.filter(inside, open_end).distinct()


class OfDepartment(Choice):
    def apply(self, rows: Rows, asked: dict[str, str]) -> Rows:
        return in_department(rows, asked[self.name]) if asked.get(self.name) else rows


class People(Listing):
    columns = [
        Column(
            "username", W("登录名", "Log-in name"), lambda row: parts.code(row.username), sort="username", narrow=True
        ),
        Column("name", W("姓名", "Name"), sort="name", opens=True),
        Column("posts", W("任职", "Posts"), posts_held, plain=posts_held),
        Column("outside", W("代表", "Acts for"), lambda p: p.dealer or p.supplier or p.customer or ""),
        Column("phone", W("电话", "Telephone")),
        Column("email", W("电子邮箱", "E-mail")),
    ]
    filters = [
        Words(lambda rows, words: rows.filter(Q(name__icontains=words) | Q(username__icontains=words))),
        OfDepartment(
            "department", W("部门", "Department"), lambda: [(d.code, d.title) for d in Department.objects.all()]
        ),
    ]
    tabs = [
        Tab("active", W("在用", "Active"), Q(state=PersonState.EMPLOYED)),
        Tab("gone", W("已停用", "Deactivated"), ~Q(state=PersonState.EMPLOYED)),
    ]
    order = "name"
    name = "people"
    empty = W("没有符合条件的人员", "Nobody matches")


#: path → lifecycle, listing, what a row's cells follow, the title of the list.
KINDS: dict[str, tuple[Lifecycle[Any], type[Listing], tuple[str, ...], W]] = {
    "customers": (CUSTOMER, Customers, ("region", "dealer"), W("客户", "Customers")),
    "dealers": (DEALER, Dealers, ("region", "parent"), W("经销商", "Dealers")),
    "suppliers": (SUPPLIER, Suppliers, (), W("供应商", "Suppliers")),
    "sites": (SITE, Sites, ("region", "customer"), W("现场", "Sites")),
    "contacts": (CONTACT, Contacts, ("customer", "dealer", "supplier", "site"), W("联系人", "Contacts")),
    "people": (PERSON, People, ("dealer", "supplier", "customer"), W("人员", "People")),
}


def kinds(current: str) -> list[tuple[W, str, bool]]:
    """The lists beside each other: title, address, whether it is this one."""
    shown = [(title, reverse(f"parties:{name}:list"), name == current) for name, (*_, title) in KINDS.items()]
    return [*shown, (W("组织", "Organisation"), reverse("parties:organisation"), current == "organisation")]


def listing(name: str):  # type: ignore[no-untyped-def]
    """The list page of one kind."""
    lifecycle, listing_class, followed, title = KINDS[name]

    @require_safe
    def index(request: HttpRequest) -> HttpResponse:
        by = request.actor  # type: ignore[attr-defined]
        rows = lifecycle.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
        rows = rows.select_related(*followed) if followed else rows
        if name == "people":
            rows = rows.prefetch_related("assignments__department", "assignments__post")
        move = lifecycle.moves["open"]
        new = reverse(f"parties:{name}:new") if by.may(move.permission) else ""
        return listing_class(request, rows).respond("parties/list.html", kind=title, kinds=kinds(name), new=new)

    return index
