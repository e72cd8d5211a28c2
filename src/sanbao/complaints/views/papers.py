"""The printed forms: 信息反馈表 of a case, 用户意见登记及处理表 of a period (C-20)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.complaints import papers, printing
from sanbao.complaints.views.case import found
from sanbao.complaints.views.lists import period, registered
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


def _answer(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest revision, or the one asked for by ``?revision=1``."""
    case = found(request, pk)
    issued = getattr(case, "feedback_form", None)
    asked = request.GET.get("revision", "")
    revisions = issued.revisions.order_by("-revision") if issued else None
    if revisions is not None and asked.isdigit():
        revisions = revisions.filter(revision=int(asked))
    revision = revisions.first() if revisions is not None else None
    if issued is None or revision is None:
        raise Refusal("complaint.no_form", W("没有这张信息反馈表。", "There is no such feedback form."), "C-20", 404)
    return _answer(
        issued.number, printing.pdf("feedback_form", papers.printed_form(issued, revision, request.LANGUAGE_CODE))
    )


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every row of the filter, not just the page on screen (U-10)."""
    request.actor.need("complaints.see", clause="U-10")  # type: ignore[attr-defined]
    first, last = period(request)
    data = papers.printed_register(registered(request), first, last, request.LANGUAGE_CODE)
    return _answer(f"register-{first}-{last}", printing.pdf("register", data))
