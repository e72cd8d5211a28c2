"""Who stands behind a role when something is to be told (M-04)."""

from __future__ import annotations

from collections.abc import Iterator

from sanbao.kernel import notices
from sanbao.kernel.notices import Addressee
from sanbao.parties import queries


@notices.resolver
def people_behind(to: str) -> Iterator[Addressee]:
    """Everyone who holds the role today, substitutes included.

    A whole department hears by the bell; its managers alone by mail, so that a letter to twenty is not a letter to
    nobody. A department without a manager gets the mail itself.
    """
    holders = queries.holders(to)
    whole_department = ":" not in to and "." not in to
    managers = {person.pk for person in queries.managers_of(to)} if whole_department else set()
    for person in holders:
        mailed = not managers or person.pk in managers
        yield Addressee(f"person:{person.pk}", person.email if mailed else "", person.language)
