"""Our own records told as events beside the captured ones, so that one question finds both.

The worker tells what is new, a batch at a time, if the policy wants it. A question writes nothing: it is answered from
what is told, and refused, loudly, while a house still has much to tell.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Max

from sanbao.epcis import linked_records, own_records
from sanbao.epcis.capturing import take
from sanbao.epcis.models import Event, Publication
from sanbao.epcis.policies import authority, tells_own
from sanbao.epcis.preparing import Prepared
from sanbao.epcis.sets import texts
from sanbao.epcis.standard import times
from sanbao.epcis.standard.reading import loads
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import store
from sanbao.trace.models import Record, RecordKind, Reversal

#: Records per transaction, so that nobody waits long for one.
BATCH = 200
#: With more than so many records untold an answer would be half an answer; fewer are told in a few seconds.
PATIENCE = 1500
STRUCK = "reversal"


def complete() -> None:
    """Before a question: refuse while too much of what happened here is not told yet."""
    waiting = backlog()
    if waiting > PATIENCE:
        sentence = W(
            "正在把本厂 {n} 条记录写成事件，请稍后再问。",
            "{n} records of this house are being told as events; ask again in a while.",
        )
        raise Refusal("epcis.being_told", sentence, "T-14", 503, facts={"n": waiting})


def backlog() -> int:
    """How many records have not been told, none where none are told.

    By the numbers given, which is quick and never too few; where that would be too many they are counted, because a
    database gives numbers also to what was then taken back.
    """
    if not tells_own():
        return 0
    last = dict(Publication.objects.values_list("kind", "last"))
    tables: dict[str, Any] = {**own_records.TOLD, **linked_records.tables(), STRUCK: Reversal}
    newest = {kind: model._base_manager.aggregate(m=Max("pk"))["m"] or 0 for kind, model in tables.items()}
    at_most = sum(max(0, newest[kind] - last.get(kind, 0)) for kind in tables)
    if at_most <= PATIENCE:
        return at_most
    return sum(model._base_manager.filter(pk__gt=last.get(kind, 0)).count() for kind, model in tables.items())


def tell_all() -> int:
    """Everything that is new."""
    total = 0
    while done := step():
        total += done
    return total


def step() -> int:
    """One batch of records of one kind; 0 when everything is told."""
    if not tells_own():
        return 0
    last = dict(Publication.objects.values_list("kind", "last"))
    for kind, model in own_records.TOLD.items():
        if done := _tell(kind, model, last.get(kind, 0)):
            return done
    for kind in linked_records.tables():
        if done := _tell_linked(RecordKind(kind), last.get(kind, 0)):
            return done
    return _declare(last.get(STRUCK, 0))


def _tell(kind: str, model: type[Record], last: int) -> int:
    if not model._base_manager.filter(pk__gt=last).exists():
        return 0
    with store.writing():
        rows = model._base_manager.filter(pk__gt=last).order_by("pk")
        records = list(rows.select_related(*own_records.joined(model))[:BATCH])
        if not records:
            return 0
        house = authority()
        standing = [record for record in records if not record.voided]
        _take(own_records.as_prepared(own_records.told(standing, house), house), house)
        Publication.objects.update_or_create(kind=kind, defaults={"last": records[-1].pk})
    return len(records)


def _tell_linked(kind: RecordKind, last: int) -> int:
    if not linked_records.tables()[kind]._base_manager.filter(pk__gt=last).exists():
        return 0
    with store.writing():
        house = authority()
        events, records = linked_records.after(kind, last, BATCH, house)
        if not records:
            return 0
        _take(own_records.as_prepared(events, house), house)
        Publication.objects.update_or_create(kind=kind.value, defaults={"last": records[-1]})
    return len(records)


def _take(events: list[Prepared], house: str) -> None:
    """Keep those that are not there already (they may have come back as a document before they were told)."""
    ids = [event.event_id for event in events]
    there = set(Event.objects.filter(event_id__in=texts(ids)).values_list("event_id", "declaration"))
    new = [event for event in events if (event.event_id, event.digest if event.declaration else "") not in there]
    take(new, capture=None, authority=house, moment=now(), own=True)


def _declare(last: int) -> int:
    """A record that was struck after it was told: its event is declared not to have occurred."""
    if not Reversal.objects.filter(pk__gt=last).exists():
        return 0
    with store.writing():
        reversals = list(Reversal.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not reversals:
            return 0
        declare({f"{r.record_kind}:{r.record_id}": r.entered_at for r in reversals})
        Publication.objects.update_or_create(kind=STRUCK, defaults={"last": reversals[-1].pk})
    return len(reversals)


def declare(at: dict[str, datetime]) -> None:
    """What was told of these records did not occur, as was found at these moments. Nothing for what was never told."""
    house = authority()
    with store.writing():
        told = Event.objects.filter(own__in=at, declaration="").order_by("pk")
        events = []
        for event in told:
            error = {"declarationTime": times.written(at[event.own]), "reason": "did_not_occur"}
            events.append(json.loads(json.dumps(loads(event.text), default=float)) | {"errorDeclaration": error})
        _take(own_records.as_prepared(events, house), house)
        told.update(voided=True)
