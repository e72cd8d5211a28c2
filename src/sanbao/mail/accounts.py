"""The mailboxes that the house looks into, as the environment names them. Passwords are never shown or logged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings

#: Providers by short name: ``163:kf@163.com`` is ``imaps://kf@163.com@imap.163.com/INBOX``.
PRESETS = {
    "163": "imap.163.com",
    "126": "imap.126.com",
    "yeah": "imap.yeah.net",
    "qq": "imap.qq.com",
    "exmail": "imap.exmail.qq.com",
}
#: These close the door to a program that does not say what it is (RFC 2971), whether or not they announce it.
WANT_ID = frozenset(PRESETS.values())
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Unusable(ValueError):
    """An address of a mailbox that cannot be read; says why without repeating what may be a password."""


@dataclass(frozen=True)
class Account:
    """One mailbox. ``tls``: from the first byte, or after STARTTLS; without any only on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: str = "tls"

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:200]


def accounts() -> list[Account]:
    """Every mailbox of ``SANBAO_IMAP_URL``; none by default."""
    return [read(address, settings.IMAP_PASSWORD) for address in settings.IMAP_URL.split()]


def read(address: str, password: str = "") -> Account:
    """``imaps://user:password@host:port/folder``, ``imap://…`` with STARTTLS, or a preset and a user."""
    if preset := re.fullmatch(r"([a-z0-9]+):(?!//)([^\s:/]+)", address):
        if preset[1] not in PRESETS:
            raise Unusable(f"SANBAO_IMAP_URL: {preset[1]}? {', '.join(PRESETS)}")
        return Account(PRESETS[preset[1]], 993, unquote(preset[2]), password)
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username or port == -1:
        raise Unusable("SANBAO_IMAP_URL: imaps://user@host/INBOX, imap://…, 163:user@163.com")
    plain = parts.scheme == "imap"
    tls = ("plain" if parts.hostname in LOOPBACK else "starttls") if plain else "tls"
    return Account(
        host=parts.hostname,
        port=port or (143 if plain else 993),
        user=unquote(parts.username),
        password=unquote(parts.password or "") or password,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
    )
