"""Log-in, second factor and password: allauth's views under our addresses; there is no sign-up and no e-mail door."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView


@login_not_required
def closed(request: HttpRequest, **_: object) -> HttpResponse:
    """allauth names these doors even where they are walled up."""
    raise Http404


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("2fa/", RedirectView.as_view(pattern_name="web:me"), name="mfa_index"),
    path("2fa/", include("allauth.mfa.urls")),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("reset/", closed, name="account_reset_password"),
    path("set/", closed, name="account_set_password"),
]
