"""收信: each mail is kept once, word for word; it finds its case or waits in the tray, and nothing is lost (C-03)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Channel, Complaint, State
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal, in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.mail import queries, reading, rules
from sanbao.mail.actions import outgoing, telling
from sanbao.mail.lifecycle import MAIL
from sanbao.mail.models import Arrival, MailItem, MailState
from sanbao.mail.policies import POST, REOPEN
from sanbao.mail.reading import Read

HOUSE = Actor.clockwork("mail")
#: What whoever sorts the mail owes on each that found no case.
SORT = "mail.sort"


def receive(raw: bytes, *, mailbox: str, validity: int, uid: int, at: datetime | None = None) -> MailItem:
    """Take one mail out of a mailbox. Fetched again, or delivered to another of our mailboxes too, it is the same."""
    return _once(lambda: reading.read(raw), raw, mailbox, validity, uid, at, whole=True)


def receive_too_large(
    head: bytes, size: int, *, mailbox: str, validity: int, uid: int, at: datetime | None = None
) -> MailItem:
    """A mail beyond the limit: its headers are kept, and it is said that the rest lies in the mailbox."""
    said = W(
        "整封 {mb} MB，超过上限，仍在邮箱中", "{mb} MB in all, over the limit; still in the mailbox", mb=size >> 20
    )
    return _once(lambda: reading.read(head), head, mailbox, validity, uid, at, whole=False, left=[said])


def _once(
    look: Callable[[], Read],
    raw: bytes,
    mailbox: str,
    validity: int,
    uid: int,
    at: datetime | None,
    *,
    whole: bool,
    left: list[W] | None = None,
) -> MailItem:
    arrival = {"mailbox": mailbox, "validity": validity, "uid": uid}
    if (before := Arrival.objects.select_related("mail").filter(**arrival).first()) is not None:
        return before.mail
    read = look()
    try:
        with transaction.atomic():
            mail = MailItem.objects.filter(digest=read.digest).first() or _take(read, raw, at, whole, left or [])
            Arrival.objects.create(mail=mail, at=now(), **arrival)
    except IntegrityError:
        # Another worker was first with the same mail; what this one wrote is rolled back.
        if (before := Arrival.objects.select_related("mail").filter(**arrival).first()) is None:
            return _once(look, raw, mailbox, validity, uid, at, whole=whole, left=left)
        return before.mail
    return mail


def _take(read: Read, raw: bytes, at: datetime | None, whole: bool, left: list[W]) -> MailItem:
    automatic = rules.automatic(read.headers, read.sender, queries.own_addresses())
    reported = queries.letter_reported(read, raw) if automatic else None
    failed = reported is not None and (read.bounce is not None or rules.speaks_of_failure(read.sender))
    case = reported.case if failed and reported else queries.case_named(read)
    with MAIL.opening("receive", by=HOUSE, automatic=automatic, bounce=failed, **_values(read, at)) as step:
        mail = step.case
        mail.case = case
        step.to(MailState.FILED if case or failed else MailState.AUTOMATIC if automatic else MailState.UNMATCHED)
        step.insert()
        step.record(case=case.pk if case else None, files=len(read.files))
        step.private(sender=mail.sender, title=mail.title, text=mail.text)
        mail.left_in = [plain(said) for said in (*left, *_keep(mail, read, raw, whole))]
        if failed and reported:
            outgoing.reported(reported, read)
        if case and not failed:
            mail.case = _tell_case(step, case, HOUSE)
        elif not case and not automatic:
            _to_the_tray(step)
    return mail


def _values(read: Read, at: datetime | None) -> dict[str, Any]:
    return {
        "digest": read.digest,
        "message_id": read.message_id,
        "message_key": rules.key_of(read.message_id) if read.message_id else "",
        "named": list(read.named[:100]),
        "sender": read.sender,
        "sender_name": read.sender_name,
        "reply_to": read.reply_to,
        "to": list(read.to[:100]),
        "cc": list(read.cc[:100]),
        "title": read.subject,
        "text": read.text,
        "cut": read.cut,
        "broken": read.broken,
        "sent_at": read.sent_at,
        "received_at": min(at, now()) if at else now(),
    }


def _keep(mail: MailItem, read: Read, raw: bytes, whole: bool) -> list[W]:
    """The original first, then each file that came with it; what is not taken stays in the original, and is told."""
    if whole:
        limit = int(POST.setting("limit_mb", on=today()))
        original = ContentFile(raw, f"{mail.title[:24] or 'mail'}.eml")
        attachments.store(original, by=HOUSE, subject=mail.subject, original=True, limit_mb=limit)
    left: list[W] = []
    for file in read.files:
        try:
            attachments.store(ContentFile(file.content, file.name), by=HOUSE, subject=mail.subject)
        except Refusal as refusal:
            left.append(refusal.sentence.format(**refusal.facts))
    if read.left_in:
        left.append(W("另有 {n} 个附件留在原件中", "{n} more files stay in the original", n=read.left_in))
    return left


def _to_the_tray(step: Step[MailItem]) -> None:
    """Nobody's yet: whoever the policy names sorts it within the policy clock."""
    rule = POST.decide(on=today())
    mail = step.case
    mail.due_at = calendar().counting(rule["sort_within"].working).due(now(), rule["sort_within"])
    step.record(**rule.as_facts())
    if in_force("C-03"):
        obligations.owe(
            subject=mail.subject,
            code=SORT,
            sentence=W("处理未归件邮件：{title}", "Sort an unmatched mail: {title}", title=mail.title or mail.sender),
            to=rule["sort_by"],
            by=step.by,
            clause="C-03",
            due=mail.due_at,
        )


def _tell_case(step: Step[MailItem], case: Complaint, by: Actor) -> Complaint:
    """The mail is in a case: on its timeline, its files beside it, its owner owing an answer. A machine's mail only
    stands there. After closing the user's mail takes the case up again, or opens a new one, as the policies say."""
    mail = step.case
    if mail.automatic:
        telling.came(case, mail, by)
        return case
    words = rules.fresh(mail.text)
    if case.state == State.CLOSED and POST.setting("after_closing", on=today()) == REOPEN:
        reason = words[:2000] or mail.title or mail.sender
        # The house takes it up; whoever files a mail by hand need not be one who may reopen.
        case = complaints.reopen(case, by=HOUSE, reason=reason)
        step.record(case=case.pk, reopened=True)
    telling.came(case, mail, by)
    attachments.again(attachments.of(mail.subject), subject=case.subject, by=by)
    telling.owe_answer(case, mail, by)
    return case


def file(mail: MailItem, *, by: Actor, case: Complaint, expect: int | None = None) -> MailItem:
    """A person puts the mail into the case that it belongs to (归件)."""
    with MAIL.move("file", mail, by=by, expect=expect) as step:
        step.case.case, step.case.opened = _tell_case(step, case, by), False
        _sorted(step, case.number)
    return step.case


def open_case(mail: MailItem, *, by: Actor, expect: int | None = None, **facts: Any) -> Complaint:
    """A complaint is opened from the mail (据此受理), which is its original from now on (C-03)."""
    with MAIL.move("open_case", mail, by=by, expect=expect) as step:
        case = complaints.register(by=by, channel=Channel.EMAIL, received_at=step.case.received_at, **facts)
        if in_force("C-03"):
            attachments.again(attachments.of(step.case.subject), subject=case.subject, by=by)
        step.case.case, step.case.opened = case, True
        telling.came(case, step.case, by, words=False)
        _sorted(step, case.number)
    return case


def put_aside(mail: MailItem, *, by: Actor, reason: str, expect: int | None = None) -> MailItem:
    """No complaint and no part of one, such as an offer or an advertisement: put aside with the reason (搁置)."""
    with MAIL.move("put_aside", mail, by=by, expect=expect) as step:
        step.case.reason = reason
        step.record(reason=reason)
        _sorted(step, reason)
    return step.case


def take_back(mail: MailItem, *, by: Actor, reason: str, expect: int | None = None) -> MailItem:
    """Undo: the mail waits in the tray again (退回未归件), and the case says that it was taken out."""
    with MAIL.move("take_back", mail, by=by, expect=expect) as step:
        case = step.case.case
        if step.case.bounce:
            sentence = W("投递报告属于所报告的去信，不能移出。", "A delivery report belongs to its letter.")
            refuse("mail.report", sentence, clause="C-03")
        if case is not None and step.case.opened and case.state not in (State.CANCELLED, State.DUPLICATE):
            refuse(
                "mail.original",
                W(
                    "投诉 {number} 由此信受理，此信是它的原件；请先撤销该投诉或标为重复。",
                    "{number} was opened from this mail, which is its original; cancel that case first, or mark it.",
                ),
                clause="C-03",
                number=case.number,
            )
        if case is not None:
            telling.taken_out(case, step.case, reason, by)
        step.record(reason=reason, case=case.pk if case else None)
        step.case.case, step.case.opened, step.case.reason = None, False, ""
        _to_the_tray(step)
    return step.case


def _sorted(step: Step[MailItem], outcome: str) -> None:
    step.case.due_at = None
    obligations.discharge(subject=step.case.subject, code=SORT, by=step.by, outcome=outcome)
