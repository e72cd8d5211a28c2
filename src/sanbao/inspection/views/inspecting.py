"""Pages of sheets, plans, series of lots and instruments (Q-07)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.inspection import documents, queries
from sanbao.inspection.forms.inspecting import EnterForm
from sanbao.inspection.lifecycle import INSPECTION_PLAN, INSPECTION_SHEET, INSTRUMENT, SAMPLE, SAMPLING_SERIES
from sanbao.inspection.models import (
    InspectionPlan,
    InspectionSheet,
    Instrument,
    PlanState,
    SamplingSeries,
    SamplingState,
    SheetState,
    Weight,
)
from sanbao.inspection.sampling import said
from sanbao.inspection.showing import CHANGES, grid, groups, limits
from sanbao.inspection.views.parts import pdf, reader, rooms, sheet_pill, state_pill
from sanbao.kernel import attachments, obligations, search
from sanbao.kernel.codes import whole
from sanbao.kernel.keeping import InUse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.web import kept, moves
from sanbao.web.kept import Fact, Related, linked
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags.parts import pill

NUMBER = Column("number", W("编号", "No."), sort="number", opens=True, narrow=True)


def finds(kind: str) -> Words:
    return Words(lambda rows, words: rows.filter(pk__in=search.matching(kind, words)))


class Sheets(Listing):
    name = "inspection-sheets"
    order = "-number"
    filters = (finds("inspection_sheet"), Choice("state", W("结论", "Outcome"), SheetState.pairs()))
    tabs = (
        Tab("open", SheetState.OPEN.title, Q(state=SheetState.OPEN)),
        Tab("done", W("已下结论", "Concluded"), Q(state__in=[SheetState.ACCEPTED, SheetState.REJECTED])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        NUMBER,
        Column("of", W("批次或样品", "Lot or sample"), lambda s: s.of_what, plain=lambda s: str(s.of_what)),
        Column("plan", W("检验计划", "Plan"), lambda s: s.plan.title),
        Column("units", W("批量", "Lot size"), sort="units", number=True),
        Column("state", W("结论", "Outcome"), sheet_pill, plain=lambda s: SheetState.title_of(s.state), narrow=True),
        Column("opened", W("开单", "Opened"), lambda s: s.opened_at, sort="opened_at", narrow=True),
        Column(
            "concluded", W("结论时间", "Concluded"), lambda s: s.concluded_at or "", sort="concluded_at", narrow=True
        ),
    )
    empty = W("没有符合条件的检验单", "No sheet matches")


class Plans(Listing):
    name = "inspection-plans"
    order = "number"
    filters = (finds("inspection_plan"),)
    tabs = (
        Tab("standing", W("现行与待批", "Approved and drafts"), Q(state__in=[PlanState.IN_FORCE, PlanState.DRAFT])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        NUMBER,
        Column("edition", W("版次", "Edition"), number=True, narrow=True),
        Column("title", W("名称", "Title"), sort="title"),
        Column("of", W("适用于", "For"), lambda p: p.of_what, plain=lambda p: str(p.of_what)),
        Column("level", W("检验水平", "Level"), narrow=True),
        Column("since", W("生效", "From"), lambda p: p.since or "", sort="since", narrow=True),
        Column("state", W("状态", "State"), lambda p: state_pill(PlanState, p.state),
               plain=lambda p: PlanState.title_of(p.state), narrow=True),
    )  # fmt: skip
    empty = W("还没有检验计划", "No plan yet")


class Series(Listing):
    name = "sampling-series"
    order = "since"
    filters = (Choice("state", W("状态", "State"), SamplingState.pairs()),)
    tabs = (
        Tab("unusual", W("非正常检验", "Not normal"), ~Q(state=SamplingState.NORMAL)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("series", W("批系列", "Series"), str, opens=True, plain=str),
        Column("lots", W("已检批数", "Lots"), sort="lots", number=True, narrow=True),
        Column("state", W("状态", "State"), lambda s: state_pill(SamplingState, s.state),
               plain=lambda s: SamplingState.title_of(s.state), narrow=True),
        Column("why", W("原因", "Why"), lambda s: CHANGES.get(s.why, "")),
        Column("since", W("自", "Since"), lambda s: s.since, sort="since", narrow=True),
    )  # fmt: skip
    empty = W("所有批系列都是正常检验", "Every series is under normal inspection")


def calibration(instrument: Instrument) -> Any:
    """In use, overdue or out of use, as a word in its colour."""
    if instrument.state != InUse.IN_USE:
        return pill(InUse.title_of(instrument.state), "hold")
    if instrument.overdue(today()):
        return pill(W("校准过期", "Calibration overdue"), "late")
    return pill(W("在用", "In use"), "fine")


class Instruments(Listing):
    name = "instruments"
    order = "due"
    filters = (
        finds("instrument"),
        Choice("kind", W("类别", "Kind"), lambda: [(k, k) for k in queries.instrument_kinds()]),
    )

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:  # type: ignore[override]  # what is overdue depends on the day
        overdue = Q(state=InUse.IN_USE) & (Q(due_on=None) | Q(due_on__lt=today()))
        return (
            Tab("in_use", W("在用", "In use"), Q(state=InUse.IN_USE)),
            Tab("overdue", W("校准过期", "Calibration overdue"), overdue),
            Tab("out", W("停用", "Out of use"), ~Q(state=InUse.IN_USE)),
        )

    columns = (
        NUMBER,
        Column("name", W("名称", "Name"), sort="name"),
        Column("kind", W("类别", "Kind"), sort="kind"),
        Column("measures", W("量程和准确度", "Range and accuracy")),
        Column("place", W("在哪里", "Where")),
        Column("due", W("校准有效期至", "Calibrated until"), lambda i: i.due_on or "—", sort="due_on", narrow=True),
        Column("state", W("状态", "State"), calibration, plain=lambda i: InUse.title_of(i.state), narrow=True),
    )
    empty = W("没有符合条件的器具", "No instrument matches")


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = InspectionSheet.objects.visible_to(by).select_related("plan", "lot", "sample")
    return Sheets(request, rows).respond("inspection/list.html", **rooms("sheets", by))


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = InspectionPlan.objects.visible_to(by).select_related("product", "material")
    return Plans(request, rows).respond("inspection/list.html", **rooms("plans", by))


@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = SamplingSeries.objects.visible_to(by).select_related("product", "material", "supplier")
    return Series(request, rows).respond("inspection/list.html", **rooms("series", by))


@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return Instruments(request, Instrument.objects.visible_to(by)).respond(
        "inspection/list.html", **rooms("instruments", by)
    )


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection: its scheme and what was counted, the grid of results, what can be done."""
    by = reader(request)
    case: Any = moves.find(INSPECTION_SHEET, pk, by)
    lines, rows = list(case.plan.characteristics.all()), queries.latest(case)
    fills = case.state == SheetState.OPEN and by.may("inspection.inspect")
    facts = {
        "case": case,
        "state": sheet_pill(case),
        "groups": groups(case, lines, rows),
        "grid": grid(case, lines, rows, whole(request.GET.get("from", "")) or 1),
        "form": EnterForm(case=case, by=by, auto_id="enter_%s") if fills else None,
        "instruments": sorted({row.instrument.number for row in rows if row.instrument}),
        "offers": [offer for offer in INSPECTION_SHEET.offered(case, by) if offer.name != "enter"],
        "inspector": case.inspector,
        "report": case.state in (SheetState.ACCEPTED, SheetState.REJECTED),
    }
    return render(request, "inspection/sheet.html", facts)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """检验报告."""
    by = reader(request)
    case: Any = moves.find(INSPECTION_SHEET, pk, by)
    return pdf(documents.report_pdf(case, by), case.number)


@require_safe
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """The tag that a sample bears, with its QR code (C-22)."""
    by = reader(request)
    case: Any = moves.find(SAMPLE, pk, by)
    return pdf(documents.tags_pdf([case]), case.number)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(INSPECTION_PLAN, pk, by)
    facts = [
        Fact(W("适用于", "For"), case.of_what),
        Fact(W("版次", "Edition"), case.edition),
        Fact(W("检验水平", "Inspection level"), case.level),
        Fact(W("生效", "In force from"), case.since),
        Fact(W("拟定", "Drafted by"), documents.who(case.drafted_by)),
        Fact(W("批准", "Approved by"), documents.who(case.approved_by) if case.approved_by else ""),
    ]
    editions = [
        Fact(W("第 {n} 版", "Edition {n}", n=one.edition), PlanState.title_of(one.state), one.get_absolute_url())
        for one in InspectionPlan.objects.visible_to(by).filter(number=case.number).exclude(pk=case.pk)
    ]
    related = [Related(W("其他版次", "Other editions"), editions)] if editions else []
    lines = [
        (line, Weight.title_of(line.weight), said(line.aql) if line.aql is not None else "", limits(line))
        for line in case.characteristics.all()
    ]
    return kept.page(
        request, INSPECTION_PLAN, case, facts, related, template="inspection/plan.html", lines=lines,
        state_pill=state_pill(PlanState, case.state),
    )  # fmt: skip


@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(SAMPLING_SERIES, pk, by)
    rules = case.facts
    facts = [
        linked(W("产品", "Product"), case.product) if case.product else linked(W("材料", "Material"), case.material),
        Fact(W("供方", "Supplier"), case.supplier.name if case.supplier else ""),
        Fact(W("类别", "Weight"), Weight.title_of(case.weight)),
        Fact(W("AQL", "AQL"), said(case.aql)),
        Fact(W("已检批数", "Lots inspected"), str(case.lots)),
        Fact(W("转移得分", "Switching score"), str(rules["score"])),
        Fact(W("加严后连续接收", "Accepted in a row since tightened"), str(rules["streak"])),
        Fact(W("加严后累计不接收", "Not accepted since tightened"), str(rules["refused"])),
        Fact(W("最近一次转移", "Last switch"), CHANGES.get(case.why, "")),
    ]
    return kept.page(
        request, SAMPLING_SERIES, case, facts, template="inspection/series.html",
        state_pill=state_pill(SamplingState, case.state),
    )  # fmt: skip


@require_safe
def instrument(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(INSTRUMENT, pk, by)
    facts = [
        Fact(W("编号", "Number"), case.number),
        Fact(W("类别", "Kind"), case.kind),
        Fact(W("量程和准确度", "Range and accuracy"), case.measures),
        Fact(W("在哪里", "Where"), case.place),
        Fact(W("最近校准", "Last calibrated"), case.calibrated_on),
        Fact(W("有效期至", "Holds until"), case.due_on),
        Fact(W("证书编号", "Certificate"), case.certificate),
    ]
    assess = obligations.open_on(case.subject).filter(code="instrument.assess").first()
    first = ("assess", "calibrate")
    offers = [one for one in INSTRUMENT.offered(case, by) if one.name != "assess" or assess]
    offers.sort(key=lambda one: first.index(one.name) if one.name in first else len(first))
    return kept.page(
        request, INSTRUMENT, case, facts, template="inspection/instrument.html",
        state_pill=calibration(case), calibrations=list(case.calibrations.order_by("-on", "-id")),
        doubtful=[(one, sheet_pill(one)) for one in queries.measured_since_good(case)],
        assess=assess, offers=offers,
        files=list(attachments.of(case.subject)),
    )  # fmt: skip
