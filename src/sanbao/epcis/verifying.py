"""Captured events against the record: no word of one changed, none of a capture gone, no count altered (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count

from sanbao.epcis import vocabulary
from sanbao.epcis.models import Capture, Event, Namespaces
from sanbao.epcis.models.captures import RUNNING
from sanbao.epcis.standard import canonical
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.reading import loads
from sanbao.kernel import verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import Breach
from sanbao.kernel.words import W

_COUNTS = ("events", "taken", "unchanged", "refused", "size")


def events() -> Iterator[Breach]:
    """Every event's text still gives the digest under which it was taken in."""
    contexts = {row.pk: Context.from_text(row.entries) for row in Namespaces.objects.all()}
    rows = Event.objects.order_by("pk").values_list("pk", "event_id", "digest", "text", "namespaces")
    for pk, event_id, digest, text, namespaces in rows.iterator(chunk_size=2000):
        if not _holds(text, digest, contexts.get(namespaces, Context())):
            yield Breach(
                f"epcis_event:{pk}",
                "event_changed",
                W("事件 {id} 的内容与取入时不同。", "Event {id} is not what was taken in.", id=event_id),
            )


def _holds(text: str, digest: str, context: Context) -> bool:
    try:
        return canonical.digest(loads(text), context.expand, beside=vocabulary.LOTS) == digest
    except (ValueError, TypeError, AttributeError):
        return False


def captures() -> Iterator[Breach]:
    """A capture that ended counts what the journal says that it counted, and its events are all there."""
    entries = JournalEntry.objects.filter(action="epcis.captured").order_by("id")
    said: dict[str, dict[str, Any]] = {entry.subject: entry.facts for entry in entries.iterator()}
    there = dict(Event.objects.exclude(capture=None).values_list("capture").annotate(n=Count("pk")))
    for row in Capture.objects.exclude(stage__in=RUNNING).iterator():
        facts = said.pop(row.subject, None)
        same = facts is not None and facts["sha256"] == row.digest
        same = same and all(facts[name] == getattr(row, name) for name in _COUNTS)
        if not same or there.get(row.pk, 0) != row.taken:
            yield _not_as_recorded(row.subject)
    for subject in said:
        yield _not_as_recorded(subject)


def _not_as_recorded(subject: str) -> Breach:
    words = W("{subject} 与流水不符。", "{subject} is not as the record says.", subject=subject)
    return Breach(subject, "capture_changed", words)


verify.CHECKS += [events, captures]
