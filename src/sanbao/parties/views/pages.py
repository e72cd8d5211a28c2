"""The pages of one person or partner, and of the organisation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties import queries
from sanbao.parties.lifecycle import CONTACT, CUSTOMER, DEALER, PERSON, SITE, SUPPLIER
from sanbao.parties.models import (
    Assignment,
    Category,
    Contact,
    Customer,
    Dealer,
    DealerKind,
    Department,
    Person,
    Site,
    SiteKind,
    Supplier,
)
from sanbao.parties.views.lists import kinds
from sanbao.web import kept, moves
from sanbao.web.kept import Fact, Related, linked

OWNERS = {"customer": CUSTOMER, "dealer": DEALER, "supplier": SUPPLIER, "site": SITE}


def _found(lifecycle: Any, request: HttpRequest, pk: int) -> Any:
    return moves.find(lifecycle, pk, request.actor)  # type: ignore[attr-defined]


def _place(row: Customer | Dealer | Site) -> list[Fact]:
    return [
        Fact(W("省份/国家", "Region"), row.region or ""),
        Fact(W("城市", "City"), row.city),
        Fact(W("地址", "Address"), row.address),
    ]


def _contacts(request: HttpRequest, row: Any) -> Related:
    by = request.actor  # type: ignore[attr-defined]
    people = Contact.objects.visible_to(by).filter(**{row.KIND: row}, state="in_use")
    add = reverse("parties:new_contact", args=[row.KIND, row.pk]) if by.may("parties.edit") else ""
    return Related(
        W("联系人", "Contacts"),
        [Fact(c.name, " · ".join(filter(None, (c.duty, c.phone, c.email))), c.get_absolute_url()) for c in people],
        add,
    )


@require_safe
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    row: Customer = _found(CUSTOMER, request, pk)
    by = request.actor  # type: ignore[attr-defined]
    responsible = queries.salesperson_for(row) if by.may("parties.see") else None
    facts = [
        Fact(W("类别", "Category"), Category.title_of(row.category)),
        *_place(row),
        Fact(W("电话", "Telephone"), row.phones),
        Fact(W("传真", "Fax"), row.fax),
        Fact(W("电子邮箱", "E-mail"), row.email),
        linked(W("经销商", "Dealer"), row.dealer),
        Fact(W("负责业务员", "Responsible salesperson"), responsible or ""),
    ]
    sites = Site.objects.visible_to(by).filter(customer=row, state="in_use")
    add = reverse("parties:new_site", args=[row.pk]) if by.may("parties.edit") else ""
    places = Related(
        W("现场", "Sites"),
        [Fact(s.name, f"{s.city} {s.address}".strip(), s.get_absolute_url()) for s in sites],
        add,
    )
    return kept.page(request, CUSTOMER, row, facts, [places, _contacts(request, row)])


@require_safe
def dealer(request: HttpRequest, pk: int) -> HttpResponse:
    row: Dealer = _found(DEALER, request, pk)
    by = request.actor  # type: ignore[attr-defined]
    coordinates = f"{row.latitude}, {row.longitude}" if row.latitude is not None and row.longitude is not None else ""
    facts = [
        Fact(W("类型", "Kind"), DealerKind.title_of(row.kind)),
        linked(W("上级", "Above"), row.parent),
        *_place(row),
        Fact(W("热线", "Hotline"), row.hotline),
        Fact(W("坐标", "Coordinates"), coordinates),
        Fact(W("起止日期", "Period"), f"{row.since or '…'} – {row.until or '…'}" if row.since or row.until else ""),
        Fact(W("本级客户数", "Customers of its own"), str(row.customers.filter(state="in_use").count())),
    ]
    children = Dealer.objects.visible_to(by).filter(parent=row, state="in_use")
    below = Related(
        W("下级", "Below"),
        [Fact(d.name, f"{d.code} {d.city}".strip(), d.get_absolute_url()) for d in children],
    )
    return kept.page(request, DEALER, row, facts, [below, _contacts(request, row)])


@require_safe
def supplier(request: HttpRequest, pk: int) -> HttpResponse:
    row: Supplier = _found(SUPPLIER, request, pk)
    facts = [Fact(W("主供", "Supplies"), row.supplies)]
    return kept.page(request, SUPPLIER, row, facts, [_contacts(request, row)])


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    row: Site = _found(SITE, request, pk)
    facts = [
        linked(W("客户", "Customer"), row.customer),
        Fact(W("类型", "Kind"), SiteKind.title_of(row.kind)),
        *_place(row),
    ]
    return kept.page(request, SITE, row, facts, [_contacts(request, row)])


@require_safe
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    row: Contact = _found(CONTACT, request, pk)
    facts = [
        linked(W("所属", "Belongs to"), row.owner),
        Fact(W("职务", "Duty"), row.duty),
        Fact(W("电话", "Telephone"), row.phone),
        Fact(W("传真", "Fax"), row.fax),
        Fact(W("电子邮箱", "E-mail"), row.email),
        Fact(W("地址", "Address"), row.address),
    ]
    return kept.page(request, CONTACT, row, facts)


@require_http_methods(["GET", "POST"])
def new_contact(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A contact of one party, which stands filled in."""
    if kind not in OWNERS:
        raise Http404
    owner = _found(OWNERS[kind], request, pk)
    return moves.perform(request, moves.face_of(CONTACT, "open"), None, initial={kind: owner})


@require_http_methods(["GET", "POST"])
def new_site(request: HttpRequest, pk: int) -> HttpResponse:
    owner = _found(CUSTOMER, request, pk)
    return moves.perform(request, moves.face_of(SITE, "open"), None, initial={"customer": owner})


# -- people -----------------------------------------------------------------------------------------


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    row: Person = _found(PERSON, request, pk)
    facts = [
        Fact(W("登录名", "Log-in name"), row.username),
        Fact(W("电话", "Telephone"), row.phone),
        Fact(W("电子邮箱", "E-mail"), row.email),
        linked(W("代表", "Acts for"), row.dealer or row.supplier or row.customer),
        Fact(
            W("密码", "Password"),
            W("一次性密码，待本人更换", "One-time, still to be changed") if row.one_time_password else "",
        ),
    ]
    posts = row.assignments.select_related("department", "post")
    regions = row.territories.select_related("region")
    away, standing_in = row.substitutes.select_related("substitute"), row.standing_in.select_related("absent")
    related = [
        Related(W("任职", "Posts"), [_dated(a.department, a.post, a) for a in posts]),
        Related(
            W("辖区", "Regions"),
            [_dated(t.region, t.product_line or W("全部产品", "All products"), t) for t in regions],
        ),
        Related(W("代理人", "Substitutes"), [_dated(d.substitute, d.reason, d) for d in away]),
        Related(W("代理他人", "Stands in for"), [_dated(d.absent, d.reason, d) for d in standing_in]),
    ]
    return kept.page(request, PERSON, row, facts, [r for r in related if r.rows or r is related[0]])


def _dated(label: Any, what: Any, row: Any) -> Fact:
    end = f" – {row.until:%Y-%m-%d}" if row.until else " –"
    return Fact(label, f"{what} · {row.since:%Y-%m-%d}{end}")


def handing_out(name: str):  # type: ignore[no-untyped-def]
    """The page of an act that hands out a one-time password: it is shown this once, to him who did it."""

    @require_http_methods(["GET", "POST"])
    def act(request: HttpRequest, pk: int | None = None) -> HttpResponse:
        case = _found(PERSON, request, pk) if pk is not None else None
        return moves.perform(request, moves.face_of(PERSON, name), case, after=_show_password)

    return act


def _show_password(request: HttpRequest, row: Person) -> HttpResponse:
    facts = {"row": row, "password": row.handed_out}
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "parties/password.html", facts)
    on_its_own_page = (request.htmx.current_url_abs_path or "").startswith(request.path)  # type: ignore[attr-defined]
    response = render(request, "parties/parts/password.html", {**facts, "carded": on_its_own_page})
    response["HX-Retarget"] = "#page" if on_its_own_page else "#dialog-body"
    response["HX-Reswap"] = "innerHTML"
    return response


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Departments with their groups, posts and people of today."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("parties.see")
    held: dict[int, list[Assignment]] = {}
    holding = Assignment.objects.on(today()).filter(person__state="employed")
    for assignment in holding.select_related("person", "post", "department").order_by("post__position", "person__name"):
        held.setdefault(assignment.department_id, []).append(assignment)
    departments = list(Department.objects.all())
    tree = [
        (
            top,
            held.get(top.pk, []),
            [(group, held.get(group.pk, [])) for group in departments if group.parent_id == top.pk],
        )
        for top in departments
        if top.parent_id is None
    ]
    return render(request, "parties/organisation.html", {"tree": tree, "kinds": kinds("organisation")})
