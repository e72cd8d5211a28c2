"""Spray codes, public codes, addresses, ranges, weights: plain values, no database, no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import urlsplit

#: Digits and capitals that nobody mistakes for another (Crockford's base 32): no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: 20 characters of 5 bits: 100 bits at random, and the longest serial number that GS1 (AI 21) allows.
TOKEN_LENGTH = 20
_MISREAD = str.maketrans("OIL", "011")
_TOKEN = re.compile(f"[{ALPHABET}]{{{TOKEN_LENGTH}}}")
_RANGE = re.compile(r"(?P<from>\S+?)(?:\.\.|…|~)(?P<to>\S+)")
_NUMBERED = re.compile(r"(?P<head>.*?)(?P<number>\d{1,12})")
_SEPARATORS = re.compile(r"[\s,;，；、]+")


def new_token(choose: Callable[[str], str]) -> str:
    """A public code at random; ``choose`` takes one of a text's characters, as ``secrets.choice`` does."""
    return "".join(choose(ALPHABET) for _ in range(TOKEN_LENGTH))


def token_of(text: str) -> str:
    """A public code as somebody typed or scanned it: case, blanks and O for 0 do not matter; empty when it is none."""
    read = re.sub(r"[\s-]+", "", text).upper().translate(_MISREAD)
    return read if _TOKEN.fullmatch(read) else ""


def path_of(token: str, gtin: str = "") -> str:
    """Where a label's QR leads: a GS1 Digital Link where the product has a GTIN, our own short address otherwise."""
    return f"/01/{gtin.zfill(14)}/21/{token}" if gtin else f"/q/{token}"


def code_in(text: str) -> str:
    """What a scanner read from a label: of an address its last part, otherwise the text itself."""
    text = text.strip()
    if not text.lower().startswith(("http://", "https://")):
        return text
    try:
        path = urlsplit(text).path
    except ValueError:  # brackets that hold no host
        return text
    return path.rstrip("/").rpartition("/")[2] or text


def spray_code(pattern: str, day: date, number: int, width: int) -> str:
    """``{date} {number}`` filled in: the production date and the running number of that day (T-10)."""
    return pattern.replace("{date}", f"{day:%Y%m%d}").replace("{yymmdd}", f"{day:%y%m%d}").replace(
        "{number}", f"{number:0{width}d}"
    )  # fmt: skip


def codes_in(text: str, most: int) -> list[str]:
    """The label numbers of a field, a range ``BQ0001..BQ0020`` spelled out; ValueError with the part that is wrong."""
    codes: dict[str, None] = {}
    for part in filter(None, _SEPARATORS.split(text)):
        found = _RANGE.fullmatch(part)
        codes.update(dict.fromkeys(_spelled(found["from"], found["to"], most) if found else [part]))
        if len(codes) > most:
            raise ValueError(part)
    return list(codes)


def _spelled(first: str, last: str, most: int) -> list[str]:
    low, high = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if not low or not high or (low["head"], len(low["number"])) != (high["head"], len(high["number"])):
        raise ValueError(f"{first}..{last}")
    start, end = int(low["number"]), int(high["number"])
    if not 0 <= end - start < most:
        raise ValueError(f"{first}..{last}")
    width = len(low["number"])
    return [f"{low['head']}{number:0{width}d}" for number in range(start, end + 1)]


def milli(quantity: int | None, unit: str) -> str:
    """A quantity in thousandths as it stands on a label: ``128.5 kg``; nothing where nobody weighed."""
    if quantity is None:
        return ""
    return f"{quantity / 1000:.3f}".rstrip("0").rstrip(".") + f" {unit}"


def fit(text: str, width: int) -> str:
    """A text cut to a width, a Chinese character counting two; what was cut off is shown by an ellipsis."""
    taken = 0
    for place, char in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if taken > width:
            return text[:place].rstrip() + "…"
    return text


def differ(parts: Sequence[int], whole: int) -> int:
    """How much the parts of a repacked package are more (or, negative, less) than what was in it."""
    return sum(parts) - whole
