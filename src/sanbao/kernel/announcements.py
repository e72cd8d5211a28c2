"""News goes upward through the journal, after commit, at least once (design §4).

``@listens("sample.received", …)`` registers a handler; the entry and its pending delivery are written in
one transaction, so nothing is lost by a kill. The worker claims a delivery for a while, runs the handler
and removes it in the handler's own transaction; a claim that a killed worker left behind runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from fnmatch import fnmatchcase

from django.db import connection, transaction
from django.db.models import Q

from sanbao.kernel import journal, memo, rows
from sanbao.kernel.journal import JournalEntry, Pending
from sanbao.kernel.times import now

log = logging.getLogger("sanbao.announcements")
Handler = Callable[[JournalEntry], None]
HANDLERS: dict[str, Handler] = {}
OUTSIDE: set[str] = set()
CLAIM = timedelta(minutes=10)
#: Waits between tries, minutes; the last one repeats. A delivery is never given up, it is shown on the doctor's page.
WAITS = (0.1, 1, 5, 15, 60)


def listens(*patterns: str, outside: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for actions such as ``complaint.grade`` or ``sample.*``. It may run twice.

    It runs in a transaction of its own; one that speaks to the ``outside`` runs without, so that no lock is
    held while somebody else's server thinks.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__.removeprefix('sanbao.')}.{handler.__name__}"
        HANDLERS[name] = handler
        if outside:
            OUTSIDE.add(name)
        journal.CONSUMERS[name] = lambda action: any(fnmatchcase(action, p) for p in patterns)
        return handler

    return register


def deliver(limit: int = 100) -> int:
    """Tell handlers what is pending; the number of deliveries done."""
    done = 0
    for pending in _claim(limit):
        try:
            with memo.span(), nullcontext() if pending.consumer in OUTSIDE else transaction.atomic():
                HANDLERS[pending.consumer](pending.entry)
                rows.delete(pending)
            done += 1
        except Exception as error:  # the delivery is kept, counted and tried again; doctor shows it
            log.exception("delivery %s of entry %s failed", pending.consumer, pending.entry_id)
            wait = WAITS[min(pending.attempts, len(WAITS) - 1)]
            Pending.objects.filter(pk=pending.pk).update(
                attempts=pending.attempts + 1,
                due_at=now() + timedelta(minutes=wait),
                claimed_until=None,
                trouble=f"{type(error).__name__}: {error}"[:2000],
            )
    return done


def _claim(limit: int) -> list[Pending]:
    moment = now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=moment)
    due = Pending.objects.filter(free, consumer__in=HANDLERS, due_at__lte=moment).order_by("id")
    if not due.exists():  # most of the time; who only looks need not hold up who writes
        return []
    with transaction.atomic():
        # Of two workers one gets each: PostgreSQL passes over what another holds, SQLite lets one in at a time.
        claimed = list(due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:limit])
        Pending.objects.filter(pk__in=[pending.pk for pending in claimed]).update(claimed_until=moment + CLAIM)
    entries = {entry.pk: entry for entry in rows.where(JournalEntry, pk=list({p.entry_id for p in claimed}))}
    for pending in claimed:
        pending.entry = entries[pending.entry_id]
    return claimed


def release() -> int:
    """Take back what a worker that was killed had claimed, so that it does not wait for the claim to run out.

    The worker does this once when it starts. Should another still live, a handler may run twice, as it may anyway.
    """
    return Pending.objects.filter(claimed_until__isnull=False).update(claimed_until=None)


def stuck() -> list[Pending]:
    """Deliveries that failed at least once, for the doctor and the administrator's desk."""
    return list(Pending.objects.filter(attempts__gt=0).select_related("entry").order_by("due_at"))
