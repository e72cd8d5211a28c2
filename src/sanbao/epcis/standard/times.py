"""Moments as the standard writes them: with a time zone, always."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.I)
#: Years in which something may have happened to an object that somebody still traces.
YEARS = range(1900, 2201)


class NoMoment(ValueError):
    """``code`` is ``time``, ``time_zone`` (it has none) or ``year``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """An ``xsd:dateTimeStamp`` as aware UTC."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise NoMoment("time")
    if not found[1]:
        raise NoMoment("time_zone")
    try:
        when = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NoMoment("time") from error
    if when.year not in YEARS:
        raise NoMoment("year")
    return when


def looks_like(text: str) -> bool:
    """Whether a text of somebody's own is meant as a moment."""
    return bool(_MOMENT.fullmatch(text))


def written(when: datetime) -> str:
    """``2026-04-18T06:30:00.123Z``: to the millisecond, in UTC."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
