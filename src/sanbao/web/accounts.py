"""Who is logged in, what he must do before anything else, and how log-in fits the house."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.utils import is_mfa_enabled
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import second_factor_required
from sanbao.kernel.refusals import Refusal
from sanbao.parties import queries
from sanbao.parties.actions.people import choose_password

#: The session remembers that the person's post demands a second factor that he has not set up yet.
DUE = "second_factor_due"


def actor_of(request: HttpRequest) -> Actor | None:
    """The person of the session as one who acts; nobody when he is not logged in or no longer employed."""
    user = request.user
    if not user.is_authenticated:
        return None
    try:
        actor = queries.actor_of(user, origin=request.META.get("REMOTE_ADDR", ""))
    except Refusal:
        return None
    return replace(actor, fresh=proved_lately(request), language=get_language() or actor.language)


def proved_lately(request: HttpRequest) -> bool:
    """Whether he logged in or repeated his password within the last minutes; a signature asks for that."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def prove_again(request: HttpRequest) -> str:
    """Where the password is asked again, and from there back to the page that the form stood on."""
    back = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    path = "/" + back.split("//", 1)[-1].partition("/")[2] if "//" in back else back
    return f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: path})}"


def first_of_all(request: HttpRequest) -> str:
    """What must be done before any other page: replace a handed-out password, set up the second factor."""
    if getattr(request.user, "one_time_password", False):
        return reverse("account_change_password")
    if request.session.get(DUE) and not settings.DEMO:
        if not is_mfa_enabled(request.user):  # type: ignore[arg-type]
            return reverse("mfa_activate_totp")
        del request.session[DUE]
    return ""


def open_before(path: str) -> bool:
    """Pages that stay open while something else must be done first."""
    return path.startswith("/accounts/") or path == reverse("web:language")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth within the house: no sign-up, no chatter, passwords through the action that records them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages speak for themselves."""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        posts = frozenset(role.partition(".")[2] for role in queries.actor_of(user).roles)
        request.session[DUE] = second_factor_required(posts) and not is_mfa_enabled(user)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 24 * 3600, samesite="Lax")
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A log-in a moment ago is as good as a repeated password; only later is it asked again."""
        return not proved_lately(context.request)

    def set_password(self, user: Any, password: str) -> None:
        """Through the action, so that the record says that he chose one; the caller's object follows."""
        choose_password(user, by=queries.actor_of(user), password=password)
        user.refresh_from_db()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name under which wrong passwords are counted: log-in takes it in any case, so all cases are one name."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", name).strip().casefold()[:150]


def locked_out(request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong passwords: say so plainly, and for how long."""
    cool_off = get_cool_off(request)
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 0
    return render(request, "web/locked.html", {"minutes": minutes}, status=429)
