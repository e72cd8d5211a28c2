"""What must be kept although the request around it is rolled back: an attempt that was refused, and is counted.

A program that sends an ``Idempotency-Key`` has its whole request in one transaction, which a refusal undoes. What was
written by ``outlast`` is then written once more, outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_kept: ContextVar[list[Callable[[], object]] | None] = ContextVar("outlasting", default=None)


def outlast(write: Callable[[], object]) -> None:
    """Write something in a transaction of its own, and again should the one around it be undone."""
    with transaction.atomic():
        write()
    if (kept := _kept.get()) is not None:
        kept.append(write)


@contextmanager
def undone_by_refusals() -> Iterator[list[Callable[[], object]]]:
    """For whoever rolls a request back: gathers what is to be written again with ``write_again``."""
    kept: list[Callable[[], object]] = []
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


def write_again(kept: list[Callable[[], object]]) -> None:
    for write in kept:
        with transaction.atomic():
            write()
