"""``/api/v1/nonconformities`` and ``/api/v1/dispositions``: as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.quantities import Quantity
from sanbao.nonconformity import (
    documents,
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.nonconformity.lifecycle import DISPOSITION, NONCONFORMITY
from sanbao.nonconformity.models import Disposition, Nonconformity

FIELDS = (
    "number", "state", "version", "source", "about", "title", "description", "opened_by", "opened_at", "due_at",
    "closed_by", "closed_at", "conclusion", "basis",
)  # fmt: skip
OWN = (
    "number", "state", "version", "way", "kg", "estimate", "instruction", "basis", "consent", "department", "due_on",
    "proposed_by", "proposed_at", "approvals", "reinspect", "reason", "executed_by", "executed_at", "result", "paper",
    "cost", "currency", "verified_by", "verified_at", "sheet", "verdict",
)  # fmt: skip


def record_row(row: Nonconformity) -> dict[str, Any]:
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in FIELDS}


def record_out(row: Nonconformity, by: Actor) -> dict[str, Any]:
    standings = queries.standings(row)
    return record_row(row) | {
        "lines": [
            {
                "id": one.line.pk,
                "lot": one.line.lot.code if one.line.lot else None,
                "words": one.line.words,
                "unit": one.line.unit,
                "quantity": one.line.quantity.value,
                "gaps": one.line.gaps,
                "balance": {name: one.quantity(milli).value for name, milli in one.balance.shares.items()},
                "dispositions": [disposition_out(d, by) for d in one.dispositions],
            }
            for one in standings
        ],
        "holds": [{"id": h.pk, "number": h.number, "state": h.state, "lots": h.lots} for h in queries.holds_of(row)],
        "obligations": [
            {"code": d.code, "sentence": str(d.words), "owed_by": d.owed_by, "due_at": d.due_at}
            for d in obligations.duties_on(row.subject)
        ],
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in NONCONFORMITY.offered(row, by)},
    }


def disposition_out(row: Disposition, by: Actor) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row.pk, "subject": row.subject, "record": row.record.number, "line": row.line_id}
    told |= {name: getattr(row, name) for name in OWN} | {"unit": row.line.unit}
    for name in ("quantity", "good", "scrapped", "released", "failed"):
        told[name] = row.of(getattr(row, f"{name}_milli")).value
    return told | {"permit": row.permit.number if row.permit else None}


router: Router = moves(NONCONFORMITY, shown=record_out, tag="nonconformity", opening="open")
ways: Router = moves(DISPOSITION, shown=disposition_out, tag="nonconformity")
routers = {"/nonconformities": router, "/dispositions": ways}


@router.get("", summary="不合格记录 Nonconformities, newest first", operation_id="nonconformity_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words, a number or a lot"),
    state: str = "",
    source: str = "",
    about: str = Query("", description="A subject, such as complaint:12"),
) -> dict[str, Any]:
    by = reader(request)
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "source": source, "about": about}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), record_row)


@router.get("/cost", summary="不合格品费用 What nonconforming product cost", operation_id="nonconformity_cost")
def cost(
    request: HttpRequest, first: date, last: date, by: Literal["way", "month", "source", "record"] = "way"
) -> dict[str, Any]:
    """Added up by disposition, month, source or record, each currency and each unit by itself. Clause Q-02."""
    found_ = queries.cost(reader(request), first, last, by)
    return {
        "items": [
            {"key": t.key, "title": t.title, "currency": t.currency, "amount": t.amount, "dispositions": t.dispositions,
             "quantities": [{"value": Quantity.of_milli(m, u).value, "unit": u} for u, m in t.quantities.items()]}
            for t in found_
        ]
    }  # fmt: skip


@router.get("/{int:pk}", summary="不合格记录 One nonconformity with its balance", operation_id="nonconformity_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = reader(request)
    return record_out(found(NONCONFORMITY, pk, by), by)


@ways.get("", summary="处置 Dispositions, newest first", operation_id="disposition_list")
def dispositions(request: HttpRequest, state: str = "", way: str = "", department: str = "") -> dict[str, Any]:
    by = reader(request)
    rows = Disposition.objects.visible_to(by).select_related("record", "line", "permit").order_by("-id")
    wanted = {"state": state, "way": way, "department": department}
    rows = rows.filter(**{k: v for k, v in wanted.items() if v})
    return paged(request, rows, lambda row: disposition_out(row, by))


@ways.get("/{int:pk}", summary="处置 One disposition", operation_id="disposition_get")
def disposition(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = reader(request)
    return disposition_out(found(DISPOSITION, pk, by), by)


@ways.get("/{int:pk}/notice.pdf", summary="待处理品处理通知书 The notice as PDF", operation_id="disposition_notice_pdf")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    return HttpResponse(documents.notice_pdf(found(DISPOSITION, pk, by), by), content_type="application/pdf")


def reader(request: HttpRequest) -> Actor:
    by: Actor = actor_of(request)
    by.need("nonconformity.see", clause="M-02")
    return by
