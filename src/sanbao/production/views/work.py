"""What is done to many baskets at once, with an answer for each: one load, one team leader's or QC's round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanbao.kernel.canonical import plain
from sanbao.kernel.codes import whole
from sanbao.kernel.faces import read
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.words import W
from sanbao.production import actions
from sanbao.production.forms.steps import LoadForm
from sanbao.production.lifecycle import CARD, STEP
from sanbao.production.models import Card, Outcome, Step
from sanbao.web import answers

CHECKS: dict[str, tuple[str, Callable[..., Step]]] = {
    "lead": ("check_lead", actions.check_lead),
    "qc": ("check_qc", actions.check_qc),
}


@require_http_methods(["GET", "POST"])
def charge(request: HttpRequest) -> HttpResponse:
    """Many cards into one load: the form, then what became of each."""
    by = request.actor  # type: ignore[attr-defined]
    move = CARD.moves["record_step"]
    by.need(move.permission, clause=move.clause)
    posted = request.method == "POST"
    form = LoadForm(request.POST if posted else None, by=by, initial=request.GET.dict())
    page = answers.page(
        request,
        "web/move.html",
        {"form": form, "title": W("装炉、入槽、上线", "Into one load"), "move": move, "draft": "card:charge",
         "face": CARD.faces["record_step"], "back": reverse("production:list")},
    )  # fmt: skip
    if not posted:
        return page()
    values = read(form)
    load = actions.charge(by=by, codes=values.pop("cards"), **values)
    if len(load.refused) == len(load.cards) == 1 and (refusal := load.refused[0].refusal):
        raise refusal
    code = load.lot.code if load.lot else ""
    title = W("{load} 已进 {n} 框", "{load} {n} baskets went in", load=code, n=len(load.taken))
    following = reverse("production:load", args=[load.lot.pk]) if load.lot else reverse("production:list")
    return _told(request, title, [(one.code, one.card, one.refusal) for one in load.cards], following)


@require_POST
def check(request: HttpRequest, which: str) -> HttpResponse:
    """A team leader's or QC's round over selected steps: first what would be done, then what became of each."""
    by = request.actor  # type: ignore[attr-defined]
    if which not in CHECKS:
        refuse("no_such_page", W("没有这样的操作。", "There is no such act."), status=404)
    name, act = CHECKS[which]
    move = STEP.moves[name]
    by.need(move.permission, clause=move.clause)
    picked = [pk for pk in map(whole, request.POST.getlist("pick")) if pk is not None]
    steps = list(Step.objects.visible_to(by).filter(pk__in=picked).select_related("card__lot").order_by("pk"))
    if not steps:
        refuse("nothing_picked", W("没有选中任何工序。", "No step was selected."), status=422, field="pick")
    if request.POST.get("sure") != "1":
        facts: dict[str, Any] = {"steps": steps, "move": move, "which": which}
        return answers.page(request, "production/round.html", facts)()
    outcomes = [_one(step, act, by) for step in steps]
    taken = sum(refusal is None for _, refusal in outcomes)
    title = W("{move}：{n} 项合格", "{move}: {n} good", move=move.title, n=taken)
    rows = [(str(one), one.card, refusal) for one, refusal in outcomes]
    return _told(request, title, rows, reverse("production:checks"))


def _one(step: Step, act: Callable[..., Step], by: Any) -> tuple[Step, Refusal | None]:
    try:
        with transaction.atomic():
            act(step, by=by, outcome=Outcome.GOOD.value)
    except Refusal as refusal:
        return step, refusal
    return step, None


TOLD = "production_told"
#: What was asked for, on which card, and why not.
type Row = tuple[str, Card | None, Refusal | None]


def _told(request: HttpRequest, title: W, rows: list[Row], following: str) -> HttpResponse:
    """What became of each row is kept for this person's next page, so that showing it again does nothing again."""
    request.session[TOLD] = {
        "title": plain(title),
        "next": following,
        "rows": [
            {
                "code": code,
                "href": card.get_absolute_url() if card else "",
                "sentence": plain(refusal.sentence.format(**refusal.facts)) if refusal else None,
                "clause": refusal.clause if refusal else "",
            }
            for code, card, refusal in rows
        ],
    }
    return answers.go(request, reverse("production:told"))


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """The answer to what was last done to many at once."""
    kept = request.session.get(TOLD) or {"title": {"zh": "", "en": ""}, "rows": [], "next": reverse("production:list")}
    rows = [{**row, "sentence": _words(row["sentence"])} for row in kept["rows"]]
    facts = {
        "title": _words(kept["title"]),
        "rows": rows,
        "taken": sum(row["sentence"] is None for row in rows),
        "next": kept["next"],
    }
    return render(request, "production/told.html", facts)


def _words(pair: dict[str, str] | None) -> W | None:
    return W(pair["zh"], pair["en"]) if pair else None
