"""A mail as it lies on the wire, read into plain values. Pure; nothing here trusts what it reads.

Headers and names are decoded by hand, because mail of this trade declares gb2312 and holds GB18030, puts raw Chinese
bytes into file names and encoded words into quotes. What cannot be read is said to be so; the original is kept anyway.
"""

from __future__ import annotations

import email.utils
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from hashlib import sha256

from sanbao.mail.encoded import decoded, from_bytes, parameters, plain_header
from sanbao.mail.html_text import reduced
from sanbao.mail.rules import message_ids

log = logging.getLogger("sanbao.mail")
#: More text than this is no letter; the page says that the rest stands in the original.
LONGEST = 200_000
#: More files than this are not unpacked; they stay in the original, and the page says how many.
MOST_FILES = 100
DEEPEST = 30
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,189}")
_SUFFIX = {"text/calendar": "invite.ics", "application/ms-tnef": "winmail.dat", "message/rfc822": "message.eml"}


@dataclass(frozen=True)
class File:
    """Something that came with a mail. It is kept as it is; nothing is opened or unpacked."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says: which of our mails, for whom, why. ``failed``: it will not be tried again."""

    failed: bool
    recipients: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Read:
    """A mail in plain values. ``digest`` is the same for every copy that was delivered of it."""

    digest: str = ""
    message_id: str = ""
    named: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    cut: bool = False
    files: tuple[File, ...] = ()
    left_in: int = 0
    headers: dict[str, list[str]] = field(default_factory=dict)
    bounce: Bounce | None = None
    broken: bool = False


def read(raw: bytes) -> Read:
    """Read a mail. One that cannot be read whole is read by its headers, and marked as broken."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        found = _read(message)
    except Exception:  # whatever the sender did to it, the mail is kept; the page sends people to the original
        log.exception("a mail could not be read whole")
        found = replace(_headed(BytesParser(policy=compat32).parsebytes(raw, headersonly=True)), broken=True)
    return replace(found, digest=_digest(found, raw))


def _read(message: Message) -> Read:
    texts: list[str] = []
    files: list[File] = []
    left = 0
    for part in _leaves(message):
        words = _words(part)
        if words is not None:
            texts.append(words)
        elif len(files) < MOST_FILES:
            files.append(_file(part, len(files) + 1))
        else:
            left += 1
    text = clean("\n\n".join(text.strip() for text in texts if text.strip()))
    return replace(
        _headed(message),
        text=text[:LONGEST],
        cut=len(text) > LONGEST,
        files=tuple(files),
        left_in=left,
        bounce=_bounce(message),
        broken=bool(message.defects),
    )


def _headed(message: Message) -> Read:
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(plain_header(str(value)))

    def all_of(*names: str) -> list[str]:
        return [value for name in names for value in headers.get(name, [])]

    senders = addresses(all_of("from")) or addresses(all_of("sender"))
    replies = addresses(all_of("reply-to"))
    own = message_ids(all_of("message-id"))
    return Read(
        message_id=clean(own[0] if own else "")[:900],
        named=tuple(message_ids([*all_of("references"), *all_of("in-reply-to")])),
        sender=senders[0][1] if senders else "",
        sender_name=(senders[0][0] if senders else "")[:120],
        reply_to=replies[0][1] if replies else "",
        to=tuple(address for _, address in addresses(all_of("to", "delivered-to", "x-original-to"))),
        cc=tuple(address for _, address in addresses(all_of("cc"))),
        subject=clean(decoded(" ".join(all_of("subject")[:1])), one_line=True)[:300],
        sent_at=_moment(all_of("date")),
        headers=headers,
    )


def clean(text: str, *, one_line: bool = False) -> str:
    """Text that every database holds and no terminal obeys: no NUL, no lone surrogates, no control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char in "\n\t" or (char >= " " and char != "\x7f"))
    return " ".join(text.split()) if one_line else text


def addresses(values: Sequence[str]) -> list[tuple[str, str]]:
    """(name, address) of every mailbox that headers name; what is no address is left out."""
    found = []
    for value in values:
        pairs = [(n, a) for n, a in email.utils.getaddresses([value]) if _ADDRESS.fullmatch(a)]
        found += pairs or [("", address) for address in _ADDRESS.findall(value)]
    return [(clean(decoded(name), one_line=True), clean(address).lower()[:254]) for name, address in found]


def _moment(values: list[str]) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(values[0]) if values else None
        moment = moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC) if moment else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # a mail without a date that means anything has none
    return moment if moment and 1990 <= moment.year < 2200 else None


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that carry something. Of alternatives the plain text, else the HTML; files in them are kept too."""
    if not message.is_multipart() or message.get_content_maintype() == "message" or depth > DEEPEST:
        yield message
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if message.get_content_subtype() == "alternative":
        plain = [p for p in parts if p.get_content_type() == "text/plain" and (_words(p) or "").strip()]
        if plain:
            parts = [p for p in parts if p is plain[0] or not _says_it_again(p)]
    for part in parts:
        yield from _leaves(part, depth + 1)


def _says_it_again(part: Message) -> bool:
    """The other dress of a text: HTML, or HTML with its pictures."""
    if part.get_content_type() == "multipart/related":
        return not any(p.get_filename() for p in part.walk() if p.get_content_maintype() == "application")
    return part.get_content_type() in ("text/html", "text/plain", "text/enriched")


def _words(part: Message) -> str | None:
    """The text of a part that is to be read in the mail itself; None for a file."""
    if part.is_multipart():
        return None
    # What says that it has parts and has none is read as it stands.
    if part.get_content_type() not in ("text/plain", "text/html") and part.get_content_maintype() != "multipart":
        return None
    disposition = (_raw(part, "content-disposition") or "").strip().lower()
    if disposition.startswith("attachment") or name_of(part):
        return None
    content = part.get_payload(decode=True)
    text = from_bytes(content if isinstance(content, bytes) else b"", str(_charset(part)))
    return reduced(text) if part.get_content_type() == "text/html" else text


def _charset(part: Message) -> str:
    return parameters(_raw(part, "content-type")).get("charset", "")


def _raw(part: Message, name: str) -> str:
    return next((plain_header(str(value)) for key, value in part.raw_items() if key.lower() == name), "")


def name_of(part: Message) -> str:
    """The file name of a part: RFC 2231, encoded words in quotes, or raw Chinese bytes."""
    for header, wanted in (("content-disposition", "filename"), ("content-type", "name")):
        if name := parameters(_raw(part, header)).get(wanted, ""):
            return clean(decoded(name), one_line=True)
    return ""


def _file(part: Message, number: int) -> File:
    media_type = part.get_content_type()
    if part.is_multipart():
        inner = part.get_payload()
        whole = inner[0] if isinstance(inner, list) and inner and media_type == "message/rfc822" else part
        content = whole.as_bytes() if isinstance(whole, Message) else b""
    else:
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
    name = name_of(part) or _SUFFIX.get(media_type) or f"part-{number}.{media_type.partition('/')[2][:20]}"
    return File(name[:180], media_type[:100], content)


def _bounce(message: Message) -> Bounce | None:
    """A delivery report (RFC 3464): who did not get it, and why."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    failed, recipients, reasons = False, [], []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            if not isinstance(block, Message):
                continue
            if (action := str(block.get("Action", "")).strip().lower()) == "failed":
                failed = True
            if action:
                recipients += [a for _, a in addresses([str(block.get("Final-Recipient", "")).partition(";")[2]])]
                reasons.append(clean(str(block.get("Diagnostic-Code") or block.get("Status") or ""), one_line=True))
    return Bounce(failed, tuple(dict.fromkeys(recipients)), "; ".join(r for r in reasons if r)[:280])


def _digest(found: Read, raw: bytes) -> str:
    """What makes two deliveries the same letter: who, when, about what, and every word and file of it.

    The Message-ID is left out where a date tells letters apart, because providers rewrite it on the way; headers that
    servers add are left out, because each of our mailboxes gets its own.
    """
    if found.broken or not (found.sent_at and found.sender):
        return sha256(raw).hexdigest()
    body = sha256()
    for part in (found.sender, str(found.sent_at), found.subject, found.text):
        body.update(part.encode() + b"\x00")
    for file in found.files:
        body.update(file.name.encode() + b"\x00" + sha256(file.content).digest())
    return body.hexdigest()
