"""C-13: grade A with a safety fault holds the goods at once."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.actions.containing import NAME_LOT
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import announcements, journal, obligations
from sanbao.trace import actions as trace
from sanbao.trace.bulk import write
from sanbao.trace.models import HeldLot, Hold, Lot, LotKind, Purpose
from sanbao.trace.rows import PackingRow, TravellerRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> dict[str, Lot]:
    """Two labels from one basket, a third from another."""
    write([TravellerRow(code="SX1"), TravellerRow(code="SX2")], source="import:1")
    rows = [("BQ1", "SX1"), ("BQ2", "SX1"), ("BQ3", "SX2")]
    write([PackingRow(label=code, travellers=(card,)) for code, card in rows], source="import:1")
    return {lot.code: lot for lot in Lot.objects.filter(kind__in=[LotKind.LABEL, LotKind.TRAVELLER])}


def held() -> set[str]:
    return set(HeldLot.objects.filter(released=False, hold__state="in_force").values_list("lot__code", flat=True))


@pytest.mark.clause("C-13")
def test_the_basket_and_all_its_labels_are_held_at_once_and_once(story: Any, by: Any, goods: dict[str, Lot]) -> None:
    case = story.graded("S4", "M1", code="BQ1")
    assert held() == {"SX1", "BQ1", "BQ2"}
    hold = Hold.objects.get()
    assert (hold.about, hold.placed_by) == (case.subject, "clockwork:complaints")
    assert journal.entries_of(case.subject).filter(action="complaint.grade").get().facts["hold"] == hold.number
    assert hold.number in str(case.entries.get(clause="C-13").heading)
    actions.grade(fresh(case), by=by.technologist, spread="M3")
    assert Hold.objects.count() == 1


@pytest.mark.clause("C-13")
def test_what_is_held_for_a_complaint_does_not_leave(story: Any, by: Any, goods: dict[str, Lot]) -> None:
    trace.pass_gate([goods["BQ2"]], Purpose.SHIP)
    story.graded("S4", "M1", code="BQ1")
    with refused("lot.held", "T-13"):
        trace.pass_gate([goods["BQ2"]], Purpose.SHIP)
    trace.pass_gate([goods["BQ3"]], Purpose.SHIP)


def test_other_grades_are_contained_by_their_nonconformity_not_by_the_case(story: Any, goods: dict[str, Lot]) -> None:
    case = story.graded("S3", "M3", code="BQ1")
    assert not Hold.objects.filter(about=case.subject).exists()


@pytest.mark.clause("C-13")
def test_without_a_lot_qc_owes_it_until_a_hold_stands_for_the_case(story: Any, by: Any, goods: dict[str, Lot]) -> None:
    case = story.graded("S4", "M1")
    assert NAME_LOT in {o.code for o in obligations.holding_up(case.subject)}
    trace.hold(by=by.inspector, lots=[goods["SX2"]], reason="查到是这一框", about=case.subject)
    announcements.deliver()
    assert NAME_LOT not in {o.code for o in obligations.holding_up(case.subject)}


def test_a_grade_that_falls_again_leaves_the_hold_to_qc(story: Any, by: Any, goods: dict[str, Lot]) -> None:
    case = story.graded("S4", "M1", code="BQ1")
    case = actions.grade(fresh(case), by=by.technologist, spread="M1", override="B", reason="仅此一处，已现场加固")
    assert case.grade == "B" and held() == {"SX1", "BQ1", "BQ2"}
