"""Pages of the tally: what a period comes to, each figure leading to its records; and the analyses (U-11)."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.tallies import queries, rules
from sanbao.tallies.lifecycle import ANALYSIS
from sanbao.tallies.models import Analysis, AnalysisState
from sanbao.tallies.queries import By
from sanbao.web import exports, moves
from sanbao.web.lists import Column, Listing, Tab, Words, as_day
from sanbao.web.templatetags.parts import code, due, pill

S = AnalysisState
PILLS = {S.OPEN: "soon", S.MEASURES: "fine"}
HEADS = (
    W("件数", "Complaints"), W("上期", "Before"), W("变化", "Change"), W("占比 %", "Share %"),
    W("累计 %", "Cumulated %"), W("用户数", "Users"), W("其中轻微", "Light ones"),
)  # fmt: skip


def state_pill(case: Analysis) -> str:
    return pill(S.title_of(case.state), PILLS.get(S(case.state), ""))


def period(request: HttpRequest) -> tuple[date, date]:
    """The asked period; this year so far when none is asked. Turned round when its ends were mixed up."""
    first = as_day(request.GET.get("from", "")) or today().replace(month=1, day=1)
    last = as_day(request.GET.get("to", "")) or today()
    return min(first, last), max(first, last)


@require_safe
def tally(request: HttpRequest) -> HttpResponseBase:
    """The lines of one dimension with their bars, beside the period before; as XLSX and CSV exactly these."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    first, last = period(request)
    wanted = request.GET.get("by", "")
    ground = By(wanted) if wanted in set(By) else By.FAULT
    lines = queries.tally(by, first, last, ground.value)
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        rows = [
            [str(one.title), (x := one.line).count, x.before, x.change, x.share, x.cumulated, len(x.users), x.light]
            for one in lines
        ]
        return exports.file(kind, f"tally-{ground.value}", [str(ground.title), *map(str, HEADS)], rows)
    most = max((one.line.count for one in lines), default=0)
    register = reverse("complaints:register")
    facts = {
        "lines": [
            {
                "title": one.title,
                "line": one.line,
                "users": len(one.line.users),
                "href": f"{register}?{urlencode(one.query)}" if one.line.count else "",
                "wide": round(100 * one.line.count / most) if most else 0,
            }
            for one in lines
        ],
        "total": sum(one.line.count for one in lines),
        "total_before": sum(one.line.before for one in lines),
        "first": first,
        "last": last,
        "before": rules.before(first, last),
        "ground": ground,
        "grounds": By.pairs(),
        "cumulated": ground is not By.MONTH,
        "may_analyse": by.may("tallies.analyse"),
        "waiting": Analysis.objects.visible_to(by).filter(state=S.OPEN).count(),
    }
    return render(request, "tallies/tally.html", facts)


class AnalysisList(Listing):
    """Analyses, those that wait first."""

    name = "analyses"
    order = "-last"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("analysis", words))),)
    tabs = (
        Tab("open", S.OPEN.title, Q(state=S.OPEN)),
        Tab("review", W("待管理评审", "For the review"), Q(state__in=[S.MEASURES, S.NOTHING], reviewed_at=None)),
        Tab("done", W("已下结论", "Concluded"), Q(state__in=[S.MEASURES, S.NOTHING])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), sort="number", opens=True, narrow=True),
        Column("first", W("从", "From"), sort="first", narrow=True),
        Column("last", W("到", "To"), sort="last", narrow=True),
        Column("occasion", W("缘由", "Occasion"), lambda r: W("定期", "Regular") if r.regular else r.occasion),
        Column("complaints", W("件数", "Complaints"), lambda r: r.figures["complaints"], number=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda r: S.title_of(r.state), narrow=True),
        Column("due", W("期限", "Due"), lambda r: due(r.due_at, r.concluded_at), plain=lambda r: r.due_at, narrow=True),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.need("tallies.see", clause="U-11")
    may = by.may("tallies.analyse")
    return AnalysisList(request, Analysis.objects.visible_to(by)).respond("tallies/list.html", may_analyse=may)


@require_safe
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """One analysis: the figures that it rests on, what was found, what is done."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    case: Analysis = moves.find(ANALYSIS, pk, by)  # type: ignore[assignment]
    facts = {
        "case": case,
        "state": state_pill(case),
        "offers": ANALYSIS.offered(case, by),
        "figures": queries.titled(case.figures),
        "satisfaction": queries.titled_satisfaction(case.first, case.last),
        "tally": f"{reverse('tallies:tally')}?from={case.first:%Y-%m-%d}&to={case.last:%Y-%m-%d}",
    }
    return render(request, "tallies/analysis.html", facts)
