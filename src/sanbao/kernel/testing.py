"""What tests of the house stand on. Nothing here runs in the product."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.operations import BaseDatabaseOperations

from sanbao.kernel import triggers
from sanbao.kernel.actor import Actor


def let_tests_flush() -> None:
    """A transactional test empties every table at its end, which the record's triggers rightly refuse."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def lifted_flush(self: Any, sql_list: Iterable[str]) -> Any:
        # The search index is no model, so Django does not name it among the tables to empty.
        whole = [sql.replace(";", " CASCADE;") if sql.startswith("TRUNCATE") else sql for sql in sql_list]
        with triggers.lifted():
            return flush(self, [*whole, "DELETE FROM kernel_search_index"])

    BaseDatabaseOperations.execute_sql_flush = lifted_flush  # type: ignore[method-assign]


def an_actor(*permissions: str, person: int = 1, roles: Iterable[str] = (), **more: Any) -> Actor:
    """A person with these permissions and roles; its departments follow from the roles."""
    roles = frozenset(roles)
    return Actor(
        "person",
        f"person:{person}",
        person_id=person,
        permissions=frozenset(permissions),
        roles=roles,
        departments=frozenset(r.split(".")[0] for r in roles),
        origin="test",
        **more,
    )


@contextmanager
def nothing_recorded() -> Any:
    """Nothing was written down while a refusal was provoked."""
    from sanbao.kernel.journal import JournalEntry

    before = JournalEntry.objects.count()
    yield
    assert JournalEntry.objects.count() == before, "a refused act left an entry"
