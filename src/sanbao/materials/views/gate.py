"""来料: deliveries, and each lot at the gate with what it lacks and the ways that are open (T-02 – T-06)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.lifecycle import Offer
from sanbao.kernel.words import W
from sanbao.materials import marking
from sanbao.materials.forms.receiving import EnterForm
from sanbao.materials.lifecycle import DELIVERY, INCOMING
from sanbao.materials.models import (
    Delivery,
    DeliveryState,
    IncomingLot,
    IncomingState,
    MarkingContent,
    MarkingNotice,
    MarkingState,
    Report,
)
from sanbao.materials.policies import MARKING, class_of
from sanbao.materials.rules import REPORT
from sanbao.materials.views.parts import LAST, about, may, reader, state_pill
from sanbao.trace import queries as trace
from sanbao.trace.models import LotKind, PermitState
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import code, due, pill, when

G = IncomingState
WAYS = ("collect_history", "supply", "ask_sampling", "use_nonconforming")
OPEN = Q(state__in=[G.COMPLETE, G.REFUSED, G.SAMPLING, G.NONCONFORMING, G.URGENT])


class IncomingList(Listing):
    """Every lot at the gate, those that wait for somebody first, the nearest due on top."""

    name = "incoming"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("incoming", words))),
        Choice("state", W("状态", "State"), G.pairs()),
    )
    tabs = (
        Tab("open", W("未了", "Open"), OPEN),
        Tab("refused", W("拒收待处理", "Refused"), Q(state__in=[G.REFUSED, G.SAMPLING, G.NONCONFORMING])),
        Tab("urgent", W("紧急放行", "Urgent release"), Q(state=G.URGENT)),
        Tab("accepted", W("已收进", "Accepted"), Q(state=G.ACCEPTED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("来料", "Delivery"), lambda i: f"{i.delivery.number}/{i.position}", sort="delivery__number",
               opens=True, narrow=True),
        Column("material", W("材料", "Material"), lambda i: i.material.name, plain=lambda i: i.material.name),
        Column("incoming_lot", W("进货批号", "Incoming lot"), narrow=True),
        Column("supplier", W("供方", "Supplier"), lambda i: i.of_whom, plain=lambda i: i.of_whom),
        Column("quantity", W("数量", "Quantity"), number=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda i: G.title_of(i.state), narrow=True),
        Column("missing", W("缺", "Lacks"), lambda i: marking.titles(marking.still_missing(i))),
        Column("lot", W("本厂批号", "Our lot"), lambda i: i.lot.code if i.lot else "",
               plain=lambda i: i.lot.code if i.lot else "", narrow=True),
        Column("due", W("期限", "Due"), lambda i: due(i.due_at) if i.due_at and i.state in WAITING else "",
               sort="due_at", plain=lambda i: i.due_at, narrow=True),
    )  # fmt: skip


WAITING = (G.REFUSED, G.SAMPLING, G.NONCONFORMING, G.ACCEPTED, G.URGENT)


class DeliveryList(Listing):
    name = "deliveries"
    order = "-number"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("delivery", words))),
        Days("arrived_on", W("到货日期", "Arrived")),
    )
    tabs = (
        Tab("open", W("核对中", "Being checked"), Q(state=DeliveryState.OPEN)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda d: code(d.number), sort="number", opens=True, narrow=True),
        Column("supplier", W("供方", "Supplier"), lambda d: d.of_whom, plain=lambda d: d.of_whom),
        Column("paper", W("送货单号", "Delivery note")),
        Column("arrived", W("到货", "Arrived"), lambda d: when(d.arrived_on), sort="arrived_on",
               plain=lambda d: d.arrived_on, narrow=True),
        Column("n", W("批数", "Lots"), sort="n", number=True),
        Column("refused", W("拒收", "Refused"), lambda d: pill(str(d.refused), "late") if d.refused else "",
               plain=lambda d: d.refused, number=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda d: DeliveryState.title_of(d.state), narrow=True),
    )  # fmt: skip


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = Delivery.objects.visible_to(by).select_related("supplier", "owner")
    outside = Q(lots__state__in=[G.REFUSED, G.SAMPLING, G.NONCONFORMING])
    rows = rows.annotate(n=Count("lots", distinct=True), refused=Count("lots", filter=outside, distinct=True))
    return DeliveryList(request, rows).respond("materials/deliveries.html", may=may(by))


@require_safe
def incoming_lots(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = IncomingLot.objects.visible_to(by).select_related(
        "delivery__supplier", "delivery__owner", "material", "lot"
    )  # fmt: skip
    return IncomingList(request, rows).respond("materials/incoming_lots.html")


@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: its lots, and the form that checks the next one."""
    by = reader(request)
    case: Any = moves.find(DELIVERY, pk, by)
    lots = list(
        case.lots.select_related("delivery__supplier", "delivery__owner", "material", "lot").order_by("position")
    )
    facts = about(case, by) | {
        "lots": [(lot, state_pill(lot), marking.titles(marking.still_missing(lot))) for lot in lots],
        "form": EnterForm(by=by) if case.state == DeliveryState.OPEN and by.may("materials.receive") else None,
        "version": case.version,
    }
    complete = any(lot.state == G.COMPLETE for lot in lots)
    idle = {"enter"} if complete else {"enter", "take_in"}
    facts["offers"] = [offer for offer in facts["offers"] if offer.name not in idle]
    return render(request, "materials/delivery.html", facts)


@require_safe
def incoming(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot at the gate: what its marking must hold and what is there, the four ways, urgent release, its story."""
    by = reader(request)
    case: Any = moves.find(INCOMING, pk, by)
    facts = about(case, by)
    made = trace.trace_forward([case.lot]) if case.lot else None
    onward = sorted((n for n in made.nodes.values() if n.id != case.lot_id), key=lambda n: n.code) if made else []
    missing = marking.still_missing(case)
    facts |= {
        "checklist": checklist(case),
        "missing": missing,
        "lacks": marking.titles(missing),
        "no_report": REPORT in missing,
        "steps": steps_of(case),
        "ways": [offer for offer in facts["offers"] if offer.name in WAYS],
        "offers": _acts(facts["offers"], case),
        "permit": case.permit,
        "permit_open": case.permit is not None and case.permit.state in (PermitState.APPLIED, PermitState.IN_FORCE),
        "permit_state": PermitState.title_of(case.permit.state) if case.permit else "",
        "made": [(LotKind.title_of(node.kind), node) for node in onward[:40]],
        "made_count": len(onward),
        "came": Report.title_of(case.report),
        "told": _told(case),
    }
    return render(request, "materials/incoming.html", facts)


def checklist(case: IncomingLot) -> list[tuple[Any, bool]]:
    """Each content that the rule demands, and whether it is there."""
    if not case.rule_version:
        return []
    version = MARKING.numbered(case.rule_version)
    rule = version.decide(material_class=class_of(case.material, version), important=case.material.important)
    found = [(MarkingContent(content).title, content not in case.missing) for content in rule["contents"]]
    if rule["report"] != Report.NONE:
        found.append((Report(rule["report"]).title, REPORT not in case.missing))
    return found


def steps_of(case: IncomingLot) -> list[dict[str, Any]]:
    """The lot's story at the gate, as the timeline shows it; the latest first."""
    return [
        {
            "at": step.at,
            "who": who(step.by),
            "text": " · ".join(filter(None, (str(INCOMING.moves[step.act].title), step.text))),
            "ref": step.reference,
            "clause": INCOMING.moves[step.act].clause,
        }
        for step in reversed(list(case.steps.all()))  # type: ignore[attr-defined]
    ]


def _acts(offers: list[Offer], case: IncomingLot) -> list[Offer]:
    """The buttons at the top: the ways have a place of their own, and what is refused anyway comes last."""
    permit = case.permit
    open_ = permit is not None and permit.state in (PermitState.APPLIED, PermitState.IN_FORCE)
    idle = {*WAYS}
    if open_:
        idle.add("ask_urgent")  # one permit at a time
    if permit is None or permit.state != PermitState.IN_FORCE or permit.marked:
        idle.add("mark")  # nothing to re-mark
    rest = [offer for offer in offers if offer.name not in idle]
    return sorted(rest, key=lambda offer: (offer.refusal is not None, offer.name in LAST, offer.name != "mark"))


def _told(case: IncomingLot) -> MarkingNotice | None:
    """The notice by which its supplier was told what to mark, if he acknowledged one that holds (T-01)."""
    if case.delivery.supplier_id is None or not case.rule_version:
        return None
    of = class_of(case.material, MARKING.numbered(case.rule_version))
    return MarkingNotice.objects.filter(
        supplier=case.delivery.supplier_id, material_class=of, state=MarkingState.ACKNOWLEDGED
    ).first()
