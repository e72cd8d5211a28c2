"""The people of the house: hire, appoint, stand in, deactivate with a hand-over (M-02, R-11)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from sanbao.kernel import handover
from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import fill, insert
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties import queries
from sanbao.parties.lifecycle import PERSON
from sanbao.parties.models import (
    Assignment,
    Customer,
    Dealer,
    Delegation,
    Department,
    Person,
    Post,
    Region,
    Supplier,
    Territory,
)
from sanbao.parties.rules import overlap

PERSONAL = ("username", "name", "email", "phone")
# No 0 and O, no 1 and l: the password is read out on the telephone.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def yesterday() -> date:
    return today() - timedelta(days=1)


def hire(
    *,
    by: Actor,
    username: str,
    name: str,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    department: Department | None = None,
    post: Post | None = None,
    since: date | None = None,
    dealer: Dealer | None = None,
    supplier: Supplier | None = None,
    customer: Customer | None = None,
) -> Person:
    """Register one who logs in. ``person.handed_out`` holds his one-time password, this once."""
    with PERSON.opening(by=by) as step:
        if sum(link is not None for link in (dealer, supplier, customer, department)) > 1:
            refuse(
                "person.two_sides",
                W(
                    "一个账号只能属于本公司，或一家经销商、供应商、客户。",
                    "An account belongs to the house or to one outsider.",
                ),
                clause="M-02",
                status=422,
                field="department",
            )
        fill(
            step,
            {
                "username": username.strip().lower(),
                "name": name.strip(),
                "email": email,
                "phone": phone,
                "language": language,
                "dealer": dealer,
                "supplier": supplier,
                "customer": customer,
            },
            personal=PERSONAL,
        )
        password = _hand_out(step.case)
        insert(step, "username")
        if department and post:
            _appoint(step, department, post, since or today(), None)
    step.case.handed_out = password
    return step.case


def edit_person(person: Person, *, by: Actor, expect: int | None = None, **values: Any) -> Person:
    """Change name, e-mail, phone or language; the log-in name stays."""
    with PERSON.move("edit", person, by=by, expect=expect) as step:
        fill(step, values, personal=PERSONAL)
    return step.case


def appoint(
    person: Person,
    *,
    by: Actor,
    department: Department,
    post: Post,
    since: date | None = None,
    until: date | None = None,
    expect: int | None = None,
) -> Person:
    """Give a person a post in a department, from a day on."""
    with PERSON.move("appoint", person, by=by, expect=expect) as step:
        _appoint(step, department, post, since or today(), until)
    return step.case


def _appoint(step: Step[Person], department: Department, post: Post, since: date, until: date | None) -> None:
    _in_order(since, until)
    same = Assignment.objects.filter(person=step.case, department=department, post=post)
    if any(overlap(since, until, a.since, a.until) for a in same):
        refuse(
            "person.holds_post",
            W("此人在该时段已任此职。", "This person holds that post in this period already."),
            clause="M-02",
            field="post",
        )
    assignment = Assignment.objects.create(person=step.case, department=department, post=post, since=since, until=until)
    step.record(assignment=assignment.pk, role=assignment.role, since=since, until=until)


def relieve(
    person: Person,
    *,
    by: Actor,
    assignment: Assignment,
    until: date | None = None,
    expect: int | None = None,
) -> Person:
    """End a post; ``until`` is the last day on which it is held (default: yesterday)."""
    with PERSON.move("relieve", person, by=by, expect=expect) as step:
        _own(step, assignment.person_id, "assignment")
        until = until or yesterday()
        with _leaving_an_administrator():
            _end(assignment, until)
        step.record(assignment=assignment.pk, role=assignment.role, until=until)
    return step.case


def entrust(
    person: Person,
    *,
    by: Actor,
    region: Region,
    product_line: str = "",
    since: date | None = None,
    until: date | None = None,
    expect: int | None = None,
) -> Person:
    """Make a salesperson responsible for a region; nobody else may be, for the same product line (C-08)."""
    since = since or today()
    with PERSON.move("entrust", person, by=by, expect=expect) as step:
        _in_order(since, until)
        # The region's row is the lock: two entrustings of one region come one after the other.
        Region.objects.select_for_update().get(pk=region.pk)
        for other in Territory.objects.filter(region=region, product_line=product_line):
            if overlap(since, until, other.since, other.until):
                refuse(
                    "territory.taken",
                    W("该辖区在此时段由“{holder}”负责。", "“{holder}” is responsible for this region in that period."),
                    clause="C-08",
                    field="region",
                    holder=other.person.name,
                    since=other.since,
                    until=other.until,
                )
        territory = Territory.objects.create(
            person=step.case, region=region, product_line=product_line, since=since, until=until
        )
        step.record(territory=territory.pk, region=region.code, product_line=product_line, since=since, until=until)
    return step.case


def release(
    person: Person,
    *,
    by: Actor,
    territory: Territory,
    until: date | None = None,
    expect: int | None = None,
) -> Person:
    """Take a region back; ``until`` is its last day with this person (default: yesterday)."""
    with PERSON.move("release", person, by=by, expect=expect) as step:
        _own(step, territory.person_id, "territory")
        until = until or yesterday()
        _end(territory, until)
        step.record(territory=territory.pk, until=until)
    return step.case


def delegate(
    person: Person,
    *,
    by: Actor,
    substitute: Person,
    since: date,
    until: date,
    reason: str = "",
    expect: int | None = None,
) -> Person:
    """Name who holds this person's posts while he is away, with dates (R-11). Others' need ``parties.people``."""
    with PERSON.move("delegate", person, by=by, expect=expect) as step:
        if step.case.pk != by.person_id:
            by.need("parties.people", clause="M-02")
        _in_order(since, until)
        if until < today():
            refuse(
                "delegation.past", W("代理期已过。", "That period is over."), clause="R-11", status=422, field="until"
            )
        queries.employed(substitute.pk, field="substitute")
        if substitute.pk == step.case.pk:
            refuse(
                "delegation.self",
                W("不能由本人代理本人。", "Nobody stands in for himself."),
                clause="R-11",
                status=422,
                field="substitute",
            )
        _free(step.case, "absent", "delegation.overlap", since, until)
        _free(substitute, "substitute", "delegation.substitute_absent", since, until)
        delegation = Delegation.objects.create(
            absent=step.case, substitute=substitute, since=since, until=until, reason=reason
        )
        step.record(delegation=delegation.pk, substitute=f"person:{substitute.pk}", since=since, until=until)
    return step.case


def _free(person: Person, field: str, code: str, since: date, until: date) -> None:
    """Refuse when the person is away, with another substitute named, on one of these days."""
    for other in Delegation.objects.filter(absent=person):
        if overlap(since, until, other.since, other.until):
            refuse(
                code,
                W("{name} 在 {since} 至 {until} 已由他人代理。", "{name} is away from {since} to {until}."),
                clause="R-11",
                field=field,
                name=person.name,
                since=other.since,
                until=other.until,
            )


def end_delegation(person: Person, *, by: Actor, delegation: Delegation, expect: int | None = None) -> Person:
    """The absent holder is back: from today the substitute no longer holds his posts."""
    with PERSON.move("return", person, by=by, expect=expect) as step:
        if step.case.pk != by.person_id:
            by.need("parties.people", clause="M-02")
        _own(step, delegation.absent_id, "delegation")
        _end(delegation, yesterday())
        step.record(delegation=delegation.pk)
    return step.case


def deactivate(person: Person, *, by: Actor, hand_over_to: Person | None = None, expect: int | None = None) -> Person:
    """End an account. Everything still open on the person's desk goes to another, or it is refused (M-02)."""
    with PERSON.move("deactivate", person, by=by, expect=expect) as step:
        leaver = step.case
        if leaver.pk == by.person_id:
            refuse("person.self", W("不能停用自己的账号。", "You cannot deactivate yourself."), clause="M-02")
        if hand_over_to is not None:
            successor = _successor(leaver, hand_over_to)
            step.record(hand_over_to=successor.subject, handed_over=handover.hand_over(leaver.pk, successor.pk, by=by))
        if left := handover.open_cases_of(leaver.pk):
            refuse(
                "person.open_cases",
                W(
                    "此人手上还有 {count} 件未了事项，请指定接手人。",
                    "{count} open cases are on this desk; name who takes over.",
                ),
                clause="M-02",
                field="hand_over_to",
                count=len(left),
                cases=left,
            )
        with _leaving_an_administrator():
            for held in leaver.assignments.filter(Q(until=None) | Q(until__gte=today())):
                _end(held, yesterday())
        for absence in Delegation.objects.filter(Q(absent=leaver) | Q(substitute=leaver), until__gte=today()):
            _end(absence, yesterday())
    return step.case


def _successor(leaver: Person, to: Person) -> Person:
    successor = queries.employed(to.pk, field="hand_over_to")
    if successor.pk == leaver.pk:
        refuse(
            "person.successor_leaves",
            W("接手人不能是被停用的人。", "The one who leaves cannot take over."),
            clause="M-02",
            status=422,
            field="hand_over_to",
        )
    return successor


def reactivate(person: Person, *, by: Actor, expect: int | None = None) -> Person:
    """Give an account back, with a new one-time password and without its former posts."""
    with PERSON.move("reactivate", person, by=by, expect=expect) as step:
        password = _hand_out(step.case)
    step.case.handed_out = password
    return step.case


def reset_password(person: Person, *, by: Actor, expect: int | None = None) -> Person:
    """Hand out a random one-time password (``person.handed_out``) that the next log-in must change."""
    with PERSON.move("reset_password", person, by=by, expect=expect) as step:
        password = _hand_out(step.case)
    step.case.handed_out = password
    return step.case


def choose_password(person: Person, *, by: Actor, password: str) -> Person:
    """The person's own new password; validated by the form that asked for it."""
    with PERSON.move("choose_password", person, by=by) as step:
        step.case.set_password(password)
        step.case.one_time_password = False
    return step.case


def _hand_out(person: Person) -> str:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    person.set_password(password)
    person.one_time_password = True
    return password


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        refuse(
            "period.reversed",
            W("结束日期早于开始日期。", "The last day is before the first."),
            clause="M-02",
            status=422,
            field="until",
        )


def _own(step: Step[Person], person_id: int, field: str) -> None:
    if person_id != step.case.pk:
        refuse(
            "person.not_his",
            W("这一项不属于此人。", "This does not belong to that person."),
            clause="M-02",
            status=422,
            field=field,
        )


def _end(row: Assignment | Territory | Delegation, last_day: date) -> None:
    """Close a period; one that has not begun never was."""
    if row.since > last_day:
        row.delete()
    else:
        row.until = last_day
        row.save(update_fields=["until"])


@contextmanager
def _leaving_an_administrator() -> Iterator[None]:
    """Somebody must always be able to let people in: refuse an act that takes the last one away."""
    there_was = bool(queries.people_who_may("parties.people"))
    yield
    if there_was and not queries.people_who_may("parties.people"):
        refuse(
            "person.last_administrator",
            W("这是最后一位能管理人员的人，请先任命另一位。", "Nobody else can manage people; appoint another first."),
            clause="M-02",
        )


def _territories_of(person_id: int) -> list[str]:
    open_end = Q(until=None) | Q(until__gte=today())
    return [
        f"territory:{pk}" for pk in Territory.objects.filter(open_end, person=person_id).values_list("pk", flat=True)
    ]


def _hand_over_territories(from_id: int, to_id: int, *, by: Actor) -> int:
    open_end = Q(until=None) | Q(until__gte=today())
    territories = list(Territory.objects.select_for_update().filter(open_end, person=from_id))
    for t in territories:
        Territory.objects.create(
            person_id=to_id,
            region=t.region,
            product_line=t.product_line,
            since=max(t.since, today()),
            until=t.until,
        )
        _end(t, yesterday())
    return len(territories)


handover.register(
    "territory",
    W("辖区", "Regions"),
    open_cases_of=_territories_of,
    hand_over=_hand_over_territories,
)
