"""The few statements that the two databases say differently: id sets, id blocks, multi-row inserts, one writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

#: Any constant will do, as long as nobody else in this database takes the same advisory lock.
_WRITER = 0x5A_B0_7_1
#: SQLite: so many bound values per statement; more rows per statement gain nothing further (measured).
_VALUES_PER_STATEMENT = 1200


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


def insert(model: type[models.Model], rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert tuples in column order, skip those that stand already, and tell how many were new."""
    if not rows:
        return 0
    fields = columns(model)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    into = f"INSERT INTO {model._meta.db_table} ({names})"
    with connection.cursor() as cursor:
        if postgres():
            arrays, values = zip(*(_array(field) for field in fields), strict=True)
            named = ", ".join(f"c{i}" for i in range(len(fields)))
            taken = ", ".join(f"c{i}::{kind}" for i, kind in enumerate(values))
            sql = f"{into} SELECT {taken} FROM unnest({', '.join(arrays)}) AS t({named}) ON CONFLICT DO NOTHING"
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
            return cursor.rowcount
        one = "(" + ", ".join(["%s"] * len(fields)) + ")"
        new = 0
        for block in batched(rows, max(1, _VALUES_PER_STATEMENT // len(fields))):
            cursor.execute(
                f"{into} VALUES {', '.join([one] * len(block))} ON CONFLICT DO NOTHING",
                [value for row in block for value in row],
            )
            new += cursor.rowcount
        return new


def _array(field: models.Field[Any, Any]) -> tuple[str, str]:
    kind = (field.db_type(connection) or "text").split(" ")[0]
    array = "text" if kind.startswith(("varchar", "jsonb")) else kind
    return f"%s::{array}[]", kind
