"""Who may call: a bearer token, or the browser's session with its CSRF token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


class HouseAuth(AuthBase):
    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "`Authorization: Bearer sb_…`, made by `sanbao token create` or on the page 我 / Me."

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return None
        if not getattr(request, "by_token", False):
            self._from_the_browser(request)
        return actor

    def _from_the_browser(self, request: HttpRequest) -> None:
        from sanbao.web import accounts

        if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request) is not None:
            sentence = W("页面已过期，请刷新后再试。", "The page is out of date; reload it and try again.")
            raise Refusal("csrf", sentence, "M-02", 403)
        if accounts.first_of_all(request):
            sentence = W(
                "请先完成登录：更换一次性密码，设置第二步验证。",
                "Finish logging in first: replace the one-time password, set up the second factor.",
            )
            raise Refusal("login_unfinished", sentence, "M-02", 403)


def actor_of(request: Any) -> Actor:
    """The actor of an authenticated request."""
    actor: Actor = request.actor
    return actor
