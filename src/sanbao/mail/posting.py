"""Hands letters to the mail server: what is due, once for each, again after a while when the server is away."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.db.models import Q

from sanbao.kernel import attachments
from sanbao.kernel.announcements import WAITS
from sanbao.kernel.times import now
from sanbao.mail import actions
from sanbao.mail.models import Letter, LetterState
from sanbao.mail.queries import bare_address

log = logging.getLogger("sanbao.mail")
CLAIM = timedelta(minutes=10)
MOST_TRIES = 8


def send_due(limit: int = 20) -> int:
    """Send what is due; how many letters the server took. Of two workers one gets each letter."""
    moment = now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=moment)
    due = Letter.objects.filter(free, state=LetterState.QUEUED, due_at__lte=moment).order_by("due_at", "id")
    taken = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if due.filter(pk=pk).update(claimed_until=moment + CLAIM):
            taken += _send(Letter.objects.get(pk=pk))
    return taken


def _send(letter: Letter) -> int:
    try:
        refused = _hand_over(letter)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        return _not_sent(letter, _said(error.smtp_code, error.smtp_error), for_good=error.smtp_code >= 500)
    except (smtplib.SMTPException, OSError) as error:
        return _not_sent(letter, f"{type(error).__name__}: {error}", for_good=False)
    if not refused:
        actions.accept(letter, letter.pending)
        return 1
    got = [address for address in letter.pending if address not in refused]
    said = "; ".join(f"{address}: {_said(*answer)}" for address, answer in refused.items())
    return _not_sent(letter, said, for_good=bool(got) or any(code >= 500 for code, _ in refused.values()), got=got)


def _hand_over(letter: Letter) -> dict[str, tuple[int, bytes]]:
    """The very bytes that are kept, over the connection of the house; whom the server refused."""
    original = attachments.of(letter.subject).filter(original=True).latest("stored_at")
    backend: Any = mailers["default"]
    backend.open()
    try:
        sender = bare_address(settings.DEFAULT_FROM_EMAIL)
        answer: dict[str, tuple[int, bytes]] = backend.connection.sendmail(
            sender, letter.pending, original.path.read_bytes()
        )
        return answer
    finally:
        try:
            backend.close()
        except (smtplib.SMTPException, OSError) as error:
            # What the server answered to the mail counts, not how it said good-bye.
            log.warning("mail server: %s", type(error).__name__)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


def _not_sent(letter: Letter, trouble: str, *, for_good: bool, got: list[str] | None = None) -> int:
    if for_good or letter.attempts + 1 >= MOST_TRIES:
        actions.fail(letter, trouble, got=got or [])
        return 0
    wait = WAITS[min(letter.attempts, len(WAITS) - 1)]
    Letter.objects.filter(pk=letter.pk, state=LetterState.QUEUED).update(
        attempts=letter.attempts + 1,
        due_at=now() + timedelta(minutes=wait),
        claimed_until=None,
        trouble=trouble[:300],
    )
    return 0
