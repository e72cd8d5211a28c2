"""答复与用户意见 (C-11, U-13)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.models import State
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, times
from sanbao.parties.models import Department


@pytest.mark.clause("C-11")
def test_only_who_heard_the_user_s_view_goes_on_to_ask_whether_he_is_satisfied(story: Any, by: Any) -> None:
    case = story.answered()
    assert (case.state, case.next_clause) == (State.ANSWERED, "C-11")
    with refused("complaint.view_first", "C-11"):
        actions.ask_satisfaction(case, by=by.clerk, outcome="satisfied")
    with refused("complaint.view_missing", "C-11"):
        actions.record_view(case, by=by.clerk, view=" ", attitude="accepts")
    case = actions.record_view(case, by=by.clerk, view="同意更换", attitude="accepts")
    assert (case.state, case.view) == (State.HEARD, "同意更换")


def test_the_answer_stops_the_final_clock(story: Any) -> None:
    case = story.answered()
    assert clocks.of(case.subject).get(kind="final").outcome == "met"
    assert case.answered_at == times.now()


@pytest.mark.parametrize("attitude", ["refuses", "asks_more"])
def test_an_answer_that_is_not_accepted_is_negotiated_again(story: Any, by: Any, attitude: str) -> None:
    case = actions.record_view(story.answered(), by=by.clerk, view="只换一半不行", attitude=attitude, demand="全部更换")
    assert (case.state, case.next_clause) == (State.DECIDED, "C-11")
    assert [d.text for d in case.demands.all()] == ["全部更换"]
    assert clocks.running(case.subject).filter(kind="final").exists()


@pytest.mark.clause("U-13")
def test_every_decision_cites_its_basis(story: Any, by: Any, surface: Any, register: Any) -> None:
    minor = register()
    with refused("basis_missing", "U-13"):
        actions.explain(minor, by=by.clerk, text="解释", basis="")
    case = story.graded()
    production = Department.objects.get(code="production")
    with refused("basis_missing", "U-13"):
        actions.locate_responsibility(case, by=by.technologist, blame="department", department=production, basis="")
    case = actions.locate_responsibility(
        case, by=by.technologist, blame="department", department=production, basis="记录"
    )
    with refused("basis_missing", "U-13"):
        actions.give_opinion(case, by=by.technologist, opinion="更换", basis="", confirmed_class=surface)


def test_the_first_word_stops_the_first_response_and_each_contact_starts_the_silence(register: Any, by: Any) -> None:
    case = register()
    times.pass_time(hours=1)
    actions.call(case, by=by.clerk, text="已联系", outgoing=True)
    first = clocks.of(case.subject).get(kind="first_response")
    assert first.outcome == "met" and first.stopped_at == times.now()
    assert clocks.running(case.subject).get(kind="silence").started_at == times.now()
    times.pass_time(hours=5)
    actions.call(case, by=by.clerk, text="再次联系", outgoing=True)
    assert clocks.running(case.subject).get(kind="silence").started_at == times.now()
