"""The engine on the database itself: one recursive query per question, on SQLite and PostgreSQL.

UNION, not UNION ALL: mixing graphs have astronomically many paths but few lots, and it ends loops. No depth and no
path column, which would make every path a row of its own. CROSS JOIN keeps SQLite from turning the join round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from sanbao.trace.store import postgres

_CLOSURE = """
WITH RECURSIVE t(n) AS (
    SELECT {start} UNION SELECT e.{near} FROM t CROSS JOIN trace_lot_link e WHERE e.{far} = t.n
) SELECT n FROM t"""

_SOURCES = """
WITH RECURSIVE t(s, n) AS (
    SELECT {start}, {again} UNION SELECT t.s, e.src FROM t CROSS JOIN trace_lot_link e WHERE e.dst = t.n
) SELECT n, count(*) FROM t WHERE n <> s GROUP BY n"""


class SqlEngine:
    def back(self, starts: Iterable[int]) -> list[int]:
        return self._closure(starts, near="src", far="dst")

    def forward(self, starts: Iterable[int]) -> list[int]:
        return self._closure(starts, near="dst", far="src")

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        listed = sorted(set(starts))
        if postgres():
            sql, bound = _SOURCES.format(start="v", again="v FROM unnest(%s::bigint[]) AS u(v)"), listed
        else:
            sql, bound = _SOURCES.format(start="value", again="value FROM json_each(%s)"), json.dumps(listed)
        with connection.cursor() as cursor:
            cursor.execute(sql, [bound])
            counts = dict(cursor.fetchall())
        return {lot: count for lot, count in counts.items() if lot not in set(listed)}

    def _closure(self, starts: Iterable[int], *, near: str, far: str) -> list[int]:
        listed = list(starts)
        if postgres():
            start, bound = "unnest(%s::bigint[])", listed
        else:
            start, bound = "value FROM json_each(%s)", json.dumps(listed)
        with connection.cursor() as cursor:
            cursor.execute(_CLOSURE.format(start=start, near=near, far=far), [bound])
            return [row[0] for row in cursor.fetchall()]
