"""A document of events comes in: read, checked and, if it is small, taken in at once; a large one by the worker.

What cannot be read as a document is refused and leaves nothing behind. What is wrong with single events stands in the
capture, event by event; by default one wrong event keeps the whole document out (``rollback``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile

from sanbao.epcis import masters, saying
from sanbao.epcis.capturing import Outcome, head_of, judge, take
from sanbao.epcis.models import Behaviour, Capture, CaptureProblem, CaptureStage, Event, Reservation
from sanbao.epcis.policies import at_once, authority, limits
from sanbao.epcis.preparing import Prepared, prepare
from sanbao.epcis.standard import reading
from sanbao.epcis.standard.checking import Problem
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.reading import Document, Unreadable, Written
from sanbao.epcis.standard.shapes import document_faults
from sanbao.kernel import attachments, journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, plain
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import store

#: How many problems of one event are kept; whoever has more has not read the standard.
MOST_PROBLEMS = 20


def capture(body: bytes, *, by: Actor, behaviour: str = Behaviour.ROLLBACK, name: str = "") -> Capture:
    """Take in an EPCISDocument or EPCISQueryDocument (T-14)."""
    by.need("epcis.capture", clause="M-02")
    document = read(body)
    events = document.events or []
    small = len(events) <= at_once()
    around = Context.of(document.head.get("@context"))
    # What costs time is done before anybody has to wait for us; everything that is written is one commit.
    sound, problems = prepared(events, around, 1) if small else ([], [])
    file = ContentFile(body, name or "epcis.jsonld")
    with store.writing():
        kept = attachments.store(file, by=by, original=True, limit_mb=limits()[0] // 1024 // 1024)
        row = Capture.objects.create(
            stage=CaptureStage.CHECKING if behaviour == Behaviour.ROLLBACK else CaptureStage.TAKING,
            behaviour=behaviour,
            by_worker=not small,
            actor=by.ref,
            origin=by.origin,
            name=kept.name,
            digest=kept.sha256,
            size=kept.size,
            attachment=kept,
            head=head_of(document.head),
            events=len(events),
        )
        attachments.attach([kept], subject=row.subject, by=by, clause="T-14")
        if small:
            at_once_in(row, document.head, around, sound, problems, by=by)
    return row


def read(body: bytes) -> Document:
    """A document that is one; refused as a whole otherwise."""
    most_bytes, most_events = limits()
    if len(body) > most_bytes:
        too_large(mb=most_bytes // 1024 // 1024)
    try:
        document = reading.read(reading.decoded(body))
    except Unreadable as error:
        raise saying.refusal(error.code, at=error.at, **error.facts) from error
    faults = document_faults(document.head, has_events=document.events is not None)
    if faults:
        raise refused(faults)
    if len(document.events or ()) > most_events:
        too_large(events=most_events)
    return document


def too_large(**limit: int) -> None:
    """413, with the limit that was passed."""
    sentence = (
        W("文件超过 {mb} MB，请分几次发送。", "The document is larger than {mb} MB; send it in parts.")
        if "mb" in limit
        else W(
            "文件超过 {events} 个事件，请分几次发送。",
            "The document holds more than {events} events; send it in parts.",
        )
    )
    refuse("epcis.too_large", sentence, clause="T-14", status=413, **limit)


def refused(faults: Sequence[Problem]) -> Refusal:
    """Everything that is wrong with a document or a single event, as one refusal."""
    several = [saying.refusal(f.code, path=f.path, **f.facts) for f in faults[:MOST_PROBLEMS]]
    first = several[0]
    return Refusal(first.code, first.sentence, "T-14", 400, first.field, first.facts, several[1:])


def at_once_in(
    row: Capture,
    head: dict[str, Any],
    around: Context,
    sound: list[Prepared],
    problems: list[CaptureProblem],
    *,
    by: Actor,
) -> None:
    """A small document, whole, in the caller's transaction."""
    outcomes = judge(sound, row)
    problems = problems + in_the_way(row, outcomes)
    wrong = {problem.position for problem in problems}
    if wrong and row.behaviour == Behaviour.ROLLBACK:
        close(row, problems, taken=0, unchanged=0, refused=len(wrong), by=by)
        return
    taken = taken_of(sound, outcomes)
    take(taken, capture=row, authority=authority(), moment=now())
    masters.take(head, around)
    unchanged = len(sound) - len(taken) - sum(bool(o.code) for o in outcomes)
    close(row, problems, taken=len(taken), unchanged=unchanged, refused=len(wrong), by=by)


def prepared(events: Sequence[Written], around: Context, first: int) -> tuple[list[Prepared], list[CaptureProblem]]:
    """The sound events, and what is wrong with the others. Nothing is locked meanwhile."""
    house = authority()
    sound: list[Prepared] = []
    problems: list[CaptureProblem] = []
    for position, written in enumerate(events, first):
        one = prepare(written, position, around, house)
        if isinstance(one, Prepared):
            sound.append(one)
            continue
        named = written.value.get("eventID", "") if isinstance(written.value, dict) else ""
        problems += [
            CaptureProblem(
                position=position,
                event_id=str(named)[:500],
                code=found.code,
                path=found.path[:300],
                facts=plain(found.facts),
            )
            for found in one[:MOST_PROBLEMS]
        ]
    return sound, problems


def in_the_way(row: Capture, outcomes: Sequence[Outcome]) -> list[CaptureProblem]:
    return [
        CaptureProblem(capture=row, position=o.position, event_id=o.event_id, code=o.code, facts=o.facts)
        for o in outcomes
        if o.code
    ]


def taken_of(sound: Sequence[Prepared], outcomes: Sequence[Outcome]) -> list[Prepared]:
    return [event for event, outcome in zip(sound, outcomes, strict=True) if outcome.taken]


def keep_problems(row: Capture, problems: Sequence[CaptureProblem]) -> None:
    for problem in problems:
        problem.capture = row
    CaptureProblem.objects.bulk_create(sorted(problems, key=lambda p: p.position), batch_size=500)


def close(
    row: Capture, problems: Sequence[CaptureProblem], *, taken: int, unchanged: int, refused: int, by: Actor
) -> None:
    """End a capture: counts, problems, and one entry in the journal with the document's digest."""
    keep_problems(row, problems)
    row.taken, row.unchanged, row.refused = row.taken + taken, row.unchanged + unchanged, row.refused + refused
    came_in = row.taken or row.unchanged or not row.refused
    row.stage = CaptureStage.DONE if not row.refused else CaptureStage.PARTLY if came_in else CaptureStage.REJECTED
    row.next_event, row.finished_at = row.events, now()
    row.save(update_fields=["stage", "taken", "unchanged", "refused", "next_event", "finished_at"])
    Reservation.objects.filter(capture=row).delete()
    facts: dict[str, Any] = {
        "sha256": row.digest,
        "size": row.size,
        "events": row.events,
        "taken": row.taken,
        "unchanged": row.unchanged,
        "refused": row.refused,
        "behaviour": row.behaviour,
        "problems": problems_digest(row),
    }
    journal.append(subject=row.subject, action="epcis.captured", by=by, clause="T-14", facts=facts)


def problems_digest(row: Capture) -> str:
    """SHA-256 over ``position,code,path`` of every problem, in order."""
    lines = row.problems.order_by("position", "id").values_list("position", "code", "path")
    return digest("".join(f"{position},{code},{path}\n" for position, code, path in lines))


def capture_event(body: bytes, *, by: Actor) -> Event:
    """Take in a single event (``POST /events``), which brings its own ``@context``."""
    by.need("epcis.capture", clause="M-02")
    most_bytes, _ = limits()
    if len(body) > most_bytes:
        too_large(mb=most_bytes // 1024 // 1024)
    try:
        written = reading.event(reading.decoded(body))
    except Unreadable as error:
        raise saying.refusal(error.code, at=error.at, **error.facts) from error
    if isinstance(written.value, dict) and written.value.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
        raise saying.refusal("event_type", path="type", value=written.value["type"], choices="ObjectEvent, …")
    one = prepare(written, 1, Context(), authority())
    if not isinstance(one, Prepared):
        raise refused(one)
    if "@context" not in one.value:
        raise saying.refusal("context_missing", path="@context", field="@context")
    with store.writing():
        row = Capture(
            single=True, stage=CaptureStage.TAKING, actor=by.ref, origin=by.origin, digest=digest(body),
            size=len(body), events=1,
        )  # fmt: skip
        [outcome] = judge([one], None)
        if outcome.code:
            raise saying.refusal(outcome.code, status=409, event_id=outcome.event_id)
        if not outcome.taken:
            return _stands(one, outcome)
        row.save()
        [pk] = take([one], capture=row, authority=authority(), moment=now())
        close(row, [], taken=1, unchanged=0, refused=0, by=by)
    return Event.objects.get(pk=pk)


def _stands(one: Prepared, outcome: Outcome) -> Event:
    """The same event came before; of our own records it may not have been told yet."""
    from sanbao.epcis import publishing

    if outcome.pk is None:
        publishing.tell_all()
        return Event.objects.get(event_id=one.event_id, declaration="")
    return Event.objects.get(pk=outcome.pk)
