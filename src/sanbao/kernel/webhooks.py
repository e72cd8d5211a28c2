"""Webhooks in the Standard Webhooks form: signed, retried by the announcements, logged, never to private addresses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
from fnmatch import fnmatchcase

from django.db import models, transaction

from sanbao.kernel import journal, memo, outside, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.canonical import plain
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W

MEMO = "webhooks"


class Webhook(models.Model):
    """Where the house tells a program what happened. ``actions`` are patterns such as ``complaint.*``."""

    url = models.CharField(max_length=500)
    actions = models.JSONField(default=list)
    secret = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        db_table = "kernel_webhook"

    @property
    def subject(self) -> str:
        return f"webhook:{self.pk}"

    def wants(self, action: str) -> bool:
        return any(fnmatchcase(action, pattern) for pattern in self.actions)


class Call(models.Model):
    """One call of a webhook, made or failed; the log that the administrator reads."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    entry = models.ForeignKey(JournalEntry, models.CASCADE, db_index=False)
    at = models.DateTimeField(default=now)
    status = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "kernel_webhook_call"
        indexes = [models.Index(fields=["webhook", "entry", "status"], name="webhook_call_once")]


class NotTaken(Exception):
    """The other side did not take the call; it will be tried again."""


def add(*, url: str, actions: list[str], by: Actor) -> Webhook:
    """Register a webhook; its secret is on the returned row. Refuses an address that may not be called."""
    by.need("webhooks.manage", clause="M-04")
    outside.check(url)
    if not actions:
        sentence = W("请至少选择一种事件。", "Choose at least one kind of event.")
        refuse("webhook.empty", sentence, clause="M-04", status=422, field="actions")
    with transaction.atomic():
        memo.forget(MEMO)
        hook = Webhook.objects.create(url=url, actions=actions, secret=secrets.token_hex(32))
        facts = {"url": url, "actions": actions}
        journal.append(subject=hook.subject, action="webhook.added", by=by, clause="M-04", facts=facts)
    return hook


def remove(hook: Webhook, *, by: Actor) -> None:
    """Stop calling it; its log stays."""
    by.need("webhooks.manage", clause="M-04")
    with transaction.atomic():
        memo.forget(MEMO)
        if Webhook.objects.filter(pk=hook.pk, active=True).update(active=False):
            journal.append(subject=hook.subject, action="webhook.removed", by=by, clause="M-04")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,<base64 of HMAC-SHA-256>`` over id, timestamp and body (Standard Webhooks 1.0)."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(bytes.fromhex(secret), signed, hashlib.sha256).digest()).decode()


def wanted(action: str) -> bool:
    """Whether any webhook wants to hear of this; without one, nothing is put down for delivery."""
    hooks = memo.once(MEMO, lambda: rows.where(Webhook, active=True))
    return any(hook.wants(action) for hook in hooks)


@listens("*", outside=True)
def call_webhooks(entry: JournalEntry) -> None:
    """Tell every webhook that wants the entry and was not told yet; one that fails is tried again with its kind."""
    failed: list[str] = []
    for hook in Webhook.objects.filter(active=True):
        if hook.wants(entry.action) and not hook.calls.filter(entry=entry, status__range=(200, 299)).exists():
            trouble = _call(hook, entry)
            if trouble:
                failed.append(trouble)
    if failed:
        raise NotTaken("; ".join(failed))


journal.CONSUMERS["kernel.webhooks.call_webhooks"] = wanted


def _call(hook: Webhook, entry: JournalEntry) -> str:
    message, moment = f"msg_{hook.pk}_{entry.pk}", int(now().timestamp())
    facts = {"subject": entry.subject, "action": entry.action, "clause": entry.clause, "facts": entry.facts}
    body = json.dumps({"type": entry.action, "timestamp": plain(entry.at), "data": facts}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Sanbao",
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(hook.secret, message, moment, body),
    }
    status, trouble = 0, ""
    try:
        status = outside.post(hook.url, body, headers)
    except (OSError, http.client.HTTPException, outside.Refusal) as error:
        trouble = f"{type(error).__name__}: {error}"
    if not trouble and not 200 <= status < 300:
        trouble = f"HTTP {status}"
    Call.objects.create(webhook=hook, entry=entry, status=status, trouble=trouble[:300])
    return trouble
