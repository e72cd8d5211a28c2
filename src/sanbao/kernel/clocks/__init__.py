"""Clocks: by when something must be done, in working time where the policy says so, explained on demand (M-04).

A due time is a pure function of when the clock started, its pauses, the policy and the calendar; the row keeps the
result so that one indexed question finds what is due. The move that starts, pauses or stops a clock is itself the
record of that; what happens between moves (a warning, lateness, a pause that ran out) is recorded by clockwork.
"""

from sanbao.kernel.clocks.explaining import Why, left, spoken, why
from sanbao.kernel.clocks.models import CLOCKS, ESCALATION, UNGRADED, Clock, ClockPause, Kind, Outcome
from sanbao.kernel.clocks.running import (
    due_if_started,
    due_times,
    every,
    of,
    pause,
    regrade,
    resume,
    running,
    start,
    start_each,
    stop,
    stop_all,
)
from sanbao.kernel.clocks.ticking import tick

__all__ = [
    "CLOCKS",
    "ESCALATION",
    "UNGRADED",
    "Clock",
    "ClockPause",
    "Kind",
    "Outcome",
    "Why",
    "due_if_started",
    "due_times",
    "every",
    "left",
    "of",
    "pause",
    "regrade",
    "resume",
    "running",
    "spoken",
    "start",
    "start_each",
    "stop",
    "stop_all",
    "tick",
    "why",
]
