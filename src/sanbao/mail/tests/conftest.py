"""The house of the complaints' tests, with a mail server beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from sanbao.complaints.tests.conftest import (  # noqa: F401 (fixtures)
    by,
    customer,
    monday_morning,
    people,
    product,
    quality,
    quick_passwords,
    register,
    story,
    surface,
)
from sanbao.mail import actions
from sanbao.mail.models import MailItem

_uids = count(1)


@pytest.fixture(autouse=True)
def our_addresses(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "三包客服 <kf@factory.example>"
    settings.SMTP_HOST = "127.0.0.1"
    settings.IMAP_URL = ""


@pytest.fixture
def receive(db: None) -> Callable[..., MailItem]:
    """A mail comes out of a mailbox."""

    def take(content: bytes, mailbox: str = "kf@imap/INBOX", **where: Any) -> MailItem:
        return actions.receive(content, **{"mailbox": mailbox, "validity": 1, "uid": next(_uids), **where})

    return take


class Post:
    """A mail server on loopback that keeps what it takes, byte for byte, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.unknown: set[str] = set()
        self.answer = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("2"):
            self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return self.answer


class Server(Controller):
    """Listens on a free port and says which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    post = Post()
    server = Server(post, hostname="127.0.0.1", port=0)
    server.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": server.port, "timeout": 5},
        }
    }
    yield post
    server.stop()
