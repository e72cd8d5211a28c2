"""``/api/v1/pick-lists``, ``/api/v1/wrong-shipments`` and ``/api/v1/gate/counts``: as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.dispatch import documents, queries, statistics
from sanbao.dispatch.lifecycle import ESCAPE, PICK_LIST
from sanbao.dispatch.models import Caught, Escape, PickList, PickListState, Weighing
from sanbao.dispatch.rules import Mistake
from sanbao.dispatch.statistics import Tally
from sanbao.kernel import search
from sanbao.kernel.actor import Actor


def number(milli: int | None) -> float | None:
    return None if milli is None else milli / 1000


def head(row: PickList) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": row.subject,
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "customer": row.customer.code,
        "site": row.site.name if row.site else None,
        "contact": row.contact_id,
        "order": row.order,
        "vehicle": row.vehicle,
        "planned_on": row.planned_on,
        "shipped_at": row.shipped_at,
        "labels": row.labels,
        "net_kg": number(row.net_milli),
    }


def pick_list_out(row: PickList, by: Actor) -> dict[str, Any]:
    stand = queries.progress(row)
    scanned = row.scanned
    return head(row) | {
        "lines": [
            {
                "id": state.line.pk,
                "position": state.line.position,
                "product": state.line.product.code if state.line.product else None,
                "label": state.line.label.code if state.line.label else None,
                "pieces": state.line.pieces,
                "kg": number(state.line.quantity_milli),
                "on_it": {"labels": state.labels, "pieces": state.load.pieces, "kg": number(state.load.milli)},
                "full": state.filled,
            }
            for state in stand.lines
        ],
        "scanned": [
            {
                "label": p.lot.code,
                "package": p.through.code if p.through else None,
                "kg": number(p.quantity_milli),
                "at": p.scanned_at,
            }
            for p in stand.picks
        ],
        "weighings": [
            {
                "id": w.pk,
                "label": w.lot.code if w.lot else None,
                "gross_kg": number(w.gross_milli),
                "tare_kg": number(w.tare_milli),
                "net_kg": number(w.net_milli),
                "expected_kg": number(w.expected_milli),
                "allowed_kg": number(w.allowed_milli),
                "within": w.within,
            }
            for w in Weighing.objects.filter(pick_list=row).select_related("lot").order_by("id")
        ],
        "stopped": Caught.objects.filter(pick_list=row).count(),
        "scan": {"label": scanned.lot.code, "labels": scanned.lots, "again": scanned.again} if scanned else None,
    }


def escape_out(row: Escape, by: Actor) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "label": row.lot.code, "customer": row.customer.code}
    names = (
        "number",
        "state",
        "version",
        "delivery",
        "mistake",
        "found_on",
        "found_at",
        "description",
        "about",
        "measure",
    )
    return (
        told
        | {name: getattr(row, name) for name in names}
        | {"reversal": row.reversal, "corrected_at": row.corrected_at}
    )


lists: Router = moves(PICK_LIST, shown=pick_list_out, tag="dispatch", opening="draft")
escapes: Router = moves(ESCAPE, shown=escape_out, tag="dispatch", opening="report")
gate = Router(tags=["dispatch"])
routers = {"/pick-lists": lists, "/wrong-shipments": escapes, "/gate": gate}


@lists.get("", summary="提货单 Pick lists, newest first", operation_id="pick_list_list")
def pick_lists(
    request: HttpRequest, q: str = "", state: str = Query("", description=" | ".join(PickListState)), number: str = ""
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("dispatch.see", clause="M-02")
    rows = PickList.objects.visible_to(by).select_related("customer", "site").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("pick_list", q))
    wanted = {"state": state, "number": number}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), head)


@lists.get("/{int:pk}", summary="提货单 One pick list", operation_id="pick_list_get")
def pick_list(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return pick_list_out(found(PICK_LIST, pk, by), by)


@lists.get("/{int:pk}/list.pdf", summary="提货单 The paper of a list (PDF)", operation_id="pick_list_pdf")
def pick_list_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = actor_of(request)
    return HttpResponse(documents.pick_list_pdf(found(PICK_LIST, pk, by), by), content_type="application/pdf")


@escapes.get("", summary="错发 Wrong shipments that escaped, newest first", operation_id="escape_list")
def escape_list(
    request: HttpRequest, state: str = "", mistake: str = Query("", description=" | ".join(Mistake)), about: str = ""
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("dispatch.see", clause="M-02")
    rows = Escape.objects.visible_to(by).select_related("customer", "lot").order_by("-id")
    wanted = {"state": state, "mistake": mistake, "about": about}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: escape_out(row, by))


@escapes.get("/{int:pk}", summary="错发 One wrong shipment", operation_id="escape_get")
def escape_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return escape_out(found(ESCAPE, pk, by), by)


@gate.get("/caught", summary="拦下 Wrong shipments that the gate stopped, newest first", operation_id="caught_list")
def caught_list(
    request: HttpRequest,
    pick_list: int | None = Query(None, ge=1, lt=2**63),
    mistake: str = Query("", description=" | ".join(Mistake)),
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("dispatch.see", clause="M-02")
    rows = Caught.objects.select_related("pick_list", "lot").order_by("-id")
    if pick_list is not None:
        rows = rows.filter(pick_list=pick_list)
    return paged(request, rows.filter(mistake=mistake) if mistake else rows, caught_out)


def caught_out(row: Caught) -> dict[str, Any]:
    return {
        "id": row.pk,
        "pick_list": row.pick_list.number,
        "code": row.code,
        "label": row.lot.code if row.lot else None,
        "mistake": row.mistake,
        "refusal": row.refusal,
        "clause": row.clause,
        "sentence": str(row.words),
        "by": row.by,
        "at": row.at,
    }


@gate.get("/counts", summary="错发统计 Caught and escaped, counted (W-08)", operation_id="gate_counts")
def gate_counts(
    request: HttpRequest,
    first: date,
    last: date,
) -> dict[str, Any]:
    """By month, by mistake and by product; ``share`` is the part that the gate stopped, in percent."""
    by = actor_of(request)
    by.need("dispatch.see", clause="M-02")
    told = statistics.counts(min(first, last), max(first, last))
    return {
        "total": _tally(told.total),
        **{name: [_tally(tally) for tally in getattr(told, name)] for name in ("months", "mistakes", "products")},
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "title": str(tally.title),
        "caught": tally.caught,
        "escaped": tally.escaped,
        "shipped": tally.shipped,
        "share": tally.share,
    }
