"""A worker is killed while it takes mail from a real mailbox, or hands a letter over: nothing is lost, nothing is there
twice (C-03)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sanbao.mail.tests.dovecot import PASSWORD, Dovecot, running
from sanbao.mail.tests.letters import a_mail
from sanbao.mail.tests.test_mailbox import needs_dovecot
from tests.test_crash import House, house  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash"), needs_dovecot]
LOOK = """
from unittest.mock import patch
from sanbao.kernel.attachments import Attachment
from sanbao.mail import fetching
from sanbao.mail.models import Arrival, Mailbox, MailItem
Mailbox.objects.update(due_at='2020-01-01T00:00Z')
def counts():
    mails = MailItem.objects.all()
    originals = Attachment.objects.filter(subject__startswith='mail:', original=True)
    return [mails.count(), Arrival.objects.count(), originals.count()]
"""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


def test_a_mail_whose_taking_was_killed_is_taken_by_the_next_worker_and_once(house: House, dovecot: Dovecot) -> None:  # noqa: F811
    user = dovecot.new_user()
    before = house.says(LOOK + "print(json.dumps(counts()))")
    house.environment |= {
        "SANBAO_IMAP_URL": dovecot.address(user), "SANBAO_IMAP_PASSWORD": PASSWORD, "SANBAO_IMAP_SINCE": "2020-01-01",
    }  # fmt: skip
    for n in range(3):
        dovecot.put(user, a_mail(f"第 {n} 封", files=[("p.bin", b"x" * 1000)]))

    # Between the fetch and the commit: when the file is on disk, when the mail stands, when its arrival stands.
    for moment in (
        "sanbao.kernel.attachments.Attachment.save",
        "sanbao.mail.actions.incoming._to_the_tray",
        "sanbao.mail.actions.incoming.Arrival.objects.create",
    ):
        house.dies(LOOK + f"patch({moment!r}, die).start()\nfetching.look_into_all()")
    assert house.says(LOOK + "print(json.dumps(counts()))") == before

    # After the first was committed, before the second is fetched.
    house.dies(
        LOOK
        + "take = fetching.actions.receive\n"
        + "def then_die(*a, **k):\n    take(*a, **k)\n    die()\n"
        + "patch('sanbao.mail.actions.receive', then_die).start()\nfetching.look_into_all()"
    )
    assert house.says(LOOK + "print(json.dumps(counts()))") == [n + 1 for n in before]
    after = house.says(LOOK + "print(json.dumps([fetching.look_into_all(), *counts()]))")
    assert after == [2, *(n + 3 for n in before)]
    house.verifies()
