"""What time it is. Aware UTC inside, factory time outside; tests turn this clock, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime

_frozen: datetime | None = None


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def today() -> date:
    """The factory's date."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A moment on the factory's wall clock."""
    return moment.astimezone(zone())


def start_of(day: date) -> datetime:
    """The first moment of a day in the factory."""
    return datetime.combine(day, time(), tzinfo=zone())


def end_of(day: date) -> datetime:
    """The last minute of a day in the factory: until then what is due on the day is in time."""
    return datetime.combine(day, time(23, 59), tzinfo=zone())


def factory(text: str) -> datetime:
    """``2026-04-18 14:30`` on the factory's wall clock, as aware UTC."""
    moment = parse_datetime(text if len(text) > 10 else f"{text} 00:00")
    if moment is None:
        raise ValueError(f"not a moment: {text!r}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone())).astimezone(UTC)


@contextmanager
def frozen(moment: str | datetime) -> Iterator[None]:
    """Stand still at a moment (factory time when it is text). For tests and for the demonstration's past."""
    global _frozen
    before = _frozen
    _frozen = factory(moment) if isinstance(moment, str) else moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def pass_time(**delta: float) -> None:
    """Move a frozen clock on, e.g. ``pass_time(hours=2)``."""
    global _frozen
    if _frozen is None:
        raise RuntimeError("the clock is not frozen")
    _frozen += timedelta(**delta)
