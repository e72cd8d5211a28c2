"""Starting, stopping, pausing and regrading clocks, inside the caller's move, which is the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import models

from sanbao.kernel import notices, obligations, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks.models import CLOCKS, ESCALATION, LEVELS, UNGRADED, Clock, ClockPause, Outcome
from sanbao.kernel.deadlines import Deadline, Pause, deadline
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import FactoryCalendar, calendar


def start(subject: str, kind: str, *, by: Actor, grade: str = UNGRADED, at: datetime | None = None) -> Clock:
    """Start a clock by the policy of the day; one that already runs goes on. ``grade`` is A to D, or ungraded."""
    return start_each(subject, [kind], by=by, grade=grade, at=at)[kind]


def start_each(
    subject: str, kinds: Iterable[str], *, by: Actor, grade: str = UNGRADED, at: datetime | None = None
) -> dict[str, Clock]:
    """Start several clocks at once, without a query for each; those that run already go on. All of them, by kind."""
    wanted = list(dict.fromkeys(kinds))
    found = {clock.kind: clock for clock in rows.where(Clock, subject=subject, kind=wanted, stopped_at=None)}
    moment, days, new = at or now(), calendar(), []
    for kind in wanted:
        if kind not in found:
            found[kind] = clock = Clock(subject=subject, kind=kind, started_at=moment, started_by=by.ref)
            _decide(clock, grade or UNGRADED)
            _compute(clock, [], days)
            new.append(clock)
    rows.insert_many(new)
    return found


def due_if_started(kind: str, *, grade: str = UNGRADED, at: datetime | None = None) -> datetime | None:
    """When a clock of this kind would be due if it were started: for a duty that no clock watches."""
    clock = Clock(subject="", kind=kind, started_at=at or now(), started_by="")
    _decide(clock, grade or UNGRADED)
    _compute(clock, [], calendar())
    return clock.due_at


def stop(subject: str, kind: str, *, by: Actor, at: datetime | None = None, elsewhere: bool = False) -> Clock | None:
    """Stop a running clock and judge it; None when none runs. ``elsewhere``: another clock watches the same from now
    on, so that this one counts as late if it is, but not as met."""
    clock = Clock.objects.select_for_update().filter(subject=subject, kind=kind, stopped_at=None).first()
    if clock is None:
        return None
    moment = at or now()
    if end_pauses([clock], moment):
        _compute(clock, pauses_of(clock), calendar())
    clock.stopped_at, clock.stopped_by = moment, by.ref
    clock.outcome = Outcome.LATE if clock.late else Outcome.ELSEWHERE if elsewhere else Outcome.MET
    _hush(clock, by, clock.outcome)
    clock.save()
    return clock


def stop_all(subject: str, *, by: Actor) -> list[Clock]:
    """Stop every running clock of a subject that has ended."""
    kinds = list(running(subject).values_list("kind", flat=True))
    return [clock for kind in kinds if (clock := stop(subject, kind, by=by))]


def pause(subject: str, *, reason: W, expected_on: date, by: Actor, kinds: Iterable[str] | None = None) -> list[Clock]:
    """Let the pausable clocks of a subject stand still until a day; refuses one without a reason or in the past."""
    if not str(reason).strip():
        refuse(
            "clock.no_reason",
            W("暂停须写明原因。", "A pause needs a reason."),
            clause="M-04",
            status=422,
            field="reason",
        )
    if expected_on < today():
        sentence = W("预计日期已经过去。", "The expected day is past.")
        refuse("clock.past_day", sentence, clause="M-04", status=422, field="expected_on")
    clocks = [c for c in _locked(subject, kinds) if c.pausable and c.due_at and c.open_pause is None]
    if not clocks:
        refuse("clock.nothing_to_pause", W("没有可以暂停的时限。", "No clock can be paused."), clause="M-04")
    words = {"zh": reason.said_in("zh-hans"), "en": reason.said_in("en")}
    for clock in clocks:
        ClockPause.objects.create(
            clock=clock, reason=words, expected_on=expected_on, started_at=now(), started_by=by.ref
        )
    return recomputed(clocks, by=by)


def resume(subject: str, *, by: Actor, kinds: Iterable[str] | None = None) -> list[Clock]:
    """Let paused clocks of a subject run again; refuses when none is paused."""
    clocks = [c for c in _locked(subject, kinds) if c.open_pause]
    if not clocks:
        refuse("clock.not_paused", W("没有暂停的时限。", "No clock is paused."), clause="M-04")
    end_pauses(clocks, now())
    return recomputed(clocks, by=by)


def regrade(subject: str, grade: str, *, by: Actor) -> list[Clock]:
    """Every running clock goes by the new grade, from its start, and keeps the pauses already earned."""
    clocks = _locked(subject, None)
    for clock in clocks:
        ladder = clock.ladder
        _decide(clock, grade or UNGRADED)
        if clock.ladder != ladder:
            _take_back(clock, by)
    return recomputed(clocks, by=by)


def running(subject: str) -> models.QuerySet[Clock]:
    """The clocks that run on a subject (paused ones too), nearest first; those without a due time are left out."""
    found = Clock.objects.filter(subject=subject, stopped_at=None, due_at__isnull=False)
    return found.prefetch_related("pauses").order_by("due_at")


def of(subject: str) -> models.QuerySet[Clock]:
    """Every clock that ran or runs on a subject, in order of start; not those without a due time."""
    return Clock.objects.filter(subject=subject, due_at__isnull=False).order_by("started_at", "id")


def every(subject: str) -> list[Clock]:
    """The same, read together with their pauses."""
    found = [clock for clock in rows.where(Clock, subject=subject, order=("started_at", "id")) if clock.due_at]
    held = rows.where(ClockPause, clock=[clock.pk for clock in found], order=("started_at", "id"))
    for clock in found:
        clock.known_pauses = [row for row in held if row.clock_id == clock.pk]
    return found


def due_times(subject: str) -> dict[str, datetime]:
    """Kind → when it is due, of the clocks that run on a subject."""
    return {clock.kind: clock.due_at for clock in rows.where(Clock, subject=subject, stopped_at=None) if clock.due_at}


def _decide(clock: Clock, grade: str) -> None:
    """The rule for a clock: by the policies in force when it started."""
    day = local(clock.started_at).date()
    decision = CLOCKS.decide(on=day, kind=clock.kind, grade=grade)
    further = ESCALATION.on(day)
    more = [further.decide(level=level, grade=grade).as_facts()["decision"] for level in LEVELS]
    clock.rule = decision.as_facts()["decision"] | {
        "more": [{"version": m["version"], "row": m["row"], **m["answer"]} for m in more]
    }


def _compute(clock: Clock, pauses: list[Pause], days: FactoryCalendar) -> None:
    """Set warn, due and escalation times."""
    clock.calendar_version = days.version
    found = deadline_of(clock, pauses, days)
    clock.warn_at, clock.due_at = (found.warn_at, found.due_at) if found else (None, None)
    steps = escalations(clock, days)
    clock.escalate_at = steps[clock.level] if clock.level < len(steps) else None


def _premature(clock: Clock, days: FactoryCalendar) -> bool:
    """Whether something was announced, by an earlier rule or before a pause, that has not come yet."""
    moment = now()
    said = ((clock.warned_at, clock.warn_at), (clock.late_at, clock.due_at))
    taken = sum(step <= moment for step in escalations(clock, days))
    return clock.level > taken or any(noted and not (at and at <= moment) for noted, at in said)


def escalations(clock: Clock, days: FactoryCalendar) -> list[datetime]:
    """When each step of the ladder is taken if nothing happens before."""
    moments: list[datetime] = []
    if clock.due_at is None:
        return moments
    moment = clock.due_at
    for rung in clock.ladder:
        moment = days.counting(rung.after.working).due(moment, rung.after) if rung.after else moment
        moments.append(moment)
    return moments


def _hush(clock: Clock, by: Actor, outcome: str) -> None:
    """The condition has ended: nobody is reminded of it any more, and the duty that it opened is done."""
    if clock.has_spoken:
        notices.over(clock.subject, f"clock:{clock.pk}:")
        obligations.discharge(subject=clock.subject, code=clock.duty, by=by, outcome=outcome)


def _take_back(clock: Clock, by: Actor) -> None:
    """What was announced under another rule is over; what still holds is announced anew."""
    _hush(clock, by, "")
    clock.warned_at = clock.late_at = clock.escalated_at = None
    clock.level = 0


def deadline_of(clock: Clock, pauses: list[Pause], days: FactoryCalendar) -> Deadline | None:
    span = clock.span
    if span is None:
        return None
    percent = int(clock.rule["answer"]["warn_percent"])
    return deadline(clock.started_at, span, pauses, days.counting(span.working), warn_percent=percent)


def pauses_of(clock: Clock) -> list[Pause]:
    return [
        Pause(row.started_at, row.ended_at or row.runs_out_at, (row.reason["zh"], row.reason["en"]))
        for row in ClockPause.objects.filter(clock=clock)
    ]


def _locked(subject: str, kinds: Iterable[str] | None) -> list[Clock]:
    found = Clock.objects.select_for_update().filter(subject=subject, stopped_at=None)
    return list(found.filter(kind__in=list(kinds)) if kinds is not None else found)


def end_pauses(clocks: list[Clock], at: datetime) -> list[ClockPause]:
    """End what is paused, at the latest when its expected day ended."""
    open_ones = list(ClockPause.objects.filter(clock__in=clocks, ended_at=None))
    for row in open_ones:
        row.ended_at = min(at, row.runs_out_at)
        row.save(update_fields=["ended_at"])
    return open_ones


def recomputed(clocks: list[Clock], *, by: Actor) -> list[Clock]:
    """Compute the due times anew over the whole of what happened."""
    days = calendar()
    for clock in clocks:
        _compute(clock, pauses_of(clock), days)
        if _premature(clock, days):
            _take_back(clock, by)
            _compute(clock, pauses_of(clock), days)
        clock.save()
    return clocks
