"""What other rooms ask about people and partners. Each answer takes a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import connection
from django.db.models import Case, Q, When

from sanbao.kernel import memo, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.policies import permission_table, permissions_granted
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.models import (
    Customer,
    Dealer,
    DealerKind,
    Delegation,
    Department,
    Person,
    PersonState,
    Post,
    Region,
    Supplier,
    Territory,
)
from sanbao.parties.rules import name_key, phone_key, region_key, roles_of

# -- who acts ---------------------------------------------------------------------------------------


def actor_of(person: Person, *, origin: str = "") -> Actor:
    """The person as one who acts: roles of today, substitutions included, and what they permit.

    :raises Refusal: ``person.deactivated`` (403).
    """
    if person.state != PersonState.EMPLOYED:
        raise _deactivated(person, 403)
    on = today()
    held = _roles_of(person.pk, on) | _outside_roles(person)
    actor = _playing(person.pk, held)
    return replace(actor, permissions=permissions_granted(actor, on), origin=origin, language=person.language)


def _playing(person_id: int, roles: frozenset[str]) -> Actor:
    """Roles in the shape against which patterns are matched, so that there is one meaning of a pattern."""
    departments = frozenset(role.partition(".")[0] for role in roles)
    return Actor("person", f"person:{person_id}", person_id=person_id, roles=roles, departments=departments)


def _outside_roles(person: Person) -> frozenset[str]:
    outside = {
        "dealer.dealer_user": person.dealer_id,
        "supplier.supplier_user": person.supplier_id,
        "customer.customer": person.customer_id,
    }
    return frozenset(role for role, link in outside.items() if link)


#: In one statement and in its own words: every request begins with it, and the ORM takes longer to say it than the
#: database to answer. The columns beyond department and post are the department above, and whether one is above that.
_HELD = """
SELECT d.code, p.code, a.code, a.parent_id FROM parties_assignment x
JOIN parties_department d ON d.id = x.department_id JOIN parties_post p ON p.id = x.post_id
LEFT JOIN parties_department a ON a.id = d.parent_id
WHERE x.since <= %s AND (x.until IS NULL OR x.until >= %s) AND (x.person_id = %s OR x.person_id IN (
    SELECT g.absent_id FROM parties_delegation g JOIN parties_person z ON z.id = g.absent_id
    WHERE g.substitute_id = %s AND g.since <= %s AND g.until >= %s AND z.state = %s))"""


def _roles_of(person_id: int, on: date) -> frozenset[str]:
    """Roles held on a day, own and as a substitute."""
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [day, day, person_id, person_id, day, day, PersonState.EMPLOYED.value])
        rows = cursor.fetchall()
    # Two storeys are the rule; of more of them all are asked for.
    deep = any(higher is not None for *_, higher in rows)
    parents = _parents() if deep else {department: above for department, _, above, _ in rows if above}
    return roles_of([(department, post) for department, post, *_ in rows], parents)


def _roles_of_everyone(on: date) -> dict[int, frozenset[str]]:
    """person id → roles held on a day by everyone active, own and as a substitute."""
    posts: dict[int, list[tuple[str, str]]] = {}
    day, state = on.isoformat(), PersonState.EMPLOYED.value
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [day, day, state])
        for holder, department, post in cursor.fetchall():
            posts.setdefault(holder, []).append((department, post))
        cursor.execute(_STAND_INS, [day, day, state])
        stand_ins = cursor.fetchall()
    held = {holder: list(own) for holder, own in posts.items()}
    for absent, substitute in stand_ins:
        held.setdefault(substitute, []).extend(posts.get(absent, []))
    parents = _parents()
    return {holder: roles_of(own, parents) for holder, own in held.items()}


_POSTS = """
SELECT x.person_id, d.code, p.code FROM parties_assignment x
JOIN parties_department d ON d.id = x.department_id JOIN parties_post p ON p.id = x.post_id
JOIN parties_person z ON z.id = x.person_id
WHERE x.since <= %s AND (x.until IS NULL OR x.until >= %s) AND z.state = %s"""
_STAND_INS = """
SELECT g.absent_id, g.substitute_id FROM parties_delegation g JOIN parties_person z ON z.id = g.absent_id
WHERE g.since <= %s AND g.until >= %s AND z.state = %s"""


def absent_of(person_id: int, on: date | None = None) -> list[str]:
    """For whom a person stands in on a day, as ``person:7``; a signature given then names them (R-11)."""
    stand_ins = Delegation.objects.on(on or today()).filter(substitute=person_id).order_by("absent")
    return [f"person:{absent}" for absent in stand_ins.values_list("absent", flat=True)]


def titled(role: str) -> W:
    """A person, department or role as people say it: ``sales.department_manager`` is 经营部部门经理."""
    if role.startswith("person:"):
        name = Person.objects.filter(pk=role.removeprefix("person:")).values_list("name", flat=True).first() or role
        return W(name, name)
    code, _, post_code = role.partition(".")
    department = Department.objects.filter(code=code).first()
    post = Post.objects.filter(code=post_code).first()
    # A leader is known by his post; the others' posts say nothing without the department.
    said = [row for row in (department, post) if row and not (post and row == department and code == "management")]
    if not said:
        return W(role, role)
    return W("".join(row.name_zh for row in said), ", ".join(row.name_en for row in said))


def departments() -> dict[str, Department]:
    """Code → department, in the order of the house, each with the one that it is part of. No act changes them, so
    that they are asked for once in a request."""
    return memo.once("departments", _departments)


def _departments() -> dict[str, Department]:
    found = rows.where(Department, order=("position", "code"))
    by_key = {department.pk: department for department in found}
    for department in found:
        department.parent = by_key.get(department.parent_id)
    return {department.code: department for department in found}


def _parents() -> dict[str, str]:
    """group → department that it is part of, by code."""
    return {code: department.parent.code for code, department in departments().items() if department.parent}


def holders(pattern: str, on: date | None = None) -> list[Person]:
    """Who holds a role (``qc.*``, ``sales``, ``*.gm``, ``person:7``) on a day, substitutes included, by name."""
    on = on or today()
    if pattern.startswith("person:"):
        absent = int(pattern.removeprefix("person:"))
        standing_in = Delegation.objects.on(on).filter(absent=absent).values("substitute")
        return list(Person.objects.employed().filter(Q(pk=absent) | Q(pk__in=standing_in)))
    return _players([pattern], on)


def people_who_may(permission: str, on: date | None = None) -> list[Person]:
    """Everyone active whose roles permit this on a day, substitutes included."""
    on = on or today()
    return _players(permission_table(on).get(permission, ()), on)


def _players(patterns: Iterable[str], on: date) -> list[Person]:
    patterns = list(patterns)
    found = [
        pk
        for pk, roles in _roles_of_everyone(on).items()
        if any(_playing(pk, roles).plays(pattern) for pattern in patterns)
    ]
    return rows.where(Person, pk=found, state=PersonState.EMPLOYED.value, order=("name", "id"))


def managers_of(department: str, on: date | None = None) -> list[Person]:
    """The managers of a department, by its code."""
    return holders(f"{department}.department_manager", on)


def employed(person_id: int, *, field: str = "") -> Person:
    """A person who can be given work now, his row locked so that he is not deactivated meanwhile."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or person.state != PersonState.EMPLOYED:
        raise _deactivated(person, 422, field)
    return person


def _deactivated(person: Person | None, status: int, field: str = "") -> Refusal:
    return Refusal(
        "person.deactivated",
        W("“{name}”的账号已停用。", "The account of “{name}” is deactivated."),
        clause="M-02",
        status=status,
        field=field,
        facts={"name": person.name if person else "?"},
    )


# -- who is responsible -----------------------------------------------------------------------------


def salesperson_for(customer: Customer, on: date | None = None, product_line: str = "") -> Person | None:
    """Who answers for the customer's region on a day (C-08): for his product line before for all; the
    substitute while he is away; nobody when the region is not entrusted."""
    on = on or today()
    territory = (
        Territory.objects.on(on)
        .filter(region=customer.region_id, product_line__in={product_line, ""}, person__state=PersonState.EMPLOYED)
        .select_related("person")
        .order_by("-product_line", "-since")
        .first()
    )
    if territory is None:
        return None
    away = Delegation.objects.on(on).filter(absent=territory.person_id).select_related("substitute").first()
    return away.substitute if away else territory.person


def outlet_for(customer: Customer, on: date | None = None) -> Dealer | None:
    """Who serves a customer: his own dealer while it serves, else one of his region, the outlet before the agent."""
    serving = Dealer.objects.serving(on or today()).select_related("region")
    if customer.dealer_id and (own := serving.filter(pk=customer.dealer_id).first()):
        return own
    if customer.region_id is None:
        return None
    near = [DealerKind.OUTLET, DealerKind.DEALER, DealerKind.GENERAL_AGENT]
    rank = Case(*(When(kind=kind, then=place) for place, kind in enumerate(near)), default=len(near))
    return serving.filter(region=customer.region_id).order_by(rank, "code").first()


def department_named(name: str) -> Department | None:
    """A department by code, by name in either language or by alias (技术质检科 = 质检科)."""
    key = name_key(name)
    for department in Department.objects.all():
        known = (department.code, department.name_zh, department.name_en, *department.aliases)
        if key in {name_key(text) for text in known}:
            return department
    return None


# -- finding partners -------------------------------------------------------------------------------


def customers_by_code(codes: Iterable[str]) -> dict[str, Customer]:
    """code as given → customer; unknown codes are left out."""
    return _by_code(Customer, codes)


def dealers_by_code(codes: Iterable[str]) -> dict[str, Dealer]:
    return _by_code(Dealer, codes)


def suppliers_by_code(codes: Iterable[str]) -> dict[str, Supplier]:
    return _by_code(Supplier, codes)


def _by_code[S: Subject](model: type[S], codes: Iterable[str]) -> dict[str, S]:
    keys = {code: code_key(code) for code in codes}
    found = model.objects.in_bulk(set(keys.values()), field_name="code")
    return {code: found[key] for code, key in keys.items() if key in found}


def customers_by_name(names: Iterable[str]) -> dict[str, list[Customer]]:
    """name as written → customers that may be meant: of exactly that name, else whose name begins so.

    Old registers cut names short and hold two customers of one name; the caller decides what to do with several.
    """
    keys = {name: name_key(name) for name in names}
    exact: dict[str, list[Customer]] = {}
    for customer in Customer.objects.filter(name_key__in=set(keys.values())):
        exact.setdefault(customer.name_key, []).append(customer)
    cut = {key for key in keys.values() if key not in exact and len(key) >= 4}
    if cut:
        for customer in Customer.objects.order_by("code").iterator(chunk_size=2000):
            for key in cut:
                if customer.name_key.startswith(key):
                    exact.setdefault(key, []).append(customer)
    return {name: exact[key] for name, key in keys.items() if key in exact}


def suppliers_by_name(names: Iterable[str]) -> dict[str, list[Supplier]]:
    """name as written → suppliers of exactly that name."""
    keys = {name: name_key(name) for name in names}
    found: dict[str, list[Supplier]] = {}
    for supplier in Supplier.objects.filter(name_key__in=set(keys.values())):
        found.setdefault(supplier.name_key, []).append(supplier)
    return {name: found[key] for name, key in keys.items() if key in found}


def regions_by_name(names: Iterable[str]) -> dict[str, Region]:
    """name as written (广西壮族自治区, Viet Nam, CN-GD) → region; unknown names are left out."""
    keys = {name: region_key(name) for name in names}
    by_key: dict[str, Region] = {}
    for region in Region.objects.all():
        for known in (region.name_key, name_key(region.name_en), name_key(region.code)):
            by_key.setdefault(known, region)
    return {name: by_key[key] for name, key in keys.items() if key in by_key}


def find_customers(text: str, *, by: Actor, limit: int = 10) -> list[Customer]:
    """Customers that the actor may see, by telephone number, code or part of the name, the surest first."""
    visible = Customer.objects.visible_to(by).select_related("region", "dealer")
    digits = phone_key(text)
    ways = [
        Q(code=code_key(text)),
        Q(numbers__digits=digits) if len(digits) >= 5 else None,
        Q(name_key=name_key(text)),
        Q(code__startswith=code_key(text)),
        Q(name_key__contains=name_key(text)),
        # While the number is being typed, and when only its end is remembered.
        Q(numbers__digits__startswith=digits) if len(digits) >= 4 else None,
        Q(numbers__digits__endswith=digits.removeprefix("86")) if len(digits) >= 6 else None,
    ]
    found: dict[int, Customer] = {}
    for way in ways:
        if way is None or not text.strip() or len(found) >= limit:
            continue
        more = visible.filter(way).exclude(pk__in=found).distinct()
        found.update({customer.pk: customer for customer in more[: limit - len(found)]})
    return list(found.values())
