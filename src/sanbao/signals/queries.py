"""What is asked about signals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from sanbao.complaints.models import Complaint
from sanbao.complaints.queries import user_key
from sanbao.kernel.actor import Actor
from sanbao.signals.models import Signal, SignalCase, SignalRun, SignalState

#: Signals whose cases count as fairly widespread.
CONFIRMED = (SignalState.CONFIRMED, SignalState.SETTLED)


def case_ids(signal: Signal) -> list[int]:
    return list(
        SignalCase.objects.filter(signal=signal).order_by("complaint_id").values_list("complaint_id", flat=True)
    )


def users_of(cases: Collection[int]) -> int:
    """How many different users complained."""
    rows = Complaint.objects.filter(pk__in=list(cases)).only("customer_id", "contact_name", "contact_phone")
    return len({user_key(case) for case in rows})


def cases_of(signal: Signal, actor: Actor) -> QuerySet[Complaint]:
    """The cases behind a signal that the actor may see, in order of arrival."""
    visible = Complaint.objects.visible_to(actor).filter(
        pk__in=SignalCase.objects.filter(signal=signal).values("complaint")
    )
    return visible.select_related("customer__region", "product", "lot", "owner").order_by("received_at", "id")


def of_complaint(complaint: int) -> QuerySet[Signal]:
    """The signals to which a complaint belongs, newest first."""
    return Signal.objects.filter(cases__complaint=complaint).select_related("defect").order_by("-id")


def last_run() -> SignalRun | None:
    return SignalRun.objects.first()


def classed_in(first: date, last: date) -> tuple[int, int]:
    """How many complaints of a period could be counted, and how many bear no class."""
    received = Complaint.objects.filter(received_at__date__gte=first, received_at__date__lte=last, matter="complaint")
    without = received.filter(reported_class=None, confirmed_class=None).count()
    return received.count() - without, without


def waiting(actor: Actor) -> int:
    """For the rail: signals that wait for this actor's verdict or measures."""
    states = [
        state
        for state, permission in ((SignalState.PROPOSED, "signals.judge"), (SignalState.CONFIRMED, "signals.settle"))
        if actor.may(permission)
    ]
    return Signal.objects.visible_to(actor).filter(state__in=states).count()
