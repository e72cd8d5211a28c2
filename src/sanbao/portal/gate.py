"""The door of the public pages: which language, how often, how large, and that a form is ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from sanbao.kernel.times import today
from sanbao.portal import limits
from sanbao.portal.policies import PORTAL
from sanbao.web.preferences import keep

View = Callable[..., HttpResponse]
ENGLISH, CHINESE = "en", "zh-hans"
SWITCH = {"en": ENGLISH, "zh": CHINESE}


def public(view: View) -> View:
    """A page that anybody may open: in his language, never kept by a cache, found by no search engine, and not asked
    for more often than the policy allows from one address. It starts no session."""

    @login_not_required
    @csrf_exempt  # the pages that take a form look at it themselves, after its size: ``own``
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            rule = PORTAL.decide(on=today())
            if limits.LOOKS.count(limits.address(request), int(rule["looks_a_minute"])):
                response = view(request, *args, **kwargs)
            else:
                response = busy(request)
        if SWITCH.get(request.GET.get("lang", "")) == language:
            keep(response, settings.LANGUAGE_COOKIE_NAME, language)
        response.headers["Content-Language"] = language
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        add_never_cache_headers(response)
        return response

    return opened


def language_of(request: HttpRequest) -> str:
    """What was chosen here; else what the browser speaks: Chinese for Chinese, English for everybody else."""
    asked = request.GET.get("lang") or request.POST.get("switch", "") if own_size(request) else request.GET.get("lang")
    if asked in SWITCH:
        return SWITCH[asked]
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if kept in (ENGLISH, CHINESE):
        return kept
    spoken = request.headers.get("Accept-Language", "zh").strip().lower()
    return CHINESE if spoken.startswith("zh") or spoken in ("", "*") else ENGLISH


def own_size(request: HttpRequest) -> bool:
    """Whether what was sent is no larger than the policy's photographs; asked before any of it is read."""
    rule = PORTAL.decide(on=today())
    most = (int(rule["photos"]) * int(rule["photo_mb"]) + 1) * 1024 * 1024
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) <= most


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> str:  # type: ignore[override]
        return reason


def own(request: HttpRequest) -> bool:
    """Whether a form that was sent is one of ours (CSRF)."""
    return not _Check(lambda _: HttpResponse()).process_view(request, lambda: None, (), {})


def busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "portal/busy.html", status=429)
    response.headers["Retry-After"] = "60"
    return response
