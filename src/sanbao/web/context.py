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
    return {
        "actor": getattr(request, "actor", None),
        "rail": SimpleLazyObject(lambda: navigation.rail(request)),
        "preferences": Preferences.of(request),
        "demonstration": settings.DEMO,
    }
