"""The link by which a supplier acknowledges without a log-in: signed, not guessable, kept only as a hash (T-01)."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.materials.models import MarkingNotice


def new_nonce() -> str:
    return secrets.token_hex(24)


def token_of(notice: MarkingNotice) -> str:
    """The token in the link, made anew from the house's key and the notice's nonce; it stands in no table."""
    text = f"marking:{notice.pk}:{notice.link_nonce}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), text, sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def address_of(notice: MarkingNotice) -> str:
    """The whole address, or nothing when the house's key has changed since it was sent: then it must be sent anew."""
    token = token_of(notice)
    if not notice.link_hash or hashed(token) != notice.link_hash:
        return ""
    return f"{settings.BASE_URL}{reverse('materials:acknowledge', args=[token])}"


def found(token: str) -> MarkingNotice | None:
    """The notice behind a token. The hash is compared, so that the database tells nothing about the token."""
    return MarkingNotice.objects.select_related("supplier").filter(link_hash=hashed(token)).first()


def holder(notice: MarkingNotice) -> Actor:
    """Who came in by the link: the supplier, who may acknowledge and nothing else."""
    permissions = frozenset({"materials.acknowledge_marking"})
    return Actor("supplier", f"supplier:{notice.supplier_id}", permissions=permissions, origin="link")
