"""A letter as it goes out, byte for byte: plain text in UTF-8, our Message-ID, the thread, our token in the subject."""

from __future__ import annotations

import email.utils
import uuid
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings

from sanbao.complaints.models import Complaint
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.times import now
from sanbao.kernel.words import speaks_english
from sanbao.mail import rules
from sanbao.mail.models import Letter, MailItem
from sanbao.mail.queries import bare_address


def new_message_id() -> str:
    domain = bare_address(settings.DEFAULT_FROM_EMAIL).partition("@")[2].encode("idna").decode() or "localhost"
    return f"sanbao-{uuid.uuid4().hex}@{domain}"


def titled(subject: str, case: Complaint | None, mail: MailItem | None) -> str:
    """The subject with ``Re:`` where it answers, and with the token by which the answer finds the case."""
    bare = rules.untokened(subject or (mail.title if mail else "") or (case.title if case else ""))
    said = f"Re: {bare}" if mail else bare
    sign = rules.token(case.number, settings.SECRET_KEY, english=speaks_english()) if case else ""
    return f"{said[: 290 - len(sign)]} {sign}".strip()


def reply_address(case: Complaint | None) -> str:
    """Where the answer goes: our address, with the token in it where the provider delivers ``name+token@``."""
    address = bare_address(settings.DEFAULT_FROM_EMAIL)
    if case is None or not settings.MAIL_PLUS:
        return address
    name, _, domain = address.partition("@")
    return f"{name}+{case.number.lower()}-{rules.sign(case.number, settings.SECRET_KEY)}@{domain}"


def compose(letter: Letter, text: str, files: Sequence[Attachment]) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = ", ".join(letter.to)
    if letter.cc:
        message["Cc"] = ", ".join(letter.cc)
    message["Subject"] = letter.title
    message["Date"] = email.utils.format_datetime(now())
    message["Message-ID"] = f"<{letter.message_id}>"
    if (back := reply_address(letter.case)) != bare_address(settings.DEFAULT_FROM_EMAIL):
        message["Reply-To"] = back
    if thread := list(_thread(letter.answers)):
        message["In-Reply-To"] = thread[-1]
        message["References"] = " ".join(thread)
    message.set_content(text, charset="utf-8", cte="base64")
    for file in files:
        main, _, sub = file.media_type.partition("/")
        if main in ("text", "message", "multipart"):
            main, sub = "application", "octet-stream"
        message.add_attachment(file.path.read_bytes(), maintype=main, subtype=sub, filename=file.name)
    return message.as_bytes()


def _thread(mail: MailItem | None) -> Iterable[str]:
    """The Message-IDs of the conversation, the one answered last; only what a header may carry."""
    if mail is None or not mail.message_id:
        return
    for one in (*reversed(mail.named[:20]), mail.message_id):
        if one.isascii() and len(one) < 250:
            yield f"<{one}>"
