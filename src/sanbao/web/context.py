"""What every page needs to know beside its own subject."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sanbao.web import navigation
from sanbao.web.preferences import Preferences


def page(request: HttpRequest) -> dict[str, Any]:
    """The shell's facts. Lazy, because a fragment does not draw the shell."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "rail": SimpleLazyObject(lambda: navigation.drawn(request)),
        "figures": SimpleLazyObject(lambda: navigation.counts(actor) if actor else {}),
        "preferences": Preferences.of(request),
        "demonstration": settings.DEMO,
    }
