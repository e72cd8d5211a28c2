"""Pages of samples: what is to be collected, to be inspected, concluded, and on the shelf."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import SAMPLE
from sanbao.inspection.models import Finding, Sample, SampleState, Severity
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.subjects import shown
from sanbao.web.templatetags.parts import due, pill

S = SampleState
PILLS = {S.REQUESTED: "soon", S.IN_TRANSIT: "hold", S.RECEIVED: "run", S.INSPECTED: "fine", S.LOST: "late"}


def state_pill(sample: Sample) -> str:
    return pill(S.title_of(sample.state), PILLS.get(S(sample.state), ""))


class SampleList(Listing):
    """Samples by what has to be done with them; the nearest due first."""

    name = "samples"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("sample", words))),
        Choice("state", W("状态", "State"), S.pairs()),
    )
    tabs = (
        Tab("collect", W("待取样", "To collect"), Q(state__in=[S.REQUESTED, S.IN_TRANSIT])),
        Tab("inspect", W("待检验", "To inspect"), Q(state=S.RECEIVED)),
        Tab("results", W("检验结论", "Results"), Q(state=S.INSPECTED)),
        Tab("shelf", W("样品架", "Shelf"), Q(state__in=[S.RECEIVED, S.INSPECTED, S.STORED])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("wanted", W("样品", "Sample")),
        Column("label", W("标签", "Label"), narrow=True),
        Column("place", W("在哪里", "Where")),
        Column("state", W("状态", "State"), state_pill, plain=lambda s: S.title_of(s.state), narrow=True),
        Column("asked_of", W("由谁取", "Collected by"), plain=lambda s: s.asked_of),
        Column(
            "due",
            W("期限", "Due"),
            lambda s: due(s.due_at, s.received_at) if s.due_at else "",
            sort="due_at",
            plain=lambda s: s.due_at,
            narrow=True,
        ),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = Sample.objects.visible_to(request.actor).select_related("asked_of")  # type: ignore[attr-defined]
    return SampleList(request, rows).respond("inspection/list.html")


@require_safe
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One sample: its custody, what was found, and what can be done with it."""
    by = request.actor  # type: ignore[attr-defined]
    case = moves.find(SAMPLE, pk, by)
    facts = {
        "case": case,
        "state": state_pill(case),  # type: ignore[arg-type]
        "custody": list(case.custody.all()),  # type: ignore[attr-defined]
        "acts": {name: move.title for name, move in SAMPLE.moves.items()},
        "inspections": [
            (i, Severity.title_of(i.severity), Finding.title_of(i.ours), Finding.title_of(i.used_rightly))
            for i in case.inspections.select_related("inspector")  # type: ignore[attr-defined]
        ],
        "offers": SAMPLE.offered(case, by),
        "about": shown([case.about], by).get(case.about),  # type: ignore[attr-defined]
        "concludes": case.state in queries.HELD and by.may("inspection.conclude"),
    }
    facts["lines"] = [(line, facts["acts"].get(line.act, line.act)) for line in facts["custody"]]
    return render(request, "inspection/sample.html", facts)


def waiting(actor: Actor) -> int:
    """For the rail: samples to inspect for QC, samples to collect for the one who is asked."""
    mine = Q(asked_of=actor.person_id, state__in=[S.REQUESTED, S.IN_TRANSIT])
    if actor.may("inspection.conclude"):
        mine |= Q(state=S.RECEIVED)
    return Sample.objects.visible_to(actor).filter(mine).count()
