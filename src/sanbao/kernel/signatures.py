"""Who signed what, with which meaning (R-11, M-03). A signature is on a content; when that changes it is stale.

The signer shows again that it is he: his session must have been authenticated within the last minutes
(``Actor.fresh_until``), or the refusal asks for it.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W


class Signature(models.Model):
    """``signer`` signed the content whose digest is kept, meaning ``meaning`` (approve, confirm, consent …)."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=80)
    meaning = models.CharField(max_length=40)
    signer = models.CharField(max_length=80)
    signed_at = models.DateTimeField()
    content = models.CharField(max_length=64)
    clause = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "kernel_signature"
        indexes = [models.Index(fields=["subject"], name="signature_subject")]

    def stale(self, content: Any) -> bool:
        """Whether what was signed has changed since."""
        return self.content != digest(text_of(content))


def sign(*, subject: str, meaning: str, content: Any, by: Actor, clause: str = "R-11") -> Signature:
    """Sign. Refuses unless the person proved who he is a moment ago."""
    if by.kind == "person" and not by.fresh:
        refuse(
            "signature.authenticate",
            W("签批前请再次输入密码。", "Confirm your password before you sign."),
            clause=clause,
            status=403,
            subject=subject,
        )
    signature = Signature.objects.create(
        subject=subject,
        meaning=meaning,
        signer=by.ref,
        signed_at=now(),
        content=digest(text_of(content)),
        clause=clause,
    )
    facts = {"signature": signature.pk, "meaning": meaning, "content": signature.content}
    journal.append(subject=subject, action="signature.made", by=by, clause=clause, facts=facts)
    return signature


def not_the_same(by: Actor, *, others: list[str], code: str, clause: str = "R-11") -> None:
    """Nobody approves what he applied for or filled in himself."""
    if by.ref in others:
        refuse(
            code,
            W(
                "本人申请或填写的内容须由他人审批。",
                "What you applied for or filled in must be approved by somebody else.",
            ),
            clause=clause,
            status=403,
            filled_in_by=others,
        )


def on(subject: str) -> models.QuerySet[Signature]:
    return Signature.objects.filter(subject=subject).order_by("signed_at")
