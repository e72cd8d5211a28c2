"""The few statements that the two databases say differently: id sets, id blocks, multi-row inserts, one writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import batched, chain
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

#: Any constant will do, as long as nobody else in this database takes the same advisory lock.
_WRITER = 0x5A_B0_7_1
#: So many bound values per statement; more rows per statement gain nothing further on SQLite (measured).
_VALUES_PER_STATEMENT = 1200
#: From so many rows on a COPY is quicker than VALUES on PostgreSQL.
_WORTH_COPYING = 100


def postgres() -> bool:
    return connection.vendor == "postgresql"


def among(values: Iterable[int] | Iterable[str]) -> RawSQL:
    """A subquery of any number of ids or keys in one bound value: ``filter(id__in=among(ids))``.

    An ``IN`` list of parameters ends at 32,766 values on SQLite and plans badly on PostgreSQL.
    """
    listed = list(values)
    if postgres():
        kind = "text" if listed and isinstance(listed[0], str) else "bigint"
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [listed])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])


@contextmanager
def writing() -> Iterator[None]:
    """One transaction and, on PostgreSQL as on SQLite, one writer of the store at a time."""
    with transaction.atomic():
        if postgres():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER])
        yield


def allocate(model: type[models.Model], count: int) -> list[int]:
    """So many new ids of a table; only inside ``writing``."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if postgres():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        last: int = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The stored fields in the table's order, which is the order of the tuples that ``insert`` takes."""
    return [field for field in model._meta.concrete_fields if field.column]


def insert(model: type[models.Model], rows: Sequence[tuple[Any, ...]], names: Sequence[str] = ()) -> int:
    """Insert tuples, skip those that stand already, and tell how many were new.

    ``names`` are the columns in the tuples' order; without them it is that of the table.
    """
    if not rows:
        return 0
    table = model._meta.db_table
    quoted = ", ".join(map(connection.ops.quote_name, names or [field.column for field in columns(model)]))
    if not postgres():
        return _insert(table, quoted, rows)
    with connection.cursor() as cursor:
        if len(rows) > _WORTH_COPYING:
            return _copy(cursor, table, quoted, rows)
        cursor.execute(_statement(table, quoted, len(rows[0]), len(rows), "%s"), list(chain.from_iterable(rows)))
        new: int = cursor.rowcount
        return new


def _insert(table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """SQLite: many rows to a statement, which the driver keeps prepared; Django would rewrite its text each time."""
    connection.ensure_connection()
    execute, width, new = connection.connection.execute, len(rows[0]), 0
    with connection.wrap_database_errors:
        for block in batched(rows, max(1, _VALUES_PER_STATEMENT // width)):
            statement = _statement(table, names, width, len(block), "?")
            new += execute(statement, list(chain.from_iterable(block))).rowcount
    return new


@lru_cache(256)
def _statement(table: str, names: str, width: int, rows: int, mark: str) -> str:
    one = f"({', '.join([mark] * width)})"
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * rows)} ON CONFLICT DO NOTHING"


def _copy(cursor: Any, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """PostgreSQL: COPY into a table of this session, and from there what is new; a fifth of the work for us."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}_in (LIKE {table}) ON COMMIT DELETE ROWS")
    with cursor.cursor.copy(f"COPY {table}_in ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_in ON CONFLICT DO NOTHING")
    new: int = cursor.rowcount
    cursor.execute(f"TRUNCATE {table}_in")
    return new
