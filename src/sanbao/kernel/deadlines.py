"""When something falls due, given pauses; a pure function of what happened and of the calendar. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sanbao.kernel.calendars import NOTHING, Both, Span, Stretch, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Pause:
    """Time during which the clock stood still. While it lasts, ``end`` is the end of the expected day."""

    start: datetime
    end: datetime
    reason: Both = ("", "")


@dataclass(frozen=True, slots=True)
class Earned:
    """What one pause added to the clock, in the clock's own time (working or elapsed)."""

    pause: Pause
    amount: timedelta


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time and how it came about: without pauses, what they added, with them."""

    warn_at: datetime
    due_at: datetime
    without_pauses: datetime
    stretches: Sequence[Stretch]
    earned: Sequence[Earned]


def deadline(
    start: datetime, span: Span, pauses: Sequence[Pause], calendar: WorkingCalendar, *, warn_percent: int = 75
) -> Deadline:
    """The deadline of what began at ``start``; ``calendar`` is the one that the span counts by."""
    base = calendar.due(start, span)
    warn = calendar.add(start, calendar.between(start, base) * warn_percent / 100)
    due, earned = _moved(start, base, pauses, calendar)
    warn_at, _ = _moved(start, warn, pauses, calendar)
    return Deadline(min(warn_at, due), due, base, calendar.explain(start, span), earned)


def _moved(
    start: datetime, moment: datetime, pauses: Sequence[Pause], calendar: WorkingCalendar
) -> tuple[datetime, list[Earned]]:
    """A moment moved by the pauses that began before it came; one that began later came too late to help."""
    earned: list[Earned] = []
    reached = start
    for pause in sorted(pauses, key=lambda p: p.start):
        begin, end = max(pause.start, reached), pause.end
        if begin >= moment:
            break
        if begin < end and (amount := calendar.between(begin, end)) > NOTHING:
            moment = calendar.add(moment, amount)
            earned.append(Earned(pause, amount))
            reached = end
    return moment, earned
