"""谁的球: every open case has an owner, a next step and a date, and lies with somebody (U-07, M-04)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanbao.complaints import actions, boards
from sanbao.complaints.lifecycle import COMPLAINT, acting
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import times
from tests.cast import Program


def copies(case: Complaint, count: int, **facts: Any) -> None:
    rows = []
    for n in range(count):
        row = Complaint.objects.get(pk=case.pk)
        row.pk, row.number = None, f"TS-2026-1{n:05}"
        for name, value in facts.items():
            setattr(row, name, value)
        rows.append(row)
    Complaint.objects.bulk_create(rows)


def test_each_open_case_lies_with_whoever_has_its_next_step(story: Any, register: Any, by: Any, people: Any) -> None:
    mine = register()
    theirs = story.inspected()
    board = boards.board(by.gm)
    lies = {group.key: [case.pk for case in group.cases] for group in board.groups}
    assert lies == {f"person:{people['clerk'].pk}": [mine.pk], "technology": [theirs.pk]}
    assert {g.key for g in boards.board(by.gm, "department").groups} == {"after_sales", "technology"}


def test_the_reddest_come_first_and_what_is_not_listed_is_counted(register: Any, by: Any, people: Any) -> None:
    old = register()
    copies(old, 9)
    times.pass_time(days=30)
    register(by=by.clerk2)
    board = boards.board(by.gm)
    assert [(g.key, g.open, g.late, g.more) for g in board.groups] == [
        (f"person:{people['clerk'].pk}", 10, 10, 4),
        (f"person:{people['clerk2'].pk}", 1, 0, 0),
    ]
    assert (board.open, board.late) == (11, 10)


@pytest.mark.parametrize("rows", [3, 80])
@pytest.mark.parametrize("way", ["person", "department"])
def test_a_board_of_any_size_takes_the_same_number_of_queries(
    register: Any, by: Any, rows: int, way: str, django_assert_max_num_queries: Any
) -> None:
    copies(register(), rows)
    with django_assert_max_num_queries(6):
        boards.board(by.gm, way)


def test_a_case_handled_under_another_is_not_a_ball_of_its_own(register: Any, by: Any) -> None:
    lead, case = register(), register()
    actions.merge(case, by=by.clerk, into=lead)
    assert boards.board(by.gm).open == 1


@pytest.mark.clause("M-04")
@pytest.mark.parametrize(("name", "value"), [("owner", None), ("next_due", None), ("next_party", "")])
def test_no_act_leaves_an_open_case_without_owner_step_and_date(register: Any, by: Any, name: str, value: Any) -> None:
    case = actions.plan(register(), by=by.clerk, sentence="等照片", due_at=times.factory("2026-04-21 12:00"))

    def leave() -> None:
        with acting("note", case, by=by.clerk) as step:
            setattr(step.case, name, value)

    with refused("complaint.no_next_step", "M-04") as caught:
        leave()
    assert caught.value.facts["missing"] == [{"next_party": "next_step"}.get(name, name)]


@pytest.mark.clause("M-04")
def test_an_old_open_case_is_given_an_owner_before_anything_is_done(register: Any, by: Any, people: Any) -> None:
    case = register()
    Complaint.objects.filter(pk=case.pk).update(legacy="旧-1", owner=None, owner_department=None, next_party="")
    with refused("complaint.no_owner_yet", "M-04", offered="hand_over"):
        actions.explain(fresh(case), by=by.clerk, text="说明", basis="C-07")
    assert boards.board(by.gm).groups[0].title == boards.NOBODY
    actions.hand_over(fresh(case), by=by.gm, owner=people["clerk"])
    assert actions.explain(fresh(case), by=by.clerk, text="说明", basis="C-07").next_due


@pytest.mark.clause("M-04")
def test_a_step_is_planned_for_a_department_that_there_is(register: Any, by: Any) -> None:
    case, due = register(), times.factory("2026-04-22 12:00")
    with refused("complaint.plan_for_nobody", "M-04", party="nowhere"):
        actions.plan(case, by=by.clerk, sentence="去看看", due_at=due, party="nowhere")


def test_every_open_state_that_a_story_goes_through_has_a_ball(story: Any, by: Any) -> None:
    for case in (story.formed(), story.inspected(), story.graded(), story.answered(), story.satisfied()):
        assert case.owner_id and case.next_due and case.next_party and str(case.step_words), case.state
    assert boards.board(HOUSE).open == 5
    assert COMPLAINT.moves["follow_lead"].internal


def test_the_board_is_a_page_and_an_operation(register: Any, people: Any) -> None:
    case = register()
    told = Program(people["gm"]).get("complaints/board")
    assert [c["number"] for c in told["holders"][0]["first"]] == [case.number]
    type(people["gm"]).objects.filter(pk=people["gm"].pk).update(one_time_password=False)
    client = Client()
    client.force_login(people["gm"], backend="django.contrib.auth.backends.ModelBackend")
    for way in ("person", "department"):
        text = client.get(reverse("complaints:board"), {"by": way}).content.decode()
        assert case.number in text and str(case.step_words) in text
    listed = client.get(reverse("complaints:list"), {"ball": f"person:{people['clerk'].pk}"}).content.decode()
    assert case.number in listed
