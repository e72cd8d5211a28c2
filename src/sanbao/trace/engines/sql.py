"""The engine on the database itself: one recursive query per question, on SQLite and PostgreSQL.

UNION, not UNION ALL: mixing graphs have astronomically many paths but few lots, and it ends loops. No depth and no
path column, which would make every path a row of its own. CROSS JOIN keeps SQLite from turning the join round.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from django.db import connection

from sanbao.trace import store

_CLOSURE = """
WITH RECURSIVE t(n) AS (
    SELECT v FROM {starts} UNION SELECT e.{near} FROM t CROSS JOIN trace_lot_link e WHERE e.{far} = t.n
) SELECT n FROM t{limit}"""

# The same walk for many starts at once, each remembered beside what it reaches.
_EACH = """
WITH RECURSIVE t(s, n) AS (
    SELECT v, v FROM {starts} UNION SELECT t.s, e.{near} FROM t CROSS JOIN trace_lot_link e WHERE e.{far} = t.n
) SELECT {group}, count(*) FROM t GROUP BY {group}"""


class SqlEngine:
    def back(self, starts: Iterable[int], *, most: int | None = None) -> list[int]:
        """Where it finds more than ``most`` it stops at once and gives one more than that, as a sign."""
        return self._closure(starts, near="src", far="dst", most=most)

    def forward(self, starts: Iterable[int]) -> list[int]:
        return self._closure(starts, near="dst", far="src")

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        each = set(starts)
        counts = self._each(each, near="src", far="dst", group="n")
        return {lot: count for lot, count in counts.items() if lot not in each}

    def widths(self, starts: Iterable[int]) -> dict[int, int]:
        counts = self._each(set(starts), near="dst", far="src", group="s")
        return {start: count - 1 for start, count in counts.items()}

    def _each(self, starts: set[int], *, near: str, far: str, group: str) -> dict[int, int]:
        table, bound = store.table(starts)
        with connection.cursor() as cursor:
            cursor.execute(_EACH.format(starts=table, near=near, far=far, group=group), [bound])
            return dict(cursor.fetchall())

    def _closure(self, starts: Iterable[int], *, near: str, far: str, most: int | None = None) -> list[int]:
        table, bound = store.table(starts)
        limit = "" if most is None else f" LIMIT {most + 1}"
        with connection.cursor() as cursor:
            cursor.execute(_CLOSURE.format(starts=table, near=near, far=far, limit=limit), [bound])
            return list(chain.from_iterable(cursor.fetchall()))
