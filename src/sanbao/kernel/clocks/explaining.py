"""为什么是这个时间: every interval that counted or was skipped, every pause, and the rule with its version and row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sanbao.kernel.calendars import Both, Counted
from sanbao.kernel.canonical import plain
from sanbao.kernel.clocks.models import CLOCKS, Clock
from sanbao.kernel.clocks.running import deadline_of, pauses_of
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.kernel.working_time import FactoryCalendar, calendar, calendar_by


@dataclass(frozen=True)
class Line:
    """A stretch of time: whether it counted, why, and how long it was."""

    start: datetime
    end: datetime
    counted: bool
    reason: W

    @property
    def length(self) -> W:
        return spoken(self.end - self.start)


@dataclass(frozen=True)
class PauseLine:
    """A pause and what it added to the due time; ``open`` while it lasts, its end then being the expected one."""

    start: datetime
    end: datetime
    open: bool
    reason: W
    earned: W


@dataclass(frozen=True)
class Why:
    """Everything that made a due time what it is."""

    clock: Clock
    rule: W
    span: W
    lines: list[Line]
    pauses: list[PauseLine]
    remarks: list[W]

    @property
    def due_at(self) -> datetime | None:
        return self.clock.due_at

    def as_dict(self) -> dict[str, Any]:
        """For the API: moments in UTC, sentences in the language of the request."""
        return {
            "kind": self.clock.kind,
            "title": str(self.clock.title),
            "started_at": plain(self.clock.started_at),
            "due_at": plain(self.due_at),
            "stopped_at": plain(self.clock.stopped_at),
            "span": str(self.span),
            "rule": {**self.clock.rule, "sentence": str(self.rule), "calendar_version": self.clock.calendar_version},
            "intervals": [
                {"from": plain(x.start), "to": plain(x.end), "counted": x.counted, "reason": str(x.reason)}
                for x in self.lines
            ],
            "pauses": [
                {
                    "from": plain(x.start),
                    "to": plain(x.end),
                    "open": x.open,
                    "reason": str(x.reason),
                    "earned": str(x.earned),
                }
                for x in self.pauses
            ],
            "remarks": [str(remark) for remark in self.remarks],
        }


def why(clock: Clock) -> Why:
    """Explain a clock's due time by the calendar and the rule that it was computed with."""
    days = calendar_by(clock.calendar_version)
    rule = CLOCKS.numbered(clock.rule["version"]).decide(**clock.rule["inputs"]).why
    found = deadline_of(clock, pauses_of(clock), days)
    if found is None or clock.span is None:
        return Why(clock, rule, W("不计时", "No clock runs"), [], [], [])
    lines = [Line(s.start, s.end, isinstance(s, Counted), _said(s.reason)) for s in found.stretches]
    running_pause = clock.open_pause
    pauses = [
        PauseLine(
            e.pause.start,
            e.pause.end,
            running_pause is not None and e.pause.start == running_pause.started_at,
            _said(e.pause.reason),
            spoken(e.amount),
        )
        for e in found.earned
    ]
    remarks = []
    if found.due_at != clock.due_at:
        remarks.append(W("以当时算出的时间为准。", "The time as computed then holds."))
    if clock.span.working:
        remarks += [
            W(
                f"{year} 年的放假安排尚未公布，公布后会重算。",
                f"The holidays of {year} are not announced yet; the time will be computed again then.",
            )
            for year in _unannounced(clock.started_at.date(), found.due_at.date(), days)
        ]
    return Why(clock, rule, _said(clock.span.said), lines, pauses, remarks)


def left(clock: Clock, *, days: FactoryCalendar | None = None) -> W | None:
    """How much time is left or how late it is, in the clock's own time; None for a clock that does not run."""
    if clock.due_at is None or clock.stopped_at is not None or clock.span is None:
        return None
    counting = (days or calendar()).counting(clock.span.working)
    moment = now()
    unit: Both = ("工作时间", " of working time") if clock.span.working else ("", "")
    late = moment > clock.due_at
    amount = spoken(counting.between(*sorted((moment, clock.due_at))))
    if late:
        return W(f"已超 {amount.zh}{unit[0]}", f"{amount.en}{unit[1]} late")
    return W(f"剩 {amount.zh}{unit[0]}", f"{amount.en}{unit[1]} left")


def spoken(amount: timedelta) -> W:
    """A length of time in days, hours and minutes; only what is not zero."""
    minutes = round(amount.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    zh = [f"{hours} 小时"] * (hours > 0) + [f"{minutes} 分"] * (minutes > 0 or hours == 0)
    en = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0 or hours == 0)
    return W(" ".join(zh), " ".join(en))


def _said(both: Both) -> W:
    return W(*both)


def _unannounced(first: date, last: date, days: FactoryCalendar) -> list[int]:
    return [year for year in range(first.year, last.year + 1) if year not in days.announced]
