"""The people of the house: hire, appoint, stand in, deactivate with a hand-over (M-02, R-11)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
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
from sanbao.parties.actions import desks as _desks  # noqa: F401 (registers what a leaver must hand over)
from sanbao.parties.actions.periods import belongs, end, in_order, yesterday
from sanbao.parties.lifecycle import PERSON
from sanbao.parties.models import (
    Assignment,
    Customer,
    Dealer,
    Delegation,
    Department,
    Person,
    Post,
    Supplier,
)
from sanbao.parties.rules import overlap

PERSONAL = ("username", "name", "email", "phone")
# No 0 and O, no 1 and l: the password is read out on the telephone.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


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
    in_order(since, until)
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
        belongs(step, assignment.person_id, "assignment")
        until = until or yesterday()
        with _leaving_an_administrator():
            end(assignment, until)
        step.record(assignment=assignment.pk, role=assignment.role, until=until)
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
                end(held, yesterday())
        for absence in Delegation.objects.filter(Q(absent=leaver) | Q(substitute=leaver), until__gte=today()):
            end(absence, yesterday())
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


def choose_language(person: Person, *, by: Actor, language: str) -> Person:
    """The language in which the house writes to this person; the one he has already is no entry."""
    if person.language == language:
        return person
    with PERSON.move("choose_language", person, by=by) as step:
        step.case.language = language
    return step.case


def _hand_out(person: Person) -> str:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    person.set_password(password)
    person.one_time_password = True
    return password


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
