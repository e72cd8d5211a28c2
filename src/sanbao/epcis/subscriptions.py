"""Calling those who subscribed: what is new, signed, at least once, in the order in which it came.

A subscriber who does not answer is called again, each time later; he loses nothing, because what he knows is remembered
event by event. The signature is HMAC-SHA-256 over the body with the token that he gave (``GS1-Signature``).
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
from datetime import timedelta

from django.db.models import Max, Q

from sanbao.epcis import answering, finding, questions
from sanbao.epcis.actions.standing import next_time
from sanbao.epcis.models import Event, Subscription
from sanbao.epcis.standard import writing
from sanbao.epcis.standard.schedules import Schedule
from sanbao.kernel import outside
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import WAITS
from sanbao.kernel.times import now

#: Events in one call; what is more follows in the next.
AT_A_TIME = 500
HOUSE = Actor.clockwork("epcis")


def call_due() -> int:
    """Call one subscriber for whom there is something to say; how many that were."""
    top = Event.objects.aggregate(top=Max("pk"))["top"] or 0
    free = Q(retry_at=None) | Q(retry_at__lte=now())
    due = Q(stream=True, seen__lt=top) | Q(next_at__lte=now())
    row = Subscription.objects.filter(free, due).select_related("query").order_by("retry_at", "created_at").first()
    if row is None:
        return 0
    call(row, top)
    return 1


def call(row: Subscription, top: int) -> None:
    """Tell one subscriber everything up to ``top`` that he does not know, a call for each ``AT_A_TIME`` events."""
    asked, _ = questions.of_text(row.query.query)
    told = False
    while True:
        wanted = finding.found(asked, by=HOUSE).filter(pk__gt=row.seen, pk__lte=top).order_by("pk")
        events = list(wanted[: AT_A_TIME + 1])
        batch = events[:AT_A_TIME]
        if batch or (row.report_if_empty and not row.stream and not told):
            if trouble := _post(row, batch):
                _later(row, trouble)
                return
            told = True
            row.last_notified_at = now()
        more = len(events) > AT_A_TIME
        row.seen = batch[-1].pk if more else top
        row.min_record_time, row.attempts, row.retry_at, row.trouble = now(), 0, None, ""
        if not more:
            row.next_at = next_time(Schedule.of(row.schedule), now()) if row.schedule else None
        row.save()
        if not more:
            return


def _post(row: Subscription, events: list[Event]) -> str:
    body = writing.query_document(
        answering.told(events),
        created=now(),
        query_name=row.query.name,
        subscription_id=str(row.pk),
        epc_format=row.epc_format,
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Sanbao",
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "GS1-Signature": signature(row.signature_token, body),
    }
    try:
        status = outside.post(row.dest, body, headers)
    except (OSError, http.client.HTTPException, outside.Refusal) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"HTTP {status}"


def signature(token: str, body: bytes) -> str:
    return "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def _later(row: Subscription, trouble: str) -> None:
    wait = WAITS[min(row.attempts, len(WAITS) - 1)]
    row.attempts, row.retry_at, row.trouble = row.attempts + 1, now() + timedelta(minutes=wait), trouble[:300]
    row.save()
