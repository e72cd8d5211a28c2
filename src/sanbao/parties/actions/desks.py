"""What lies on a person's desk besides the cases of the rooms above: his regions, and duties owed by name."""

from __future__ import annotations

from django.db.models import QuerySet

from sanbao.kernel import handover, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.actions.periods import end, yesterday
from sanbao.parties.models import Territory


def _regions(person_id: int) -> QuerySet[Territory]:
    return Territory.objects.filter(person=person_id).unended()  # type: ignore[no-any-return]


def _hand_over_regions(from_id: int, to_id: int, *, by: Actor) -> int:
    regions = list(_regions(from_id).select_for_update())
    for held in regions:
        Territory.objects.create(
            person_id=to_id,
            region_id=held.region_id,
            product_line=held.product_line,
            since=max(held.since, today()),
            until=held.until,
        )
        end(held, yesterday())
    return len(regions)


def _duties(person_id: int) -> QuerySet[Obligation]:
    return Obligation.objects.filter(owed_by=f"person:{person_id}", done_at=None)


def _hand_over_duties(from_id: int, to_id: int, *, by: Actor) -> int:
    duties = list(_duties(from_id))
    for duty in duties:
        obligations.owe(
            subject=duty.subject,
            code=duty.code,
            sentence=duty.words,
            to=f"person:{to_id}",
            by=by,
            clause=duty.clause,
            due=duty.due_at,
            holds_closing=duty.holds_closing,
        )
        obligations.discharge(
            subject=duty.subject,
            code=duty.code,
            by=by,
            outcome=f"handed over to person:{to_id}",
            to=duty.owed_by,
        )
    return len(duties)


handover.register(
    "territory",
    W("辖区", "Regions"),
    open_cases_of=lambda person: [f"territory:{held.pk}" for held in _regions(person)],
    hand_over=_hand_over_regions,
)
handover.register(
    "obligation",
    W("待办", "Duties"),
    open_cases_of=lambda person: [f"obligation:{duty.pk}" for duty in _duties(person)],
    hand_over=_hand_over_duties,
)
