"""``GET /api/v1/trace/{code}`` and ``/api/v1/lots``: the page's answers for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.trace import documents, queries, telling
from sanbao.trace.lifecycle import HOLD, PERMIT, REVERSAL, VERDICT
from sanbao.trace.models import HeldLot, Hold, Lot, LotKind, Permit, QualityStatus, Reversal, Verdict
from sanbao.trace.traces import Direction

trace_router = Router(tags=["trace"])
lots_router = Router(tags=["trace"])


@trace_router.get("/{path:code}/chain", summary="十段责任链 The ten stages and who is proposed (C-16)")
def chain(request: HttpRequest, code: str) -> dict[str, Any]:
    """Each stage with its records (``record`` is opened at ``/trace/records/{kind}/{id}/``), what is missing, and the
    department or supplier at which it ends. 404 for an unknown code."""
    actor = actor_of(request)
    actor.need("trace.see", clause="M-02")
    return documents.chain_document(queries.chain(queries.found(code, actor=actor)), code)


@trace_router.get("/{path:code}", summary="溯源、追踪、旁溯 Trace any number back, forward or sideways (T-14)")
def trace(
    request: HttpRequest, code: str, direction: Literal["back", "forward", "both", "side"] = Query("both")
) -> dict[str, Any]:
    """``start``, ``nodes``, ``links``, ``gaps``, ``customers``, ``places``, ``balances``, and sideways ``groups``:
    complete, never cut. 404 for an unknown code."""
    actor = actor_of(request)
    actor.need("trace.see", clause="M-02")
    lots = queries.found(code, actor=actor)
    return documents.document(telling.asked(lots, Direction(direction)), code, contacts=actor.may("parties.see"))


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


def hold_out(row: Hold, by: Actor) -> dict[str, Any]:
    names = ("number", "version", "state", "reason", "about", "forward", "placed_at", "lots", "digest", "basis")
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names}


def verdict_out(row: Verdict, by: Actor) -> dict[str, Any]:
    names = ("number", "state", "status", "basis", "remark", "given_at", "lots", "digest")
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names}


def permit_out(row: Permit, by: Actor) -> dict[str, Any]:
    names = ("number", "version", "state", "kind", "reason", "basis", "approver", "applied_at", "decided_at", "due_at")
    told = {"id": row.pk, "subject": row.subject, "lot": row.lot.code}
    return told | {name: getattr(row, name) for name in (*names, "marked", "outcome")}


def reversal_out(row: Reversal, by: Actor) -> dict[str, Any]:
    names = ("number", "record_kind", "record_id", "reason", "entered_at")
    return {"id": row.pk, "subject": row.subject, "lot": row.lot.code} | {name: getattr(row, name) for name in names}


def _listed(lifecycle: Lifecycle[Any], router: Router, show: Any, summary: str) -> None:
    """``GET /`` with ``?q=`` and ``?state=``, and ``GET /{id}`` of one kind."""
    kind = lifecycle.kind

    def listing(request: HttpRequest, q: str = "", state: str = "") -> dict[str, Any]:
        by = actor_of(request)
        by.need("trace.see", clause="M-02")
        rows = lifecycle.model.objects.visible_to(by).order_by("-id")
        if q:
            rows = rows.filter(pk__in=search.matching(kind, q))
        if state:
            rows = rows.filter(state=state)
        return paged(request, rows, lambda row: show(row, by))

    def one(request: HttpRequest, pk: int) -> dict[str, Any]:
        by = actor_of(request)
        return show(found(lifecycle, pk, by), by)  # type: ignore[no-any-return]

    router.get("", summary=f"{summary}, newest first", operation_id=f"{kind}_list")(listing)
    router.get("/{int:pk}", summary=summary, operation_id=f"{kind}_get")(one)


holds: Router = moves(HOLD, shown=hold_out, tag="trace", opening="place")
verdicts: Router = moves(VERDICT, shown=verdict_out, tag="trace", opening="judge")
permits: Router = moves(PERMIT, shown=permit_out, tag="trace", opening="apply")
reversals: Router = moves(REVERSAL, shown=reversal_out, tag="trace", opening="reverse")
_listed(HOLD, holds, hold_out, "冻结 Holds")
_listed(VERDICT, verdicts, verdict_out, "质量判定 Verdicts")
_listed(PERMIT, permits, permit_out, "放行单 Permits")
_listed(REVERSAL, reversals, reversal_out, "冲销 Counter-entries")


@holds.get("/{int:pk}/lots", summary="冻结的批次 The lots of a hold", operation_id="hold_lots")
def hold_lots(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    held = HeldLot.objects.filter(hold=found(HOLD, pk, by), released=False).values("lot_id")
    rows = Lot.objects.filter(pk__in=held).select_related("product", "material").order_by("id")
    return paged(request, rows, shown)


@permits.get("/{int:pk}/made", summary="由它做成的一切 Everything made from it (T-05)", operation_id="permit_made")
def permit_made(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    case = found(PERMIT, pk, by)
    told = telling.asked([case.lot_id], Direction.FORWARD)
    return documents.document(told, case.lot.code, contacts=by.may("parties.see"))


routers = {
    "/trace": trace_router,
    "/lots": lots_router,
    "/holds": holds,
    "/verdicts": verdicts,
    "/permits": permits,
    "/reversals": reversals,
}
