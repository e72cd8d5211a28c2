"""Search everything at once; a number that is somebody's own opens him directly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.web import subjects

EACH = 8


@dataclass(frozen=True)
class Found:
    """What one kind has to offer."""

    title: W
    things: list[subjects.Shown]
    more: bool


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    actor = request.actor  # type: ignore[attr-defined]
    if words and (href := numbered(words, actor)):
        return redirect(href)
    kinds = search.kinds(words) if words else set()
    asked = [lifecycle for kind, lifecycle in Lifecycle.registry.items() if kind in kinds]
    found = [kind for lifecycle in asked if (kind := matching(lifecycle, words, actor))]
    traced = bool(words) and actor.may("trace.see") and bool(trace.find(words, actor=actor))
    if traced and not found:
        return redirect("trace:trace", code=words)
    if not traced and len(found) == 1 and len(found[0].things) == 1 and found[0].things[0].href:
        return redirect(found[0].things[0].href)
    return render(request, "web/search.html", {"words": words, "found": found, "traced": traced})


def matching(lifecycle: Lifecycle[Any], words: str, actor: Actor) -> Found | None:
    """Up to eight of a kind that the actor may see, newest first; permission is part of the query, before LIMIT."""
    if lifecycle.searched is None:
        return None
    matching = subjects.rows(lifecycle, actor).filter(pk__in=search.matching(lifecycle.kind, words))
    rows = list(matching.order_by("-pk")[: EACH + 1])
    if not rows:
        return None
    return Found(lifecycle.title, [subjects.of(lifecycle, row) for row in rows[:EACH]], len(rows) > EACH)


def numbered(words: str, actor: Actor) -> str:
    """The page of the one thing whose number this is, also without prefix or in full-width digits (conv. 7)."""
    key = code_key(words)
    if not any(character.isdigit() for character in key):
        return ""  # no series gives a number without a digit
    hits = []
    for lifecycle in Lifecycle.registry.values():
        if not any(field.name == "number" for field in lifecycle.model._meta.concrete_fields):
            continue
        rows = lifecycle.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
        found = list(rows.filter(number=key)[:2])
        if not found and key.isdigit() and len(key) <= 6:
            found = list(rows.filter(number__endswith=f"-{key.zfill(6)}").order_by("-pk")[:2])
        hits.extend(found)
    return subjects.address(hits[0]) if len(hits) == 1 else ""
