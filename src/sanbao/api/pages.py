"""My keys to the API: see them, make one, take one back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sanbao.api.actions import LONGEST_DAYS, LONGEST_NAME, create_token, revoke_token
from sanbao.api.models import Token
from sanbao.kernel.faces import read
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import answers


class TokenForm(forms.Form):
    name = forms.CharField(label=W("用途", "What it is for"), max_length=LONGEST_NAME)
    days = forms.IntegerField(
        label=W("有效天数", "Days that it is valid"), min_value=1, max_value=LONGEST_DAYS, initial=90
    )


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and the form for a new one; a new key is shown in the answer to its making and never again."""
    form = TokenForm(request.POST or None, label_suffix="")
    own = Token.objects.filter(person=request.user.pk).order_by("-pk")
    page = answers.page(request, "api/tokens.html", {"form": form, "tokens": own})
    if request.method == "POST":
        values = read(form)
        by = request.actor  # type: ignore[attr-defined]
        token, key = create_token(person=request.user, by=by, **values)  # type: ignore[arg-type]
        return page(201, form=TokenForm(label_suffix=""), made=token, key=key)
    return page()


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of my keys back, at once."""
    token = Token.objects.filter(pk=pk, person=request.user.pk).first()
    if token is None:
        raise Refusal("not_found", W("没有这个令牌。", "There is no such token."), "M-02", 404)
    revoke_token(token, by=request.actor)  # type: ignore[attr-defined]
    return answers.done(request, reverse("api_tokens"), W("令牌已作废。", "The token is revoked."))
