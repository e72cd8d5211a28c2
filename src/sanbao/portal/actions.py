"""What a user does on the public pages: he reports what is wrong with the goods in his hands (T-15, C-02, C-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Channel, Complaint, Source
from sanbao.goods.models import Label
from sanbao.kernel import attachments
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now, today
from sanbao.portal.models import Report
from sanbao.portal.policies import PORTAL
from sanbao.portal.queries import delivery_of

#: Whoever holds the goods: nobody of ours, known by what he writes, and he may do this one thing.
USER = Actor("customer", "customer:qr", permissions=frozenset({"complaints.register"}), origin="portal")


def report(
    *,
    label: Label | None,
    what: str,
    name: str,
    phone: str,
    email: str,
    place: str,
    nonce: str,
    photos: Sequence[Any] = (),
    code: str = "",
) -> Complaint:
    """Register a complaint about the goods under a label, as the user says it. Sent twice (a shaky network, an
    impatient thumb) it is one complaint. It goes to the department and region that the goods were delivered to."""
    if (before := _sent(nonce)) is not None:
        return before
    try:
        with transaction.atomic():
            limit = int(PORTAL.setting("photo_mb", on=today()))
            case = complaints.register(
                by=USER,
                source=Source.USER,
                channel=Channel.QR,
                description=what,
                contact_name=name,
                contact_phone=phone,
                contact_email=email,
                contact_address=place,
                code=label.code if label else code[:80],
                files=[attachments.store(photo, by=USER, limit_mb=limit) for photo in photos],
                **_whither(label),
            )
            Report.objects.create(nonce=nonce, complaint=case, label=label, at=now())
    except IntegrityError:
        # The twin of this request was first; what this one wrote is rolled back.
        if (before := _sent(nonce)) is None:
            raise
        return before
    return case


def _sent(nonce: str) -> Complaint | None:
    found = Report.objects.select_related("complaint").filter(nonce=nonce).first()
    return found.complaint if found else None


def _whither(label: Label | None) -> dict[str, Any]:
    """Where the goods went decides who takes the complaint up (C-01, C-08); who complains is somebody else's to say."""
    _, customer = delivery_of(label) if label else (None, None)
    return {"category": customer.category, "region_id": customer.region_id} if customer else {}
