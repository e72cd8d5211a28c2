"""等我处理: whoever has the next step of a case finds it on his desk, once (M-04)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.complaints import actions
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.kernel.inbox import Inbox, Task, Whose
from sanbao.parties.models import Department

pytestmark = pytest.mark.django_db


def waits(actor: Actor, whose: Whose = Whose.MINE) -> list[Task]:
    return Inbox(actor, whose)[:50]


@pytest.mark.clause("M-04")
def test_a_step_of_the_department_waits_for_its_owner_and_is_shown_to_his_colleagues(register: Any, by: Any) -> None:
    case = register()
    [task] = waits(by.clerk)
    assert (task.subject, task.clause, task.due_at) == (case.subject, "C-07", case.next_due)
    assert waits(by.clerk2) == []
    assert [t.leader for t in waits(by.clerk2, Whose.DEPARTMENT)] == [by.clerk.ref]
    assert waits(by.clerk, Whose.DEPARTMENT) == waits(by.inspector) == []


@pytest.mark.clause("M-04")
def test_a_step_of_a_department_where_nobody_leads_the_case_waits_for_each_of_it(register: Any, by: Any) -> None:
    case = register(by=by.storekeeper)
    actions.transfer(case, by=by.storekeeper, to=Department.objects.get(code="sales"))
    assert [t.code for t in waits(by.manager) if t.subject == case.subject] == ["next_step"]
    assert [t.shared for t in waits(by.manager)] == [True]
    assert waits(by.storekeeper) == []


def test_what_a_person_owes_already_is_not_asked_of_him_twice(story: Any, by: Any) -> None:
    case = story.formed()
    assert case.next_party == by.salesman.ref
    assert [t.code for t in waits(by.salesman)] == ["learn_facts"]


def test_the_nearest_date_comes_first_whatever_it_is_about(register: Any, by: Any) -> None:
    first, second = register(), register()
    soon = times.now() + timedelta(minutes=5)
    actions.promise(second, by=by.clerk, kind="contact", text="回电", due_at=soon)
    assert [(t.subject, t.pile) for t in waits(by.clerk)] == [(second.subject, "duty"), (first.subject, "complaint")]


def test_nothing_waits_of_a_case_that_has_ended(story: Any, by: Any) -> None:
    case = actions.close(story.settled(), by=by.clerk, basis="用户满意")
    assert case.subject not in {task.subject for who in (by.clerk, by.manager, by.technologist) for task in waits(who)}


def test_the_desk_asks_as_often_for_many_cases_as_for_one(register: Any, by: Any) -> None:
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert waits(by.clerk)
        return len(asked)

    register()
    once = queries()
    for _ in range(5):
        register()
    assert queries() == once
