"""The few statements that the two databases say differently: id sets, id blocks, multi-row inserts, one writer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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
#: As many rows of plain numbers: four times as many gain another tenth, and no more after that (measured).
_NUMBERS_PER_STATEMENT = 4000
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


class Asked[Row]:
    """A question about any number of ids that the ORM puts into words once; after that it takes longer to say than to
    answer. ``make`` gets ``among(ids)`` and gives a ``values_list``; ``row`` makes one of each tuple. Columns of JSON
    come as the database stores them.
    """

    def __init__(self, make: Callable[[RawSQL], models.QuerySet[Any, Any]], row: Callable[[Any], Row]) -> None:
        self.make, self.row = make, row
        self.said: dict[str, tuple[str, list[Any], int]] = {}

    def of(self, ids: Iterable[int]) -> list[Row]:
        wanted = list(ids)
        if not wanted:
            return []
        sql, bound, place = self.said.get(connection.vendor) or self._say()
        [listed] = among(wanted).params
        with connection.cursor() as cursor:
            cursor.execute(sql, [*bound[:place], listed, *bound[place + 1 :]])
            return [self.row(found) for found in cursor.fetchall()]

    def _say(self) -> tuple[str, list[Any], int]:
        nobody = among([])
        sql, bound = self.make(nobody).query.sql_with_params()
        said = (sql, list(bound), list(bound).index(nobody.params[0]))
        self.said[connection.vendor] = said
        return said


def table(values: Iterable[int]) -> tuple[str, str]:
    """Any number of ids as a table ``u(v)`` for a FROM clause, and its one bound value."""
    # How Python writes a list of numbers is JSON too, and nearly an array's text; drivers take several times as long.
    said = str(list(values))
    if postgres():
        return "unnest(%s::bigint[]) AS u(v)", f"{{{said[1:-1]}}}"
    return "(SELECT value AS v FROM json_each(%s)) AS u", said


@contextmanager
def writing() -> Iterator[None]:
    """One transaction and, on PostgreSQL as on SQLite, one writer of the store at a time."""
    with transaction.atomic():
        take_turn()
        yield


def take_turn() -> None:
    """Be the only writer of the store until this transaction ends; SQLite sees to that by itself."""
    if postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER])


def allocate(model: type[models.Model], count: int) -> list[int]:
    """So many new ids of a table; only inside ``writing``."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if postgres():
            cursor.execute(
                "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)",
                [table, count],
            )
            ids: list[int] = cursor.fetchone()[0]
            return ids
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        last: int = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The stored fields in the table's order, which is the order of the tuples that ``insert`` takes."""
    return [field for field in model._meta.concrete_fields if field.column]


def insert(
    model: type[models.Model], rows: Sequence[tuple[Any, ...]], names: Sequence[str] = (), *, fresh: bool = False
) -> int:
    """Insert tuples, skip those that stand already, and tell how many were new.

    ``names`` are the columns in the tuples' order; without them it is that of the table. ``fresh``: the caller has his
    turn as the writer and knows that none stands, which saves PostgreSQL half the work; if one does it is an error.
    """
    if not rows:
        return 0
    table = model._meta.db_table
    quoted = ", ".join(map(connection.ops.quote_name, names or [field.column for field in columns(model)]))
    if not postgres():
        return _insert(table, quoted, rows)
    if len(rows) <= _WORTH_COPYING:
        return _few(table, quoted, rows)
    with connection.cursor() as cursor:
        return _copy_into(cursor, table, quoted, rows) if fresh else _copy(cursor, table, quoted, rows)


def _few(table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_statement(table, names, len(rows[0]), len(rows), "%s"), list(chain.from_iterable(rows)))
        new: int = cursor.rowcount
    return new


def _insert(table: str, names: str, rows: Sequence[tuple[Any, ...]], values: int = _VALUES_PER_STATEMENT) -> int:
    """SQLite: many rows to a statement, which the driver keeps prepared; Django would rewrite its text each time."""
    connection.ensure_connection()
    execute, width, new = connection.connection.execute, len(rows[0]), 0
    with connection.wrap_database_errors:
        for block in batched(rows, max(1, values // width)):
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
    _copy_into(cursor, f"{table}_in", names, rows)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_in ON CONFLICT DO NOTHING")
    new: int = cursor.rowcount
    cursor.execute(f"TRUNCATE {table}_in")
    return new


def _copy_into(cursor: Any, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> int:
    with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    return len(rows)


def insert_numbers(table: str, names: Sequence[str], rows: Sequence[tuple[int | None, ...]]) -> int:
    """As ``insert``, for millions of rows of nothing but numbers. Only inside a transaction."""
    listed = ", ".join(names)
    if not postgres():
        return _insert(table, listed, rows, _NUMBERS_PER_STATEMENT)
    return _copy_numbers(table, listed, rows) if len(rows) > _WORTH_COPYING else _few(table, listed, rows)


def _copy_numbers(table: str, names: str, rows: Sequence[tuple[int | None, ...]]) -> int:
    """The whole block as one text: writing it row by row would take longer than the server takes to store it."""
    line = "\t".join(["%s"] * len(rows[0])) + "\n"
    text = "".join([line % row for row in rows]).replace("None", "\\N")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {table}_in ON COMMIT DELETE ROWS "
            f"AS SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.cursor.copy(f"COPY {table}_in ({names}) FROM STDIN") as copy:
            copy.write(text)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_in ON CONFLICT DO NOTHING")
        new: int = cursor.rowcount
        cursor.execute(f"TRUNCATE {table}_in")
    return new
