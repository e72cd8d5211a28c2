"""Webhooks through the API: which programs are told what, and whether they took it (M-04). Notices: ``house.py``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import Strict
from sanbao.api.paging import paged
from sanbao.kernel import webhooks
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.webhooks import Call, Webhook
from sanbao.kernel.words import W

router = Router(tags=["webhooks"])


class WebhookBody(Strict):
    """``actions`` are patterns over the record's actions: ``complaint.*``, ``clock.escalated``, ``*``."""

    url: str
    actions: list[str]


def webhook_out(hook: Webhook) -> dict[str, Any]:
    return {"id": hook.pk, "url": hook.url, "actions": hook.actions, "active": hook.active, "made_at": hook.made_at}


def call_out(call: Call) -> dict[str, Any]:
    return {"id": call.pk, "entry": call.entry_id, "at": call.at, "status": call.status, "trouble": call.trouble}


def managed(pk: int, by: Actor) -> Webhook:
    """A webhook for one who may manage them; for anybody else there is none."""
    by.need("webhooks.manage", clause="M-04")
    hook = Webhook.objects.filter(pk=pk).first()
    if hook is None:
        raise Refusal("not_found", W("没有这个网络回调。", "There is no such webhook."), "M-04", 404)
    return hook


@router.get("", response=dict[str, Any], operation_id="webhooks", summary="网络回调 · Webhooks")
def listed(request: HttpRequest) -> Any:
    """Every webhook, those that are no longer called too. Needs ``webhooks.manage``."""
    actor_of(request).need("webhooks.manage", clause="M-04")
    return paged(request, Webhook.objects.order_by("pk"), webhook_out)


@router.post("", response={201: dict[str, Any]}, operation_id="webhook_add", summary="新增回调 · Add a webhook")
def add(request: HttpRequest, data: WebhookBody) -> Any:
    """The ``secret`` signs every call (Standard Webhooks 1.0) and is told in this answer only. Clause M-04."""
    hook = webhooks.add(url=data.url, actions=data.actions, by=actor_of(request))
    return 201, webhook_out(hook) | {"secret": hook.secret}


@router.post(
    "/{int:pk}/remove", response=dict[str, Any], operation_id="webhook_remove", summary="停用回调 · Remove a webhook"
)
def remove(request: HttpRequest, pk: int) -> Any:
    """Stop calling it; its log stays. Clause M-04."""
    by = actor_of(request)
    hook = managed(pk, by)
    webhooks.remove(hook, by=by)
    hook.refresh_from_db()
    return webhook_out(hook)


@router.get("/{int:pk}/calls", response=dict[str, Any], operation_id="webhook_calls", summary="回调记录 · Its calls")
def calls(request: HttpRequest, pk: int) -> Any:
    """What was sent and whether it was taken, the latest first; ``status`` 0: nobody answered."""
    return paged(request, managed(pk, actor_of(request)).calls.order_by("-pk"), call_out)
