"""受理: one screen, thirty seconds; the user found while the phone rings, his open cases beside the form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.complaints import finding
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import ORAL
from sanbao.kernel.faces import act
from sanbao.kernel.words import W
from sanbao.web import answers, moves


def _page(request: HttpRequest, name: str, template: str) -> HttpResponse:
    by, posted = request.actor, request.method == "POST"  # type: ignore[attr-defined]
    face, move = moves.face_of(COMPLAINT, name), COMPLAINT.moves[name]
    data = (request.POST, request.FILES) if posted else ()
    form = face.form(*data, case=None, by=by, initial=request.GET.dict())
    facts = {"form": form, "move": move, "oral": ORAL, "found": matches(request), "draft": f"complaint:{name}"}
    facts["may_light"] = by.may("complaints.register_light")
    page = answers.page(request, template, facts)
    if posted:
        case = act(face, None, request.POST, request.FILES, by=by)
        said = W("已受理 {number}", "Registered {number}", number=case.number)
        return answers.done(request, case.get_absolute_url(), said)
    by.need(move.permission, clause=move.clause)
    return page()


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _page(request, "register", "complaints/new.html")


@require_http_methods(["GET", "POST"])
def new_light(request: HttpRequest) -> HttpResponse:
    return _page(request, "register_light", "complaints/new_light.html")


@require_http_methods(["GET", "POST"])
def new_question(request: HttpRequest) -> HttpResponse:
    return _page(request, "register_question", "complaints/new_question.html")


def matches(request: HttpRequest) -> finding.Found:
    """Who and what is meant by what was typed: users, goods with their deliveries, open cases (convention 3, 4)."""
    asked = request.GET if request.method == "GET" else request.POST
    return finding.find(
        request.actor,  # type: ignore[attr-defined]
        typed=asked.get("find", ""),
        code=asked.get("code", ""),
        phone=asked.get("contact_phone", ""),
        customer=asked.get("customer", ""),
    )


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find as you type: a fragment beside the form."""
    request.actor.need("complaints.register", clause="C-01")  # type: ignore[attr-defined]
    return render(request, "complaints/parts/matches.html", {"found": matches(request)})


@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """One key press fills the user in: the part of the form that says who, with a chosen customer."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("complaints.register", clause="C-01")
    face = moves.face_of(COMPLAINT, "register")
    form = face.form(case=None, by=by, initial=request.GET.dict())
    return render(request, "complaints/parts/who.html", {"form": form, "found": matches(request), "swapped": True})
