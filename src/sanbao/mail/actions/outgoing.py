"""去信: answers and news to the user, kept as they were sent; what does not arrive comes back to the owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W
from sanbao.mail import composing, queries, rules
from sanbao.mail.actions import telling
from sanbao.mail.lifecycle import LETTER
from sanbao.mail.models import Letter, LetterKind, LetterState, MailItem, Posting
from sanbao.mail.policies import POST
from sanbao.mail.reading import Read

HOUSE = Actor.clockwork("mail")
MOST_ADDRESSES = 20


def write(
    *,
    by: Actor,
    text: str,
    to: Sequence[str],
    kind: str = LetterKind.OTHER,
    case: Complaint | None = None,
    mail: MailItem | None = None,
    subject: str = "",
    cc: Sequence[str] = (),
    basis: str = "",
    care: str = "",
    quote: bool = True,
    files: Sequence[Attachment] = (),
) -> Letter:
    """Write to the user (写邮件). An answer is recorded as the answer of C-11, news as contact under U-09."""
    case = case or (mail.case if mail else None)
    answers = mail or (queries.last_mail_of(case) if case else None)
    with LETTER.opening("write", by=by, kind=kind, case=case, answers=answers) as step:
        letter = step.case
        letter.to, letter.cc = _addresses(to, "to"), _addresses(cc, "cc", needed=False)
        letter.pending = list(dict.fromkeys([*letter.to, *letter.cc]))
        _may_go(letter.pending)
        letter.title, letter.text, letter.written_by = composing.titled(subject, case, answers), text, by.ref
        if kind == LetterKind.ANSWER:
            _answer(case, by, text=text, basis=basis, care=care)
        said = "\n\n".join(part.strip() for part in (text, care) if part.strip())
        _seal(step, _with_quotation(letter, said, case, mail) if quote else said, files)
        if case is not None:
            _tell_case(letter, case, by)
        step.record(case=case.pk if case else None, files=len(files))
        step.private(to=", ".join(letter.pending), title=letter.title, text=text)
    return letter


def _addresses(values: Sequence[str], field: str, *, needed: bool = True) -> list[str]:
    found = list(dict.fromkeys(_on_the_wire(value.strip()) for value in values if value.strip()))
    if needed and not found:
        sentence = W("请写明收件人。", "Say to whom.")
        refuse("mail.nobody", sentence, clause="U-09", status=422, field=field)
    for address in found:
        try:
            validate_email(address if address.isascii() else "")
        except ValidationError:
            sentence = W("“{address}”不是邮件地址。", "“{address}” is no e-mail address.")
            refuse("mail.address", sentence, status=422, field=field, address=address)
    if len(found) > MOST_ADDRESSES:
        sentence = W("收件人最多 {most} 个。", "At most {most} addresses.")
        refuse("mail.too_many_addresses", sentence, status=422, field=field, most=MOST_ADDRESSES)
    return found


def _on_the_wire(address: str) -> str:
    """A domain in Chinese as mail servers write it; what cannot be written so stays, and is refused."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}" if name and not domain.isascii() else address
    except UnicodeError:
        return address


def _may_go(addresses: Sequence[str]) -> None:
    """There is a server, nobody is written to without end, and the house does not write to itself."""
    if not settings.SMTP_HOST:
        sentence = W("没有设置发信服务器，请管理员设置。", "No mail server is set up; ask the administrator.")
        refuse("mail.no_server", sentence, status=409)
    if own := sorted(queries.own_addresses() & {a.lower() for a in addresses}):
        sentence = W("“{address}”是本厂自己的邮箱。", "“{address}” is our own mailbox.")
        refuse("mail.own_address", sentence, status=422, field="to", address=own[0])
    most = int(POST.setting("a_day", on=today()))
    for address, count in queries.sent_today(addresses).items():
        if count >= most:
            refuse(
                "mail.too_often",
                W(
                    "今天已给 {address} 发了 {count} 封，到了上限；请打电话，或由管理员改规则表。",
                    "{address} has had {count} mails today, which is the limit; telephone, or have the policy changed.",
                ),
                address=address,
                count=count,
                field="to",
                status=409,
            )


def _answer(case: Complaint | None, by: Actor, **said: str) -> None:
    if case is None:
        sentence = W("答复须写明是哪件投诉。", "An answer names its case.")
        refuse("mail.answer_without_case", sentence, clause="C-11", status=422, field="case")
    else:
        complaints.answer(case, by=by, **said)


def _with_quotation(letter: Letter, text: str, case: Complaint | None, mail: MailItem | None) -> str:
    """The words, and below them what was written before with those who get them; never an inner note."""
    talk = queries.conversation(case, mail, with_whom=letter.pending)
    before = [f"{local(said.at):%Y-%m-%d %H:%M} {said.who}:\n{rules.quoted(said.text)}" for said in talk]
    return "\n\n".join([text, *before])


def _seal(step: Step[Letter], text: str, files: Sequence[Attachment]) -> None:
    """Make the mail and keep it: what is sent, and sent again, is what lies here."""
    letter = step.case
    letter.message_id = composing.new_message_id()
    letter.message_key = rules.key_of(letter.message_id)
    letter.due_at = now() + timedelta(seconds=int(POST.setting("undo_s", on=today())))
    step.insert()
    limit = int(POST.setting("limit_mb", on=today()))
    attachments.attach(files, subject=letter.subject, by=step.by)
    sealed = ContentFile(composing.compose(letter, text, files), f"{rules.untokened(letter.title)[:24] or 'mail'}.eml")
    attachments.store(sealed, by=step.by, subject=letter.subject, original=True, limit_mb=limit)


def _tell_case(letter: Letter, case: Complaint, by: Actor) -> None:
    """What was written stands on the timeline; an answer's words already do. News is contact with the user."""
    answer = letter.kind == LetterKind.ANSWER
    complaints.mail_out(
        case,
        by=by,
        heading=W("去信 · {to} · {title}", "Mail to {to} · {title}", to=", ".join(letter.to), title=letter.title),
        text="" if answer else telling.excerpt(letter.text),
        key=f"letter.{letter.pk}",
        told=letter.kind != LetterKind.OTHER,
    )


def withdraw(letter: Letter, *, by: Actor, reason: str = "", expect: int | None = None) -> Letter:
    """Take a letter back before it goes (撤回). A recorded answer that was not sent is owed in another way."""
    with LETTER.move("withdraw", letter, by=by, expect=expect) as step:
        case = step.case
        if case.claimed_until is not None and case.claimed_until > now():
            sentence = W("正在发送，来不及撤回。", "It is being sent just now and cannot be withdrawn.")
            refuse("mail.on_its_way", sentence)
        case.due_at, case.trouble = None, reason[:300]
        step.record(reason=reason)
        why = W("去信已撤回，未发出", "Withdrawn before it was sent")
        telling.said_on_the_case(case, why, by)
        if case.kind == LetterKind.ANSWER:
            telling.owe_another_way(case, why, by)
    return step.case


def send_again(letter: Letter, *, by: Actor, to: Sequence[str] = (), expect: int | None = None) -> Letter:
    """Send once more what did not arrive, to the same or to a corrected address (重发)."""
    with LETTER.move("send_again", letter, by=by, expect=expect) as step:
        case = step.case
        if addresses := _addresses(to, "to", needed=False):
            case.pending = addresses
        _may_go(case.pending)
        case.attempts, case.trouble, case.due_at, case.claimed_until = 0, "", now(), None
        step.private(to=", ".join(case.pending))
        obligations.discharge(subject=case.subject, code=telling.FAILED, by=by)
    return step.case


def settle(letter: Letter, *, by: Actor, reason: str, expect: int | None = None) -> Letter:
    """The user was told in another way (已另行处理): how."""
    with LETTER.move("settle", letter, by=by, expect=expect) as step:
        step.record(reason=reason)
        step.case.trouble = reason[:300]
        obligations.discharge(subject=step.case.subject, code=telling.FAILED, by=by, outcome=reason)
    return step.case


# -- what the server and the other side say ------------------------------------------------------------


def accept(letter: Letter, got: Sequence[str]) -> Letter:
    """The mail server has taken it for everybody; nothing more is claimed than that."""
    with LETTER.move("accept", letter, by=HOUSE) as step:
        _posted(step.case, got)
        step.case.accepted_at, step.case.due_at, step.case.claimed_until = now(), None, None
        step.case.trouble, step.case.pending = "", []
    return step.case


def fail(letter: Letter, trouble: str, *, got: Sequence[str] = ()) -> Letter:
    """It cannot be sent, to all or to some: the owner hears of it at once, with the server's reason."""
    with LETTER.move("fail", letter, by=HOUSE) as step:
        case = step.case
        _posted(case, got)
        case.pending = [address for address in case.pending if address not in set(got)]
        case.trouble, case.due_at, case.claimed_until = trouble[:300], None, None
        step.private(trouble=trouble)
        telling.undelivered(case, W("邮件发送失败", "A mail could not be sent"), HOUSE)
    return step.case


def bounce(letter: Letter, *, recipients: Sequence[str], reason: str) -> Letter:
    """A mail server on the way reports that it could not deliver (退信)."""
    with LETTER.move("bounce", letter, by=HOUSE) as step:
        case = step.case
        ours = {address.lower(): address for address in (*case.to, *case.cc)}
        named = [ours[address.lower()] for address in recipients if address.lower() in ours]
        case.pending = list(dict.fromkeys([*case.pending, *named])) or list(ours.values())
        case.trouble = reason[:300]
        step.private(reason=reason)
        telling.undelivered(case, W("邮件被退回", "A mail came back"), HOUSE)
    return step.case


def reported(letter: Letter, read: Read) -> None:
    """A delivery report about a letter: failed for good, or only late. What was settled meanwhile stays settled."""
    failed = read.bounce is None or read.bounce.failed
    reason = (read.bounce.reason if read.bounce else "") or read.subject
    if failed and letter.state in (LetterState.ACCEPTED, LetterState.BOUNCED):
        bounce(letter, recipients=read.bounce.recipients if read.bounce else (), reason=reason)
    elif not failed and letter.state == LetterState.ACCEPTED:
        with LETTER.move("note_report", letter, by=HOUSE) as step:
            step.case.trouble = reason[:300]
            step.private(reason=reason)


def _posted(letter: Letter, addresses: Sequence[str]) -> None:
    moment = now()
    rows: list[Any] = [Posting(letter=letter, address=address, at=moment) for address in addresses]
    Posting.objects.bulk_create(rows)
