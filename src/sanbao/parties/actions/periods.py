"""Periods of posts, regions and substitutions: both ends included, an open end is null."""

from __future__ import annotations

from datetime import date, timedelta

from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.models import Assignment, Delegation, Person, Territory


def yesterday() -> date:
    return today() - timedelta(days=1)


def in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        refuse(
            "period.reversed",
            W("结束日期早于开始日期。", "The last day is before the first."),
            clause="M-02",
            status=422,
            field="until",
        )


def belongs(step: Step[Person], person_id: int, field: str) -> None:
    if person_id != step.case.pk:
        refuse(
            "person.not_his",
            W("这一项不属于此人。", "This does not belong to that person."),
            clause="M-02",
            status=422,
            field=field,
        )


def end(row: Assignment | Territory | Delegation, last_day: date) -> None:
    """Close a period, never later than it ends already; one that has not begun never was."""
    if row.since > last_day:
        row.delete()
    elif row.until is None or row.until > last_day:
        row.until = last_day
        row.save(update_fields=["until"])
