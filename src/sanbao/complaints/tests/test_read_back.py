"""复述确认: who, when, asked by whom; until then the complaint stays where it is (C-06)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import State
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, journal, times
from sanbao.kernel.refusals import Refusal
from sanbao.parties.models import Department


@pytest.fixture
def oral(register: Any) -> Any:
    return register(channel="phone", read_back_missing="用户在开车")


@pytest.mark.clause("C-06")
@pytest.mark.parametrize("channel", ["phone", "hotline", "visit"])
def test_an_oral_complaint_says_who_confirmed_it_or_why_nobody_could(register: Any, channel: str) -> None:
    with refused("complaint.read_back_or_reason", "C-06") as caught:
        register(channel=channel)
    assert (caught.value.status, caught.value.field) == (422, "read_back_missing")


def test_the_confirmation_keeps_who_when_and_who_asked(oral: Any, by: Any, people: Any) -> None:
    times.pass_time(minutes=6)
    case = actions.confirm_read_back(oral, by=by.clerk, confirmed_by="采购部联系人")
    assert case.read_back_by == "采购部联系人"
    assert case.read_back_at == times.now()
    assert case.read_back_asked_by == people["clerk"]
    assert clocks.of(case.subject).get(kind="first_response").outcome == "met"


WAITING = sorted(n for n, m in COMPLAINT.moves.items() if State.REGISTERED in m.sources and not m.always)


@pytest.mark.clause("C-06")
@pytest.mark.parametrize("move", WAITING)
def test_every_move_but_note_call_and_transfer_waits_for_the_confirmation(oral: Any, move: str) -> None:
    with pytest.raises(Refusal) as caught:
        COMPLAINT.allow(oral, move, HOUSE)
    assert (caught.value.code, caught.value.clause) == ("complaint.not_read_back", "C-06")


def test_note_call_chase_and_transfer_do_not_wait(oral: Any, by: Any) -> None:
    actions.note(oral, by=by.clerk, text="用户半小时后回电")
    actions.call(oral, by=by.clerk, text="再次来电", with_whom="仓库")
    actions.chase(oral, by=by.clerk)
    actions.transfer(oral, by=by.clerk, to=Department.objects.get(code="export"))
    assert fresh(oral).read_back_at is None


@pytest.mark.clause("C-06")
def test_a_corrected_text_is_read_back_again(oral: Any, by: Any) -> None:
    case = actions.confirm_read_back(oral, by=by.clerk, confirmed_by="采购部", description="四支掉粉，不是三支")
    assert case.description == "四支掉粉，不是三支"
    case = actions.correct(case, by=by.clerk, description="五支掉粉")
    assert case.read_back_at is None
    with refused("complaint.not_read_back", "C-06"):
        actions.explain(case, by=by.clerk, text="解释", basis="C-07")


def test_a_letter_needs_no_read_back(register: Any, by: Any) -> None:
    assert actions.explain(register(), by=by.clerk, text="解释", basis="C-07").state == "explained"


def test_who_confirmed_enters_the_record_as_a_digest_only(oral: Any, by: Any) -> None:
    case = actions.confirm_read_back(oral, by=by.clerk, confirmed_by="采购部赵某")
    entry = journal.entries_of(case.subject).filter(action="complaint.confirm_read_back").get()
    assert "赵某" not in entry.facts_text and len(entry.facts["private"]["confirmed_by"]) == 64
