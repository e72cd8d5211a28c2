"""The forms of returns on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.returns import documents
from sanbao.returns.lifecycle import CREDIT
from sanbao.returns.views.cases import find, reader
from sanbao.web import moves


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """《产品退换审批表》."""
    by = reader(request)
    case = find(pk, by)
    return _pdf(documents.form_pdf(case, by), case.form_number)


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """收货证明, which the customer gets."""
    by = reader(request)
    case = find(pk, by)
    return _pdf(documents.receipt_pdf(case, by), case.receipt_number)


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    credit = moves.find(CREDIT, pk, by, beside=("customer",))
    return _pdf(documents.statement_pdf(credit, by), f"credit-{pk}")  # type: ignore[arg-type]
