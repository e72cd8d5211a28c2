"""The trace pages: search, one trace, the ten-stage chain, one lot, one record, export."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.trace import documents, pages, panels, queries, recent, telling, witnesses
from sanbao.trace.actions.reversal import strikable
from sanbao.trace.marks import debts, marks
from sanbao.trace.models import Lot, LotKind, QualityStatus, RecordKind
from sanbao.trace.saying import exact
from sanbao.trace.telling import Told
from sanbao.trace.templatetags import trace_parts
from sanbao.trace.traces import Direction
from sanbao.web import answers, exports, subjects
from sanbao.web.lists import Choice, Column, Days, Listing, Rows, Words
from sanbao.web.templatetags import parts

ROWS_PER_PAGE = 100


def _reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("trace.see", clause="M-02")
    return actor


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search field. ``?q=`` goes straight to the trace; an unknown number is said here, and stays typed."""
    actor = _reader(request)
    typed = request.GET.get("q", "").strip()[:100]
    unknown = bool(typed) and not queries.find(typed, actor=actor)
    if typed and not unknown:
        return redirect("trace:trace", code=typed)
    facts = {"typed": typed, "unknown": unknown, "recent": recent.of(request)}
    return render(request, "trace/home.html", facts, status=404 if unknown else 200)


@require_safe
def trace(request: HttpRequest, code: str) -> HttpResponse:
    """A trace of whatever the number names; of several lots they are listed and asked, or traced together."""
    actor = _reader(request)
    lots = queries.found(code, actor=actor)
    together = request.GET.get("all") == "1"
    if len(lots) > 1 and not together:
        return render(request, "trace/several.html", {"code": code, "lots": pages.several(lots)})
    address = reverse("trace:trace", args=[code])
    direction = _direction(request)
    page = pages.trace_page(lots, direction, address=address, together=together, opened=request.GET.get("open", ""))
    facts: dict[str, Any] = {
        "code": code,
        "lot": lots[0] if len(lots) == 1 else None,
        "kind": LotKind.title_of(lots[0].kind),
        "lots": lots,
        "page": page,
        "direction": direction,
        "ways": [(way, page.counts.get(way.value)) for way in Direction],
        "address": address,
        "together": together,
        "counted_aside": direction != Direction.SIDE and pages.counted_aside(lots),
        "forms": ("xlsx", "csv"),
        "as_events": bool(witnesses.witnesses),
        "told_ms": f"{page.whole.milliseconds:.1f}",
        "as_of": f"{local(now()):%H:%M}",
    }
    if request.GET.get("as") == "table":
        response = render(request, "trace/table.html", facts | _table(request, page.told))
    else:
        response = render(request, "trace/trace.html", facts)
    return recent.remember(request, response, lots[0]) if len(lots) == 1 else response


@require_safe
def side_count(request: HttpRequest, code: str) -> HttpResponse:
    """How many lots stand beside these: asked for by the page when it is there, for it takes as long as the rest."""
    lots = queries.found(code, actor=_reader(request))
    return HttpResponse(str(queries.side_count(lots)) if pages.counted_aside(lots) else "")


def _direction(request: HttpRequest) -> Direction:
    asked = request.GET.get("view", "")
    return Direction(asked) if asked in list(Direction) else Direction.BOTH


def _table(request: HttpRequest, told: Told) -> dict[str, Any]:
    """The same lots as rows; pages say how many there are in all."""
    kind, shown = request.GET.get("kind", ""), told.trace
    rows = list(documents.lot_rows(told, kind if kind in list(LotKind) else ""))
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row[3] = "—" if row[3] is None else f"{row[3]:,}"
    kinds = [(kind, len(shown.of_kind(kind))) for kind in LotKind]
    return {
        "heads": documents.lot_heads(told),
        "rows": page,
        "kinds": [(kind, count) for kind, count in kinds if count],
        "kind_asked": kind,
        "here": f"?view={shown.direction}&as=table{'&all=1' if request.GET.get('all') == '1' else ''}",
    }


@require_safe
def chain(request: HttpRequest, code: str) -> HttpResponse:
    """C-16: the ten stages on one screen, each with its records, the gaps in red, and who is proposed."""
    lots = queries.found(code, actor=_reader(request))
    found = queries.chain(lots)
    facts = {
        "code": code,
        "chain": found,
        "responsible": pages.responsible(found),
        "address": reverse("trace:trace", args=[code]),
        "stages": [(stage, [(entry, pages.entry_href(entry)) for entry in stage.entries]) for stage in found.stages],
    }
    return render(request, "trace/chain.html", facts)


@require_safe
def export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The whole answer as JSON or EPCIS events; its lots, places, groups or balances as CSV or XLSX (``?what=…``)."""
    by = _reader(request)
    told, contacts = telling.asked(queries.found(code, actor=by), _direction(request)), by.may("parties.see")
    if form == "epcis" and witnesses.witnesses:
        response = HttpResponse(witnesses.document(told.trace), content_type="application/ld+json")
        response["Content-Disposition"] = 'attachment; filename="trace.jsonld"'
        return response
    if form == "json":
        answer = documents.document(told, code, contacts=contacts)
        response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
        response["Content-Disposition"] = 'attachment; filename="trace.json"'
        return response
    if form not in ("csv", "xlsx"):
        sentence = W("只能导出 JSON、EPCIS、CSV 或 XLSX。", "Only JSON, EPCIS, CSV and XLSX can be exported.")
        raise Refusal("trace.no_such_form", sentence, status=404)
    tables: dict[str, tuple[list[W], Any]] = {
        "lots": (documents.lot_heads(told), documents.lot_rows(told)),
        "customers": (documents.CUSTOMER_HEADS, documents.customer_rows(told, contacts=contacts)),
        "groups": (documents.GROUP_HEADS, documents.group_rows(told)),
        "balances": (documents.balance_heads(), documents.balance_rows(told)),
    }
    what = request.GET.get("what", "lots")
    heads, rows = tables.get(what, tables["lots"])
    return exports.file(form, f"trace-{what if what in tables else 'lots'}", [str(head) for head in heads], rows)


@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot with its records and its direct neighbours: a dialog over a drawing, or a page."""
    by = _reader(request)
    found = Lot.objects.visible_to(by).select_related("product", "material").filter(pk=pk).first()
    if found is None:
        sentence = W("没有这个批次。", "There is no such lot.")
        raise Refusal("trace.unknown_lot", sentence, "T-14", 404)
    into, out = panels.neighbours(found)
    facts = {
        "lot": found,
        "kind": LotKind.title_of(found.kind),
        "status": QualityStatus.title_of(found.status),
        "quantity": exact(found.quantity_milli, found.unit) if found.quantity_milli is not None else "",
        "panels": [_told(one) for one in panels.panels_of(found)],
        "testimonies": witnesses.about(found.pk),
        "into": into,
        "out": out,
        "marks": marks([found.pk]).get(found.pk),
        "debts": debts(found.pk),
        "account": queries.account(found),
        "may": {name: by.may(f"trace.{name}") for name in ("judge", "hold", "apply_permit")},
        "struck": strikable(by),
    }
    return render(request, "trace/parts/lot.html" if answers.dialog(request) else "trace/lot.html", facts)


@require_safe
def record(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One record as on paper: a dialog, or a page. An event from outside has a page of its own."""
    _reader(request)
    if kind == RecordKind.CAPTURE and (said := witnesses.event(pk)):
        return redirect(said.href)
    found = panels.record_panel(kind, pk)
    if found is None:
        raise Refusal("trace.unknown_record", W("没有这条记录。", "There is no such record."), "T-14", 404)
    template = "trace/parts/record.html" if answers.dialog(request) else "trace/record.html"
    return render(request, template, {"panel": _told(found), "lot": found.record.lot})


def _told(one: panels.Panel) -> panels.Panel:
    """A panel that says where its record was written down: the line of an imported sheet, or by whom."""
    kind, _, key = one.record.source.partition(":")
    if kind == "import":
        words = W("导入 {n} 第 {row} 行", "import {n}, row {row}") if one.record.row else W("导入 {n}", "import {n}")
        one.written_by, one.written_at = str(words.format(n=key, row=one.record.row)), parts.place("exchange:run", key)
    else:
        one.written_by = subjects.who(one.record.source)
    return one


def _by_number(rows: Rows, typed: str) -> Rows:
    found = queries.find(typed, actor=Actor.clockwork("lots"))
    return rows.filter(pk__in=[lot.pk for lot in found])


class LotList(Listing):
    """批次: every lot, newest first."""

    columns = [
        Column("code", W("编号", "Code"), sort="key", opens=True),
        Column(
            "kind",
            W("类别", "Kind"),
            lambda lot: LotKind.title_of(lot.kind),
            plain=lambda lot: str(LotKind.title_of(lot.kind)),
        ),
        Column("product", W("产品/材料", "Product or material"), lambda lot: lot.product or lot.material or ""),
        Column(
            "quantity",
            W("数量", "Quantity"),
            lambda lot: exact(lot.quantity_milli, lot.unit) if lot.quantity_milli is not None else "",
            number=True,
            plain=lambda lot: documents.number(lot.quantity_milli),
        ),
        Column(
            "status",
            W("质量状态", "Status"),
            lambda lot: trace_parts.quality(lot.status),
            plain=lambda lot: QualityStatus.title_of(lot.status),
        ),
        Column("made_on", W("日期", "Date"), lambda lot: parts.when(lot.made_on), sort="made_on", narrow=True),
    ]
    filters = [
        Words(_by_number, title=W("任意编号", "Any number")),
        Choice("kind", W("类别", "Kind"), LotKind.pairs()),
        Choice("status", W("质量状态", "Status"), QualityStatus.pairs()),
        Days("made_on", W("日期", "Date")),
    ]
    order = "-made_on"
    name = "lots"
    size = 50


@require_safe
def lots(request: HttpRequest) -> HttpResponse:
    rows = Lot.objects.visible_to(_reader(request)).select_related("product", "material")
    return LotList(request, rows).respond("trace/lots.html")
