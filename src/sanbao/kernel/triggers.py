"""Tables that the database itself refuses to change: no UPDATE, no DELETE, no TRUNCATE (M-03).

Django's SQLite ``alter_field`` rebuilds a table and silently drops its triggers, so they are put back
after every migrate; ``sanbao verify`` reports a missing one. Whoever owns the database could drop them:
the record is tamper-evident, not tamper-proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_protected: set[str] = set()
_REFUSAL = "the record may not be changed"


def protect(table: str) -> None:
    """Declare a table append-only."""
    _protected.add(table)


def names(table: str) -> list[str]:
    """The triggers that must exist for a table on this database."""
    verbs = ["update", "delete"] + (["truncate"] if connection.vendor == "postgresql" else [])
    return [f"{table}_no_{verb}" for verb in verbs]


def install() -> None:
    """Put every missing trigger back; a table that does not exist yet is skipped (it comes with a migration)."""
    with connection.cursor() as cursor:
        present, tables = _present(cursor), set(connection.introspection.table_names(cursor))
        for table in sorted(_protected & tables):
            for name in names(table):
                if name not in present:
                    _create(cursor, table, name)


def missing() -> list[str]:
    """Triggers that should be there and are not."""
    with connection.cursor() as cursor:
        present = _present(cursor)
    return [name for table in sorted(_protected) for name in names(table) if name not in present]


@contextmanager
def lifted() -> Iterator[None]:
    """Take the triggers away for a restore or a test's clean-up, and put them back."""
    with connection.cursor() as cursor:
        for table in sorted(_protected):
            for name in names(table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    try:
        yield
    finally:
        install()


def _present(cursor: Any) -> set[str]:
    if connection.vendor == "postgresql":
        # 'D' is a trigger that somebody disabled: as good as missing.
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    else:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return {row[0] for row in cursor.fetchall()}


def _create(cursor: Any, table: str, name: str) -> None:
    verb = name.rsplit("_", 1)[1].upper()
    if connection.vendor == "postgresql":
        cursor.execute(
            "CREATE OR REPLACE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}: %', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        level = "STATEMENT" if verb == "TRUNCATE" else "ROW"
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        cursor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {level} EXECUTE FUNCTION kernel_refuse_change()"
        )
    else:
        cursor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}: {table}'); END"
        )
