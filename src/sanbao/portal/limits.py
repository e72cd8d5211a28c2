"""How often one address may ask. Kept in memory for a while and never written down."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from sanbao.kernel.rates import Rate

LOOKS = Rate(60, seconds=60)
REPORTS = Rate(10, seconds=3600)
#: Wrong tries for one case number, so that four digits cannot be guessed; and for one address.
TRIES = Rate(10, seconds=3600)
TRIES_FROM = Rate(60, seconds=3600)


def address(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy, what the proxy itself says, which is the last of the list."""
    if settings.BEHIND_PROXY and (told := request.headers.get("X-Forwarded-For", "")):
        return told.rpartition(",")[2].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def forget() -> None:
    """Begin anew; for tests."""
    for rate in (LOOKS, REPORTS, TRIES, TRIES_FROM):
        rate.forget()
