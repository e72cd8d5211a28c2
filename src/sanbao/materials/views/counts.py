"""盘点: the list, one count, and the page on which it is counted blind."""

from __future__ import annotations

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
from sanbao.materials import cards, counts, documents
from sanbao.materials.forms.counting import ScanForm
from sanbao.materials.lifecycle import COUNT
from sanbao.materials.models import CountState, Finding, Place, StockCount
from sanbao.materials.views.parts import about, may, pdf, reader, state_pill
from sanbao.web import answers, moves
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


@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for the phone: the place stays, each scan is one lot; a place's own code changes the place."""
    by = reader(request)
    case: Any = moves.find(COUNT, pk, by)
    here = request.session.get(_key(pk), "")
    initial = {"place": request.GET.get("place", here)} if request.GET.get("place", here) else {}
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, case=case, by=by, initial=initial)
    latest = case.entries.select_related("lot", "place").order_by("-id")[:LATEST]
    facts = {
        "case": case,
        "form": form,
        "state": state_pill(case),
        "scope": scope_of(case),
        "entries": case.entries.count(),
        "latest": [(e, cards.said(e.quantity_milli, e.lot.unit) if e.lot and e.quantity_milli else "") for e in latest],
    }
    page = answers.page(request, "materials/count_scan.html", facts)
    if not posted:
        COUNT.allow(case, "scan", by)
        return page()
    place, sentence = count_by_scan(case, request.POST, by=by)
    if place:
        request.session[_key(pk)] = place
    return answers.done(request, reverse("materials:count_scan", args=[pk]), sentence)


def count_by_scan(case: StockCount, data: Any, *, by: Actor) -> tuple[str, W]:
    """What one scanned code means in a count: the place that is counted now, and what is said. No word of the book."""
    code, place = str(data.get("code", "")), str(data.get("place", ""))
    other = Place.objects.in_use().filter(code=code_key(code)).first() if code.strip() else None
    if other is not None:
        return other.code, W("现在盘 {place} {name}", "Counting {place} {name} now", place=other.code, name=other.name)
    act(COUNT.faces["scan"], case, data, by=by)
    return code_key(place), W("已记下 {code}", "{code} is written down", code=code.strip()[:60])


def _key(pk: int) -> str:
    return f"count_{pk}_place"


@require_safe
def sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(COUNT, pk, by)
    return pdf(documents.count_pdf(case, by), case.number)
