"""The store for programs: the same forms and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.kept import kept
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.materials import cards, documents, queries, showing, stock
from sanbao.materials.lifecycle import COUNT, DELIVERY, INCOMING, MARKING_NOTICE, PLACE, PROPERTY, SLIP
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

deliveries = moves(DELIVERY, shown=showing.delivery_out, tag="materials", opening="register")
incoming = moves(INCOMING, shown=showing.incoming_out, tag="materials")
slips = moves(SLIP, shown=showing.slip_out, tag="materials", opening="open")
places = kept(PLACE, shown=showing.place_out, tag="materials", title=W("库位", "Places"), followed=("customer",))
stock_counts = moves(COUNT, shown=showing.count_out, tag="materials", opening="open")
notices = moves(MARKING_NOTICE, shown=showing.notice_out, tag="materials", opening="send")
reports = moves(PROPERTY, shown=showing.report_out, tag="materials", opening="report")
stock_cards = Router(tags=["materials"])
type Told = Callable[[Any, Actor], Any]


def listed(router: Router, lifecycle: Lifecycle[Any], line: Told, whole: Told, *follow: str) -> None:
    """``GET /`` and ``GET /{id}`` of one kind: newest first, found by its words and by its state."""

    def index(request: HttpRequest, q: str = "", state: str = "") -> Any:
        by = actor_of(request)
        by.need("materials.see", clause="M-02")
        rows = lifecycle.model._default_manager.visible_to(by).order_by("-pk")  # type: ignore[attr-defined]
        rows = rows.select_related(*follow) if follow else rows
        if q:
            rows = rows.filter(pk__in=search.matching(lifecycle.kind, q))
        return paged(request, rows.filter(state=state) if state else rows, lambda row: line(row, by))

    def one(request: HttpRequest, pk: int) -> Any:
        by = actor_of(request)
        return whole(found(lifecycle, pk, by), by)

    said = f"{lifecycle.title.zh} · {lifecycle.title.en}"
    router.get("", response=dict[str, Any], operation_id=f"{lifecycle.kind}_list", summary=said)(index)
    router.get("/{int:pk}", response=dict[str, Any], operation_id=f"{lifecycle.kind}_get", summary=said)(one)


listed(deliveries, DELIVERY, showing.delivery_line, showing.delivery_out, "supplier", "owner")
listed(incoming, INCOMING, showing.incoming_line, showing.incoming_out, "delivery", "material", "lot", "permit")
listed(slips, SLIP, showing.slip_line, showing.slip_out, "department")
listed(stock_counts, COUNT, showing.count_row, showing.count_out)
listed(notices, MARKING_NOTICE, showing.notice_line, showing.notice_out, "supplier")
listed(reports, PROPERTY, showing.report_line, showing.report_out, "lot", "customer")


@places.get("/{int:pk}/contents", summary="库位上放着什么 What stands at a place", operation_id="place_contents")
def contents(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Oldest first, with status, count and quantity (W-07)."""
    by = actor_of(request)
    place = found(PLACE, pk, by)
    return {"place": showing.place_out(place, by), "items": [showing.stood_out(one) for one in queries.at_place(place)]}


@places.get("/view", summary="库位图 The location view", operation_id="place_view")
def view(request: HttpRequest) -> dict[str, Any]:
    """Every place with how many lots of which status, also those that only packing records name (W-07)."""
    by = actor_of(request)
    by.need("materials.see", clause="W-07")
    return {"items": [showing.contents_out(one) for one in queries.located()]}


def seen_lots(by: Actor) -> Any:
    by.need("materials.see", clause="M-02")
    return Lot.objects.visible_to(by).select_related("material")


@stock_cards.get("", summary="库存 Material lots with what is left", operation_id="stock_card_list")
def card_list(
    request: HttpRequest,
    q: str = Query("", description="Any number on the lot or its papers"),
    material: str = Query("", description="The material's code"),
    status: str = "",
    in_stock: bool | None = Query(None, description="Only lots of which something is left, or only used-up ones"),
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("materials.see", clause="M-02")
    rows = stock.raw().select_related("material").order_by("-pk")
    if q:
        rows = rows.filter(pk__in=[lot.pk for lot in trace.find(q, actor=by)])
    if in_stock is not None:
        rows = rows.filter(left__gt=0) if in_stock else rows.filter(left__lte=0)
    wanted = {"material__code": material, "status": status}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), showing.lot_line)


@stock_cards.get("/cards.pdf", summary="进出存卡 Many cards in one PDF", operation_id="stock_cards_pdf")
def cards_pdf(request: HttpRequest, lot: list[int] = Query(..., description="Ids, repeated")) -> HttpResponse:  # noqa: B008
    """In the order of their ids, 500 at most. Clause T-06."""
    by = actor_of(request)
    return _pdf(documents.stock_cards_pdf(queries.to_print(lot, by), by))


@stock_cards.get("/{int:lot_id}", summary="进出存卡 One stock card", operation_id="stock_card_get")
def card(request: HttpRequest, lot_id: int) -> dict[str, Any]:
    """Head, every movement with its balance, and what was made from the lot. Clause T-06."""
    lot = _lot(request, lot_id)
    [found_card] = cards.cards_of([lot])
    told = cards.document(found_card)
    for line in told["lines"]:
        line["what"] = str(line["what"])
    return told | {"status_title": str(told["status_title"]), "made": showing.made_from(lot)}


@stock_cards.get("/{int:lot_id}/card.pdf", summary="进出存卡 The card as PDF", operation_id="stock_card_pdf")
def card_pdf(request: HttpRequest, lot_id: int) -> HttpResponse:
    """A customer's property has a 物料卡. Clauses T-06, T-08."""
    return _pdf(documents.stock_cards_pdf([_lot(request, lot_id)], actor_of(request)))


@stock_cards.get("/{int:lot_id}/label.pdf", summary="物料标签 The label as PDF", operation_id="stock_card_label")
def label_pdf(request: HttpRequest, lot_id: int) -> HttpResponse:
    """80 × 60 mm, with the lot's code to be scanned. Clauses T-05, T-06."""
    return _pdf(documents.labels_pdf([_lot(request, lot_id)], actor_of(request)))


def _lot(request: HttpRequest, pk: int) -> Lot:
    lot: Lot | None = seen_lots(actor_of(request)).filter(pk=pk).first()
    if lot is None:
        raise Refusal("not_found", W("没有这个批次。", "There is no such lot."), "T-06", 404, facts={"lot": pk})
    return lot


def _pdf(made: bytes) -> HttpResponse:
    return HttpResponse(made, content_type="application/pdf")


@slips.get("/{int:pk}/slip.pdf", summary="领料单 The slip as PDF", operation_id="issue_slip_pdf")
def slip_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """With the incoming lot of every line. Clause T-07."""
    by = actor_of(request)
    return _pdf(documents.slip_pdf(found(SLIP, pk, by), by))


@stock_counts.get("/{int:pk}/sheet.pdf", summary="盘点表 The count as PDF", operation_id="stock_count_pdf")
def count_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was handed in, with every difference. Clause W-07."""
    by = actor_of(request)
    return _pdf(documents.count_pdf(found(COUNT, pk, by), by))


routers = {
    "/deliveries": deliveries,
    "/incoming-lots": incoming,
    "/issue-slips": slips,
    "/places": places,
    "/stock-counts": stock_counts,
    "/marking-notices": notices,
    "/property-reports": reports,
    "/stock-cards": stock_cards,
}
