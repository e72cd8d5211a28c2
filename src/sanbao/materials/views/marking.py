"""供方标识: who was told what to mark, who acknowledged, and the supplier's own page behind his link (T-01)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.kernel import search
from sanbao.kernel.faces import read
from sanbao.kernel.notices import Notice, Sending
from sanbao.kernel.policies import COMPANY
from sanbao.kernel.rates import Rate
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.materials import links, policies, queries
from sanbao.materials.actions import marking
from sanbao.materials.forms.marking import AcknowledgeForm, class_pairs
from sanbao.materials.lifecycle import MARKING_NOTICE
from sanbao.materials.models import MarkingContent, MarkingNotice, MarkingState, Report
from sanbao.materials.views.parts import about, may, reader, state_pill
from sanbao.web import answers, moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags.parts import code, due, when

#: Pages behind links a minute for one address: enough for a person, too few to guess 256 bits.
OPENED = Rate(30)


class NoticeList(Listing):
    name = "marking-notices"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("marking_notice", words))),
        Choice("class", W("材料类别", "Class"), class_pairs, field="material_class"),
    )
    tabs = (
        Tab("open", W("未确认", "Not acknowledged"), ~Q(state=MarkingState.ACKNOWLEDGED)),
        Tab("done", W("已确认", "Acknowledged"), Q(state=MarkingState.ACKNOWLEDGED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda n: code(n.number), sort="number", opens=True, narrow=True),
        Column("supplier", W("供方", "Supplier"), plain=lambda n: n.supplier.name),
        Column("material_class", W("材料类别", "Class"), sort="material_class"),
        Column("rule_version", W("规则版本", "Rule"), number=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda n: MarkingState.title_of(n.state), narrow=True),
        Column("sent", W("告知", "Told"), lambda n: when(n.sent_at), sort="sent_at", plain=lambda n: n.sent_at,
               narrow=True),
        Column("due", W("期限", "Due"), lambda n: due(n.due_at, n.acknowledged_at) if n.due_at else "", sort="due_at",
               plain=lambda n: n.due_at, narrow=True),
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = MarkingNotice.objects.visible_to(by).select_related("supplier")
    return NoticeList(request, rows).respond("materials/markings.html", may=may(by), untold=queries.untold())


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(MARKING_NOTICE, pk, by)
    mails = Notice.objects.filter(subject=case.subject, recipient__startswith="contact:").order_by("-pk")
    facts = about(case, by) | {
        "rule": spelled(case.rule),
        "link": links.address_of(case) if by.may("materials.tell_supplier") else "",
        "mails": [(mail.email, Sending.title_of(mail.sending), mail.trouble, mail.made_at) for mail in mails[:20]],
        "other": case.material_class == policies.OTHER,
    }
    return render(request, "materials/marking.html", facts)


def spelled(rule: dict[str, Any]) -> list[tuple[W, list[Any], Any]]:
    """The rule in words: for important and for ordinary materials, or once for both where it is the same."""
    titles = {"important": W("重要材料", "Important materials"), "ordinary": W("一般材料", "Ordinary materials")}
    if rule.get("important") == rule.get("ordinary"):
        titles = {"ordinary": W("全部材料", "All materials")}
    return [
        (title, [MarkingContent(c).title for c in rule[name]["contents"]], Report.title_of(rule[name]["report"]))
        for name, title in titles.items()
        if name in rule
    ]


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's own page: what he is to mark, and one field for his name. It shows nothing else of the house."""
    if not OPENED.count(request.META.get("REMOTE_ADDR", "")):
        return render(request, "materials/link_busy.html", status=429)
    case = links.found(token) if len(token) == 43 else None
    if case is None or case.state == MarkingState.STALE:
        return render(request, "materials/link_gone.html", status=404)
    company = COMPANY.decide(on=today())
    form = AcknowledgeForm(request.POST if request.method == "POST" else None)
    facts = {
        "case": case,
        "rule": spelled(case.rule),
        "company": W(company["name_zh"] or "", company["name_en"] or ""),
        "form": form,
        "done": case.state == MarkingState.ACKNOWLEDGED,
        "other": case.material_class == policies.OTHER,
    }
    page = answers.page(request, "materials/acknowledge.html", facts)
    if request.method == "POST" and not facts["done"]:
        told = marking.acknowledge(case, by=links.holder(case), **read(form))
        return page(case=told, done=True)
    return page()
