"""My desk: what waits for me, red first; and the figures of the rail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.web import desk, navigation


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    groups = desk.groups(actor)
    counts = {group.kind or "later": len(group.duties) for group in reversed(groups)}
    waiting = sum(len(group.duties) for group in groups)
    facts = {
        "groups": groups,
        "led": desk.led_by(actor),
        "late": counts.get("late", 0),
        "soon": counts.get("soon", 0),
        "waiting": waiting,
        "more": waiting >= desk.AT_MOST,
    }
    return render(request, "web/desk.html", facts)


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    return JsonResponse(navigation.counts(request.actor))  # type: ignore[attr-defined]
