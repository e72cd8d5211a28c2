"""Rows by plain equality are the ORM's rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from sanbao.kernel import rows, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.clocks import Clock, ClockPause
from sanbao.kernel.obligations import Obligation

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


def clock(kind: str = "final", **more: Any) -> Clock:
    facts = {"subject": "lamp:1", "kind": kind, "started_at": times.now(), "started_by": HOUSE.ref} | more
    return Clock(rule={"answer": {"due": "3d"}, "更多": [1, None]}, calendar_version=1, **facts)


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_comes_back_as_the_orm_reads_it() -> None:
    made = rows.insert(clock(due_at=times.now() + timedelta(hours=1)))
    assert made.pk and not made._state.adding
    again = Clock.objects.get(pk=made.pk)
    assert columns(made) == columns(again) == columns(rows.where(Clock, pk=made.pk)[0])
    again.level = 2
    again.save()
    assert rows.where(Clock, subject="lamp:1")[0].level == 2


def test_a_key_that_is_no_number_and_a_key_to_another_row() -> None:
    file = Attachment(
        subject="lamp:1",
        sha256="0" * 64,
        size=3,
        media_type="text/plain",
        name="a",
        stored_at=times.now(),
        stored_by="x",
    )
    assert columns(rows.insert(file)) == columns(Attachment.objects.get(pk=file.pk))
    running = rows.insert(clock())
    pause = ClockPause(
        clock=running, reason={"zh": "等件"}, expected_on=date(2026, 5, 1), started_at=times.now(), started_by="x"
    )
    rows.insert(pause)
    (read,) = rows.where(ClockPause, clock=[running.pk])
    assert columns(read) == columns(ClockPause.objects.get()) and rows.related(read, "clock") == running
    assert rows.related(read, "clock") is read.clock


def test_several_rows_are_stored_in_one_statement_and_each_knows_its_key(django_assert_num_queries: Any) -> None:
    kinds = ["final", "silence", "transfer"]
    with django_assert_num_queries(1):
        made = rows.insert_many([clock(kind) for kind in kinds])
    assert [Clock.objects.get(pk=row.pk).kind for row in made] == kinds
    assert rows.insert_many([]) == []


def test_equality_is_of_a_value_of_none_or_of_any_of_several() -> None:
    final, silence = rows.insert_many([clock("final"), clock("silence", stopped_at=times.now())])
    assert rows.where(Clock, subject="lamp:1", stopped_at=None) == [final]
    assert rows.where(Clock, kind=("silence", "final"), order=("-id",)) == [silence, final]
    assert rows.where(Clock, kind=[]) == [] and rows.first(Clock, kind="transfer") is None
    assert rows.where(Clock, order=("id",), most=1) == [final]
    with transaction.atomic():
        assert rows.first(Clock, order=("-id",), lock=True, subject="lamp:1") == silence
    assert rows.where(Clock, pk=10**30) == [] == rows.where(Clock, pk=-(10**30))
    with pytest.raises(ValueError, match="no column"):
        rows.where(Clock, colour="red")


def test_who_may_see_only_some_is_asked_through_the_orm() -> None:
    made = rows.insert(clock())
    assert rows.seen(Clock.objects.all(), kind="final") == made
    assert rows.seen(Clock.objects.filter(subject="lamp:2"), kind="final") is None
    assert rows.seen(Clock.objects.none(), kind="final") is None
    other = rows.insert(clock(subject="lamp:2"))
    assert rows.seen(Clock.objects.all(), kind="final") == made
    assert rows.seen(Clock.objects.exclude(pk=made.pk), kind="final") == other


def test_columns_are_written_only_while_the_others_still_hold() -> None:
    made = rows.insert(clock())
    made.level, made.outcome = 1, "met"
    assert rows.update(made, ["level"], level=0, subject="lamp:1")
    assert not rows.update(made, ["outcome"], level=0)
    stored = Clock.objects.get()
    assert (stored.level, stored.outcome) == (1, "")
    stored.delete()
    assert not rows.update(made, ["level"])


def test_what_the_table_forbids_is_refused_as_it_always_is() -> None:
    rows.insert(clock())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(clock())
    rows.insert_many([clock(), clock("silence")], once=True)
    assert set(Clock.objects.values_list("kind", flat=True)) == {"final", "silence"}
    with pytest.raises(ValueError, match="stored already"):
        rows.insert(Clock.objects.get(kind="final"))
    with pytest.raises((DataError, IntegrityError)), transaction.atomic():
        rows.insert(
            Obligation(subject="lamp:1", code=None, sentence={}, owed_by="x", opened_at=times.now(), opened_by="x")
        )
    assert connection.needs_rollback is False
