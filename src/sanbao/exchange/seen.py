"""Which lines of a file have been there before, for any number of lines in little memory.

A line is known by 128 bits of BLAKE2b over the columns that must not repeat. Of five million lines two agree by
accident with a chance of 4e-26, so agreement is taken for repetition; Python's own 64-bit hashes would have refused
a good line with a chance of one in a million. A set of five million takes 100 MB (a Python set of numbers: 300).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from sanbao.exchange.columns import Table

_REST = 14


class Once:
    """What a line of one table is known by."""

    def __init__(self, table: Table) -> None:
        self.places = [table.place(name) for name in table.once]

    def digest(self, values: Sequence[Any]) -> bytes:
        named = tuple([values[place] for place in self.places])
        return blake2b(repr(named if named[0] else values).encode(), digest_size=16).digest()


class Seen:
    """A set of digests, kept as one string of bytes for each beginning."""

    def __init__(self) -> None:
        self._rest: defaultdict[bytes, bytearray] = defaultdict(bytearray)

    def add(self, digest: bytes) -> bool:
        """Whether it is new."""
        rest, known = digest[2:], self._rest[digest[:2]]
        if _find(known, rest) >= 0:
            return False
        known += rest
        return True

    def discard(self, digest: bytes) -> bool:
        """Whether it was there."""
        known = self._rest[digest[:2]]
        at = _find(known, digest[2:])
        if at >= 0:
            del known[at : at + _REST]
        return at >= 0

    def __contains__(self, digest: bytes) -> bool:
        return _find(self._rest[digest[:2]], digest[2:]) >= 0


def _find(known: bytearray, rest: bytes) -> int:
    """Where it stands, or -1; a find across two neighbours is none."""
    at = known.find(rest)
    while at % _REST and at >= 0:
        at = known.find(rest, at + 1)
    return at
