"""A supplier's link, which needs no log-in: signed, not guessable, kept only as a hash, with an end (Q-05)."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now


def new_nonce() -> str:
    return secrets.token_hex(24)


def token_of(case: CorrectiveAction) -> str:
    """The token in the link, made anew from the house's key and the action's nonce; it stands in no table."""
    text = f"corrective:{case.pk}:{case.link_nonce}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), text, sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def address_of(case: CorrectiveAction) -> str:
    """The whole address; nothing where none was made, or the house's key has changed since."""
    if not case.link_hash or hashed(token := token_of(case)) != case.link_hash:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('corrective:supplier', args=[token])}"


def found(token: str) -> CorrectiveAction | None:
    """The action behind a token that still holds. The hash is compared, so that the database tells nothing of it."""
    case = CorrectiveAction.objects.select_related("supplier").filter(link_hash=hashed(token)).first()
    return case if case is not None and case.link_until is not None and now() < case.link_until else None


def holder(case: CorrectiveAction) -> Actor:
    """Who came in by the link: the supplier, who may answer and nothing else."""
    permissions = frozenset({"corrective.answer"})
    return Actor("supplier", f"supplier:{case.supplier_id}", permissions=permissions, origin="link")
