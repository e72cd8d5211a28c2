"""Bearer tokens, hashed at rest, and the answers that a repeated POST gets again."""

from __future__ import annotations

import secrets

from django.db import models

from sanbao.kernel.canonical import digest
from sanbao.kernel.times import now

PREFIX = "sb_"


class Token(models.Model):
    """A key to the API that acts as one person. Only its digest is kept; it is shown once."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="tokens")
    created_at = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"

    @property
    def subject(self) -> str:
        return f"token:{self.pk}"

    @property
    def valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > now()

    @staticmethod
    def fresh() -> tuple[str, str]:
        """A new key and its digest."""
        key = PREFIX + secrets.token_urlsafe(32)
        return key, digest(key)


class Answer(models.Model):
    """What a POST with an ``Idempotency-Key`` was answered, so that a repetition does nothing twice."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=80, default="")
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(default=now)

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["at"], name="api_answer_at")]
