"""``/api/v1/mails`` and ``/api/v1/letters``: as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import attachments, search
from sanbao.kernel.actor import Actor
from sanbao.mail.lifecycle import LETTER, MAIL
from sanbao.mail.models import Letter, MailItem


def mail_line(row: MailItem, by: Actor) -> dict[str, Any]:
    names = ("state", "version", "title", "sender", "sender_name", "sent_at", "received_at", "automatic", "bounce")
    told = {"id": row.pk, "subject": row.subject, "case": row.case.number if row.case else None}
    return told | {name: getattr(row, name) for name in names} | {"due_at": row.next_due_at}


def mail_out(row: MailItem, by: Actor) -> dict[str, Any]:
    """A mail with its words and files."""
    names = ("message_id", "reply_to", "to", "cc", "text", "cut", "broken", "opened", "reason")
    return (
        mail_line(row, by)
        | {name: getattr(row, name) for name in names}
        | {"attachments": _files(row.subject)}
        | {"left": [str(said) for said in row.left]}
    )


def _files(subject: str) -> list[dict[str, Any]]:
    return [
        {"id": str(a.pk), "name": a.name, "sha256": a.sha256, "size": a.size, "original": a.original}
        for a in attachments.of(subject)
    ]


def letter_line(row: Letter, by: Actor) -> dict[str, Any]:
    names = ("state", "version", "title", "kind", "to", "cc", "pending", "trouble", "attempts", "due_at", "accepted_at")
    told = {"id": row.pk, "subject": row.subject, "case": row.case.number if row.case else None}
    return told | {name: getattr(row, name) for name in names}


def letter_out(row: Letter, by: Actor) -> dict[str, Any]:
    more = {"message_id": row.message_id, "text": row.text, "answers": row.answers_id}
    return letter_line(row, by) | more | {"attachments": _files(row.subject)}


mails: Router = moves(MAIL, shown=mail_out, tag="mail")
letters: Router = moves(LETTER, shown=letter_out, tag="mail", opening="write")
routers = {"/mails": mails, "/letters": letters}


@mails.get("", summary="来信 Mail that came, newest first", operation_id="mail_list")
def mail_list(request: HttpRequest, q: str = "", state: str = "", case: str = "") -> dict[str, Any]:
    by = actor_of(request)
    rows = MailItem.objects.visible_to(by).select_related("case").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("mail", q))
    wanted = {"state": state, "case__number": case}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: mail_line(row, by))


@mails.get("/{int:pk}", summary="来信 One mail", operation_id="mail_get")
def mail_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return mail_out(found(MAIL, pk, by), by)


@letters.get("", summary="去信 What we wrote, newest first", operation_id="letter_list")
def letter_list(request: HttpRequest, q: str = "", state: str = "", case: str = "") -> dict[str, Any]:
    by = actor_of(request)
    rows = Letter.objects.visible_to(by).select_related("case").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("letter", q))
    wanted = {"state": state, "case__number": case}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: letter_line(row, by))


@letters.get("/{int:pk}", summary="去信 One letter", operation_id="letter_get")
def letter_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return letter_out(found(LETTER, pk, by), by)
