"""What a view answers: the page, the dialog, what follows a success, and what a refusal looks like.

Views hold no ``try``. A view that reads a form says first what to show again if the house refuses:

    form = IntakeForm(request.POST or None, by=request.actor)
    page = answers.page(request, "complaints/new.html", {"form": form})
    if request.method == "POST":
        case = act(FACE, None, request.POST, request.FILES, by=request.actor)
        return answers.done(request, case.get_absolute_url(), W("已受理 {no}", "Registered {no}", no=case.number))
    return page()
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, ValidationError
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sanbao.kernel.refusals import Refusal
from sanbao.web import navigation

#: Tells the browser which draft was taken, so that it forgets the text it kept.
TAKEN = "sanbao_taken"
#: What a draft is called: ``complaint:12:grade``. Anything else in a cookie could spoil those beside it.
DRAFT = re.compile(r"[\w:./-]{1,120}", re.ASCII)


@dataclass
class Page:
    """A template with its facts; called, it is the answer. Kept on the request for the refusal middleware."""

    request: HttpRequest
    template: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __call__(self, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, self.template, {**self.facts, **more}, status=status)


def page(request: HttpRequest, template: str, facts: dict[str, Any] | None = None) -> Page:
    """The page of a form, remembered so that a refusal without script shows it again with what was typed."""
    request.shown = Page(request, template, facts or {})  # type: ignore[attr-defined]
    return request.shown  # type: ignore[attr-defined,no-any-return]


@dataclass
class LivePage(Page):
    """What it shows is read when it answers, after a scan was taken or refused."""

    read: Callable[[], dict[str, Any]] = dict

    def __call__(self, status: int = 200, **more: Any) -> HttpResponse:
        self.facts = self.read()
        return super().__call__(status, **more)


def live(request: HttpRequest, template: str, read: Callable[[], dict[str, Any]]) -> LivePage:
    """As ``page``, for one whose facts change while it is asked for."""
    request.shown = LivePage(request, template, read=read)  # type: ignore[attr-defined]
    return request.shown  # type: ignore[attr-defined,no-any-return]


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, also out of an htmx request."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": url})
    response = HttpResponse(status=303, headers={"Location": url})
    return response


def done(request: HttpRequest, url: str, sentence: Any = "") -> HttpResponse:
    """An act has succeeded: say so, forget its draft, go on to ``url``."""
    if sentence:
        messages.success(request, str(sentence))
    navigation.forget_counts(request.actor)  # type: ignore[attr-defined]
    response = go(request, url)
    if DRAFT.fullmatch(draft := request.POST.get("draft", "")):
        response.set_cookie(TAKEN, draft, max_age=120, samesite="Lax")
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a fragment for ``#refusal``, as JSON, as the form again, or as a page of its own."""
    if wants_json(request):
        return JsonResponse(refusal.as_problem(), status=refusal.status, content_type="application/problem+json")
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "web/parts/refusal.html", {"refusal": refusal}, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
        return response
    shown: Page | None = getattr(request, "shown", None)
    if request.method == "POST" and shown is not None:
        if isinstance(form := shown.facts.get("form"), BaseForm):
            mark(form, refusal)
        return shown(refusal.status, refusal=refusal)
    return render(request, "web/refused.html", {"refusal": refusal}, status=refusal.status)


def wants_json(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, not a page."""
    return request.headers.get("Accept", "") == "application/json"


def mark(form: BaseForm, refusal: Refusal) -> None:
    """Put what was refused beside its fields; what the form itself found is already part of the refusal."""
    form.is_valid()
    form._errors, form.cleaned_data = ErrorDict(), dict(getattr(form, "cleaned_data", {}))  # type: ignore[attr-defined]
    for error in refusal.errors:
        if error.field in form.fields:
            form.add_error(error.field, ValidationError(str(error), params={"clause": error.clause}))


def dialog(request: HttpRequest) -> bool:
    """Whether only the inside of a dialog is wanted."""
    return bool(request.htmx) and request.headers.get("HX-Target", "").endswith("#dialog-body")  # type: ignore[attr-defined]


View = Callable[..., HttpResponse]
