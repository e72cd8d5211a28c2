"""Pages of corrective action: the work list, one action as 8D, and the supplier's own page behind his link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.corrective import actions, documents, links, queries
from sanbao.corrective.forms import AnswerForm
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import OPEN, ActionKind, ActionState, Branch, CorrectiveAction, Metric
from sanbao.kernel import journal, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import read
from sanbao.kernel.lifecycle import Offer
from sanbao.kernel.policies import COMPANY
from sanbao.kernel.rates import Rate
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.web import answers, kept, moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.subjects import shown
from sanbao.web.templatetags.parts import code, due, pill

A = ActionState
PILLS: dict[str, str] = {
    A.ANALYSING: "soon", A.ASKED: "soon", A.ANSWERED: "soon", A.PLANNING: "soon", A.DOING: "run", A.WAITING: "run",
    A.EFFECTIVE: "fine",
}  # fmt: skip
#: Pages behind links a minute for one address, and answers an hour: enough for a person, too few to guess 256 bits.
OPENED, SENT = Rate(30), Rate(20, 3600)
#: The moves that end it, or take it back: never the button that stands out.
LAST = ("hand_over", "cancel", "return_measures", "return_answer", "reopen", "prolong")
#: What the state waits for stands out.
FIRST = {A.ANALYSING: "find_cause", A.PLANNING: "plan_measure", A.DOING: "report_done", A.WAITING: "verify"}


def in_order(case: CorrectiveAction, by: Actor) -> list[Offer]:
    """The moves that are offered: what is awaited first, what ends it last."""
    first = FIRST.get(A(case.state), "")
    return sorted(ACTION.offered(case, by), key=lambda offer: (offer.name in LAST, offer.name != first))


def state_pill(case: CorrectiveAction) -> str:
    return pill(A.title_of(case.state), PILLS.get(case.state, ""))


class ActionList(Listing):
    """Those that wait first, the nearest due before the others."""

    name = "corrective"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("kind", W("种类", "Kind"), ActionKind.pairs()),
        Days("opened_at__date", W("立项日期", "Opened")),
    )
    tabs = (
        Tab("open", W("未关闭", "Open"), Q(state__in=OPEN)),
        Tab("verify", A.WAITING.title, Q(state=A.WAITING)),
        Tab("supplier", W("供方", "Suppliers"), Q(kind=ActionKind.SUPPLIER, state__in=OPEN)),
        Tab("closed", A.EFFECTIVE.title, Q(state=A.EFFECTIVE)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda a: code(a.number), sort="number", opens=True, narrow=True),
        Column("kind", W("种类", "Kind"), lambda a: ActionKind.title_of(a.kind), sort="kind",
               plain=lambda a: ActionKind.title_of(a.kind), narrow=True),
        Column("title", W("问题", "Problem"), lambda a: a.title, plain=lambda a: a.title),
        Column("lead", W("组长", "Led by"), lambda a: a.lead.name, plain=lambda a: a.lead.name),
        Column("supplier", W("供方", "Supplier"), lambda a: a.of_whom, plain=lambda a: a.of_whom),
        Column("state", W("状态", "State"), state_pill, plain=lambda a: A.title_of(a.state), narrow=True),
        Column("due", W("期限", "Due"), lambda a: due(a.due_at, a.verified_at) if a.due_at else "", sort="due_at",
               plain=lambda a: a.due_at, narrow=True),
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    may = {"open": by.may("corrective.open"), "ask": by.may("corrective.ask")}
    return ActionList(request, queries.listed(by)).respond("corrective/list.html", may=may)


@require_safe
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action, discipline by discipline."""
    by = reader(request)
    case: CorrectiveAction = moves.find(ACTION, pk, by)  # type: ignore[assignment]
    effect = actions.effect.present_effect(case)
    facts: dict[str, Any] = {
        "case": case,
        "state": state_pill(case),
        "kind": ActionKind.title_of(case.kind),
        "metric": Metric.title_of(case.metric),
        "origin": shown([case.origin], by).get(case.origin) if case.origin else None,
        "steps": steps(case),
        "measures": list(case.measures.select_related("owner")),  # type: ignore[attr-defined]
        "team": [member.person.name for member in case.members.select_related("person")],  # type: ignore[attr-defined]
        "before": documents.figures(case.before),
        "effect": W(*effect.words) if effect and case.state == A.WAITING else None,
        "verified": W(case.after["zh"], case.after["en"]) if case.after.get("zh") else None,
        "fishbone": mark_safe(documents.picture(case, get_language() or "zh-hans")) if case.bones else "",
        "bones": [(Branch(name).title, causes) for name, causes in case.bones.items()],
        "recurrences": shown([f"complaint:{pk}" for pk in case.recurrences], by).values(),
        "link": links.address_of(case) if by.may("corrective.ask") and case.state == A.ASKED else "",
        "duties": obligations.duties_on(case.subject),
        "files": queries.files_of(case),
        "offers": in_order(case, by),
        "history": story(case),
    }
    return render(request, "corrective/action.html", facts)


def steps(case: CorrectiveAction) -> list[dict[str, Any]]:
    """Where it stands, as the disciplines of 8D."""
    order = [A.ANALYSING, A.PLANNING, A.DOING, A.WAITING, A.EFFECTIVE]
    titles = [W("D4 原因", "D4 Cause"), W("D5 措施", "D5 Measures"), W("D6 实施", "D6 Implementation"),
              W("D6 验证", "D6 Effect"), W("D8 关闭", "D8 Closed")]  # fmt: skip
    if case.kind == ActionKind.SUPPLIER:
        order = [A.ASKED, A.ANSWERED, A.WAITING, A.EFFECTIVE]
        titles = [
            W("供方答复", "Supplier's answer"),
            W("评审", "Review"),
            W("D6 验证", "D6 Effect"),
            W("D8 关闭", "D8 Closed"),
        ]
    at = order.index(A(case.state)) if case.state in order else -1
    closed = case.state == A.EFFECTIVE
    return [
        {"title": title, "state": "done" if n < at or closed else "now" if n == at else ""}
        for n, title in enumerate(titles)
    ]


@require_safe
def eight(request: HttpRequest, pk: int) -> HttpResponse:
    """The 8D report as PDF."""
    by = reader(request)
    case: CorrectiveAction = moves.find(ACTION, pk, by)  # type: ignore[assignment]
    response = HttpResponse(documents.eight_pdf(case, by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response


@require_safe
def eight_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The 8D report as a Word document."""
    by = reader(request)
    case: CorrectiveAction = moves.find(ACTION, pk, by)  # type: ignore[assignment]
    response = HttpResponse(documents.eight_docx(case, by), content_type=documents.DOCX)
    response["Content-Disposition"] = f'attachment; filename="{case.number}.docx"'
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def supplier(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's own page: the problem and a form for his answer. It shows nothing else of the house (Q-05)."""
    address, posted = request.META.get("REMOTE_ADDR", ""), request.method == "POST"
    if not OPENED.count(address) or (posted and not SENT.count(address)):
        return render(request, "corrective/link_busy.html", status=429)
    case = links.found(token) if len(token) == 43 else None
    if case is None:
        return render(request, "corrective/link_gone.html", status=404)
    company = COMPANY.decide(on=today())
    form = AnswerForm(request.POST if posted else None)
    facts = {
        "case": case,
        "company": W(company["name_zh"] or "", company["name_en"] or ""),
        "form": form,
        "done": case.state != A.ASKED,
    }
    page = answers.page(request, "corrective/supplier.html", facts)
    if posted and not facts["done"]:
        told = actions.answer(case, by=links.holder(case), **read(form))
        return page(case=told, done=True)
    return page()


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("corrective.see", clause="M-02")
    return actor


def story(case: CorrectiveAction) -> list[dict[str, Any]]:
    own = journal.entries_of(case.subject).filter(action__startswith=f"{CorrectiveAction.KIND}.").order_by("-seq")
    return [kept.told(ACTION, entry) for entry in own]
