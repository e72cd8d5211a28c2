"""How one person likes the pages: language, light or dark, keys. Kept in cookies, so that the log-in page knows too."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

A_YEAR = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Preferences:
    """``theme`` is auto, light or dark; ``keys`` is whether single keys act (conv. 10: may be switched off)."""

    theme: str = "auto"
    keys: bool = True

    @property
    def pressed(self) -> dict[str, str]:
        """theme → ``true`` or ``false``, for the switch's ``aria-pressed``."""
        return {theme: "true" if theme == self.theme else "false" for theme in THEMES}

    @classmethod
    def of(cls, request: HttpRequest) -> Preferences:
        theme = request.COOKIES.get("sanbao_theme", "auto")
        return cls(theme if theme in THEMES else "auto", request.COOKIES.get("sanbao_keys") != "off")


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Remember one liking for a year. Not secret, but no script needs it either."""
    response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SECURE)
