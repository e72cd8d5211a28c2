"""What comes about by the mere passing of time: warnings, lateness, escalation, pauses that run out (M-04)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from sanbao.kernel import journal, ownership
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks.models import Clock, ClockPause
from sanbao.kernel.clocks.running import end_pauses, escalations, recomputed
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.worker import chore
from sanbao.kernel.working_time import calendar

log = logging.getLogger("sanbao.clocks")
CLOCKWORK = Actor.clockwork("clocks")
#: What is announced once: when it is due, where it is noted that it was.
EVENTS = {
    "clock.warned": ("warn_at", "warned_at"),
    "clock.late": ("due_at", "late_at"),
}


@chore("clocks", every=15)
def tick(at: datetime | None = None) -> int:
    """Announce what has come due, each once however many workers tick; how much that was."""
    if not in_force("M-04"):
        return 0
    moment = at or now()
    ran_out = ClockPause.objects.filter(ended_at=None, expected_on__lt=today())
    done = _each(ran_out.values_list("clock_id", flat=True), lambda pk: _run_out(pk, moment))
    running = Clock.objects.filter(stopped_at=None)
    done += _each(running.exclude(calendar_version=calendar().version).values_list("pk", flat=True), _by_new_calendar)
    for action, (due, noted) in EVENTS.items():
        ready = running.filter(**{f"{due}__lte": moment, noted: None})
        if action == "clock.warned":
            # Too late to warn: it is announced as late.
            ready = ready.filter(due_at__gt=moment)
        done += _each(ready.values_list("pk", flat=True), lambda pk, a=action: _announce(pk, a, moment))  # type: ignore[misc]
    return done + _each(
        running.filter(escalate_at__lte=moment).values_list("pk", flat=True), lambda pk: _escalate(pk, moment)
    )


def _each(keys: object, act: Callable[[int], int]) -> int:
    """Act on each in a transaction of its own, so that one that fails holds up no other."""
    done = 0
    for pk in list(keys):  # type: ignore[call-overload]
        try:
            with transaction.atomic():
                hold(Clock.objects.values_list("subject", flat=True).get(pk=pk))
                done += act(pk)
        except Exception:  # logged, and tried again at the next tick
            log.exception("clock %s", pk)
    return done


def _announce(pk: int, action: str, moment: datetime) -> int:
    due, noted = EVENTS[action]
    mine = Clock.objects.filter(pk=pk, stopped_at=None, **{f"{due}__lte": moment, noted: None})
    if not mine.update(**{noted: moment}):
        return 0
    _tell(Clock.objects.get(pk=pk), action)
    return 1


def _escalate(pk: int, moment: datetime) -> int:
    """One step up the ladder. A step is a level of its own: it is taken once, and the next one has its own time."""
    clock = Clock.objects.get(pk=pk)
    mine = Clock.objects.filter(pk=pk, stopped_at=None, escalate_at__lte=moment, level=clock.level)
    steps, level = escalations(clock, calendar()), clock.level + 1
    following = steps[level] if level < len(steps) else None
    if not mine.update(level=level, escalated_at=moment, escalate_at=following):
        return 0
    charge = ownership.of(clock.subject)
    to = [charge.role(role) if charge else role for role in clock.ladder[level - 1].to]
    _tell(clock, "clock.escalated", level=level, to=to)
    return 1


def _tell(clock: Clock, action: str, **more: object) -> None:
    facts = {"clock": clock.pk, "kind": clock.kind, "due_at": clock.due_at, **more}
    journal.append(subject=clock.subject, action=action, by=CLOCKWORK, clause="M-04", facts=facts)


def _run_out(pk: int, moment: datetime) -> int:
    """The expected day of a pause has passed: the clock runs on from then, and the matter is chased."""
    clock = Clock.objects.select_for_update().get(pk=pk)
    ended = end_pauses([clock], moment)
    if not ended:
        return 0
    if clock.stopped_at is None:
        recomputed([clock], by=CLOCKWORK)
    facts = {"clock": pk, "kind": clock.kind, "expected_on": ended[0].expected_on, "due_at": clock.due_at}
    journal.append(subject=clock.subject, action="clock.resumed", by=CLOCKWORK, clause="M-04", facts=facts)
    return 1


def _by_new_calendar(pk: int) -> int:
    """The calendar has a new version: running clocks go by it."""
    recomputed(list(Clock.objects.select_for_update().filter(pk=pk, stopped_at=None)), by=CLOCKWORK)
    return 1
