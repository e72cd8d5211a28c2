"""The printed forms: 信息反馈表 of a case, 用户意见登记及处理表 of a period or of one case (C-20, U-10)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.complaints import documents
from sanbao.complaints.views.case import found
from sanbao.complaints.views.lists import period, register_list, registered
from sanbao.kernel.codes import whole


def _answer(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as it stands, or the revision asked for by ``?revision=1``."""
    issued = documents.form_of(found(request, pk))
    revision = whole(request.GET.get("revision", ""))
    return _answer(issued.number, documents.feedback_form_pdf(issued, request.actor, revision))  # type: ignore[attr-defined]


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """用户建议或投诉处理表: the line of the register that is this case, with room for signatures."""
    case = found(request, pk)
    return _answer(f"{case.number}-handling", documents.opinion_sheet_pdf(case, request.actor))  # type: ignore[attr-defined]


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every row of the filter, not just the page on screen (U-10)."""
    request.actor.need("complaints.see", clause="U-10")  # type: ignore[attr-defined]
    first, last = period(request)
    cases, words = registered(register_list(request, (first, last)))
    printed = documents.register_pdf(cases, (first, last), request.actor, filtered=words)  # type: ignore[attr-defined]
    return _answer(f"register-{first}-{last}", printed)
