"""How parties are recognised and when two periods collide. Plain values, no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import phonenumbers

_NOT_A_LETTER = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[,;/、，；|\n]+|\s{2,}")
# Longest first: 广西壮族自治区 and 广西 are one region.
_REGION_ENDINGS = (
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "特别行政区",
    "自治区",
    "省",
    "市",
)


def name_key(name: str) -> str:
    """A name as it is compared: NFKC, without blanks and punctuation, in lower case."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", name)).casefold()


def region_key(name: str) -> str:
    """``广西壮族自治区`` → ``广西``, ``上海市`` → ``上海``, ``Viet Nam`` → ``vietnam``."""
    key = name_key(name)
    for ending in _REGION_ENDINGS:
        if len(key) > len(ending) + 1 and key.endswith(ending):
            return key.removesuffix(ending)
    return key


def phone_key(number: str, country: str = "CN") -> str:
    """A telephone number as digits that compare equal however it was written; ``""`` for none.

    With a country code when the number can be read as one of ``country``; otherwise the bare digits.
    """
    text = unicodedata.normalize("NFKC", number)
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", text)[:20]
    if phonenumbers.is_possible_number(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
    return re.sub(r"\D", "", text)[:20]


def phone_keys(text: str) -> list[str]:
    """The keys of all numbers in a cell such as ``0577-88881234 / 13900000001``, in order, once each."""
    keys = (phone_key(part) for part in _SEPARATORS.split(text))
    return list(dict.fromkeys(key for key in keys if len(key) >= 5))


def overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two periods, both ends included and open where null, share a day."""
    return (until is None or other_since <= until) and (other_until is None or since <= other_until)


def reach(parents: dict[int, int | None]) -> set[tuple[int, int]]:
    """(above, below) pairs of a tree given as child → parent, each with itself.

    :raises ValueError: with the ids of a cycle, in walking order.
    """
    pairs: set[tuple[int, int]] = set()
    for node in parents:
        above: int | None = node
        walked: list[int] = []
        while above is not None:
            if above in walked:
                raise ValueError(walked[walked.index(above) :])
            walked.append(above)
            pairs.add((above, node))
            above = parents.get(above)
    return pairs


def roles_of(posts: Iterable[tuple[str, str]], parents: dict[str, str]) -> frozenset[str]:
    """``department.post`` for each held post and for every department above it (after_sales ⊂ sales)."""
    roles = set()
    for department, post in posts:
        above: str | None = department
        while above:
            roles.add(f"{above}.{post}")
            above = parents.get(above)
    return frozenset(roles)
