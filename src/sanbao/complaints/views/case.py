"""The case page and its fragments, each with an address of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.complaints import concerns, lateness, queries, rules, spots
from sanbao.complaints.forms.contact import CallForm, NoteForm
from sanbao.complaints.forms.outcome import AnswerForm
from sanbao.complaints.forms.questions import AnswerQuestionForm
from sanbao.complaints.lifecycle import COMPLAINT, foreign
from sanbao.complaints.models import Channel, Complaint, Grade, Settling, Source, Spread, Stage, State, Widespread
from sanbao.complaints.views import history as record
from sanbao.complaints.views import showing
from sanbao.dispatch import queries as dispatch
from sanbao.inspection import queries as inspections
from sanbao.inspection.models import Severity
from sanbao.kernel import attachments, clocks, journal, obligations, register
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.knowledge import queries as articles
from sanbao.trace import queries as trace
from sanbao.web import moves

#: The clause of the next step → the moves that take it, the first that is possible stands out on the page.
NEXT = {
    "C-05": ("accept_transfer", "transfer"),
    "C-06": ("confirm_read_back",),
    "C-07": ("explain",),
    "C-08": ("issue_form", "request_sample"),
    "C-12": ("grade",),
    "C-16": ("locate_responsibility",),
    "C-10": ("locate_holders",),
    "C-21": ("give_opinion",),
    "C-15": ("decide_d",),
    "W-09": ("answer_question",),
    "C-11": ("record_view", "answer"),
    "W-03": ("ask_satisfaction", "close_unsatisfied"),
    "W-05": ("close",),
}
#: What every case page names; fetched with the case.
BESIDE = ("customer", "region", "owner", "owner_department", "product")
#: Moves that stand beside what they are about, not in the menu.
ELSEWHERE = frozenset(
    {
        "note", "call", "chase", "judge_demand", "meet_demand", "keep_promise", "settle_duty", "approve_settlement",
        "unmerge", "report_holder", "acknowledge_opinion",
    }
)  # fmt: skip


def found(request: HttpRequest, pk: int) -> Complaint:
    case: Complaint = moves.find(COMPLAINT, pk, request.actor, beside=BESIDE)  # type: ignore[attr-defined,assignment]
    return case


def frame(request: HttpRequest, case: Complaint, tab: str) -> dict[str, Any]:
    """What every tab shows: heading, next step, stepper, moves, and the panel."""
    by = request.actor  # type: ignore[attr-defined]
    parties = showing.Parties()
    offers = [o for o in COMPLAINT.offered(case, by) if o.name not in ELSEWHERE and not foreign(case, o.name)]
    there = concerns.there(case)
    samples = list(inspections.samples_about(case.subject)) if "samples" in there else []
    every = clocks.every(case.subject)
    running = clocks_shown(every)
    possible = {o.name: o for o in offers if not o.refusal}
    main = [possible[name] for name in NEXT.get(case.next_clause, ()) if name in possible][:1]
    current = next((c for c in running if c.due_at == case.next_due and not c.stopped_at), None)
    return {
        "case": case,
        "tab": tab,
        "state": State.title_of(case.state),
        "pill": showing.pill(case.state),
        "source": Source.title_of(case.source),
        "channel": Channel.title_of(case.channel),
        "next": {
            "who": parties.title(case.next_party),
            "what": case.step_words,
            "due": case.next_due,
            "late": case.next_due is not None and case.next_due < now(),
            "clause": case.next_clause,
            "clock": current,
        },
        "steps": showing.stepper(case, samples),
        "primary": main,
        "others": [o for o in offers if o not in main],
        "may": {name: by.may(COMPLAINT.moves[name].permission) for name in ELSEWHERE} | {"mail": by.may("mail.write")},
        "clocks": running,
        "samples": samples,
        "aside": panel(request, case, parties, every),
        "chase_key": uuid4().hex,
        "spot_check": case.source == Source.SPOT_CHECK,
        "settled_here": {duty.code for duty in rules.ALL_DUTIES},
    }


def clocks_shown(every: Iterable[clocks.Clock]) -> list[clocks.Clock]:
    """The newest clock of each kind; a silence that ended has been followed by another and says nothing more."""
    newest = {clock.kind: clock for clock in every}
    return [c for c in newest.values() if c.kind != clocks.Kind.SILENCE or not c.stopped_at]


def panel(request: HttpRequest, case: Complaint, parties: showing.Parties, every: list[clocks.Clock]) -> dict[str, Any]:
    """The right column: user, product, who is in it, grade, duties, papers, links."""
    by = request.actor  # type: ignore[attr-defined]
    there = concerns.there(case)
    promises = list(case.promises.all()) if "promises" in there else []
    open_duties = obligations.duties_on(case.subject)
    duties = [(d, parties.title(d.owed_by), by.plays(d.owed_by) or by.all_powerful) for d in open_duties]
    return {
        "stage": Stage.title_of(case.stage) if case.stage else "",
        "widespread": Widespread.title_of(case.widespread) if case.widespread != Widespread.NO else "",
        "severity": Severity.title_of(case.severity) if case.severity else "",
        "spread": Spread.title_of(case.spread) if case.spread else "",
        "escalated": parties.title(case.escalated_to) if case.escalated_to and not case.ended else "",
        "grade": Grade.title_of(case.grade) if case.grade else "",
        "responsible": queries.responsible_title(case) if case.blame else "",
        "departments": [department.title for department in queries.departments_in(case)],
        "demands": list(case.demands.all()) if "demands" in there else [],
        "promises": promises,
        "lost": lateness.lost(case, promises, every),
        "duties": [line for line in duties if line[0].holds_closing or line[2]],
        "reminders": [line for line in duties if not (line[0].holds_closing or line[2])],
        "waivers": list(case.settlements.filter(how=Settling.NOT_NEEDED, approved_at=None, rejected=False))
        if "settlements" in there
        else [],
        "form": case.feedback_form if "form" in there else None,
        "procedure": register.procedure("SB-C", local(case.received_at).date()),
        "links": _links(case, there),
        "followers": list(case.followers.all()) if "followers" in there else [],
        "alike": queries.same_lot(by, case),
        "escapes": list(dispatch.escapes_about(case.subject, by=by)) if "escapes" in there else [],
        "may_report_escape": by.may("dispatch.report"),
        "files": list(attachments.of(case.subject)) if "files" in there else [],
        "quotations": articles.quotations_about(case.subject) if "quotations" in there else [],
        "parts": concerns.about(case, by),
        "recent": queries.recent_of(by, case),
    }


def _links(case: Complaint, there: frozenset[str]) -> list[tuple[str, Complaint]]:
    """The cases that it is joined to, and how."""
    to = case.links.select_related("target") if "links" in there else ()
    back = case.linked_from.select_related("source") if "linked_from" in there else ()
    return [*((link.kind, link.target) for link in to), *((link.kind, link.source) for link in back)]


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(request, pk)
    by = request.actor  # type: ignore[attr-defined]
    facts = frame(request, case, "overview")
    facts["timeline"] = showing.timeline(case, request.GET.get("show", ""))
    composers = [("note", NoteForm), ("call", CallForm)]
    reply, form = ("answer_question", AnswerQuestionForm) if case.is_question else ("answer", AnswerForm)
    if case.state in COMPLAINT.moves[reply].sources:
        composers.insert(0, (reply, form))
    facts["composers"] = [
        (name, COMPLAINT.moves[name].title, form(case=case, by=by, auto_id=f"{name}_%s"))
        for name, form in composers
        if by.may(COMPLAINT.moves[name].permission)
    ]
    return render(request, "complaints/case.html", facts)


@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The timeline alone: a fragment for htmx, a page of its own without script."""
    case = found(request, pk)
    facts = {"case": case, "timeline": showing.timeline(case, request.GET.get("show", ""))}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "complaints/parts/timeline.html", facts)
    return overview(request, pk)


@require_safe
def samples(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(request, pk)
    facts = frame(request, case, "samples")
    facts["inspections"] = list(inspections.inspections_about(case.subject))
    return render(request, "complaints/samples.html", facts)


@require_safe
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """C-16: the ten stages, what is missing, and who is proposed as responsible."""
    case = found(request, pk)
    facts = frame(request, case, "chain")
    by = request.actor  # type: ignore[attr-defined]
    if case.lot and by.may("trace.see"):
        fault = case.confirmed_class or case.reported_class
        usual = fault.responsible.code if fault and fault.responsible else ""
        facts["chain"] = trace.chain([case.lot], usual=usual)
        facts["proposed"] = queries.proposed_title(facts["chain"].proposal)
    elif case.code and by.may("trace.see"):
        facts["candidates"] = trace.find(case.code, actor=by)
    return render(request, "complaints/chain.html", facts)


@require_safe
def spot(request: HttpRequest, pk: int) -> HttpResponse:
    """C-10: who holds the inspected lot, who goes there, what was found, and the joint answer."""
    case = found(request, pk)
    facts, check, parties = frame(request, case, "spot"), spots.of(case), showing.Parties()
    if check is not None:
        facts["lots"] = list(check.lots.order_by("code"))
        facts["in_store"] = trace.exact(check.in_store_milli, "kg")
        facts["signatures"] = list(check.signatures.select_related("department", "person"))
        standing = [s for s in facts["signatures"] if not s.void]
        facts["signed"] = max(s.at for s in standing) if len(standing) == len(spots.JOINT) else None
        facts["holdings"] = [
            {
                "holding": h,
                "quantity": trace.exact(h.quantity_milli, h.unit),
                "left": "" if h.left_milli is None else trace.exact(h.left_milli, h.unit),
                "who": parties.title(h.owed_by),
            }
            for h in spots.holdings_of(check)
        ]
    return render(request, "complaints/spot.html", {**facts, "check": check})


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who, when, field, old → new, for every change by page, API or rule (convention 20)."""
    case = found(request, pk)
    facts = frame(request, case, "history")
    facts["may_read"] = request.actor.may("journal.read")  # type: ignore[attr-defined]
    facts["lines"] = record.lines(case, list(journal.entries_of(case.subject)))
    return render(request, "complaints/history.html", facts)


@require_safe
def why(request: HttpRequest, pk: int, clock: int) -> HttpResponse:
    """为什么是这个时间: the intervals that counted, the pauses, the rule."""
    case = found(request, pk)
    row = next((each for each in clocks.every(case.subject) if each.pk == clock), None)
    if row is None:
        raise Refusal("not_found", W("没有这个时限。", "There is no such clock."), "M-04", 404)
    facts = {"case": case, "why": clocks.why(row), "title": row.title}
    fragment = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "complaints/parts/why.html" if fragment else "complaints/why.html", facts)
