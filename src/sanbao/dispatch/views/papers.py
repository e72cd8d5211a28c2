"""The paper that goes with the goods."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.dispatch import documents
from sanbao.dispatch.views.lists import found


@require_safe
def pick_list(request: HttpRequest, pk: int) -> HttpResponse:
    """提货单, and once it has left 发货清单: what was ordered, each label with its weight, who signed."""
    case = found(request, pk)
    response = HttpResponse(documents.pick_list_pdf(case, request.actor), content_type="application/pdf")  # type: ignore[attr-defined]
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response
