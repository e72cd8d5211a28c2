"""``sanbao verify`` finds an event that was changed, one that is gone, and a count that was altered."""

from __future__ import annotations

import pytest

from sanbao.epcis import actions, publishing, verifying
from sanbao.epcis.models import Behaviour, Capture, Event
from sanbao.epcis.tests.fixtures import FULL
from sanbao.epcis.tests.sending import EXAMPLES, HOUSE, document, event, item, lot, send, text
from sanbao.trace.tests.factory import small_factory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-03")]


def found() -> list[str]:
    return [breach.code for breach in [*verifying.events(), *verifying.captures()]]


def test_whatever_was_taken_in_or_told_by_ourselves_holds() -> None:
    small_factory()
    publishing.tell_all()
    send(*FULL.values())
    send(*FULL.values())  # there already
    send(event("ObjectEvent", 8, action="ADD", epcList=[item("1")]), {"type": "ObjectEvent"})
    half = document(event("ObjectEvent", 9, action="ADD", quantityList=[lot("A", 1)]), {"type": "ObjectEvent"})
    actions.capture(text(half), by=HOUSE, behaviour=Behaviour.PROCEED)
    for path in EXAMPLES:
        actions.capture(path.read_bytes(), by=HOUSE, name=path.name)
    assert Event.objects.filter(own="").exists() and Event.objects.exclude(own="").exists()
    assert found() == []


def test_a_word_that_was_changed_a_lost_event_and_an_altered_count_are_found() -> None:
    send(*FULL.values())
    first, last = Event.objects.order_by("pk").first(), Event.objects.order_by("pk").last()
    assert first and last
    Event.objects.filter(pk=first.pk).update(text=first.text.replace("shipping", "receiving"))
    assert found() == ["event_changed"]
    Event.objects.filter(pk=first.pk).update(text="{")
    assert found() == ["event_changed"]
    Event.objects.filter(pk=first.pk).update(text=first.text)
    assert found() == []
    Capture.objects.update(taken=5)
    assert found() == ["capture_changed"]
    Capture.objects.update(taken=6)
    last.delete()
    assert found() == ["capture_changed"]
