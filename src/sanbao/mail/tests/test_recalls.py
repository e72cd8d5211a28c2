"""A notice of recall goes out as a letter of the house, and what became of it is known to the recall (Q-06)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.kernel import announcements
from sanbao.mail import posting
from sanbao.mail.models import Letter
from sanbao.recall import actions as recalls
from sanbao.recall.models import HolderState, Posting
from sanbao.recall.tests.conftest import factory, gm, holder, propose, running  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q-06")]


def after_undo() -> None:
    Letter.objects.update(due_at="2026-04-20T00:00:00Z")


def test_a_notice_is_a_letter_that_the_server_takes_and_the_holder_counts_as_notified(
    running: Any,  # noqa: F811
    by: Any,
    post: Any,
) -> None:
    recall = recalls.send_letters(running(), by=by.clerk)
    assert recalls.post_due() == 1
    letter = Letter.objects.get()
    assert letter.to == ["k1@example.com"] and recall.number in letter.title
    assert holder(recall, "K1").posting == Posting.WRITTEN
    after_undo()
    assert posting.send_due() == 1 and len(post.taken) == 1
    announcements.deliver()
    k1 = holder(recall, "K1")
    assert (k1.state, k1.posting) == (HolderState.NOTIFIED, Posting.SENT)


def test_a_notice_that_is_refused_leaves_him_to_be_told_in_another_way(
    running: Any,  # noqa: F811
    by: Any,
    post: Any,
) -> None:
    post.unknown.add("k1@example.com")
    recall = recalls.send_letters(running(), by=by.clerk)
    recalls.post_due()
    after_undo()
    posting.send_due()
    announcements.deliver()
    k1 = holder(recall, "K1")
    assert (k1.state, k1.posting, k1.contacts.get().reached) == (HolderState.NOT_NOTIFIED, Posting.FAILED, False)


def test_without_a_mail_server_the_reason_stands_with_the_holder(
    running: Any,  # noqa: F811
    by: Any,
    settings: Any,
) -> None:
    settings.SMTP_HOST = ""
    recall = recalls.send_letters(running(), by=by.clerk)
    assert recalls.post_due() == 0
    assert holder(recall, "K1").posting == Posting.FAILED and holder(recall, "K1").trouble
