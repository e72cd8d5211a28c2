"""Wrong shipments: those that the gate stopped and those that got past it, counted side by side; one of the latter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.dispatch import statistics
from sanbao.dispatch.lifecycle import ESCAPE
from sanbao.dispatch.models import Caught, Escape, EscapeState
from sanbao.dispatch.rules import Mistake
from sanbao.kernel import search
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.web import exports, moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.subjects import shown, who
from sanbao.web.templatetags.parts import pill, when

PILLS = {EscapeState.REPORTED: "late", EscapeState.CORRECTED: "fine"}


def state_pill(case: Escape) -> str:
    return pill(EscapeState.title_of(case.state), PILLS.get(EscapeState(case.state), ""))


class Escapes(Listing):
    name = "wrong-shipments"
    order = "-found"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("escape", words))),
        Choice("mistake", W("错在哪里", "What was wrong"), Mistake.pairs()),
        Days("found_on", W("发现日期", "Found")),
    )
    tabs = (
        Tab("open", W("待更正", "To be corrected"), Q(state=EscapeState.REPORTED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("lot", W("标签", "Label"), narrow=True),
        Column("delivery", W("提货单", "Pick list"), narrow=True),
        Column("customer", W("客户", "Customer"), lambda c: c.customer.name, plain=lambda c: c.customer.name),
        Column(
            "mistake",
            W("错在哪里", "What was wrong"),
            lambda c: Mistake.title_of(c.mistake),
            plain=lambda c: Mistake.title_of(c.mistake),
        ),
        Column("found_at", W("在哪里发现", "Where found")),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: EscapeState.title_of(c.state), narrow=True),
        Column(
            "found",
            W("发现", "Found"),
            lambda c: when(c.found_on),
            sort="found_on",
            plain=lambda c: c.found_on,
            narrow=True,
        ),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("dispatch.see", clause="M-02")
    rows = Escape.objects.visible_to(by).select_related("customer", "lot")
    return Escapes(request, rows).respond("dispatch/escapes.html", may_report=by.may("dispatch.report"))


class CaughtList(Listing):
    """Every refused scan and weighing, as it was refused."""

    name = "caught"
    order = "-at"
    filters = (
        Words(lambda rows, words: rows.filter(Q(code__icontains=words) | Q(pick_list__number__icontains=words))),
        Choice("mistake", W("错在哪里", "What was wrong"), Mistake.pairs()),
        Days("at__date", W("日期", "Date")),
    )
    columns = (
        Column("code", W("扫到的", "Scanned"), opens=True, plain=lambda row: row.code),
        Column(
            "pick_list",
            W("提货单", "Pick list"),
            lambda row: row.pick_list.number,
            plain=lambda row: row.pick_list.number,
            narrow=True,
        ),
        Column(
            "mistake",
            W("错在哪里", "What was wrong"),
            lambda row: Mistake.title_of(row.mistake),
            plain=lambda row: Mistake.title_of(row.mistake),
        ),
        Column("words", W("为什么拦下", "Why it was stopped")),
        Column("clause", W("依据", "Clause"), narrow=True),
        Column("by", W("谁扫的", "By"), lambda row: who(row.by), plain=lambda row: who(row.by), narrow=True),
        Column("at", W("时间", "When"), lambda row: when(row.at), sort="at", narrow=True),
    )

    def link(self, row: Caught) -> str:
        return row.pick_list.get_absolute_url()


@require_safe
def caught(request: HttpRequest) -> HttpResponse:
    request.actor.need("dispatch.see", clause="M-02")  # type: ignore[attr-defined]
    rows = Caught.objects.select_related("pick_list", "lot")
    return CaughtList(request, rows).respond("dispatch/caught.html")


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Both counts by month, mistake and product, on screen and as a file."""
    request.actor.need("dispatch.see", clause="M-02")  # type: ignore[attr-defined]
    first, last = period(request.GET.get("from", ""), request.GET.get("to", ""))
    found = statistics.counts(first, last)
    if (form := request.GET.get("export", "")) in ("xlsx", "csv"):
        return exports.file(form, "wrong-shipments-counted", *_table(found))
    most = max((t.wrong for t in (*found.months, *found.mistakes, *found.products)), default=0)
    return render(
        request, "dispatch/counts.html", {"counts": found, "most": most or 1, "here": f"?from={first}&to={last}"}
    )


def period(first: str, last: str) -> tuple[date, date]:
    """The days asked for; without them the last twelve months."""
    until = as_day(last) or today()
    since = as_day(first) or (until.replace(day=1) - timedelta(days=334)).replace(day=1)
    return (since, until) if since <= until else (until, since)


def _table(found: statistics.Counts) -> tuple[list[str], list[list[Any]]]:
    heads = [
        W("分组", "By"),
        W("项", "Item"),
        W("拦下", "Caught"),
        W("漏出", "Escaped"),
        W("拦住率%", "Stopped, %"),
        W("出门标签", "Labels left"),
    ]
    parts = [
        (W("月份", "Month"), found.months),
        (W("错在哪里", "What was wrong"), found.mistakes),
        (W("产品", "Product"), found.products),
        (W("合计", "Total"), [found.total]),
    ]
    rows = [
        [str(title), str(tally.title), tally.caught, tally.escaped, tally.share, tally.shipped]
        for title, tallies in parts
        for tally in tallies
    ]
    return [str(head) for head in heads], rows


@require_safe
def escape(request: HttpRequest, pk: int) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    case: Any = moves.find(ESCAPE, pk, by)
    about = [case.about, case.reversal]
    facts = {
        "case": case,
        "state": state_pill(case),
        "mistake": Mistake.title_of(case.mistake),
        "offers": ESCAPE.offered(case, by),
        "subjects": shown([subject for subject in about if subject], by),
    }
    facts["complaint"] = facts["subjects"].get(case.about)
    facts["reversal"] = facts["subjects"].get(case.reversal)
    return render(request, "dispatch/escape.html", facts)
