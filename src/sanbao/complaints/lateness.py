"""误期: how long the user was let down and by what, from the promises and clocks that ran over (U-09, M-04).

A day on which two of them ran over is a day lost once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sanbao.complaints import rules
from sanbao.complaints.models import Complaint, Promise
from sanbao.kernel.clocks import Clock
from sanbao.kernel.times import now
from sanbao.kernel.words import W


@dataclass(frozen=True)
class Late:
    """One promise or clock that ran over: until it was met, or until now while it is ``open``."""

    what: W | str
    due: datetime
    until: datetime
    open: bool

    @property
    def days(self) -> Decimal:
        return rules.days_lost([(self.due, self.until)])


@dataclass(frozen=True)
class Lost:
    """Everything that ran over, the longest first, and the days that it took in all."""

    lines: list[Late]
    days: Decimal

    def __bool__(self) -> bool:
        return bool(self.lines)

    def as_json(self) -> dict[str, Any]:
        told = [
            {"what": str(line.what), "due": line.due, "until": line.until, "open": line.open, "days": float(line.days)}
            for line in self.lines
        ]
        return {"days": float(self.days), "why": told}


def lost(case: Complaint, promises: Iterable[Promise], clocks: Iterable[Clock]) -> Lost:
    """``promises`` and ``clocks`` are all those of the case. An old, imported case was promised nothing here."""
    moment = case.closed_at or now()
    found = [
        Late(promise.said, promise.due_at, promise.kept_at or moment, promise.kept_at is None)
        for promise in promises
        if (promise.kept_at or moment) > promise.due_at
    ]
    found += [
        Late(clock.title, clock.due_at, clock.stopped_at or moment, clock.stopped_at is None)
        for clock in clocks
        if clock.due_at is not None and (clock.stopped_at or moment) > clock.due_at
    ]
    found.sort(key=lambda late: late.due - late.until)
    return Lost(found, rules.days_lost((late.due, late.until) for late in found))
