"""Counting look-ups without making anybody wait: what cannot be written at once is written with the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Lock

from django.db import OperationalError, connection

from sanbao.kernel.times import today
from sanbao.portal.models import ScanDay

#: How long a page waits for another writer, milliseconds; on SQLite an import may hold the file for longer.
PATIENCE = 200
_ADD = """
INSERT INTO portal_scan_day (label, day, count) VALUES (%s, %s, %s)
ON CONFLICT (label, day) DO UPDATE SET count = portal_scan_day.count + excluded.count"""
_waiting: Counter[tuple[int, date]] = Counter()
_lock = Lock()


def count(label: int) -> None:
    """One more look-up of a label today (0: of a code that nobody knows)."""
    with _lock:
        _waiting[label, today()] += 1
        taken = dict(_waiting)
        _waiting.clear()
    try:
        with impatient(), connection.cursor() as cursor:
            for (which, day), number in sorted(taken.items()):
                cursor.execute(_ADD, [which, day, number])
                del taken[which, day]
    except OperationalError:
        # Somebody else writes for longer than a page may wait: what is left is counted with the next look-up.
        with _lock:
            _waiting.update(taken)


def waiting() -> int:
    """Look-ups that are still to be written."""
    with _lock:
        return sum(_waiting.values())


@contextmanager
def impatient() -> Iterator[None]:
    """On SQLite: give up soon when the file is taken. PostgreSQL locks one row only and needs no haste."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5)) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def counted(label: int) -> tuple[int, int]:
    """Look-ups of a label today and in all."""
    days = dict(ScanDay.objects.filter(label=label).values_list("day", "count"))
    return days.get(today(), 0), sum(days.values())
