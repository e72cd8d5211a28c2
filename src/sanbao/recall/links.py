"""The link by which a holder answers without a log-in: signed, not guessable, kept only as a hash."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now
from sanbao.recall.models import RecallHolder, RecallState

#: So long is a token, and nothing else is looked up.
LENGTH = 43


def token_of(holder: RecallHolder) -> str:
    """Made anew from the house's key and the holder's nonce; it stands in no table."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"recall:{holder.link_nonce}".encode(), sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def address_of(holder: RecallHolder) -> str:
    """The whole address, or nothing when the house's key has changed since it was made."""
    token = token_of(holder)
    if hashed(token) != holder.link_hash:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('recall:door', args=[token])}"


def found(token: str) -> RecallHolder | None:
    """The holder behind a token that still opens. The hash is compared, so that the database tells nothing of it."""
    if len(token) != LENGTH:
        return None
    rows = RecallHolder.objects.select_related("recall", "customer", "site").filter(link_hash=hashed(token))
    holder = rows.filter(recall__state=RecallState.IN_FORCE, link_until__gt=now()).first()
    return holder


def who(holder: RecallHolder) -> Actor:
    """Who came in by the link: the customer, who may answer for himself and nothing else."""
    permissions = frozenset({"recall.answer"})
    return Actor("customer", f"customer:{holder.customer_id}", permissions=permissions, origin="link")
