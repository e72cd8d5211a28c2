"""Webhooks: which programs are told what, whether they took it (M-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sanbao.kernel import webhooks
from sanbao.kernel.faces import read
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.webhooks import Webhook
from sanbao.kernel.words import W
from sanbao.web import answers

LAST_CALLS = 5


def events() -> list[tuple[str, W]]:
    """Kinds of events by pattern: every kind of subject, and what the house itself announces."""
    kinds = [(f"{kind}.*", lifecycle.title) for kind, lifecycle in sorted(Lifecycle.registry.items())]
    house = [
        ("clock.*", W("时限：将到期、超时、升级", "Clocks: due soon, late, escalated")),
        ("obligation.*", W("待办：产生、超时、完成", "Duties: opened, late, done")),
        ("policy.*", W("规则表：批准", "Policies: approved")),
    ]
    return [*house, *kinds]


class WebhookForm(forms.Form):
    url = forms.URLField(label=W("地址", "Address"), max_length=500, assume_scheme="https")
    actions = forms.MultipleChoiceField(
        label=W("通知哪些事件", "Which events"), choices=events, widget=forms.CheckboxSelectMultiple
    )


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The list with the last calls of each, and the form for a new one; its secret is shown once."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("webhooks.manage", clause="M-04")
    form = WebhookForm(request.POST or None, label_suffix="")
    page = answers.page(request, "web/webhooks.html", {"form": form, "rows": rows()})
    if request.method == "POST":
        made = webhooks.add(**read(form), by=by)
        return page(201, form=WebhookForm(label_suffix=""), rows=rows(), made=made)
    return page()


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    hook = Webhook.objects.filter(pk=pk).first()
    if hook is None:
        raise Refusal("not_found", W("没有这个网络回调。", "There is no such webhook."), "M-04", 404)
    webhooks.remove(hook, by=request.actor)  # type: ignore[attr-defined]
    return answers.done(request, reverse("web:webhooks"), W("已停用。", "It is no longer called."))


def rows() -> list[tuple[Webhook, list[str], list[Any]]]:
    """Each webhook with what it wants in words and its last calls."""
    titles = dict(events())
    return [
        (hook, [str(titles.get(a, a)) for a in hook.actions], list(hook.calls.order_by("-pk")[:LAST_CALLS]))
        for hook in Webhook.objects.order_by("-active", "pk")
    ]
