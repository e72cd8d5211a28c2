"""售前咨询: the list, and one consultation with what each department said (U-02)."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.complaints.consulting import CONSULTATION
from sanbao.complaints.models import Able, Consultation, ConsultationState, Paper
from sanbao.kernel import attachments, clocks, search
from sanbao.kernel.words import W
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.templatetags.parts import code, due, pill

S = ConsultationState
PILLS = {S.ASKED: "run", S.ANSWERED: "soon", S.CLOSED: "fine"}
ABLE = {Able.YES: "fine", Able.CONDITIONS: "soon", Able.NO: "late"}


class ConsultationList(Listing):
    """What was asked before the sale; the nearest due first."""

    name = "consultations"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("consultation", words))),
        Choice("paper", W("收到的是", "What came"), Paper.pairs()),
        Days("created", W("日期", "Date"), field="created_at__date"),
    )
    tabs = (
        Tab("open", W("未结", "Open"), ~Q(state=S.CLOSED)),
        Tab("answered", S.ANSWERED.title, Q(state=S.ANSWERED)),
        Tab("closed", S.CLOSED.title, Q(state=S.CLOSED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", narrow=True),
        Column("title", W("内容", "About"), opens=True),
        Column(
            "paper",
            W("收到的是", "What came"),
            lambda c: Paper.title_of(c.paper),
            plain=lambda c: Paper.title_of(c.paper),
        ),
        Column("customer", W("用户", "User"), lambda c: c.of_whom, plain=lambda c: c.of_whom),
        Column(
            "state",
            W("状态", "State"),
            lambda c: pill(S.title_of(c.state), PILLS[S(c.state)]),
            plain=lambda c: S.title_of(c.state),
            narrow=True,
        ),
        Column("answered", W("已答/共问", "Answered"), lambda c: f"{c.answered}/{c.asked}", number=True),
        Column("owner", W("负责人", "Owner"), plain=lambda c: c.owner, narrow=True),
        Column(
            "due",
            W("期限", "Due"),
            lambda c: due(c.due_at, c.closed_at),
            sort="due_at",
            plain=lambda c: c.due_at,
            narrow=True,
        ),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = (
        Consultation.objects.visible_to(request.actor)  # type: ignore[attr-defined]
        .select_related("customer", "owner")
        .annotate(asked=Count("opinions"), answered=Count("opinions", filter=~Q(opinions__answered_at=None)))
    )
    may = request.actor.may("complaints.consult")  # type: ignore[attr-defined]
    return ConsultationList(request, rows).respond("complaints/consultations.html", may_consult=may)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    case: Consultation = moves.find(CONSULTATION, pk, by)  # type: ignore[assignment]
    facts = {
        "case": case,
        "state": pill(S.title_of(case.state), PILLS[S(case.state)]),
        "paper": Paper.title_of(case.paper),
        "opinions": [
            (o, pill(Able.title_of(o.able), ABLE[Able(o.able)]) if o.able else "")
            for o in case.opinions.select_related("department")
        ],
        "offers": CONSULTATION.offered(case, by),
        "clocks": clocks.every(case.subject),
        "files": list(attachments.of(case.subject)),
    }
    return render(request, "complaints/consultation.html", facts)
