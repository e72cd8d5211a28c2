"""Looks into our mailboxes over IMAP: reads, never changes anything there, and takes each mail once.

The mailbox stays as it is (EXAMINE, BODY.PEEK): people may go on reading it with their own programs. Which mails were
taken is kept by the server's UIDVALIDITY and UID, in the transaction that keeps the mail.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max

from sanbao.kernel.announcements import WAITS
from sanbao.kernel.times import now, today
from sanbao.mail import actions
from sanbao.mail.accounts import WANT_ID, Account, Unusable, accounts
from sanbao.mail.models import Arrival, Mailbox
from sanbao.mail.policies import POST

log = logging.getLogger("sanbao.mail")
TIMEOUT = 20.0
#: So many at one look, so that clocks and letters are not kept waiting; what is left is taken at the next.
AT_ONCE = 50
EVERY = timedelta(seconds=60)
CLIENT_ID = '("name" "sanbao" "version" "1" "vendor" "sanbao")'
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


class Refused(Exception):
    """The server said no; its own words, which hold no password of ours."""


def look_into_all() -> int:
    """Look into every mailbox that is due; how many mails were taken."""
    taken = 0
    try:
        boxes = accounts()
    except Unusable as error:
        log.error("%s", error)
        return 0
    for account in boxes:
        box, _ = Mailbox.objects.get_or_create(name=account.name, defaults={"since": _since(), "due_at": now()})
        if box.due_at <= now():
            taken += _look(account, box)
    return taken


def _since() -> date:
    """The first day: as the environment says, else the day on which the house first looks."""
    return date.fromisoformat(settings.IMAP_SINCE) if settings.IMAP_SINCE else today()


def _look(account: Account, box: Mailbox) -> int:
    taken = 0
    try:
        with _opened(account) as server:
            for _ in _new_mails(server, account, box):
                taken += 1
    except (Refused, imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
        wait = WAITS[min(box.attempts + 1, len(WAITS) - 1)]
        trouble = _said(error).replace(account.password or "\0", "***")
        log.warning("mailbox %s: %s", account.name, trouble)
        Mailbox.objects.filter(pk=box.pk).update(
            attempts=min(box.attempts + 1, 1000),
            due_at=now() + timedelta(minutes=wait),
            trouble=trouble[:300],
        )
    else:
        due = now() if taken >= AT_ONCE else now() + EVERY
        Mailbox.objects.filter(pk=box.pk).update(attempts=0, trouble="", looked_at=now(), due_at=due)
    return taken


def _said(error: Exception) -> str:
    """What the server or the network said; the library hands the server's words on as bytes."""
    words = " ".join(a.decode("utf-8", "replace") if isinstance(a, bytes) else str(a) for a in error.args)
    return words or type(error).__name__


@contextmanager
def _opened(account: Account) -> Iterator[Any]:
    """A logged-in connection with the folder opened for reading."""
    context = ssl.create_default_context()
    if account.tls == "tls":
        server: Any = imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT)
    try:
        if account.tls == "starttls":
            server.starttls(context)
        server.login(account.user, account.password)
        if account.host in WANT_ID or "ID" in _capabilities(server):
            server.xatom("ID", CLIENT_ID)
        quoted = account.folder.replace("\\", "\\\\").replace('"', '\\"')
        _ok(server.select(f'"{quoted}"', readonly=True))
        yield server
    finally:
        try:
            server.logout()
        except (imaplib.IMAP4.error, OSError):
            server.shutdown()


def _capabilities(server: Any) -> set[str]:
    """What the server can do once we are logged in; many say more then than before."""
    return set(b" ".join(part for part in _ok(server.capability()) if part).decode("ascii", "replace").upper().split())


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise Refused(" ".join(part.decode("utf-8", "replace") for part in data if isinstance(part, bytes)))
    return data


def _new_mails(server: Any, account: Account, box: Mailbox) -> Iterator[int]:
    validity = int((server.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
    taken = Arrival.objects.filter(mailbox=account.name, validity=validity)
    last = taken.aggregate(last=Max("uid"))["last"] or 0
    day = f"{box.since.day}-{MONTHS[box.since.month - 1]}-{box.since.year}"
    found = _ok(server.uid("SEARCH", None, f"UID {last + 1}:* SINCE {day}"))
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > last)[:AT_ONCE]
    limit = int(POST.setting("limit_mb", on=today())) << 20
    for uid in uids:
        size, at = _measured(server, uid)
        where: dict[str, Any] = {"mailbox": account.name, "validity": validity, "uid": uid, "at": at}
        if size > limit:
            actions.receive_too_large(_literal(server, uid, "BODY.PEEK[HEADER]"), size, **where)
        elif raw := _literal(server, uid, "BODY.PEEK[]"):
            actions.receive(raw, **where)
        yield uid


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _measured(server: Any, uid: int) -> tuple[int, datetime | None]:
    """How large a mail is, and when it arrived there."""
    said = b" ".join(
        part if isinstance(part, bytes) else b" ".join(part)
        for part in _ok(server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))
        if part
    )
    size = _SIZE.search(said)
    arrived = imaplib.Internaldate2tuple(said)
    try:
        at = datetime(*arrived[:6]).astimezone(UTC) if arrived else None
    except (ValueError, OverflowError):
        at = None
    return int(size[1]) if size else 0, at


def _literal(server: Any, uid: int, what: str) -> bytes:
    """The bytes of one mail; empty when somebody removed it meanwhile."""
    for part in _ok(server.uid("FETCH", str(uid), f"({what})")):
        if isinstance(part, tuple) and (named := _UID.search(part[0])) and int(named[1]) == uid:
            return bytes(part[1])
    return b""
