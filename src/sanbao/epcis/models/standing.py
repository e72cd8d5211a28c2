"""Questions that partners have given a name, and who is called when a question has new answers."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now


class StandingQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.may("epcis.query") else self.none()


class NamedQuery(models.Model):
    """A question with a name. ``query`` as it was sent (JSON text), ``@context`` and all."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    query = models.TextField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=now)

    objects = StandingQuerySet.as_manager()

    class Meta:
        db_table = "epcis_query"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"epcis_query:{self.pk}"


class Subscription(models.Model):
    """Who is called: at every capture (``stream``) or at the times of ``schedule``, with what is new since the last.

    ``seen`` is the last event of which the subscriber knows (or did not want to); ``retry_at`` and ``attempts`` say
    how it goes when he does not answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    query = models.ForeignKey(NamedQuery, models.CASCADE, related_name="subscriptions")
    dest = models.CharField(max_length=500)
    signature_token = models.CharField(max_length=200, default="")
    stream = models.BooleanField(default=False)
    schedule = models.JSONField(default=dict)
    report_if_empty = models.BooleanField(default=False)
    epc_format = models.CharField(max_length=30, default="")
    initial_record_time = models.DateTimeField()
    min_record_time = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=now)
    last_notified_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, default="")

    objects = StandingQuerySet.as_manager()

    class Meta:
        db_table = "epcis_subscription"
        ordering = ("created_at",)

    @property
    def subject(self) -> str:
        return f"epcis_query:{self.query_id}"


class SpentToken(models.Model):
    """A page token that its holder has given back before it ran out."""

    digest = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "epcis_spent_token"


class Publication(models.Model):
    """How far our own records of a kind are told as events: up to, and with, this id."""

    kind = models.CharField(max_length=20, primary_key=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "epcis_publication"
