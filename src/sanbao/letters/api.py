"""``/api/v1/user-letters``: letters and the facts read from them, as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.letters import forms  # noqa: F401 - the forms are the faces of the moves
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.letters.models import UserLetter


def letter_out(row: UserLetter, by: Actor) -> dict[str, Any]:
    facts = [
        {
            "id": f.pk,
            "kind": f.kind,
            "value": f.value,
            "on": f.on,
            "start": f.start,
            "end": f.end,
            "words": row.text[f.start : f.end],
            "accepted": f.accepted,
        }
        for f in row.facts.all()
    ]
    told = {"id": row.pk, "subject": row.subject, "facts": facts}
    told["complaint"] = row.complaint.number if row.complaint else None
    names = ("number", "state", "version", "channel", "text", "received_at", "reason")
    return told | {name: getattr(row, name) for name in names}


router: Router = moves(USER_LETTER, shown=letter_out, tag="letters", opening="read")
routers = {"/user-letters": router}


@router.get("", summary="来函 Letters and faxes, newest first", operation_id="user_letter_list")
def index(request: HttpRequest, q: str = "", state: str = "") -> dict[str, Any]:
    by = actor_of(request)
    by.need("letters.see", clause="M-02")
    rows = UserLetter.objects.visible_to(by).select_related("complaint").prefetch_related("facts").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("user_letter", q))
    return paged(request, rows.filter(state=state) if state else rows, lambda row: letter_out(row, by))


@router.get("/{int:pk}", summary="来函 One letter with its facts", operation_id="user_letter_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return letter_out(found(USER_LETTER, pk, by), by)
