"""Pages of samples and unknown labels: to be collected, inspected, on the shelf; to be cleared up."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import SAMPLE, UNKNOWN_LABEL
from sanbao.inspection.models import (
    Finding,
    Origin,
    Sample,
    SampleState,
    Severity,
    UnknownLabel,
    UnknownState,
)
from sanbao.inspection.views.parts import reader, rooms, sheet_pill
from sanbao.kernel import attachments, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now, today
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
        Choice("place", W("样品架", "Shelf"), lambda: [(place, place) for place in queries.shelves()]),
    )

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:  # type: ignore[override]  # what is late depends on the moment
        coming = Q(state__in=[S.REQUESTED, S.IN_TRANSIT])
        return (
            Tab("collect", W("待取样", "To collect"), coming),
            Tab("late", W("逾期未到", "Not come in time"), coming & Q(due_at__lt=now())),
            Tab("inspect", W("待检验", "To inspect"), Q(state=S.RECEIVED)),
            Tab("results", W("检验结论", "Results"), Q(state=S.INSPECTED)),
            Tab("shelf", W("样品架", "Shelf"), Q(state__in=[S.RECEIVED, S.INSPECTED, S.STORED])),
            Tab("over", W("留样到期", "Retention over"), Q(state=S.STORED, kept_until__lt=today())),
            Tab("lost", W("遗失", "Lost"), Q(state=S.LOST)),
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
        Column("kept", W("留样至", "Kept until"), lambda s: s.kept_until or "", sort="kept_until", narrow=True),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = Sample.objects.visible_to(by).select_related("asked_of")
    return SampleList(request, rows).respond("inspection/list.html", **rooms("samples", by))


@require_safe
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One sample: its custody, what was found, and what can be done with it."""
    by = reader(request)
    case = moves.find(SAMPLE, pk, by)
    facts = {
        "case": case,
        "state": state_pill(case),  # type: ignore[arg-type]
        "custody": list(case.custody.all()),  # type: ignore[attr-defined]
        "acts": {name: move.title for name, move in SAMPLE.moves.items()},
        "inspections": [
            (i, Severity.title_of(i.severity), Finding.title_of(i.ours), Finding.title_of(i.used_rightly))
            for i in case.inspections.select_related("inspector", "sheet")  # type: ignore[attr-defined]
        ],
        "sheets": [(one, sheet_pill(one)) for one in case.sheets.select_related("plan")],  # type: ignore[attr-defined]
        "opens": case.state in queries.HELD and by.may("inspection.inspect"),
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


class UnknownList(Listing):
    """Labels that nobody knew; those still to be cleared up first, the nearest due before the others."""

    name = "unknown-labels"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("unknown_label", words))),
        Choice("origin", W("查明是", "It was"), Origin.pairs()),
    )
    tabs = (
        Tab("open", UnknownState.OPEN.title, Q(state=UnknownState.OPEN)),
        Tab("cleared", UnknownState.CLEARED.title, Q(state=UnknownState.CLEARED)),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("code", W("标签上的编号", "Code on the label")),
        Column("seen", W("发现次数", "Times found"), lambda u: W("{n} 次", "{n}×", n=u.seen), plain=lambda u: u.seen),
        Column("origin", W("查明是", "It was"), lambda u: Origin.title_of(u.origin) if u.origin else "—"),
        Column(
            "due",
            W("期限", "Due"),
            lambda u: due(u.due_at, u.cleared_at),
            sort="due_at",
            plain=lambda u: u.due_at,
            narrow=True,
        ),
    )


@require_safe
def unknown_labels(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = UnknownLabel.objects.visible_to(by).annotate(seen=Count("sightings"))
    return UnknownList(request, rows).respond("inspection/list.html", **rooms("unknown", by))


@require_safe
def unknown_label(request: HttpRequest, pk: int) -> HttpResponse:
    """One unknown label: where it was found, what it turned out to be, and whether it is on record by now."""
    by = request.actor  # type: ignore[attr-defined]
    case = moves.find(UNKNOWN_LABEL, pk, by)
    facts = {
        "case": case,
        "state": pill(UnknownState.title_of(case.state), "late" if case.state == UnknownState.OPEN else "fine"),
        "sightings": list(case.sightings.all()),  # type: ignore[attr-defined]
        "origin": Origin.title_of(case.origin) if case.origin else "",  # type: ignore[attr-defined]
        "files": list(attachments.of(case.subject)),
        "offers": UNKNOWN_LABEL.offered(case, by),
        "recorded": queries.lots_of(case.code) if case.state == UnknownState.OPEN else [],  # type: ignore[attr-defined]
    }
    return render(request, "inspection/unknown_label.html", facts)
