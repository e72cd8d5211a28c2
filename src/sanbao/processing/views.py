"""Pages of processing orders: the work list, and one order with its inputs, outputs and balance."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel.words import W
from sanbao.processing import queries
from sanbao.processing.lifecycle import PROCESSING_ORDER
from sanbao.processing.models import OPEN, OrderState, ProcessingOrder, Way
from sanbao.trace.models import QualityStatus
from sanbao.trace.queries import exact
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.subjects import shown
from sanbao.web.templatetags.parts import code, pill

S = OrderState
PILLS = {S.ORDERED: "soon", S.IN_WORK: "run", S.DONE: "fine"}
QUALITY = {QualityStatus.PASSED: "fine", QualityStatus.FAILED: "late", QualityStatus.UNDECIDED: "soon"}


def state_pill(order: ProcessingOrder) -> str:
    return pill(S.title_of(order.state), PILLS.get(S(order.state), ""))


class OrderList(Listing):
    name = "processing"
    order = "-number"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("state", W("状态", "State"), S.pairs()),
        Days("due_on", W("交期", "Due")),
    )
    tabs = (
        Tab("open", W("未完工", "Open"), Q(state__in=OPEN)),
        Tab("done", S.DONE.title, Q(state=S.DONE)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda o: code(o.number), sort="number", opens=True, narrow=True),
        Column("customer", W("客户", "Customer"), lambda o: o.customer.name, plain=lambda o: o.customer.name),
        Column("wanted", W("做什么", "What is made"), lambda o: o.wanted[:80], plain=lambda o: o.wanted),
        Column("reference", W("图纸、合同", "Drawing, contract"), shown=False),
        Column("state", W("状态", "State"), state_pill, plain=lambda o: S.title_of(o.state), narrow=True),
        Column("due_on", W("交期", "Due"), sort="due_on", narrow=True),
        Column("ordered_at", W("开单", "Opened"), sort="ordered_at", shown=False),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("processing.see", clause="W-09")
    return OrderList(request, queries.listed(by)).respond("processing/list.html", may_order=by.may("processing.order"))


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what is wanted, what went in and came out with its way through the trace, what is unaccounted for."""
    by = request.actor  # type: ignore[attr-defined]
    case: ProcessingOrder = moves.find(PROCESSING_ORDER, pk, by, beside=("customer", "product", "lot"))  # type: ignore[assignment]
    lines = queries.lines(case)
    balance = queries.balance(case, lines)
    facts = {
        "case": case,
        "state": state_pill(case),
        "about": shown([case.about], by).get(case.about) if case.about else None,
        "inputs": [(line, exact(line.quantity_milli, "kg")) for line in lines if line.what == Way.IN],
        "outputs": [
            (
                line,
                exact(line.quantity_milli, "kg"),
                pill(QualityStatus.title_of(line.into.status), QUALITY.get(QualityStatus(line.into.status), "")),
            )
            for line in lines
            if line.what == Way.OUT
        ],
        "went_in": exact(balance.went_in, "kg"),
        "came_out": exact(balance.came_out, "kg"),
        "scrapped": exact(balance.scrapped, "kg"),
        "unaccounted": exact(balance.unaccounted, "kg"),
        "offers": PROCESSING_ORDER.offered(case, by),
    }
    return render(request, "processing/order.html", facts)
