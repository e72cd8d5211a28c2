"""My own page: language and look, keys, second factor, what I am and may do."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.parties.models import Department, Post


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    facts = {
        "person": request.user,
        "roles": role_titles(actor.roles),
        "second_factor": is_mfa_enabled(request.user),  # type: ignore[arg-type]
        "permissions": sorted(actor.permissions),
    }
    return render(request, "web/me.html", facts)


def role_titles(roles: frozenset[str]) -> list[str]:
    """``sales.salesperson`` → 经营部 · 业务员, in the active language."""
    departments = {d.code: str(d.title) for d in Department.objects.all()}
    posts = {p.code: str(p.title) for p in Post.objects.all()}
    pairs = sorted(role.partition(".")[::2] for role in roles)
    return [f"{departments.get(d, d)} · {posts.get(p, p)}" for d, p in pairs]
