"""Who answers for which region, and who stands in for whom (C-08, R-11)."""

from __future__ import annotations

from datetime import date

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties import queries
from sanbao.parties.actions.periods import belongs, end, in_order, yesterday
from sanbao.parties.lifecycle import PERSON
from sanbao.parties.models import Delegation, Person, Region, Territory
from sanbao.parties.rules import overlap


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
        in_order(since, until)
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
        belongs(step, territory.person_id, "territory")
        until = until or yesterday()
        end(territory, until)
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
        in_order(since, until)
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
        belongs(step, delegation.absent_id, "delegation")
        end(delegation, yesterday())
        step.record(delegation=delegation.pk)
    return step.case
