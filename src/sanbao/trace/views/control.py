"""Pages of holds, verdicts and permits: what stands in a lot's way, and what was made from what was let through."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import obligations, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.trace import queries
from sanbao.trace.lifecycle import HOLD, PERMIT, VERDICT
from sanbao.trace.models import (
    HeldLot,
    Hold,
    HoldState,
    JudgedLot,
    Lot,
    LotKind,
    Permit,
    PermitKind,
    PermitState,
    QualityStatus,
    Verdict,
)
from sanbao.trace.saying import exact
from sanbao.trace.templatetags import trace_parts
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import due, pill, when

PILLS = {
    PermitState.APPLIED: "soon",
    PermitState.IN_FORCE: "late",
    PermitState.REFUSED: "",
    PermitState.ENDED: "fine",
    HoldState.IN_FORCE: "late",
    HoldState.LIFTED: "fine",
}


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("trace.see", clause="M-02")
    return actor


def hold_pill(hold: Hold) -> str:
    return pill(HoldState.title_of(hold.state), PILLS.get(HoldState(hold.state), ""))


def permit_pill(permit: Permit) -> str:
    return pill(PermitState.title_of(permit.state), PILLS.get(PermitState(permit.state), ""))


class HoldList(Listing):
    """冻结: what is blocked now first."""

    name = "holds"
    order = "-placed"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("hold", words))),)
    tabs = (
        Tab("in_force", W("冻结中", "On hold"), Q(state=HoldState.IN_FORCE)),
        Tab("lifted", W("已解除", "Lifted"), Q(state=HoldState.LIFTED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("reason", W("原因", "Reason")),
        Column("lots", W("批次数", "Lots"), lambda h: f"{h.lots:,}", sort="lots", number=True, plain=lambda h: h.lots),
        Column("state", W("状态", "State"), hold_pill, plain=lambda h: HoldState.title_of(h.state), narrow=True),
        Column("placed", W("冻结于", "Placed"), lambda h: when(h.placed_at), sort="placed_at", narrow=True),
        Column("placed_by", W("由谁", "By"), lambda h: who(h.placed_by), plain=lambda h: who(h.placed_by)),
    )


class PermitList(Listing):
    """放行单: debts first, the nearest due first."""

    name = "permits"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("permit", words))),
        Choice("kind", W("种类", "Kind"), PermitKind.pairs()),
    )
    tabs = (
        Tab("open", W("未了结", "Open"), Q(state__in=[PermitState.APPLIED, PermitState.IN_FORCE])),
        Tab("ended", W("已了结", "Settled"), Q(state__in=[PermitState.ENDED, PermitState.REFUSED])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("kind", W("种类", "Kind"), lambda p: PermitKind.title_of(p.kind), narrow=True),
        Column("lot", W("批次", "Lot"), lambda p: p.lot.code, narrow=True),
        Column("reason", W("原因", "Reason")),
        Column("state", W("状态", "State"), permit_pill, plain=lambda p: PermitState.title_of(p.state), narrow=True),
        Column(
            "due",
            W("质检了结期限", "QC settles by"),
            lambda p: due(p.due_at, None if p.state == PermitState.IN_FORCE else p.decided_at) if p.due_at else "",
            sort="due_at",
            plain=lambda p: p.due_at,
            narrow=True,
        ),
    )


class VerdictList(Listing):
    name = "verdicts"
    order = "-given"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("verdict", words))),
        Choice("status", W("质量状态", "Status"), QualityStatus.pairs()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column(
            "status",
            W("判为", "Verdict"),
            lambda v: trace_parts.quality(v.status),
            plain=lambda v: QualityStatus.title_of(v.status),
            narrow=True,
        ),
        Column("lots", W("批次数", "Lots"), number=True),
        Column("basis", W("依据", "Basis")),
        Column("given", W("判定于", "Given"), lambda v: when(v.given_at), sort="given_at", narrow=True),
        Column("given_by", W("由谁", "By"), lambda v: who(v.given_by), plain=lambda v: who(v.given_by)),
    )


class LotsOf(Listing):
    """The lots of one hold or verdict."""

    order = "code"
    size = 50
    filters = (Choice("kind", W("类别", "Kind"), LotKind.pairs()),)
    columns = (
        Column("code", W("编号", "Code"), sort="key", opens=True),
        Column("kind", W("类别", "Kind"), lambda lot: LotKind.title_of(lot.kind)),
        Column(
            "quantity",
            W("数量", "Quantity"),
            lambda lot: exact(lot.quantity_milli, lot.unit) if lot.quantity_milli is not None else "",
            number=True,
        ),
        Column(
            "status",
            W("质量状态", "Status"),
            lambda lot: trace_parts.quality(lot.status),
            plain=lambda lot: QualityStatus.title_of(lot.status),
        ),
    )


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return HoldList(request, Hold.objects.visible_to(by)).respond("trace/control/holds.html", by=by)


@require_safe
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold with every lot that it blocks."""
    by = reader(request)
    case = moves.find(HOLD, pk, by)
    held = HeldLot.objects.filter(hold=case, released=False)
    facts = {"case": case, "state": hold_pill(case), "offers": HOLD.offered(case, by), "now": held.count()}
    rows = Lot.objects.filter(pk__in=held.values("lot_id"))
    return LotsOf(request, rows).respond("trace/control/hold.html", **facts)


@require_safe
def verdicts(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return VerdictList(request, Verdict.objects.visible_to(by)).respond("trace/control/verdicts.html", by=by)


@require_safe
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case = moves.find(VERDICT, pk, by)
    rows = Lot.objects.filter(pk__in=JudgedLot.objects.filter(verdict=case).values("lot_id"))
    follow = Hold.objects.filter(about=case.subject).first()
    return LotsOf(request, rows).respond("trace/control/verdict.html", case=case, follow=follow)


@require_safe
def permits(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = Permit.objects.visible_to(by).select_related("lot")
    return PermitList(request, rows).respond("trace/control/permits.html", by=by)


@require_safe
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    """One permit: the debt, and everything that was made from the lot, at once (T-05)."""
    by = reader(request)
    case = moves.find(PERMIT, pk, by)
    made = queries.trace_forward([case.lot_id])  # type: ignore[attr-defined]
    kinds = [(kind.title, made.of_kind(kind)) for kind in LotKind if kind != LotKind.RAW]
    facts: dict[str, Any] = {
        "case": case,
        "state": permit_pill(case),  # type: ignore[arg-type]
        "kind": PermitKind.title_of(case.kind),  # type: ignore[attr-defined]
        "offers": PERMIT.offered(case, by),
        "duties": obligations.duties_on(case.subject),
        "made": [(title, nodes) for title, nodes in kinds if nodes],
        "count": len(made.nodes) - 1,
        "customers": [(held, exact(held.quantity_milli, held.unit)) for held in made.customers],
    }
    return render(request, "trace/control/permit.html", facts)
