"""The worker looks into the mailboxes and sends what is due; an answer given in any way ends the duty to answer."""

from __future__ import annotations

from sanbao.kernel import obligations
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.worker import chore
from sanbao.mail import actions, fetching, posting
from sanbao.mail.actions.incoming import HOUSE
from sanbao.mail.actions.telling import REPLY
from sanbao.recall import concerns as recalls


@chore("fetch mail", every=5)
def fetch_mail() -> int:
    return fetching.look_into_all()


@chore("send letters", every=1)
def send_letters() -> int:
    return posting.send_due()


@listens("complaint.answer", "complaint.call", "complaint.mail_out", "complaint.record_view", "complaint.explain")
def the_user_has_had_his_answer(entry: JournalEntry) -> None:
    """Whoever has spoken or written to him since need not be told to answer."""
    hold(entry.subject)
    for duty in obligations.open_on(entry.subject).filter(code=REPLY, opened_at__lte=entry.at):
        obligations.discharge(subject=entry.subject, code=duty.code, by=HOUSE, to=duty.owed_by, outcome=entry.action)


def carry(*, to: str, subject: str, text: str) -> str:
    """A notice of recall goes out as any other letter of the house."""
    return actions.write(by=HOUSE, to=[to], subject=subject, text=text, quote=False).subject


recalls.carriers.append(carry)
