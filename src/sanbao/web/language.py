"""Which language a face speaks: Chinese until somebody chooses; a program asks with ``Accept-Language``."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

MACHINES = ("/api/v", "/epcis/")
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


class LanguageMiddleware:
    """The house is Chinese first: a browser that was installed in English does not make its clerk read English.

    Pages follow the choice kept in the cookie (the switch 中/EN, set from the person's own language at log-in).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen(request: HttpRequest) -> str:
    if request.path.startswith(MACHINES):
        return translation.get_language_from_request(request)
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE
