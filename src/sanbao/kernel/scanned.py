"""What a scanner sends, reduced to the codes that may be looked up (convention 36). Pure; no Django.

A label speaks in many tongues: its plain number, a GS1 element string (``]C1…``, with FNC1 between the parts, or with
the parts in brackets as people read them), a GS1 Digital Link, the address of our own page behind a label
(``/q/<token>``). Each becomes a list of codes, the most specific first: the first that the house knows is meant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

#: The most that a label of ours or of a supplier carries; what is longer is a text and no code.
LONGEST = 400
#: AIM symbology identifiers of symbols whose content is GS1 element strings.
GS1_SYMBOLS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
#: Elements that name a thing, in the order in which they are looked up: serial number, lot, package, company's own,
#: order, shipment, product.
NAMING = (
    "21", "8004", "250", "10", "23", "00", "251", "91", "92", "93", "94", "95", "96", "97", "98", "99", "90",
    "400", "401", "402", "240", "241", "01", "02",
)  # fmt: skip
#: The first two digits of elements of predefined length: (digits of the identifier, length of the value).
_FIXED = {
    "00": (2, 18), "01": (2, 14), "02": (2, 14), "03": (2, 14), "04": (2, 16), "20": (2, 2), "41": (3, 13),
    **{f"1{n}": (2, 6) for n in range(1, 10)},
    **{f"3{n}": (4, 6) for n in range(1, 7)},
}  # fmt: skip
#: Digits of the identifier of elements that end at FNC1, by its first two digits.
_OPEN = {
    "10": 2, "21": 2, "22": 2, "23": 3, "24": 3, "25": 3, "30": 2, "37": 2, "39": 4, "40": 3, "42": 3, "43": 4,
    "70": 4, "71": 3, "72": 4, "80": 4, "81": 4, "82": 4, **{f"9{n}": 2 for n in range(10)},
}  # fmt: skip
_LONGEST_VALUE = 90

#: A wedge may send any key; only FNC1 (GS) among the control characters means something.
_CONTROL = re.compile("[\x00-\x1c\x1e\x1f\x7f]")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_FNC1 = re.compile("\x1d|\u241d|<GS>|\\{GS\\}")
_BRACKETS = re.compile(r"\((\d{2,4})\)([^()]+)")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OUR_PAGE = re.compile(r"/q/([\w-]{1,64})/?")
_GTIN = re.compile(r"01(\d{14})")


@dataclass(frozen=True)
class Scanned:
    """One reading: the text as it came, and the codes it may mean, the most specific first."""

    text: str
    codes: tuple[str, ...]
    elements: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        """The code to show when nothing is known about any of them."""
        return self.codes[0] if self.codes else ""


def read_scan(text: str) -> Scanned:
    """What came from a camera, a wedge or a keyboard, as codes. Nothing but blanks: no code."""
    said = _CONTROL.sub("", text).strip(" ")
    plain = unicodedata.normalize("NFKC", said)
    symbol = plain[:3] if _AIM.match(plain) else ""
    plain = plain[len(symbol) :].strip(" ")
    if not plain:
        return Scanned(said, ())
    if _ADDRESS.match(plain):
        return Scanned(said, *_of_address(plain))
    marked = symbol in GS1_SYMBOLS or _FNC1.search(plain) is not None
    elements = _bracketed(plain) or (_elements(_FNC1.sub("\x1d", plain)) if marked or _begins_gs1(plain) else ())
    if not elements:
        return Scanned(said, (_FNC1.sub("", plain),))
    named = _named(elements)
    # Unmarked digits may as well be a number of our own that happens to look like elements.
    return Scanned(said, _once((*named, plain) if marked or plain.startswith("(") else (plain, *named)), elements)


def _of_address(address: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """A Digital Link's elements, our own page's token, or the address itself."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that hold no host
        return (address,), ()
    if found := _OUR_PAGE.fullmatch(parts.path):
        return (found[1],), ()
    steps = [unquote(step) for step in parts.path.split("/")]
    for at, step in enumerate(steps):
        if step in ("00", "01") and at + 1 < len(steps):
            pairs = [*zip(steps[at::2], steps[at + 1 :: 2], strict=False), *parse_qsl(parts.query)]
            elements = tuple((key, value) for key, value in pairs if key.isdecimal() and 2 <= len(key) <= 4 and value)
            return _once((*_named(elements), address)), elements
    return (address,), ()


def _begins_gs1(text: str) -> bool:
    """Whether an unmarked text begins with a product number whose check digit is right."""
    found = _GTIN.match(text)
    return found is not None and len(text) > found.end() and check_digit(found[1][:-1]) == found[1][-1]


def _bracketed(text: str) -> tuple[tuple[str, str], ...]:
    """``(01)06901234567892(10)A-17`` as people read it; nothing when anything stands outside the pattern."""
    found = _BRACKETS.findall(text)
    whole = "".join(f"({key}){value}" for key, value in found) == text
    return tuple((key, value.strip()) for key, value in found) if whole else ()


def _elements(text: str) -> tuple[tuple[str, str], ...]:
    """A GS1 element string taken apart; nothing when it cannot be read to its end."""
    found: list[tuple[str, str]] = []
    rest = text.strip("\x1d")
    while rest:
        if fixed := _FIXED.get(rest[:2]):
            end = sum(fixed)
            key, value, rest = rest[: fixed[0]], rest[fixed[0] : end], rest[end:].lstrip("\x1d")
            readable = len(value) == fixed[1] and value.isdecimal()
        elif digits := _OPEN.get(rest[:2]):
            piece, _, rest = rest.partition("\x1d")
            key, value = piece[:digits], piece[digits:]
            readable = key.isdecimal() and len(key) == digits and 0 < len(value) <= _LONGEST_VALUE
        else:
            return ()
        if not readable:
            return ()
        found.append((key, value))
    return tuple(found)


def _named(elements: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The values that name something, the most specific first; a product number also without its leading nought."""
    known = dict(elements)
    codes: list[str] = []
    for key in NAMING:
        value = known.get(key, "")
        if not value:
            continue
        codes.append(value)
        if key in ("01", "02") and value.startswith("0"):
            codes.append(value[1:])
    return tuple(codes)


def check_digit(digits: str) -> str:
    """The check digit that GS1 puts behind these digits (modulo 10, weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _once(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
