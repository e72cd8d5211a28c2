"""Who must know is told once, by the bell and by mail through a real mail server (M-04)."""

import email
import email.policy
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from sanbao.kernel import notices
from sanbao.kernel.notices import Addressee, Notice, Sending
from sanbao.kernel.times import frozen, pass_time
from sanbao.kernel.words import W

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-04")]
LATE = W("检验结论已超时：TS-2026-000123", "The inspection result is late: TS-2026-000123")


class Post:
    """A mail server on loopback that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[email.message.EmailMessage] = []
        self.refusing = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusing:
            return "451 try again later"
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


class Server(Controller):
    """Listens on a free port and says which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    post = Post()
    server = Server(post, hostname="127.0.0.1", port=0)
    server.start()
    settings.SMTP_HOST = "127.0.0.1"
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": server.port, "timeout": 5},
        }
    }
    monkeypatch.setattr(
        notices,
        "_resolve",
        [lambda to: [Addressee("person:7", "qc@example.org", "zh-hans"), Addressee("person:8", "", "en")]],
    )
    yield post
    server.stop()


def tell() -> int:
    return notices.tell(to="qc.*", about="late:1", subject="complaint:1", sentence=LATE, clause="C-17")


def test_everyone_behind_a_role_is_told_and_told_once_for_one_reason(post: Post) -> None:
    assert (tell(), tell()) == (2, 0)
    assert set(Notice.objects.values_list("recipient", "sending")) == {
        ("person:7", Sending.QUEUED),
        ("person:8", Sending.NONE),
    }


def test_mail_goes_out_in_the_readers_language_marked_as_automatic(post: Post) -> None:
    tell()
    assert notices.send_mail() == 1
    (message,) = post.taken
    assert message["To"] == "qc@example.org"
    assert "检验结论已超时" in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert Notice.objects.get(recipient="person:7").sending == Sending.ACCEPTED


def test_mail_that_the_server_refuses_is_kept_with_the_reason_and_sent_later(post: Post) -> None:
    post.refusing = True
    with frozen("2026-04-18 14:30"):
        tell()
        assert notices.send_mail() == 0
        notice = Notice.objects.get(recipient="person:7")
        assert (notice.sending, notice.attempts) == (Sending.QUEUED, 1)
        assert "451" in notice.trouble
        post.refusing = False
        pass_time(minutes=2)
        assert notices.send_mail() == 1


def test_mail_that_fails_for_good_says_so_and_can_be_sent_again_by_hand(post: Post) -> None:
    post.refusing = True
    with frozen("2026-04-18 14:30"):
        tell()
        for _ in range(8):
            notices.send_mail()
            pass_time(hours=2)
        notice = Notice.objects.get(recipient="person:7")
        assert notice.sending == Sending.FAILED
        post.refusing = False
        notices.retry(notice)
        assert notices.send_mail() == 1
