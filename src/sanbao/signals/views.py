"""Pages of signals: what is proposed, one matter with its evidence, and the replay."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.times import local, today
from sanbao.kernel.words import W
from sanbao.signals import chart, policies, queries, running
from sanbao.signals.lifecycle import SIGNAL
from sanbao.signals.models import Dimension, Level, Signal, SignalState
from sanbao.signals.telling import figure
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.templatetags.parts import due, pill

S = SignalState
LEVELS = {Level.RED: "late", Level.AMBER: "soon"}
STATES = {S.PROPOSED: "soon", S.CONFIRMED: "late", S.SETTLED: "fine", S.REJECTED: ""}
#: Weeks before the signal that the run chart shows.
WEEKS = 26


def level_pill(signal: Signal) -> str:
    return pill(Level.title_of(signal.level), LEVELS[Level(signal.level)])


def state_pill(signal: Signal) -> str:
    return pill(S.title_of(signal.state), STATES[S(signal.state)])


class SignalList(Listing):
    """Those that wait for a verdict first, the nearest due before the others."""

    name = "signals"
    order = "-raised"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("signal", words))),
        Choice("level", W("级别", "Level"), Level.pairs()),
        Days("raised_on", W("提示日期", "Raised")),
    )
    tabs = (
        Tab("open", S.PROPOSED.title, Q(state=S.PROPOSED)),
        Tab("confirmed", S.CONFIRMED.title, Q(state=S.CONFIRMED)),
        Tab("settled", S.SETTLED.title, Q(state=S.SETTLED)),
        Tab("rejected", S.REJECTED.title, Q(state=S.REJECTED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("level", W("级别", "Level"), level_pill, plain=lambda s: Level.title_of(s.level), narrow=True),
        Column("told", W("提示", "What is told"), lambda s: s.words, plain=lambda s: s.words),
        Column("count", W("件数", "Cases"), sort="count", number=True),
        Column("users", W("用户数", "Users"), sort="users", number=True),
        Column(
            "raised",
            W("提示日期", "Raised"),
            lambda s: s.raised_on.isoformat(),
            sort="raised_on",
            plain=lambda s: s.raised_on,
            narrow=True,
        ),
        Column("state", W("状态", "State"), state_pill, plain=lambda s: S.title_of(s.state), narrow=True),
        Column(
            "due",
            W("期限", "Due"),
            lambda s: due(s.due_at) if s.next_due_at else "",
            sort="due_at",
            plain=lambda s: s.next_due_at,
            narrow=True,
        ),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("signals.see", clause="C-09")
    last, line = queries.last_run(), policies.line(today())
    counted, without = queries.classed_in(today() - timedelta(days=line.days - 1), today())
    facts = {"run": last, "counted": counted, "without": without, "line": line}
    if last is not None:
        facts |= {"day": last.day.isoformat(), "at": f"{local(last.at):%m-%d %H:%M}"}
    rows = Signal.objects.visible_to(by).select_related("defect")
    return SignalList(request, rows).respond("signals/list.html", **facts)


@require_safe
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: the sentence, the findings with their figures, the run chart, its cases, the verdict."""
    by = request.actor  # type: ignore[attr-defined]
    case: Signal = moves.find(SIGNAL, pk, by)  # type: ignore[assignment]
    cases = list(queries.cases_of(case, by))
    facts = {
        "case": case,
        "level": level_pill(case),
        "state": state_pill(case),
        "findings": [_finding(one) for one in case.findings],
        "cases": cases,
        "hidden": case.count - len(cases),
        "chart": _chart(case),
        "offers": SIGNAL.offered(case, by),
        "defect": case.defect.title,
        "versions": {name: facts["version"] for name, facts in case.decision.items()},
    }
    return render(request, "signals/signal.html", facts)


def _finding(facts: dict[str, Any]) -> dict[str, Any]:
    expected, chance = facts["expected"], facts["chance"]
    return {
        "what": Dimension.title_of(facts["dimension"]),
        "name": W(facts["title"]["zh"], facts["title"]["en"]),
        "lot": facts["dimension"] in ("finish", "ageing", "casting", "material", "basket"),
        "rule": pill(Level.title_of(facts["rule"]), LEVELS[Level(facts["rule"])]),
        "on": date.fromordinal(facts["day"]),
        "cases": len(facts["cases"]),
        "users": facts["users"],
        "expected": figure(expected) if expected is not None else "—",
        "chance": f"{chance:.2g}" if chance is not None else "—",
    }


def _chart(signal: Signal) -> chart.Chart:
    """Cases of the matter per week, from half a year before it was raised, and what one week of its lead would be."""
    days = signal.decision["count"]["answer"]["days"]
    last = signal.grown_on
    monday = last - timedelta(days=last.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in range(WEEKS - 1, -1, -1)]
    counted = Counter(
        (day := local(one.complaint.received_at).date()) - timedelta(days=day.weekday())
        for one in signal.cases.select_related("complaint")  # type: ignore[attr-defined]
    )
    since = last - timedelta(days=int(days) - 1)
    lead = signal.findings[0]["expected"] if signal.findings else None
    rows = [(f"{week:%m-%d}", counted[week], week + timedelta(days=6) >= since) for week in weeks]
    return chart.drawn(rows, lead * 7 / int(days) if lead is not None else None)


@require_safe
def replay(request: HttpRequest) -> HttpResponse:
    """Over a period, day by day, without hindsight: what would have been proposed, and by which rule."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("signals.see", clause="C-09")
    last = as_day(request.GET.get("to", "")) or today()
    first = as_day(request.GET.get("from", "")) or last - timedelta(days=365)
    told, result = [], None
    if "from" in request.GET:
        result = running.replay(*running.span(first, last))
        told = [_told(result, matter) for matter in result.matters]
    facts = {"first": first, "last": last, "result": result, "told": told}
    facts["red"] = sum(1 for one in told if one["red_on"])
    return render(request, "signals/replay.html", facts)


def _told(result: running.Replay, matter: Any) -> dict[str, Any]:
    told = result.told(matter)
    return {
        "on": told["raised_on"],
        "red_on": told["red_on"],
        "level": pill(Level.title_of(str(told["level"])), LEVELS[Level(str(told["level"]))]),
        "words": W(str(told["zh"]), str(told["en"])),
        "count": len(matter.cases),
    }
