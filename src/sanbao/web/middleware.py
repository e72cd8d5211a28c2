"""Between the web server and the pages: who acts, may he come in, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from sanbao.kernel.refusals import Refusal
from sanbao.web import accounts, answers

#: Faces that know their callers by other means than a session: tokens, the health check.
MACHINES = ("/api/v", "/epcis/")
#: What a page may use of the device: nothing, and one that scans (``web/scans.py``) the camera.
DEVICE = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
SCANNING_DEVICE = DEVICE.replace("camera=()", "camera=(self)")

Next = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Give the request its actor, and let nobody in who has not shown who he is as far as his post demands."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # No text of ours holds it, and PostgreSQL takes it for an error of the server.
            raise BadRequest("NUL in the address")
        if not getattr(request, "by_token", False):
            request.actor = accounts.actor_of(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", SCANNING_DEVICE if getattr(request, "scans", False) else DEVICE
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.actor and "Cache-Control" not in response.headers:  # type: ignore[attr-defined]
            # A shared workshop PC must not show one person's pages to the next by the back button.
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or request.path.startswith(MACHINES):
            return None
        if request.actor is None:  # type: ignore[attr-defined]
            return not_logged_in(request)
        if (page := accounts.first_of_all(request)) and not accounts.open_before(request.path):
            return answers.go(request, page)
        return None


def not_logged_in(request: HttpRequest) -> HttpResponse:
    """To the log-in page; for scripts 401, so that the log-in page is never swapped into a card."""
    if request.htmx or answers.wants_json(request):  # type: ignore[attr-defined]
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Session"})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


class RefusalMiddleware:
    """The one place where a refusal becomes a page or a fragment. Views let it pass."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal) or request.path.startswith(MACHINES):
            return None
        if exception.code == "signature.authenticate" and not answers.wants_json(request):
            return answers.go(request, accounts.prove_again(request))
        return answers.refused(request, exception)
