"""Pick lists by what has to be done with them, and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.dispatch import queries, rules
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import OPEN, Caught, Escape, Fate, PickList, PickListState, Weighing
from sanbao.kernel import search, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.templatetags.parts import due, pill, when

S = PickListState
PILLS = {S.RELEASED: "soon", S.PICKING: "run", S.READY: "hold", S.SHIPPED: "fine"}
#: Moves that stand beside what they are about, or on the scanning page.
ELSEWHERE = frozenset({"scan", "undo", "remove_line", "add_line", "weigh", "accept_weight"})
#: What stands out, by state: the next step of the way to the gate.
NEXT = {S.DRAFT: "release", S.READY: "ship"}


def state_pill(case: PickList) -> str:
    return pill(S.title_of(case.state), PILLS.get(S(case.state), ""))


class PickLists(Listing):
    name = "pick-lists"
    order = "planned"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("pick_list", words))),
        Choice("state", W("状态", "State"), S.pairs()),
        Days("planned_on", W("计划发货日", "Planned")),
    )
    tabs = (
        Tab("open", W("在办", "Open"), Q(state__in=[S.DRAFT, *OPEN])),
        Tab("pick", W("待拣货", "To pick"), Q(state__in=[S.RELEASED, S.PICKING])),
        Tab("ready", W("待出门", "Ready"), Q(state=S.READY)),
        Tab("shipped", W("已出门", "Left"), Q(state=S.SHIPPED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("提货单号", "No."), sort="number", opens=True, narrow=True),
        Column("customer", W("客户", "Customer"), lambda c: c.customer.name, plain=lambda c: c.customer.name),
        Column("site", W("收货地点", "Place"), lambda c: c.site or "—", plain=lambda c: c.site),
        Column("order", W("合同/订单号", "Order")),
        Column("vehicle", W("车号", "Vehicle"), narrow=True),
        Column("on", W("标签", "Labels"), lambda c: c.on or "", number=True, plain=lambda c: c.on),
        Column("stopped", W("拦下", "Stopped"), lambda c: c.stopped or "", number=True, plain=lambda c: c.stopped),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: S.title_of(c.state), narrow=True),
        Column(
            "planned",
            W("计划", "Planned"),
            lambda c: due(c.planned_until, c.shipped_at) if c.planned_on else "",
            sort="planned_on",
            plain=lambda c: c.planned_on,
            narrow=True,
        ),
        Column(
            "left",
            W("出门", "Left"),
            lambda c: when(c.shipped_at) if c.shipped_at else "",
            sort="shipped_at",
            plain=lambda c: c.shipped_at,
            narrow=True,
        ),
    )


def listed(by: Actor) -> Any:
    """The lists that somebody may see, with how many labels stand on each and how many were stopped."""
    standing = Q(picks__fate__in=[Fate.PICKED, Fate.SHIPPED])
    counted = PickList.objects.visible_to(by).select_related("customer", "site")
    return counted.annotate(on=Count("picks", filter=standing, distinct=True), stopped=Count("caught", distinct=True))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("dispatch.see", clause="M-02")
    may = {name: by.may(PICK_LIST.moves[name].permission) for name in ("draft", "scan")}
    return PickLists(request, listed(by)).respond("dispatch/list.html", may=may)


@require_safe
def pick_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: what was ordered, what stands on it, what was weighed and stopped, who signed."""
    by = request.actor  # type: ignore[attr-defined]
    case = found(request, pk)
    return render(request, "dispatch/pick_list.html", facts(case, by))


def found(request: HttpRequest, pk: int) -> PickList:
    request.actor.need("dispatch.see", clause="M-02")  # type: ignore[attr-defined]
    return moves.find(PICK_LIST, pk, request.actor)  # type: ignore[attr-defined,return-value]


def facts(case: PickList, by: Actor) -> dict[str, Any]:
    """What both pages of a list show, in a constant number of queries."""
    stand = queries.progress(case)
    on_line = queries.labels_by_line(stand.picks)
    weighings = list(Weighing.objects.filter(pick_list=case).select_related("lot", "acceptance").order_by("-id"))
    offers = {offer.name: offer for offer in PICK_LIST.offered(case, by)}
    first = NEXT.get(S(case.state), "")
    return {
        "case": case,
        "state": state_pill(case),
        "stand": stand,
        "lines": [(line, on_line.get(line.line.pk, []), _ordered(line)) for line in stand.lines],
        "net": rules.kilograms(stand.net_milli),
        "weighings": [(row, _scale(row)) for row in weighings],
        "caught": list(Caught.objects.filter(pick_list=case).select_related("lot")[:50]),
        "stopped": Caught.objects.filter(pick_list=case).count(),
        "escapes": list(Escape.objects.visible_to(by).filter(pick_list=case)),
        "signed": list(signatures.on(case.subject)),
        "offers": offers,
        "primary": [offers[first]] if first in offers else [],
        "others": [offer for name, offer in offers.items() if name not in ELSEWHERE and name != first],
        "at_gate": case.state in (S.RELEASED, S.PICKING) and by.may(PICK_LIST.moves["scan"].permission),
        "open": case.state in (S.DRAFT, *OPEN),
    }


def _ordered(state: queries.LineState) -> dict[str, str]:
    """A line's figures as people read them: ordered, on it."""
    line = state.line
    wanted = [f"{line.pieces:,} 支"] if line.pieces else []
    wanted += [f"{rules.kilograms(line.quantity_milli)} kg"] if line.quantity_milli else []
    have = [f"{state.load.pieces:,} 支"] if line.pieces and state.load.pieces is not None else []
    have += [f"{rules.kilograms(state.load.milli)} kg"]
    return {"wanted": " · ".join(wanted), "have": " · ".join(have)}


def _scale(row: Weighing) -> dict[str, str]:
    names = ("gross", "tare", "net", "expected", "allowed", "off")
    return {name: rules.kilograms(getattr(row, f"{name}_milli")) for name in names}


def waiting(actor: Actor) -> int:
    """For the rail: lists to pick or to let go for the gate, drafts of one's own for sales."""
    mine = Q(state=S.DRAFT, drafted_by=actor.ref)
    if actor.may("dispatch.gate"):
        mine |= Q(state__in=OPEN)
    return PickList.objects.visible_to(actor).filter(mine).count()
