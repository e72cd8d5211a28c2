"""A batch of prepared events into the store, set-wise: the number of queries does not depend on the number of events.

Everything happens inside one ``store.writing``: what stands already is looked up, then events, index, lots and links
are written. Events that concern others (declarations of error, parents, corrections) are settled in ``settling``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanbao.epcis import own_records, settling, shipping
from sanbao.epcis.lots import Lots, Mention
from sanbao.epcis.models import Capture, Event, Key, Measure, Namespaces, Place, Reservation
from sanbao.epcis.preparing import Prepared
from sanbao.epcis.sets import texts
from sanbao.epcis.standard.writing import dumps
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import local
from sanbao.trace import captured, store


@dataclass(slots=True)
class Outcome:
    """What became of one event. ``code``: why it was refused. ``pk``: the event that stands."""

    position: int
    event_id: str
    taken: bool = False
    code: str = ""
    pk: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Standing:
    """An event that stands already under an eventID."""

    pk: int | None
    digest: str


def judge(events: Sequence[Prepared], capture: Capture | None) -> list[Outcome]:
    """What would become of these events: new, standing already, or in the way of others. Reads only."""
    known = _standing(events)
    reserved = _reserved(events, capture)
    outcomes = []
    for event in events:
        outcome = Outcome(event.position, event.event_id)
        identity = (event.event_id, event.digest if event.declaration else "")
        before = known.get(identity)
        if before is not None and before.digest == event.digest:
            outcome.pk = before.pk
        elif before is not None:
            outcome.code = "other_event" if before.pk else "twice_in_document"
        elif event.event_id in reserved and not event.declaration:
            outcome.code = "in_progress"
        elif event.own and (told := own_records.standing(event)) is not None:
            # One of our own events comes back. What our records say needs no second telling.
            outcome.code = "" if told else "not_ours"
        else:
            outcome.taken = True
            known[identity] = Standing(None, event.digest)
        outcomes.append(outcome)
    return outcomes


def _standing(events: Sequence[Prepared]) -> dict[tuple[str, str], Standing]:
    ids = sorted({event.event_id for event in events})
    rows = Event.objects.filter(event_id__in=texts(ids)).values_list("event_id", "declaration", "pk", "digest")
    return {(event_id, declaration): Standing(pk, found) for event_id, declaration, pk, found in rows}


def _reserved(events: Sequence[Prepared], capture: Capture | None) -> set[str]:
    """EventIDs that another document, still being checked, is about to bring in."""
    if not Reservation.objects.exists():
        return set()
    ids = sorted({event.event_id for event in events})
    others = Reservation.objects.filter(event_id__in=texts(ids)).exclude(capture=capture)
    return set(others.values_list("event_id", flat=True))


def take(
    events: Sequence[Prepared], *, capture: Capture | None, authority: str, moment: datetime, own: bool = False
) -> list[int]:
    """Write new events; their ids. ``own``: they tell of records of ours, whose lots and links stand already."""
    if not events:
        return []
    ids = store.allocate(Event, len(events))
    contexts = _contexts(events)
    store.insert(Event, [_row(pk, e, contexts, capture, moment, own) for pk, e in zip(ids, events, strict=True)])
    _index(ids, events)
    lots = Lots(authority)
    for event in events:
        on = local(event.at).date()
        for goods in event.said.goods.values():
            lots.mention(Mention(goods, event.described.get(goods.uri), goods.key in event.said.made, on))
    lots.settle()
    if own or not in_force("T-14"):
        return ids
    numbered = dict(zip(ids, events, strict=True))
    voided = settling.declared(numbered, lots)
    links: captured.Links = {}
    for pk, event in numbered.items():
        if pk not in voided:
            links |= lots.links(event.said.links, event.said.goods, pk)
    captured.link(links)
    settling.families(numbered, voided, lots)
    shipping.record({pk: event for pk, event in numbered.items() if pk not in voided}, lots, authority)
    return ids


def _row(
    pk: int, event: Prepared, contexts: dict[str, int], capture: Capture | None, moment: datetime, own: bool
) -> tuple[Any, ...]:
    return (
        pk,
        event.event_id,
        event.digest if event.declaration else "",
        event.assigned,
        event.type[:200],
        event.value.get("action", "") if isinstance(event.value.get("action"), str) else "",
        event.at,
        moment,
        event.declared_at,
        event.digest,
        event.text,
        contexts.get(event.context.text),
        capture.pk if capture else None,
        event.position,
        event.own if own else "",
        False,
    )


def _contexts(events: Iterable[Prepared]) -> dict[str, int]:
    """The id of each context among the events; an empty one is none."""
    texts = {event.context.text for event in events} - {""}
    if not texts:
        return {}
    digests = {digest(text): text for text in texts}
    found = dict(Namespaces.objects.filter(digest__in=digests).values_list("digest", "pk"))
    new = [Namespaces(digest=each, entries=text) for each, text in digests.items() if each not in found]
    found |= {row.digest: row.pk for row in Namespaces.objects.bulk_create(new)}
    return {text: found[each] for each, text in digests.items()}


def _index(ids: Sequence[int], events: Sequence[Prepared]) -> None:
    keys = [(name, value, pk) for pk, event in zip(ids, events, strict=True) for name, value in event.index.keys]
    measures = [
        (name, value, pk) for pk, event in zip(ids, events, strict=True) for name, value in event.index.measures
    ]
    places = {key: uri for event in events for key, uri in event.index.places.items()}
    store.insert(Place, sorted(places.items()))
    store.insert(Key, sorted(keys))
    store.insert(Measure, sorted(measures))


def head_of(head: dict[str, Any]) -> str:
    """What stood around the events, to be kept with the capture."""
    told = {name: value for name, value in head.items() if name != "epcisBody"}
    return dumps(told)
