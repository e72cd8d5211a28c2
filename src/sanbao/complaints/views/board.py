"""谁的球: who has to act on what, by person or by department, the reddest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.complaints import boards


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    actor.need("complaints.see", clause="M-04")
    by = request.GET.get("by", "person")
    facts = {"board": boards.board(actor, by if by in boards.WAYS else "person")}
    return render(request, "complaints/board.html", facts)
