"""Pages for what goes wrong outside any room. 400, 403, 404 and 500 are templates that Django finds by name."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import answers


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: nearly always a page that stood open over a log-in."""
    if getattr(request, "htmx", False) or answers.wants_json(request):
        return answers.refused(
            request,
            Refusal(
                "page_expired",
                W(
                    "页面已过期，请刷新后再提交；您填写的内容会恢复。",
                    "This page has expired; reload it and submit again. What you typed will be restored.",
                ),
                status=403,
            ),
        )
    return render(request, "web/csrf.html", {"back": came_from(request)}, status=403)


def came_from(request: HttpRequest) -> str:
    """The page of ours that the browser says it came from; never another site."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    ours = (
        referrer.netloc == request.get_host() and referrer.path.startswith("/") and not referrer.path.startswith("//")
    )
    return referrer.path if ours else "/"
