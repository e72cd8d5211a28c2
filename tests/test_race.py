"""Of eight who make the same move at the same moment exactly one does it — for every declared move (M-03).

On PostgreSQL, with eight connections: SQLite lets one writer in at a time and would prove nothing.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, models, transaction

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle, Subject
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now, today

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.clause("M-03")]
HOUSE = Actor.clockwork("test")
THREADS = 8
_numbers = itertools.count(1)


def something(field: models.Field[Any, Any]) -> Any:
    """A value that a column will take."""
    if isinstance(field, models.ForeignKey):
        return a(field.related_model).pk
    if isinstance(field, models.DateTimeField):
        return now()
    if isinstance(field, models.DateField):
        return today()
    if isinstance(field, models.CharField | models.TextField):
        return f"x{next(_numbers)}"[-(field.max_length or 40) :]
    return next(_numbers)


def a(model: Any, **given: Any) -> Any:
    """A row of any model, with something in every column that must hold something."""
    values = {
        field.attname: something(field)
        for field in model._meta.concrete_fields
        if not (field.null or field.has_default() or field.primary_key or field.generated or field.name in given)
    }
    # What the database demands of an open complaint does not matter here; history is excused from it.
    if any(field.name == "legacy" for field in model._meta.concrete_fields):
        values["legacy"] = f"old {next(_numbers)}"
    row: Any = model(**{**values, **given})
    row.save(force_insert=True)
    return row


def try_at_once(lifecycle: Lifecycle[Any], name: str, row: Subject) -> list[str]:
    """Eight threads make the move; what became of each."""
    target = lifecycle.moves[name].target
    together = Barrier(THREADS)

    def one(_: int) -> str:
        try:
            together.wait()
            with lifecycle.move(name, row.pk, by=HOUSE, expect=row.version) as step:
                if isinstance(target, tuple):
                    step.to(target[0])
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("kind", sorted(Lifecycle.registry))
def test_of_eight_who_make_the_same_move_at_once_exactly_one_does(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lifecycle = Lifecycle.registry[kind]
    monkeypatch.setattr(lifecycle, "guards", [])
    row = a(lifecycle.model, state="x")
    for name, move in lifecycle.moves.items():
        if not move.sources:
            continue
        lifecycle.model._default_manager.filter(pk=row.pk).update(state=min(move.sources))
        row.refresh_from_db()
        before = row.version
        outcomes = try_at_once(lifecycle, name, row)
        row.refresh_from_db()
        assert outcomes.count("done") == 1, f"{kind}.{name}: {outcomes}"
        assert set(outcomes) <= {"done", "stale", "wrong_state"}, f"{kind}.{name}: {outcomes}"
        assert row.version == before + 1
    chain = list(journal.entries_of(row.subject).filter(action__startswith=f"{kind}.").order_by("seq"))
    assert [e.seq for e in chain] == list(range(1, len(chain) + 1))
    assert all(later.previous == earlier.hash for earlier, later in itertools.pairwise(chain))


def test_two_writers_without_a_lock_cannot_fork_a_chain() -> None:
    together = Barrier(THREADS)

    def one(n: int) -> bool:
        try:
            together.wait()
            with transaction.atomic():
                journal.append(subject="loose:1", action="loose.write", by=HOUSE, facts={"n": n})
        except Exception as error:
            assert "journal_chain" in str(error)
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        written = sum(pool.map(one, range(THREADS)))
    chain = list(journal.entries_of("loose:1"))
    assert len(chain) == written >= 1
    assert all(later.previous == earlier.hash for earlier, later in itertools.pairwise(chain))
