"""Whether a value has the shape that the standard gives it: small checks from which the shapes of events are made.

A check looks at one value and puts what is wrong into a list; it never stops at the first thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sanbao.epcis.standard.times import NoMoment, moment
from sanbao.epcis.standard.words import Words

LONGEST_URI = 1000
LONGEST_EVENT_ID = 500

_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)"
_AUTHORITY = rf"//(?:{_CHARACTER}*@)?{_HOST}(?::\d*)?(?=[/?#]|$)"
#: RFC 3986; other characters (Chinese, say) are written in per cent.
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}|(?!//))(?:{_CHARACTER}|[/?])*(?:#(?:{_CHARACTER}|[/?])*)?")
_OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_HEX = re.compile(r"[A-Fa-f0-9]+")
#: Names in the standard's own space that are not in its lists are nobody's words.
_STANDARDS = re.compile(r"cbv:|urn:epcglobal:cbv:|https?://(?:ref|ns)\.gs1\.org/cbv/")
_VERSION = re.compile(r"\d+(\.\d+)*")


class Problem(NamedTuple):
    """One thing wrong: its code, where (``quantityList[0].uom``), and what the sentence names."""

    code: str
    path: str
    facts: dict[str, Any]


type Found = list[Problem]
type Check = Callable[[Any, str, Found], None]


def _say(found: Found, code: str, path: str, **facts: Any) -> None:
    found.append(Problem(code, path, facts))


def _cited(value: Any) -> str:
    return str(value)[:80]


def text(value: Any, path: str, found: Found) -> None:
    if not isinstance(value, str):
        _say(found, "not_text", path)


def boolean(value: Any, path: str, found: Found) -> None:
    if not isinstance(value, bool):
        _say(found, "not_boolean", path)


def number(value: Any, path: str, found: Found) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        _say(found, "not_number", path)


def uri(value: Any, path: str, found: Found) -> None:
    if not isinstance(value, str):
        _say(found, "not_text", path)
    elif len(value) > LONGEST_URI:
        _say(found, "too_long", path, limit=LONGEST_URI)
    elif not _URI.fullmatch(value):
        _say(found, "not_uri", path, value=_cited(value))


def event_id(value: Any, path: str, found: Found) -> None:
    uri(value, path, found)
    if isinstance(value, str) and len(value) > LONGEST_EVENT_ID:
        _say(found, "too_long", path, limit=LONGEST_EVENT_ID)


def time(value: Any, path: str, found: Found) -> None:
    if not isinstance(value, str):
        _say(found, "not_text", path)
        return
    try:
        moment(value)
    except NoMoment as error:
        _say(found, error.code, path, value=_cited(value))


def _pattern(pattern: re.Pattern[str], code: str) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            _say(found, code, path, value=_cited(value))

    return check


offset = _pattern(_OFFSET, "offset")
uom = _pattern(_UOM, "uom")
hexadecimal = _pattern(_HEX, "hexadecimal")
version = _pattern(_VERSION, "version")


def one_of(choices: Iterable[str]) -> Check:
    listed = tuple(choices)

    def check(value: Any, path: str, found: Found) -> None:
        if value not in listed:
            _say(found, "one_of", path, value=_cited(value), choices=", ".join(listed))

    return check


def word(words: Words) -> Check:
    """A word of the vocabulary in any of its forms, or a URI of somebody's own."""

    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, str):
            _say(found, "not_text", path)
        elif words.bare(value) is None and (not _URI.fullmatch(value) or _STANDARDS.match(value)):
            _say(found, "word", path, value=_cited(value))

    return check


def list_of(item: Check, *, least: int = 0, once: bool = False) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, list):
            _say(found, "not_list", path)
            return
        if len(value) < least:
            _say(found, "empty_list", path)
        for place, each in enumerate(value):
            item(each, f"{path}[{place}]", found)
        if once and len({v for v in value if isinstance(v, str)}) < sum(isinstance(v, str) for v in value):
            _say(found, "twice", path)

    return check


def either(one: Check, other: Check) -> Check:
    """Right if either finds nothing wrong; otherwise what the first finds."""

    def check(value: Any, path: str, found: Found) -> None:
        first: Found = []
        one(value, path, first)
        if first:
            second: Found = []
            other(value, path, second)
            if second:
                found += first

    return check


def named(name: str) -> bool:
    """Whether a field that is none of the standard's has a name that says whose it is."""
    return bool(_URI.fullmatch(name))


class Shape:
    """An object: which fields it has, which it must have, and whether others may stand beside them.

    ``others``: ``named`` fields of somebody's own (``example:myField``), ``any``, or ``none``.
    """

    def __init__(self, fields: Mapping[str, Check], *, needs: Iterable[str] = (), others: str = "named") -> None:
        self.fields, self.needs, self.others = dict(fields), tuple(needs), others

    def __call__(self, value: Any, path: str, found: Found) -> None:
        if not isinstance(value, dict):
            _say(found, "not_object", path)
            return
        dot = f"{path}." if path else ""
        for name in self.needs:
            if name not in value:
                _say(found, "required", f"{dot}{name}", field=name)
        for name, part in value.items():
            check = self.fields.get(name)
            if check is not None:
                check(part, f"{dot}{name}", found)
            elif self.others == "none" or (self.others == "named" and not named(name)):
                _say(found, "unknown_field", f"{dot}{name}"[:200], field=_cited(name))
