"""Which engine answers: the database for short answers, the snapshot of the links for long ones. The set is the same.

Few things go into a lot, so backward answers are short and the database is asked first; one that grows long is begun
again. Forward from a supplier's lot leads to most of a month's labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection

from sanbao.trace.engines import Unsuited
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import Snapshot

if TYPE_CHECKING:
    from sanbao.trace.engines.snapshot import SnapshotEngine

#: From so many lots on a query takes longer than a walk through the arrays.
SHORT = 1000
#: From so many starts on the answer is never short.
_MANY = 100


class ChoosingEngine:
    def __init__(self) -> None:
        self.sql = SqlEngine()
        self.snapshot: SnapshotEngine | None = None

    def back(self, starts: Iterable[int]) -> list[int]:
        wanted = set(starts)
        if len(wanted) < _MANY:
            found = self.sql.back(wanted, most=SHORT)
            if len(found) <= SHORT:
                return found
        return self._long("back", wanted)

    def forward(self, starts: Iterable[int]) -> list[int]:
        return self._long("forward", set(starts))

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        wanted = set(starts)
        return self.sql.sources(wanted) if len(wanted) < _MANY else self._long("sources", wanted)

    def widths(self, starts: Iterable[int]) -> dict[int, int]:
        return self._long("widths", set(starts))

    def _long(self, question: str, starts: set[int]) -> Any:
        if self.snapshot is None and _there_is_one():
            # Only here: a house without a snapshot need not load numpy.
            from sanbao.trace.engines.snapshot import SnapshotEngine

            self.snapshot = SnapshotEngine()
        if self.snapshot is not None and (view := self.snapshot.view()) is not None:
            try:
                return getattr(view, question)(starts)
            except Unsuited:
                pass
        return getattr(self.sql, question)(starts)


def _there_is_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {Snapshot._meta.db_table} WHERE token <> ''", [])
        return cursor.fetchone() is not None
