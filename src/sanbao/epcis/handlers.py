"""What happens by itself: large documents go on, our own records are told, subscribers are called."""

from __future__ import annotations

from sanbao.epcis import pipeline, publishing, subscriptions
from sanbao.epcis.actions.standing import unsubscribe
from sanbao.epcis.models import SpentToken, Subscription
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.times import now
from sanbao.kernel.worker import chore
from sanbao.trace.models import RecordKind


@chore("epcis_captures", every=1)
def carry_on() -> int:
    return pipeline.step()


@chore("epcis_own", every=5)
def tell_own() -> int:
    return publishing.step()


@chore("epcis_calls", every=1)
def call_subscribers() -> int:
    return subscriptions.call_due()


@chore("epcis_tokens", every=3600)
def forget_tokens() -> int:
    SpentToken.objects.filter(until__lt=now()).delete()
    return 0


@listens("person.deactivate")
def call_no_longer(entry: JournalEntry) -> None:
    """Who has left is called no more."""
    for row in Subscription.objects.filter(made_by=entry.subject):
        unsubscribe(row, by=Actor.clockwork("epcis"))


@listens("step.strike")
def step_did_not_occur(entry: JournalEntry) -> None:
    """Other records of ours are struck by a counter-entry, which is told with them; a step by an act of its own."""
    publishing.declare({entry.subject: entry.at})


@listens("processing_order.take_back", "processing_order.resume")
def processing_did_not_occur(entry: JournalEntry) -> None:
    """A line of a processing order is struck by an act of the order."""
    publishing.declare({f"{RecordKind.PROCESSING}:{entry.facts['line']}": entry.at})
