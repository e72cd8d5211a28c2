"""The numbers looked at last, in the reader's browser and not in the database: a look must not wait for a writer."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sanbao.trace.models import Lot

COOKIE = "sanbao_traced"
KEPT = 8


def of(request: HttpRequest) -> list[dict[str, str]]:
    """Newest first. Signed for one person: whoever comes next to the same screen sees nothing of it."""
    try:
        kept: list[dict[str, str]] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(request))
    except signing.BadSignature:
        return []
    return kept


def remember(request: HttpRequest, response: HttpResponse, lot: Lot) -> HttpResponse:
    entry = {"code": lot.code, "kind": lot.kind}
    kept = [entry, *(seen for seen in of(request) if seen != entry)][:KEPT]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_salt(request), compress=True),
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
        path=reverse("trace:home"),
    )
    return response


def _salt(request: HttpRequest) -> str:
    return f"trace.recent:{request.actor.ref}"  # type: ignore[attr-defined]
