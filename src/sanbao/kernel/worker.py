"""The worker: deliver what is pending, tick the clocks, seal the record, run long jobs. One process beside the web."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import FrameType

from django.db import close_old_connections, models

from sanbao.kernel import announcements, attachments, notices, seals
from sanbao.kernel.times import now

log = logging.getLogger("sanbao.worker")
LONG = 0.5  # seconds


class Heartbeat(models.Model):
    """When a part of the house was last seen alive; ``/healthz`` and ``sanbao doctor`` read it."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()
    pid = models.IntegerField(default=0)

    class Meta:
        db_table = "kernel_heartbeat"


@dataclass(frozen=True)
class Chore:
    """What the worker does again and again. ``run`` returns how much it did; more than 0 runs it again at once."""

    name: str
    every: float
    run: Callable[[], int]


CHORES: list[Chore] = []


def chore(name: str, *, every: float) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a chore, at most every so many seconds."""

    def register(run: Callable[[], int]) -> Callable[[], int]:
        CHORES.append(Chore(name, every, run))
        return run

    return register


@chore("deliver", every=0.5)
def deliver() -> int:
    return announcements.deliver()


@chore("mail", every=2)
def mail() -> int:
    return notices.send_mail()


@chore("seal", every=300)
def seal() -> int:
    made = seals.seal()
    return made.count if made else 0


@chore("sweep", every=6 * 3600)
def sweep() -> int:
    attachments.sweep()
    return 0


def beat(name: str) -> int:
    """Say that a part of the house is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now(), "pid": os.getpid()})
    return 1


def alive(name: str, within: float = 30) -> bool:
    """Whether a part was seen within so many seconds."""
    seen: datetime | None = Heartbeat.objects.filter(name=name).values_list("seen_at", flat=True).first()
    return seen is not None and (now() - seen).total_seconds() < within


def run(stop: threading.Event) -> None:
    """Work until told to stop. A chore that fails is logged and tried at its next turn; the others go on."""
    due = {c.name: 0.0 for c in CHORES}
    last_beat = 0.0
    while not stop.is_set():
        close_old_connections()
        if time.monotonic() - last_beat > 5:
            _guarded(partial(beat, "worker"), "heartbeat")
            last_beat = time.monotonic()
        for each in CHORES:
            if stop.is_set() or time.monotonic() < due[each.name]:
                continue
            began = time.monotonic()
            done = _guarded(each.run, each.name)
            due[each.name] = time.monotonic() + (0 if done else each.every)
            if time.monotonic() - began > LONG:
                _give_back()
        stop.wait(0.2)


def _give_back() -> None:
    """Return to the system what a long chore, such as a look at all signals, needed and will not need soon."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if trim is not None:
        trim(0)


def _guarded(job: Callable[[], int], name: str) -> int:
    try:
        return job()
    except Exception:  # one failing chore must not stop the clocks; the log and the doctor show it
        log.exception("chore %s failed", name)
        return 0


def run_once() -> int:
    """Every chore until nothing is left to do. For tests and for the demonstration."""
    total = 0
    while done := sum(each.run() for each in CHORES if each.name != "seal"):
        total += done
    return total


def main(argv: list[str]) -> int:
    """``sanbao worker``: until SIGTERM or SIGINT."""
    stop = threading.Event()

    def finish(signum: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    _guarded(announcements.release, "release")
    run(stop)
    # Who has stopped in good order is known to be away at once; a restore need not wait for the pulse to fade.
    Heartbeat.objects.filter(name="worker").delete()
    return 0
