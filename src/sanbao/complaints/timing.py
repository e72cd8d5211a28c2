"""Which clocks run on a complaint and what stops them (C-05, C-08, C-17, U-09). Old, imported cases start none."""

from __future__ import annotations

from datetime import date, datetime

from sanbao.complaints.models import Complaint
from sanbao.kernel import clocks
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local, today
from sanbao.kernel.words import W


def start(case: Complaint, *kinds: str, by: Actor) -> dict[str, clocks.Clock]:
    """The clocks that run now, by kind; none on an imported case."""
    if not kinds or case.imported:
        return {}
    return clocks.start_each(case.subject, kinds, by=by, grade=case.grade or clocks.UNGRADED)


def stop(case: Complaint, *kinds: str, by: Actor, elsewhere: bool = False) -> None:
    for kind in kinds:
        clocks.stop(case.subject, kind, by=by, elsewhere=elsewhere)


def stop_all(case: Complaint, *, by: Actor) -> None:
    """The case has ended."""
    clocks.stop_all(case.subject, by=by)


def pause(case: Complaint, reason: W, expected_on: date, *, by: Actor) -> None:
    clocks.pause(case.subject, reason=reason, expected_on=expected_on, by=by)


def resume(case: Complaint, *, by: Actor) -> None:
    clocks.resume(case.subject, by=by)


def wait_under(case: Complaint, lead: Complaint, *, by: Actor) -> None:
    """The case is handled under another (U-07): what may stand still does, until that one is due; the rest ends there.

    What the user is told he is told once, so silence and first response run on the leading case alone.
    """
    until = due_of(lead, "final") or lead.next_due
    reason = W("并入 {number}", "merged into {number}", number=lead.number)
    running = list(clocks.running(case.subject))
    if any(clock.pausable and clock.open_pause is None for clock in running):
        day = max(local(until).date(), today()) if until else today()
        clocks.pause(case.subject, reason=reason, expected_on=day, by=by)
    stop(case, *(clock.kind for clock in running if not clock.pausable), by=by, elsewhere=True)


def run_again(case: Complaint, *, by: Actor) -> None:
    """The case stands by itself again: its clocks go on, and the user has to hear of it."""
    if any(clock.open_pause for clock in clocks.running(case.subject)):
        clocks.resume(case.subject, by=by)
    start(case, "final", "silence", by=by)


def user_was_told(case: Complaint, by: Actor) -> None:
    """Any contact with the user: the first answers him, each starts the silence anew (U-09)."""
    stop(case, "first_response", "silence", by=by)
    if not case.ended:
        start(case, "silence", by=by)


def regrade(case: Complaint, by: Actor) -> None:
    """The grade has changed: every running clock goes by the new one and keeps the pauses already earned."""
    if not case.imported:
        clocks.regrade(case.subject, case.grade, by=by)


def due_of(case: Complaint, kind: str) -> datetime | None:
    """When this very clock is due; where it does not run yet, when it would be if it were started now."""
    running = clocks.due_times(case.subject).get(kind)
    return running or clocks.due_if_started(kind, grade=case.grade or clocks.UNGRADED)


def due(case: Complaint, kind: str) -> datetime | None:
    """When the step under this clock is due; where that clock does not run, the nearest that does."""
    running = clocks.due_times(case.subject)
    return running.get(kind) or min(running.values(), default=None)
