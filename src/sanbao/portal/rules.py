"""What the public pages reckon with: periods, a way to reach somebody, check codes. Plain values, no Django."""

from __future__ import annotations

import hashlib
import hmac
import re

#: As on labels: no letter that is mistaken for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_LENGTH = 8
_MISREAD = str.maketrans("OIL", "011")
_EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@[\w-]+(\.[\w-]+)+")
_PHONE = re.compile(r"[\d\s()+./-]{5,40}")


def reach_of(text: str) -> tuple[str, str]:
    """(telephone, e-mail) of what somebody typed into one field; ValueError when it is neither."""
    text = text.strip()
    if "@" in text:
        if not _EMAIL.fullmatch(text) or len(text) > 200:
            raise ValueError(text)
        return "", text
    if not _PHONE.fullmatch(text) or sum(char.isdigit() for char in text) < 5:
        raise ValueError(text)
    return text, ""


def check_code(salt: str) -> str:
    """The code on a receipt: eight characters that follow from the case's own salt, so that nothing more is kept."""
    digest = hmac.new(salt.encode(), b"sanbao.portal.check", hashlib.sha256).digest()
    number = int.from_bytes(digest[:5])
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CHECK_LENGTH))


def opens(secret: str, *, salt: str, phone: str) -> bool:
    """Whether what was typed is the receipt's code, or the last four digits of the telephone that was left."""
    typed = re.sub(r"[\s-]+", "", secret).upper()
    code = hmac.compare_digest(typed.translate(_MISREAD).encode(), check_code(salt).encode())
    digits = re.sub(r"\D", "", phone)
    last = len(digits) >= 7 and hmac.compare_digest(typed.encode(), digits[-4:].encode())
    return code or last


def line_key(line: str) -> str:
    """A product line as a table names it, where blanks and signs cannot stand."""
    return re.sub(r"[^\w.:-]+", "_", line.strip())
