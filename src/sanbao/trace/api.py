"""``GET /api/v1/trace/{code}`` and ``/api/v1/lots``: the page's answers for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.paging import paged
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.trace import documents, queries
from sanbao.trace.models import Lot, LotKind, QualityStatus
from sanbao.trace.traces import Direction

trace_router = Router(tags=["trace"])
lots_router = Router(tags=["trace"])


@trace_router.get("/{path:code}", summary="溯源与追踪 Trace any number back, forward or both ways (T-14)")
def trace(
    request: HttpRequest, code: str, direction: Literal["back", "forward", "both"] = Query("both")
) -> dict[str, Any]:
    """``start``, ``nodes``, ``links``, ``gaps``, ``customers``: complete, never cut. 404 for an unknown code."""
    actor = actor_of(request)
    actor.need("trace.see", clause="M-02")
    lots = queries.found(code, actor=actor)
    return documents.document(queries.trace(lots, Direction(direction)), code)


@lots_router.get("", summary="批次 Lots, newest first")
def lots(
    request: HttpRequest,
    q: str = Query("", description="Any number on a lot, label or paper"),
    kind: str = Query("", description=" | ".join(LotKind)),
    status: str = Query("", description=" | ".join(QualityStatus)),
) -> dict[str, Any]:
    """``?q=`` finds by any number, as the search field of the page does."""
    actor = actor_of(request)
    actor.need("trace.see", clause="M-02")
    rows = Lot.objects.visible_to(actor).select_related("product", "material").order_by("-id")
    if q:
        rows = rows.filter(pk__in=[lot.pk for lot in queries.find(q, actor=actor)])
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(status=status)
    return paged(request, rows, shown)


@lots_router.get("/{int:lot_id}", summary="批次 One lot")
def lot(request: HttpRequest, lot_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    actor.need("trace.see", clause="M-02")
    found = Lot.objects.visible_to(actor).select_related("product", "material").filter(pk=lot_id).first()
    if found is None:
        sentence = W("没有这个批次。", "There is no such lot.")
        refuse("trace.unknown_lot", sentence, clause="T-14", status=404, lot=lot_id)
        return {}
    return shown(found)


def shown(lot: Lot) -> dict[str, Any]:
    return {
        "id": lot.pk,
        "code": lot.code,
        "kind": lot.kind,
        "quantity": documents.number(lot.quantity_milli),
        "unit": lot.unit,
        "status": lot.status,
        "made_on": lot.made_on,
        "product": lot.product.code if lot.product else None,
        "material": lot.material.name if lot.material else None,
    }


routers = {"/trace": trace_router, "/lots": lots_router}
