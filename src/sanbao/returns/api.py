"""``/api/v1/returns`` and ``/api/v1/credits``: goods that come back and what is owed for them, as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.returns import (
    documents,
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.returns.lifecycle import CREDIT, RETURN
from sanbao.returns.models import Credit, Reason, Return, ReturnState

FIELDS = (
    "number", "state", "version", "reason", "exchange", "about", "description", "exception", "currency", "applied_by",
    "applied_on", "inspection", "opinion", "report_verified_by", "agreed_by", "form_number", "responsible", "handling",
    "disposal", "freight", "filled_by", "together_with", "approver", "approved_by", "approved_at", "decision",
    "decision_basis", "place", "sign", "agent", "valuation", "difference", "accepted_by", "accepted_at",
    "receipt_number", "confirmed_by", "confirmed_at", "value", "open_value", "refund_reason",
    "refund_basis", "refund_consent",
)  # fmt: skip


def kg(milli: int) -> float:
    return milli / 1000


def head(row: Return) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "customer": row.customer.code}
    weights = {"applied_kg": kg(row.applied_milli), "accepted_kg": kg(row.accepted_milli)}
    return told | {name: getattr(row, name) for name in FIELDS} | weights | {"together_kg": kg(row.together_milli)}


def return_out(row: Return, by: Actor) -> dict[str, Any]:
    counted = queries.standing(row)
    on_line = queries.by_line(counted)
    return head(row) | {
        "lines": [
            {
                "id": line.pk,
                "position": line.position,
                "code": line.code,
                "label": line.lot.code if line.lot else None,
                "product": line.product.code if line.product else None,
                "kg": kg(line.quantity_milli),
                "price": line.price,
                "price_source": line.price_source,
                "note": line.note,
                "accepted_kg": kg(on_line.get(line.pk, 0)),
            }
            for line in queries.lines_of(row)
        ],
        "evidence": [{"kind": e.kind, "remark": e.remark, "files": e.files, "at": e.at} for e in row.evidence.all()],
        "counted": [
            {
                "id": c.pk,
                "line": c.line.position,
                "label": c.lot.code if c.lot else None,
                "kg": kg(c.quantity_milli),
                "remark": c.remark,
                "by": c.by,
                "at": c.at,
            }
            for c in counted
        ],
        "scan": {"label": row.scanned[0].code, "again": row.scanned[1]} if row.scanned else None,
    }


def credit_out(row: Credit, by: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": row.subject,
        "version": row.version,
        "customer": row.customer.code,
        "currency": row.currency,
        "returned": row.returned,
        "replaced": row.replaced,
        "refunded": row.refunded,
        "open": row.open,
        "returned_kg": kg(row.returned_milli),
        "replaced_kg": kg(row.replaced_milli),
    }


returns: Router = moves(RETURN, shown=return_out, tag="returns", opening="apply")
credits: Router = moves(CREDIT, shown=credit_out, tag="returns")
routers = {"/returns": returns, "/credits": credits}


@returns.get("", summary="退换货 Returns, newest first", operation_id="return_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = Query("", description=" | ".join(ReturnState)),
    reason: str = Query("", description=" | ".join(Reason)),
    customer: str = Query("", description="Code of a customer"),
    about: str = Query("", description="Subject behind it, such as complaint:12"),
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("returns.see", clause="M-02")
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "reason": reason, "customer__code": customer, "about": about}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), head)


@returns.get("/{int:pk}", summary="退换货 One return", operation_id="return_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return return_out(found(RETURN, pk, by), by)


@returns.get("/{int:pk}/form.pdf", summary="产品退换审批表 The form (PDF)", operation_id="return_form_pdf")
def form_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = actor_of(request)
    return HttpResponse(documents.form_pdf(found(RETURN, pk, by), by), content_type="application/pdf")


@returns.get("/{int:pk}/receipt.pdf", summary="收货证明 The receipt (PDF)", operation_id="return_receipt_pdf")
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = actor_of(request)
    return HttpResponse(documents.receipt_pdf(found(RETURN, pk, by), by), content_type="application/pdf")


@credits.get("", summary="补货额度 Replacement credits by customer", operation_id="credit_list")
def credit_list(
    request: HttpRequest, customer: str = Query("", description="Code of a customer"), currency: str = ""
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("returns.see", clause="M-02")
    rows = Credit.objects.visible_to(by).select_related("customer").order_by("customer__code", "currency")
    wanted = {"customer__code": customer, "currency": currency}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: credit_out(row, by))


@credits.get("/{int:pk}", summary="补货额度 One customer's credit, with its entries", operation_id="credit_get")
def credit_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    row = found(CREDIT, pk, by)
    return credit_out(row, by) | {
        "entries": [
            {
                "number": one.number,
                "kind": one.kind,
                "on": one.on,
                "paper": one.paper,
                "source": one.source,
                "payment": one.payment,
                "kg": kg(one.milli),
                "credit": one.plus,
                "debit": one.minus,
                "balance": one.balance,
            }
            for one in documents.statement(row)
        ]
    }


@credits.get("/{int:pk}/statement.pdf", summary="补货额度 The statement (PDF)", operation_id="credit_statement_pdf")
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = actor_of(request)
    return HttpResponse(documents.statement_pdf(found(CREDIT, pk, by), by), content_type="application/pdf")
