"""The worker's part: large documents, one chunk at a time, from the checkpoint wherever somebody was killed.

A document that is to come in whole or not at all is gone through twice: first every event is checked and its eventID
reserved, so that nobody can be in the way later; then the events are taken in.
"""

from __future__ import annotations

from sanbao.epcis import masters
from sanbao.epcis.actions.capture import close, in_the_way, keep_problems, prepared, taken_of
from sanbao.epcis.capturing import Outcome, judge, take
from sanbao.epcis.models import RUNNING, Capture, CaptureProblem, CaptureStage, Reservation
from sanbao.epcis.policies import authority
from sanbao.epcis.preparing import Prepared
from sanbao.epcis.sets import texts
from sanbao.epcis.standard import reading
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.reading import Document
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now
from sanbao.trace import store

#: Events per transaction: others wait for one chunk at most, a third of a second.
CHUNK = 300
#: The document that this process is in the middle of, so that it is not read again for every chunk.
_open: dict[int, Document] = {}


def step() -> int:
    """One chunk of the oldest document that waits; 0 when there is none."""
    row = Capture.objects.filter(by_worker=True, stage__in=RUNNING).order_by("pk").first()
    if row is None:
        return 0
    document = _opened(row)
    around = Context.of(document.head.get("@context"))
    events = document.events or []
    chunk = events[row.next_event : row.next_event + CHUNK]
    sound, problems = prepared(chunk, around, row.next_event + 1)
    with store.writing():
        if _moved_on(row):
            return 1
        if row.stage == CaptureStage.CHECKING:
            _check(row, sound, problems, len(chunk))
        else:
            _take(row, document, around, sound, problems, len(chunk))
    if not row.running:
        _open.pop(row.pk, None)
    return 1


def _moved_on(row: Capture) -> bool:
    """Whether another process (a command beside the worker) has taken this very chunk meanwhile."""
    now_at = Capture.objects.filter(pk=row.pk).values_list("stage", "next_event").get()
    return now_at != (row.stage, row.next_event)


def _opened(row: Capture) -> Document:
    if row.pk not in _open:
        _open.clear()
        assert row.attachment is not None
        _open[row.pk] = reading.read(reading.decoded(row.attachment.path.read_bytes()))
    return _open[row.pk]


def _check(row: Capture, sound: list[Prepared], problems: list[CaptureProblem], size: int) -> None:
    outcomes = _reserve(row, sound, judge(sound, row))
    problems += in_the_way(row, outcomes)
    row.refused += len({problem.position for problem in problems})
    row.unchanged += sum(not o.taken and not o.code for o in outcomes)
    row.next_event += size
    if row.next_event < row.events:
        keep_problems(row, problems)
        row.save(update_fields=["refused", "unchanged", "next_event"])
    elif row.refused:
        row.unchanged = 0
        close(row, problems, taken=0, unchanged=0, refused=0, by=_actor(row))
    else:
        row.stage, row.next_event, row.unchanged = CaptureStage.TAKING, 0, 0
        row.save(update_fields=["stage", "next_event", "unchanged"])


def _reserve(row: Capture, sound: list[Prepared], outcomes: list[Outcome]) -> list[Outcome]:
    """Nobody else takes these eventIDs, and this document itself not for two different events."""
    new = {e.event_id: e for e, o in zip(sound, outcomes, strict=True) if o.taken and not e.declaration}
    mine = dict(Reservation.objects.filter(event_id__in=texts(new), capture=row).values_list("event_id", "digest"))
    for outcome in outcomes:
        event = new.get(outcome.event_id)
        if event is not None and mine.get(outcome.event_id, event.digest) != event.digest:
            outcome.taken, outcome.code = False, "twice_in_document"
    Reservation.objects.bulk_create(
        Reservation(event_id=event_id, digest=event.digest, capture=row)
        for event_id, event in new.items()
        if event_id not in mine
    )
    return outcomes


def _take(
    row: Capture,
    document: Document,
    around: Context,
    sound: list[Prepared],
    problems: list[CaptureProblem],
    size: int,
) -> None:
    outcomes = judge(sound, row)
    problems += in_the_way(row, outcomes)
    taken = taken_of(sound, outcomes)
    if row.next_event == 0:
        masters.take(document.head, around)
    take(taken, capture=row, authority=authority(), moment=now())
    refused = len({problem.position for problem in problems})
    unchanged = sum(not o.taken and not o.code for o in outcomes)
    row.next_event += size
    if row.next_event >= row.events:
        close(row, problems, taken=len(taken), unchanged=unchanged, refused=refused, by=_actor(row))
        return
    keep_problems(row, problems)
    row.taken, row.unchanged, row.refused = row.taken + len(taken), row.unchanged + unchanged, row.refused + refused
    row.save(update_fields=["taken", "unchanged", "refused", "next_event"])


def _actor(row: Capture) -> Actor:
    """Whoever sent the document, as the journal names him; he was permitted when he sent it."""
    return Actor("capture", row.actor, origin=row.origin)


def abandoned() -> None:
    """Forget the document that is held open (tests, and after a failure)."""
    _open.clear()
