"""``/api/v1/processing-orders``: what is made of goods further on, as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.processing import (
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.processing.lifecycle import PROCESSING_ORDER
from sanbao.processing.models import ProcessingLine, ProcessingOrder, Way

FIELDS = (
    "number", "state", "version", "about", "wanted", "reference", "due_on", "ordered_by", "ordered_at", "finished_by",
    "finished_at", "remark", "reason",
)  # fmt: skip


def _kg(milli: int) -> float | int:
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def order_line(row: ProcessingOrder, by: Actor) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "customer": row.customer.code}
    told["product"] = row.product.code if row.product else None
    return told | {name: getattr(row, name) for name in FIELDS}


def order_out(row: ProcessingOrder, by: Actor) -> dict[str, Any]:
    lines = queries.lines(row)
    balance = queries.balance(row, lines)
    return order_line(row, by) | {
        "lot": row.lot.code if row.lot else None,
        "inputs": [line_out(line) for line in lines if line.what == Way.IN],
        "outputs": [line_out(line) for line in lines if line.what == Way.OUT],
        "in": _kg(balance.went_in),
        "out": _kg(balance.came_out),
        "scrap": _kg(balance.scrapped),
        "unaccounted": _kg(balance.unaccounted),
    }


def line_out(line: ProcessingLine) -> dict[str, Any]:
    lot = line.lot if line.what == Way.IN else line.into
    return {
        "id": line.pk,
        "lot": lot.code,
        "quantity": _kg(line.quantity_milli),
        "pieces": line.pieces,
        "permits": line.permits.split(),
        "entered_by": line.entered_by,
        "entered_at": line.entered_at,
        "struck_at": line.struck_at,
        "struck_why": line.struck_why,
    }


router: Router = moves(PROCESSING_ORDER, shown=order_out, tag="processing", opening="order")
routers = {"/processing-orders": router}


@router.get("", summary="深加工单 Processing orders, newest first", operation_id="processing_order_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = "",
    customer: str = Query("", description="Code of a customer"),
    about: str = Query("", description="The case behind it, such as complaint:12"),
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("processing.see", clause="M-02")
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "customer__code": customer, "about": about}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: order_line(row, by))


@router.get("/{int:pk}", summary="深加工单 One processing order with its lines", operation_id="processing_order_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return order_out(found(PROCESSING_ORDER, pk, by), by)
