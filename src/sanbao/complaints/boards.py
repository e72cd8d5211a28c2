"""谁的球: every open case under whoever has its next step, the reddest first (M-04).

A constant number of queries, however many cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber, StrIndex, Substr

from sanbao.complaints import queries
from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Person

#: So many cases are listed under each; the others are one click away, their number stands beside the name.
EACH = 6
PERSON = "person:"
NOBODY = W("旧台账，尚无负责人", "From the old register, still without an owner")

#: The person who has the ball: whom the step names, or the owner where his own department has it; else the department.
BY_PERSON = Case(
    When(next_party__startswith=PERSON, then=F("next_party")),
    When(
        queries.LED_INSIDE & Q(owner__isnull=False) & ~Q(next_party=""),
        then=Concat(Value(PERSON), Cast("owner_id", CharField())),
    ),
    default=F("next_party"),
    output_field=CharField(),
)
#: The department that has the ball: the one named, that of a post, or the one that answers for a person's case.
BY_DEPARTMENT = Case(
    When(next_party__startswith=PERSON, then=Coalesce("owner_department__code", Value(""))),
    When(next_party__contains=".", then=Substr("next_party", 1, StrIndex("next_party", Value(".")) - 1)),
    default=F("next_party"),
    output_field=CharField(),
)
WAYS = {"person": BY_PERSON, "department": BY_DEPARTMENT}


@dataclass
class Group:
    """What lies with one person or department."""

    key: str
    title: W | str
    open: int
    late: int
    today: int
    cases: list[Complaint] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.open - len(self.cases)


@dataclass
class Board:
    """All open cases that an actor may see, by who has the ball."""

    by: str
    groups: list[Group]

    @property
    def open(self) -> int:
        return sum(group.open for group in self.groups)

    @property
    def late(self) -> int:
        return sum(group.late for group in self.groups)

    @property
    def today(self) -> int:
        return sum(group.today for group in self.groups)


def balls(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """The rows with whom the next step lies: ``ball`` is a person, ``ball_in`` a department."""
    return rows.annotate(ball=BY_PERSON, ball_in=BY_DEPARTMENT)


def board(actor: Actor, by: str = "person") -> Board:
    """Whose ball each open case is. What is handled under another case lies where that one lies."""
    moment = now()
    midnight = local(moment).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    late, today = Q(next_due__lt=moment), Q(next_due__gte=moment, next_due__lt=midnight)
    rows = Complaint.objects.visible_to(actor).open().filter(merged_into=None).annotate(ball=WAYS[by])
    counted = rows.order_by().values("ball").annotate(
        n_open=Count("pk"), n_late=Count("pk", filter=late), n_today=Count("pk", filter=today)
    )  # fmt: skip
    titles = Titles()
    groups = {
        row["ball"]: Group(row["ball"], titles.of(row["ball"]), row["n_open"], row["n_late"], row["n_today"])
        for row in counted.order_by("-n_late", "-n_today", "-n_open", "ball")
    }
    nearest = [F("next_due").asc(nulls_last=True), F("id").asc()]
    placed = rows.annotate(place=Window(RowNumber(), partition_by=[F("ball")], order_by=nearest))
    first = list(placed.filter(place__lte=EACH).order_by("place").values_list("pk", "ball"))
    # Numbers first, rows after: the database numbers thousands of narrow rows, and few wide ones are read.
    cases = Complaint.objects.select_related("customer", "owner").in_bulk([pk for pk, _ in first])
    for pk, ball in first:
        # A case that came between two questions has no group yet; it is there at the next look.
        if (group := groups.get(ball)) and pk in cases:
            group.cases.append(cases[pk])
    return Board(by, list(groups.values()))


def holders() -> list[tuple[str, Any]]:
    """Everybody who has the ball of some open case, for a filter."""
    titles = Titles()
    keys = Complaint.objects.open().order_by().annotate(ball=BY_PERSON).values_list("ball", flat=True).distinct()
    return sorted(((key, titles.of(key)) for key in keys if key), key=lambda pair: str(pair[1]))


class Titles:
    """Names of persons, departments and posts; one query for each kind, when the first is asked."""

    def __init__(self) -> None:
        self.people = {f"{PERSON}{pk}": name for pk, name in Person.objects.values_list("pk", "name")}
        self.departments = {code: d.title for code, d in parties.departments().items()}
        self.roles: dict[str, W] = {}

    def of(self, key: str) -> W | str:
        if not key:
            return NOBODY
        if found := self.people.get(key) or self.departments.get(key):
            return found
        return self.roles.setdefault(key, parties.titled(key))
