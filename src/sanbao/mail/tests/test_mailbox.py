"""Our mailboxes on a real IMAP server: each mail is taken once, and nothing is changed there (C-03)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sanbao.kernel import times
from sanbao.mail import fetching
from sanbao.mail.accounts import PRESETS, Account, Unusable, accounts, read
from sanbao.mail.models import Arrival, Mailbox, MailItem
from sanbao.mail.tests.dovecot import PASSWORD, Dovecot, installed, running
from sanbao.mail.tests.letters import a_mail

needs_dovecot = pytest.mark.skipif(
    installed() is None and os.environ.get("CI") != "true", reason="needs Dovecot (apt-get install dovecot-imapd)"
)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.fixture
def user(dovecot: Dovecot, settings: Any, db: None) -> str:
    """A mailbox of its own, into which the house looks."""
    name = dovecot.new_user()
    settings.IMAP_URL, settings.IMAP_PASSWORD = dovecot.address(name), PASSWORD
    settings.IMAP_SINCE = "2020-01-01"
    return name


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """The server lives in the present, so this clock does too."""
    yield


def look() -> int:
    Mailbox.objects.update(due_at=times.now())
    return fetching.look_into_all()


@needs_dovecot
class TestServer:
    def test_what_lies_in_the_mailbox_is_taken_once_and_left_there_unread(self, dovecot: Dovecot, user: str) -> None:
        contents = [a_mail(f"第 {n} 封", Message_ID=f"<{n}.{user}@x.example>") for n in range(3)]
        for content in contents:
            dovecot.put(user, content)
        assert (look(), look()) == (3, 0)
        dovecot.put(user, a_mail())
        assert look() == 1
        assert MailItem.objects.count() == 4
        assert list(Arrival.objects.values_list("uid", flat=True)) == [1, 2, 3, 4]
        assert set(dovecot.seen(user)) <= {""} | {n for n in dovecot.seen(user) if "S" not in n}
        box = Mailbox.objects.get()
        assert (box.trouble, box.attempts, box.looked_at is not None) == ("", 0, True)

    def test_it_says_who_it_is_before_it_opens_the_box(self, dovecot: Dovecot, user: str) -> None:
        look()
        assert "name=sanbao" in dovecot.log()

    def test_a_server_that_numbers_everything_anew_brings_nothing_twice(self, dovecot: Dovecot, user: str) -> None:
        for n in range(3):
            dovecot.put(user, a_mail(f"第 {n} 封"))
        look()
        dovecot.forget(user)
        assert look() == 3
        assert (MailItem.objects.count(), Arrival.objects.count()) == (3, 6)
        assert len(set(Arrival.objects.values_list("validity", flat=True))) == 2

    def test_a_mail_delivered_to_two_of_our_mailboxes_is_one(self, dovecot: Dovecot, user: str, settings: Any) -> None:
        other = dovecot.new_user()
        settings.IMAP_URL += f" {dovecot.address(other)}"
        content = a_mail()
        for name in (user, other):
            dovecot.put(name, f"Delivered-To: {name}@x.example\r\n".encode() + content)
        assert look() == 2
        assert (MailItem.objects.count(), Arrival.objects.count()) == (1, 2)

    def test_a_mail_beyond_the_limit_is_named_and_does_not_stop_the_others(
        self, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        setting = fetching.POST.setting
        monkeypatch.setattr(
            type(fetching.POST), "setting", lambda self, name, **on: 1 if name == "limit_mb" else setting(name, **on)
        )
        dovecot.put(user, a_mail(files=[("film.mp4", b"\x01" * (2 << 20))]))
        dovecot.put(user, a_mail("klein"))
        assert look() == 2
        large = MailItem.objects.order_by("id").first()
        assert large is not None and large.title == "喷涂料掉粉" and "MB" in str(large.left[0])

    def test_what_lies_there_from_before_the_first_day_is_left_alone(
        self, dovecot: Dovecot, user: str, settings: Any
    ) -> None:
        settings.IMAP_SINCE = "2099-01-01"
        dovecot.put(user, a_mail())
        assert look() == 0 and Mailbox.objects.get().since == date(2099, 1, 1)

    def test_a_wrong_password_is_shown_as_trouble_and_stands_in_no_log(
        self, dovecot: Dovecot, user: str, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.IMAP_PASSWORD = "falsch-und-geheim"
        dovecot.put(user, a_mail())
        with caplog.at_level(logging.DEBUG):
            assert look() == 0
        box = Mailbox.objects.get()
        assert box.trouble and box.due_at > times.now()
        assert "falsch-und-geheim" not in caplog.text + box.trouble + repr(accounts())
        settings.IMAP_PASSWORD = PASSWORD
        assert look() == 1 and Mailbox.objects.get().trouble == ""

    def test_a_certificate_that_nobody_vouches_for_closes_the_door(
        self, dovecot: Dovecot, user: str, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.IMAP_URL = f"imaps://{user}@127.0.0.1:{dovecot.secure}/INBOX"
        dovecot.put(user, a_mail())
        assert look() == 0 and "CERTIFICATE_VERIFY_FAILED" in Mailbox.objects.get().trouble
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "server.crt"))
        assert look() == 1

    def test_a_folder_that_is_not_there_is_trouble_and_not_an_empty_box(self, user: str, settings: Any) -> None:
        settings.IMAP_URL += "/No%20such"
        assert look() == 0 and Mailbox.objects.get().trouble


def test_no_mailbox_is_looked_into_unless_one_is_named(settings: Any, db: None) -> None:
    settings.IMAP_URL = ""
    assert (accounts(), fetching.look_into_all(), Mailbox.objects.exists()) == ([], 0, False)


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("163:kf@163.com", Account("imap.163.com", 993, "kf@163.com", "p")),
        ("imaps://kf%40a.example@mail.a.example", Account("mail.a.example", 993, "kf@a.example", "p")),
        ("imaps://kf@a.example:p%3Aw@m.example:1993/Sub", Account("m.example", 1993, "kf@a.example", "p:w", "Sub")),
        ("imap://kf@m.example", Account("m.example", 143, "kf", "p", tls="starttls")),
        ("imap://kf@127.0.0.1:1143/", Account("127.0.0.1", 1143, "kf", "p", tls="plain")),
    ],
)
def test_a_mailbox_is_named_by_one_line(address: str, account: Account) -> None:
    assert read(address, "p") == account


@pytest.mark.parametrize(
    "address", ["http://kf@x.example", "gmail:kf", "imaps://x.example", "imaps://kf:geheim@x:port"]
)
def test_a_line_that_names_no_mailbox_is_refused_without_repeating_what_stood_in_it(address: str) -> None:
    with pytest.raises(Unusable) as caught:
        read(address, "p")
    assert "geheim" not in str(caught.value)


def test_every_provider_that_wants_to_know_who_we_are_is_told() -> None:
    assert set(PRESETS.values()) == fetching.WANT_ID
