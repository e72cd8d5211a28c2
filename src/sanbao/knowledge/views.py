"""Pages of the knowledge base: what is in force, what is being written, how often each was quoted."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel.words import W
from sanbao.knowledge import queries
from sanbao.knowledge.lifecycle import ARTICLE
from sanbao.knowledge.models import Article, ArticleState, Reader, Topic
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.subjects import shown
from sanbao.web.templatetags.parts import code, pill, place

S = ArticleState
PILLS = {S.DRAFT: "run", S.SUBMITTED: "soon", S.IN_FORCE: "fine"}
WRITING = (S.DRAFT, S.SUBMITTED)
#: How many quotations its page lists; the count beside them is of all.
QUOTATIONS = 50


def state_pill(article: Article) -> str:
    return pill(S.title_of(article.state), PILLS.get(S(article.state), ""))


class ArticleList(Listing):
    """Articles by number; the tab says whether they hold."""

    name = "knowledge"
    order = "number"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("topic", W("主题", "Topic"), Topic.pairs()),
        Choice("reader", W("给谁看", "Written for"), Reader.pairs()),
    )
    tabs = (
        Tab("in_force", S.IN_FORCE.title, Q(state=S.IN_FORCE)),
        Tab("writing", W("起草与待批", "Being written"), Q(state__in=WRITING)),
        Tab("gone", W("已换版、已撤下", "Superseded, withdrawn"), Q(state__in=[S.SUPERSEDED, S.WITHDRAWN])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda a: code(a.number), sort="number", narrow=True),
        Column("edition", W("版", "Ed."), number=True),
        Column("title", W("标题", "Title"), opens=True),
        Column("topic", W("主题", "Topic"), lambda a: Topic.title_of(a.topic), plain=lambda a: Topic.title_of(a.topic)),
        Column(
            "reader", W("给谁看", "For"), lambda a: Reader.title_of(a.reader), plain=lambda a: Reader.title_of(a.reader)
        ),
        Column("state", W("状态", "State"), state_pill, plain=lambda a: S.title_of(a.state), narrow=True),
        Column("quoted", W("被引用", "Quoted"), sort="quoted", number=True),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    return ArticleList(request, queries.listed(by)).respond(
        "knowledge/list.html", may_write=by.may("knowledge.write"), may_process=by.may("processing.see")
    )


@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: both languages, what it is about, its other editions, and where it was quoted."""
    by = request.actor  # type: ignore[attr-defined]
    case: Article = moves.find(ARTICLE, pk, by)  # type: ignore[assignment]
    quotations = list(case.quotations.order_by("-id")[:QUOTATIONS])
    subjects = shown((one.about for one in quotations), by)
    facts = {
        "case": case,
        "state": state_pill(case),
        "topic": Topic.title_of(case.topic),
        "reader": Reader.title_of(case.reader),
        "offers": ARTICLE.offered(case, by),
        "tags": [
            (W("产品线", "Product lines"), [(line, "") for line in case.lines]),
            (W("产品", "Products"), [(str(row), row.get_absolute_url()) for row in case.products.all()]),
            (W("材料", "Materials"), [(str(row), row.get_absolute_url()) for row in case.materials.all()]),
            (W("故障类别", "Fault classes"), [(row.title, "") for row in case.classes.all()]),
        ],
        "editions": [
            (one, state_pill(one)) for one in Article.objects.visible_to(by).filter(number=case.number).exclude(pk=pk)
        ],
        "quoted": case.quotations.count(),
        "quotations": [(one, subjects.get(one.about)) for one in quotations],
        "newest": QUOTATIONS,
        "public": place("portal:guide", case.number) if case.reader == Reader.OUTSIDE else "",
    }
    return render(request, "knowledge/article.html", facts)
