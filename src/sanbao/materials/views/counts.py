"""盘点: the list, one count, and the page on which it is counted blind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import act
from sanbao.kernel.words import W
from sanbao.materials import cards, counts, documents, stock
from sanbao.materials.forms.counting import ScanForm
from sanbao.materials.lifecycle import COUNT
from sanbao.materials.models import CountEntry, CountState, Finding, StockCount
from sanbao.materials.views import tours
from sanbao.materials.views.parts import about, may, pdf, reader, state_pill
from sanbao.materials.views.places import known
from sanbao.web import answers, moves, scans
from sanbao.web.lists import Column, Listing, Tab, Words
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import code, when

TONES = {
    Finding.SAME: "fine", Finding.LESS: "late", Finding.MORE: "soon", Finding.MISSING: "late",
    Finding.ELSEWHERE: "soon", Finding.UNKNOWN: "hold", Finding.MOVED: "soon",
}  # fmt: skip
#: So many of the latest scans are shown while counting.
LATEST = 12


class CountList(Listing):
    name = "stock-counts"
    order = "-number"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("stock_count", words))),)
    tabs = (
        Tab("open", W("未了", "Open"), Q(state__in=[CountState.OPEN, CountState.COUNTED])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", opens=True, narrow=True),
        Column("scope", W("范围", "Scope"), lambda c: scope_of(c), plain=lambda c: scope_of(c)),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: CountState.title_of(c.state), narrow=True),
        Column("opened", W("开始", "Begun"), lambda c: when(c.opened_at), sort="opened_at",
               plain=lambda c: c.opened_at, narrow=True),
        Column("opened_by", W("由谁", "By"), lambda c: who(c.opened_by), plain=lambda c: who(c.opened_by)),
        Column("decided_by", W("批准", "Approved by"), lambda c: who(c.decided_by) if c.decided_by else "",
               plain=lambda c: who(c.decided_by) if c.decided_by else ""),
    )  # fmt: skip


def scope_of(count: StockCount) -> str:
    return count.material_class or "、".join(sorted(scope.place.code for scope in count.scope.all()))  # type: ignore[attr-defined]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = StockCount.objects.visible_to(by).prefetch_related("scope__place")
    return CountList(request, rows).respond("materials/counts.html", may=may(by))


@require_safe
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """One count. While it is open the book stays hidden; after that every difference is shown."""
    by = reader(request)
    case: Any = moves.find(COUNT, pk, by)
    facts = about(case, by)
    blind = case.state in (CountState.OPEN, CountState.CANCELLED)
    lines = [] if blind else list(case.lines.select_related("lot").order_by("id"))
    differing = [line for line in lines if line.finding != Finding.SAME]
    facts |= {
        "scope": scope_of(case),
        "blind": blind,
        "lines": [told(line) for line in sorted(lines, key=lambda line: line.finding == Finding.SAME)],
        "differing": len(differing),
        "entries": case.entries.count(),
        "scans": case.state == CountState.OPEN and by.may("materials.count"),
    }
    facts["offers"] = [offer for offer in facts["offers"] if offer.name != "scan"]
    return render(request, "materials/count.html", facts)


def told(line: Any) -> dict[str, Any]:
    def amount(milli: int | None) -> str:
        return cards.said(milli, line.lot.unit) if line.lot and milli is not None else ""

    change = counts.difference(line)
    return {
        "line": line,
        "finding": Finding.title_of(line.finding),
        "tone": TONES[Finding(line.finding)],
        "book": amount(line.book_milli),
        "found": amount(line.found_milli),
        "difference": f"{'+' if change > 0 else ''}{amount(change)}" if change else "",
    }


@scans.scanning
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for the phone: a place's sign, then its lots. No word of the book."""
    by = reader(request)
    case: Any = moves.find(COUNT, pk, by)
    if request.method != "POST":
        COUNT.allow(case, "scan", by)
    start = _start(case, request.GET.get("place", ""))
    tour = request.POST.get("tour") or tours.begin(request, start)
    page = answers.page(request, "materials/count_scan.html", {"hidden": [("tour", tour)], **_scanned(case, by, start)})
    if request.method != "POST":
        return page()
    if request.POST.get("by_hand"):
        act(COUNT.faces["scan"], case, request.POST, by=by)
        said = W("已记下 {code}", "{code} is written down", code=request.POST.get("code", "").strip()[:60])
        return answers.done(request, f"{reverse('materials:count_scan', args=[pk])}?place={_typed(request)}", said)
    told = count_by_scan(request, case, by)
    return scans.answer(request, replace(page, facts=page.facts | _scanned(case, by, start)), told)


def count_by_scan(request: HttpRequest, case: StockCount, by: Actor) -> scans.Answer:
    """What one scanned code means in a count: another place, or a lot that is here. How much, is asked after it."""
    here, read = tours.place_of(request), scans.read(request)
    other = next((place for code in read.codes if (place := tours.sign(code)) is not None), None)
    if other is not None:
        return tours.turn_to(request, other)
    code = known(read, by)
    act(COUNT.faces["scan"], case, {"code": code, "place": here.code if here else ""}, by=by)
    entry = CountEntry.objects.filter(count=case, by=by.ref).select_related("lot").latest("id")
    facts = {"entry": entry, "case": case, "place": here, "name": stock.name_of(entry.lot) if entry.lot else ""}
    if entry.lot is None:
        said = W("不认识 {code}，已记下", "{code} is unknown; written down", code=code[:60])
        return scans.Answer(code, said, "", "W-07", False, "unknown", "materials/parts/scan_count.html", facts)
    said = W("已记下 {code}", "{code} is written down", code=entry.lot.code)
    return scans.Answer(code, said, clause="W-07", template="materials/parts/scan_count.html", facts=facts)


def _scanned(case: Any, by: Actor, start: str) -> dict[str, Any]:
    latest = case.entries.select_related("lot", "place").order_by("-id")[:LATEST]
    return {
        "case": case,
        "form": ScanForm(case=case, by=by, initial={"place": start} if start else {}),
        "state": state_pill(case),
        "scope": scope_of(case),
        "entries": case.entries.count(),
        "start": start,
        "latest": [(e, cards.said(e.quantity_milli, e.lot.unit) if e.lot and e.quantity_milli else "") for e in latest],
    }


def _start(case: Any, asked: str) -> str:
    """Where the count begins: as asked, or at its only place."""
    if (place := tours.sign(asked)) is not None:
        return place.code
    only = list(case.scope.values_list("place__code", flat=True)[:2])
    return only[0] if len(only) == 1 else ""


def _typed(request: HttpRequest) -> str:
    return code_key(request.POST.get("place", ""))[:40]


@require_safe
def sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(COUNT, pk, by)
    return pdf(documents.count_pdf(case, by), case.number)
