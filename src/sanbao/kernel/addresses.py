"""Addresses of pages that are known by a number."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

#: No row has this number: where it stands in an address, the number of any row may stand.
_STAND_IN = 2**53 - 1


def page(name: str, number: int) -> str:
    """``reverse(name, args=[number])``; a list asks for one address a row, so each pattern is worked out once.

    :raises NoReverseMatch: no page has this name, or its address holds no number.
    """
    before, after = _around(name, get_script_prefix(), get_urlconf())
    return f"{before}{number}{after}"


@lru_cache(maxsize=512)
def _around(name: str, prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, _, after = reverse(name, urlconf, args=[_STAND_IN]).partition(str(_STAND_IN))
    return before, after
