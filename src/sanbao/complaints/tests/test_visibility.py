"""Who sees which complaint (M-02)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions, queries
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import HOUSE
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import handover
from sanbao.kernel.testing import an_actor
from sanbao.parties.models import Department


def seen_by(actor: Any) -> int:
    return Complaint.objects.visible_to(actor).count()


def test_leaders_qc_and_office_see_all_others_what_they_are_in(register: Any, by: Any) -> None:
    register()
    assert [seen_by(a) for a in (by.gm, by.inspector, by.secretary)] == [1, 1, 1]
    assert [seen_by(a) for a in (by.clerk, by.clerk2, by.salesman)] == [1, 1, 1]
    assert [seen_by(a) for a in (by.technologist, by.storekeeper, by.exporter)] == [0, 0, 0]


def test_what_one_may_not_see_is_as_if_it_were_not_there(register: Any, by: Any) -> None:
    case = register()
    with refused("not_found", "M-02"):
        actions.note(case, by=by.technologist, text="看看")


def test_a_department_that_is_brought_in_sees_it_from_then_on(register: Any, by: Any) -> None:
    case = actions.assign(register(), by=by.gm, departments=Department.objects.filter(code="technology"))
    assert seen_by(by.technologist) == 1
    assert actions.note(case, by=by.technologist, text="查生产记录").version == case.version + 1


@pytest.mark.parametrize("who", ["technologist", "storekeeper"])
def test_posts_do_what_their_permissions_say(story: Any, by: Any, who: str) -> None:
    case = story.satisfied()
    with refused(
        "not_permitted" if who == "technologist" else "not_found", "W-03" if who == "technologist" else "M-02"
    ):
        actions.close(case, by=getattr(by, who), basis="C-11")


def test_a_person_leaves_only_with_his_cases_handed_over(register: Any, people: Any, by: Any) -> None:
    case = register(channel="phone", read_back_missing="待回电")
    assert case.subject in handover.open_cases_of(people["clerk"].pk)
    handover.hand_over(people["clerk"].pk, people["clerk2"].pk, by=HOUSE)
    assert not handover.open_cases_of(people["clerk"].pk)
    assert Complaint.objects.get().owner == people["clerk2"]


@pytest.mark.clause("U-10")
def test_the_register_is_for_those_who_may_see_complaints(register: Any, by: Any) -> None:
    case = register()
    first = last = case.received_at.date()
    assert list(queries.register_of(by.clerk, first, last)) == [case]
    with refused("not_permitted", "U-10"):
        queries.register_of(an_actor("catalog.see"), first, last)
