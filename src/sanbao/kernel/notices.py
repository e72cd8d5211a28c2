"""Notices: who is told what, by the bell, by e-mail and by webhook (M-04).

``tell`` writes a row for every addressee in the transaction of the act, or from a handler; the worker sends
the mail. What failed is shown with its reason and tried again; nothing is claimed but "accepted by the mail
server". A notice is sent once for one reason (``about``), however often a handler runs.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch
from django.utils.translation import override

from sanbao.kernel import rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import WAITS
from sanbao.kernel.canonical import plain
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.times import now
from sanbao.kernel.words import Vocabulary, W

log = logging.getLogger("sanbao.notices")


@dataclass(frozen=True)
class Addressee:
    """Somebody who can be told. The house above the kernel knows who stands behind a role."""

    ref: str
    email: str
    language: str


#: Role pattern, department or ``person:7`` → who is told. Set by parties, which knows the people.
_resolve: list[Callable[[str], Iterable[Addressee]]] = []


def resolver(function: Callable[[str], Iterable[Addressee]]) -> Callable[[str], Iterable[Addressee]]:
    _resolve.append(function)
    return function


class Sending(Vocabulary):
    NONE = "none", "不发邮件", "Not mailed"
    QUEUED = "queued", "排队", "Queued"
    ACCEPTED = "accepted", "已交邮件服务器", "Accepted by the mail server"
    FAILED = "failed", "失败", "Failed"


class Notice(models.Model):
    """One thing that one person is told. ``over_at``: what it was about has been put right."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.CharField(max_length=80)
    about = models.CharField(max_length=120)
    subject = models.CharField(max_length=80)
    sentence = models.JSONField()
    clause = models.CharField(max_length=16, default="")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    email = models.CharField(max_length=254, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    sending = models.CharField(max_length=12, default=Sending.NONE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "kernel_notice"
        constraints = [models.UniqueConstraint(fields=["recipient", "about"], name="notice_once")]
        indexes = [
            models.Index(fields=["recipient", "-made_at"], name="notice_mine"),
            models.Index(fields=["due_at"], condition=Q(sending="queued"), name="notice_due"),
            models.Index(fields=["subject"], condition=Q(over_at=None), name="notice_open"),
        ]

    @property
    def words(self) -> W:
        return W(self.sentence["zh"], self.sentence["en"])


def behind(to: str) -> dict[str, Addressee]:
    """Everyone who is told when ``to`` is told: a person, a role pattern or a department."""
    return {a.ref: a for resolve in _resolve for a in resolve(to)}


def tell(*, to: str, about: str, subject: str, sentence: W, clause: str = "", but: str = "") -> int:
    """Tell everyone behind ``to`` except ``but``; how many were told now. ``about`` names the reason: the same is
    told once."""
    people = {ref: addressee for ref, addressee in behind(to).items() if ref != but}
    return tell_these(people, about=about, subject=subject, sentence=sentence, clause=clause)


def tell_these(people: Mapping[str, Addressee], *, about: str, subject: str, sentence: W, clause: str = "") -> int:
    """Tell these people, once for one reason; how many were told now."""
    moment = now()
    mailed = bool(settings.SMTP_HOST)
    known = {notice.recipient for notice in rows.where(Notice, recipient=list(people), about=about)}
    told = [
        Notice(
            recipient=a.ref,
            about=about,
            subject=subject,
            sentence=plain(sentence),
            clause=clause,
            made_at=moment,
            email=a.email,
            language=a.language,
            sending=Sending.QUEUED if mailed and a.email else Sending.NONE,
            due_at=moment if mailed and a.email else None,
        )
        for a in people.values()
        if a.ref not in known
    ]
    rows.insert_many(told, once=True)
    return len(told)


def over(subject: str, about: str) -> int:
    """What notices said of a subject (for reasons that begin so) has been put right: none is sent or shown as new."""
    told = Notice.objects.filter(subject=subject, about__startswith=about, over_at=None)
    told.filter(sending=Sending.QUEUED).update(sending=Sending.NONE, due_at=None)
    return told.update(over_at=now())


def of(actor: Actor) -> models.QuerySet[Notice]:
    """Everything that the actor was told, the latest first."""
    return Notice.objects.filter(recipient=actor.ref).order_by("-made_at", "-pk")


def unread(actor: Actor) -> models.QuerySet[Notice]:
    """What is new to the actor and still holds."""
    return of(actor).filter(read_at=None, over_at=None)


def send_mail(limit: int = 20) -> int:
    """Hand queued notices to the mail server; how many it accepted."""
    accepted = 0
    for notice in Notice.objects.filter(sending=Sending.QUEUED, due_at__lte=now()).order_by("due_at")[:limit]:
        with override(notice.language):
            message = EmailMessage(
                subject=f"[三包] {notice.words}"[:180],
                body=f"{notice.words}\n\n{settings.BASE_URL}{_opens(notice)}\n",
                to=[notice.email],
                headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
            )
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            _put_off(notice, f"{type(error).__name__}: {error}")
        else:
            Notice.objects.filter(pk=notice.pk).update(sending=Sending.ACCEPTED, trouble="", due_at=None)
            accepted += 1
    return accepted


def _put_off(notice: Notice, trouble: str) -> None:
    last = notice.attempts + 1 >= 8
    Notice.objects.filter(pk=notice.pk).update(
        attempts=notice.attempts + 1,
        trouble=trouble[:300],
        sending=Sending.FAILED if last else Sending.QUEUED,
        due_at=None if last else now() + timedelta(minutes=WAITS[min(notice.attempts, len(WAITS) - 1)]),
    )


def retry(notice: Notice) -> None:
    """Send once more what failed (convention 19)."""
    Notice.objects.filter(pk=notice.pk, sending=Sending.FAILED).update(sending=Sending.QUEUED, due_at=now(), attempts=0)


#: Subject kind → page, for subjects whose model does not say it itself.
PAGES: dict[str, str] = {}
#: Subject kind → the page of one subject for somebody who has no account: a supplier's contact, a customer.
DOORS: dict[str, Callable[[int], str]] = {}


def _opens(notice: Notice) -> str:
    """What the mail leads to. Whoever has no account gets the door that the subject's room keeps for him."""
    kind, _, pk = notice.subject.partition(":")
    if not notice.recipient.startswith("person:") and kind in DOORS:
        return DOORS[kind](int(pk))
    return link(notice.subject)


def link(subject: str) -> str:
    """Where a subject's page is; the desk for one that has none."""
    kind, _, pk = subject.partition(":")
    if kind in PAGES:
        return PAGES[kind].format(id=pk)
    lifecycle = Lifecycle.registry.get(kind)
    row = lifecycle.model._base_manager.filter(pk=pk).first() if lifecycle else None
    page = getattr(row, "get_absolute_url", None)
    try:
        return str(page()) if page else "/"
    except NoReverseMatch:
        return "/"
