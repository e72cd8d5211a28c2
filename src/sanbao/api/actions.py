"""Give out and take back the keys to the API (M-02)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from sanbao.api.models import Token
from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties.models import Person

LONGEST_DAYS = 730
LONGEST_NAME = 80


def create_token(*, person: Person, name: str, days: int, by: Actor) -> tuple[Token, str]:
    """A new key for a person, and the key itself, which is shown this once. Own keys need no permission."""
    if by.person_id != person.pk:
        by.need("tokens.create")
    if by.kind == "person" and not by.fresh:
        # A key outlives the session it was made in: neither an unlocked screen nor another key may make one.
        refuse(
            "signature.authenticate",
            W("新建令牌前请再次输入密码。", "Confirm your password before you make a token."),
            clause="M-02",
            status=403,
        )
    if not name.strip() or len(name) > LONGEST_NAME:
        sentence = W("请写明用途，最长 {most} 字。", "Say what the token is for, in at most {most} characters.")
        refuse("token.name", sentence, status=422, field="name", most=LONGEST_NAME)
    if not 1 <= days <= LONGEST_DAYS:
        refuse(
            "token.period",
            W("有效期须为 1 到 {longest} 天。", "A token is valid for 1 to {longest} days."),
            status=422,
            field="days",
            longest=LONGEST_DAYS,
        )
    key, hashed = Token.fresh()
    with transaction.atomic():
        token = Token.objects.create(
            digest=hashed,
            name=name.strip(),
            person=person,
            created_by=by.ref,
            expires_at=now() + timedelta(days=days),
        )
        facts = {"person": person.pk, "expires_at": token.expires_at}
        journal.append(subject=token.subject, action="token.created", by=by, clause="M-02", facts=facts)
    return token, key


def revoke_all(person: int, *, by: Actor) -> int:
    """Take back every key of a person who has left, so that none works again should he come back."""
    left = Token.objects.filter(person=person, revoked_at=None)
    return len([revoke_token(token, by=by) for token in left])


def revoke_token(token: Token, *, by: Actor) -> Token:
    """Take a key back, at once."""
    if by.person_id != token.person_id:
        by.need("tokens.create")
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
            journal.append(subject=token.subject, action="token.revoked", by=by, clause="M-02")
    token.refresh_from_db()
    return token
