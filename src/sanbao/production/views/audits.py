"""Marking audits: the walks through the shops, what was found, and whether it gets better (T-09, T-11)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import attachments, search
from sanbao.kernel.words import W
from sanbao.production.forms.audits import SeeForm
from sanbao.production.lifecycle import MARKING_AUDIT
from sanbao.production.models import AuditState, Marking, MarkingAudit, MarkSeen
from sanbao.production.views.lists import reader
from sanbao.web import moves
from sanbao.web.lists import Column, Days, Listing, Tab, Words
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import due, pill, when

PILLS = {AuditState.RUNNING: "run", AuditState.CORRECTING: "late", AuditState.CLOSED: "fine"}
SHADES = {Marking.COMPLETE: "fine", Marking.MISSING: "late", Marking.ILLEGIBLE: "soon", Marking.WRONG: "late"}
#: So many months of the trend are shown.
MONTHS = 12


def state_pill(audit: MarkingAudit) -> str:
    return pill(AuditState.title_of(audit.state), PILLS[AuditState(audit.state)])


class AuditList(Listing):
    name = "marking-audits"
    order = "-audited_on"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("marking_audit", words))),
        Days("audited_on", W("日期", "Date")),
    )
    tabs = (
        Tab("open", W("未结", "Open"), ~Q(state=AuditState.CLOSED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), sort="number", opens=True, narrow=True),
        Column("place", W("地点", "Place")),
        Column("audited_on", W("日期", "Date"), lambda a: when(a.audited_on), sort="audited_on", narrow=True),
        Column("audited_by", W("检查人", "Audited by"), lambda a: who(a.audited_by), plain=lambda a: who(a.audited_by)),
        Column("seen", W("查了几框", "Baskets seen"), number=True),
        Column("faulty", W("有问题", "Not in order"), lambda a: _faulty(a), number=True,
               plain=lambda a: a.faulty),
        Column("state", W("状态", "State"), state_pill, plain=lambda a: AuditState.title_of(a.state), narrow=True),
        Column("due", W("纠正期限", "Put right by"), lambda a: _due(a), plain=lambda a: a.due_at, narrow=True),
    )  # fmt: skip


def _faulty(audit: MarkingAudit) -> str:
    return pill(audit.faulty, "late") if audit.faulty else "0"


def _due(audit: MarkingAudit) -> str:
    return due(audit.due_at) if audit.due_at and audit.state == AuditState.CORRECTING else ""


@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = MarkingAudit.objects.visible_to(by)
    may = by.may(MARKING_AUDIT.moves["begin"].permission)
    facts = {"months": trend(), "kinds": list(Marking), "may_begin": may}
    return AuditList(request, rows).respond("production/audits.html", **facts)


def trend() -> list[dict[str, Any]]:
    """Month by month, newest first: how many baskets were looked at, and how each of them was found. One query."""
    counts = {kind.value: Count("pk", filter=Q(found=kind.value)) for kind in Marking}
    rows = (
        MarkSeen.objects.annotate(month=TruncMonth("audit__audited_on"))
        .values("month")
        .annotate(seen=Count("pk"), **counts)
        .order_by("-month")[:MONTHS]
    )
    return [
        {
            "month": row["month"],
            "seen": row["seen"],
            "found": [row[kind.value] for kind in Marking],
            "percent": round((row["seen"] - row[Marking.COMPLETE.value]) * 100 / row["seen"], 1),
        }
        for row in rows
    ]


@require_safe
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """One audit: the next basket to look at, and those that were seen."""
    by = reader(request)
    case: MarkingAudit = moves.find(MARKING_AUDIT, pk, by)  # type: ignore[assignment]
    offers = MARKING_AUDIT.offered(case, by)
    marks = [
        (mark, pill(Marking.title_of(mark.found), SHADES[Marking(mark.found)]))
        for mark in case.marks.select_related("lot").order_by("-id")
    ]
    corrects = case.state == AuditState.CORRECTING and by.may(MARKING_AUDIT.moves["correct"].permission)
    facts = {
        "case": case,
        "state": state_pill(case),
        "offers": [offer for offer in offers if offer.name != "correct"],
        "sees": case.state == AuditState.RUNNING and by.may(MARKING_AUDIT.moves["see"].permission),
        "form": SeeForm(case=case, by=by),
        "marks": marks,
        "corrects": corrects,
        "files": attachments.of(case.subject),
    }
    return render(request, "production/audit.html", facts)
