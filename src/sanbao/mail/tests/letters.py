"""Mail as people and machines write it, made by the tests: no real name, address or number."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from typing import Any

_numbers = count(1)
USER = "zhang@menchuang.example"


def a_mail(text: str = "三支料划格后整片掉粉。", *, files: Any = (), **headers: Any) -> bytes:
    """A mail in good order; ``headers`` with underscores for dashes, ``None`` leaves one out."""
    message = EmailMessage(policy=SMTP)
    number = next(_numbers)
    known = {
        "From": f"门窗厂张工 <{USER}>",
        "To": "kf@factory.example",
        "Subject": "喷涂料掉粉",
        "Date": "Mon, 20 Apr 2026 08:30:00 +0800",
        "Message-ID": f"<m{number}@menchuang.example>",
    }
    for name, value in {**known, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        if value is not None:
            message[name] = value
    message.set_content(text + f"\n\n第 {number} 封", charset="utf-8", cte="base64")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def raw(*lines: str | bytes) -> bytes:
    """A mail line by line, as no library would write it."""
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\r\n"


def a_report(
    message_id: str, *, action: str = "failed", to: str = USER, reason: str = "550 5.1.1 no such user"
) -> bytes:
    """A delivery report (RFC 3464) about a letter."""
    return raw(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example",
        "To: kf@factory.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Date: Mon, 20 Apr 2026 09:05:00 +0800",
        f"Message-ID: <dsn{next(_numbers)}@mx.example>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
        "",
        "--r",
        "Content-Type: text/plain",
        "",
        "I could not deliver your message.",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {to}",
        f"Action: {action}",
        "Status: 5.1.1",
        f"Diagnostic-Code: smtp; {reason}",
        "",
        "--r",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{message_id}>",
        "--r--",
    )
