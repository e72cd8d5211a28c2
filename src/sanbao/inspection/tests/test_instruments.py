"""Instruments: overdue, failed, and what is looked at again then; plans: drafted by one, approved by another (Q-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from sanbao.catalog.models import Product
from sanbao.inspection import actions, queries
from sanbao.inspection.models import Calibration, InspectionPlan, InspectionSheet, Instrument, PlanState
from sanbao.inspection.tests.conftest import HOUSE, PLAN, grid, inspected, person
from sanbao.kernel import journal, obligations, times
from sanbao.kernel.keeping import InUse
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.trace.models import Lot

Made = Callable[..., Lot]


def test_an_instrument_that_was_never_calibrated_counts_as_overdue(monday: None) -> None:
    tool = actions.register_instrument(by=HOUSE, number="kc-01", name="卡尺", kind="卡尺")
    assert (tool.number, tool.overdue(times.today())) == ("KC-01", True)
    (duty,) = obligations.open_on(tool.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("instrument.calibrate", "qc", "Q-07")


def test_the_last_day_of_a_calibration_still_holds_and_a_new_one_is_owed_a_fortnight_before(gauge: Instrument) -> None:
    assert not gauge.overdue(date(2027, 1, 4)) and gauge.overdue(date(2027, 1, 5))
    (duty,) = obligations.open_on(gauge.subject)
    assert times.local(duty.due_at).date() == date(2026, 12, 21)  # type: ignore[arg-type]


@pytest.mark.clause("Q-07")
def test_an_instrument_that_fails_is_out_of_use_and_what_it_measured_is_looked_at_again(
    a_lot: Made, plan: InspectionPlan, gauge: Instrument
) -> None:
    before = inspected(a_lot("L1"))
    times.pass_time(days=30)
    actions.calibrate(gauge, by=HOUSE, result="passed", on=times.today(), due_on=date(2027, 5, 1))
    since = inspected(a_lot("L2"))
    times.pass_time(days=30)
    tool = actions.calibrate(Instrument.objects.get(), by=HOUSE, result="failed", on=times.today())
    assert (tool.state, tool.due_on) == (InUse.RETIRED, None)
    assert queries.measured_since_good(tool) == [since] and before != since
    (duty,) = obligations.open_on(tool.subject)
    assert (duty.code, duty.words.zh) == ("instrument.assess", "MH-07 校准不合格：评定用它测过的 1 张检验单")
    entry = journal.entries_of(tool.subject).filter(action="instrument.calibrate").last()
    assert entry is not None and entry.facts["doubtful"] == [since.number]
    actions.assess(tool, by=HOUSE, text="偏差 +2 µm，余量足，结果有效")
    assert not obligations.open_on(tool.subject).exists()


@pytest.mark.clause("Q-07")
def test_what_failed_its_calibration_comes_back_only_with_a_good_one(gauge: Instrument) -> None:
    actions.calibrate(gauge, by=HOUSE, result="failed", on=times.today())
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.restore_instrument(Instrument.objects.get(), by=HOUSE)
    assert (caught.value.code, caught.value.clause) == ("instrument.not_calibrated", "Q-07")
    again = actions.calibrate(Instrument.objects.get(), by=HOUSE, result="passed", on=times.today(),
                              due_on=date(2027, 4, 1))  # fmt: skip
    assert again.state == InUse.IN_USE


@pytest.mark.clause("Q-07")
@pytest.mark.parametrize(
    ("on", "due_on", "code"),
    [
        (date(2026, 4, 21), date(2027, 1, 1), "calibration.future"),
        (date(2026, 4, 1), None, "calibration.no_due"),
        (date(2026, 4, 1), date(2026, 4, 1), "calibration.no_due"),
    ],
)
def test_a_calibration_has_possible_days(gauge: Instrument, on: date, due_on: date | None, code: str) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.calibrate(gauge, by=HOUSE, result="passed", on=on, due_on=due_on)
    assert (caught.value.code, Calibration.objects.count()) == (code, 1)


@pytest.mark.clause("Q-07")
def test_a_failed_instrument_measures_nothing(a_lot: Made, plan: InspectionPlan, gauge: Instrument) -> None:
    actions.calibrate(gauge, by=HOUSE, result="failed", on=times.today())
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=2)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.enter(sheet, by=HOUSE, results=grid(sheet), instruments="MH-07")
    assert caught.value.code == "instrument.out_of_use"


# -- plans --------------------------------------------------------------------------------------------


@pytest.mark.clause("R-11")
def test_nobody_approves_a_plan_that_he_drafted_or_changed(product: Product) -> None:
    both = ("inspection.draft_plan", "inspection.approve_plan", "inspection.see")
    plan = actions.draft_plan(by=person(1, *both), title="出厂", characteristics=PLAN, product=product)
    plan = actions.edit_plan(plan, by=person(2, *both), title="出厂检验", characteristics=PLAN, level="II")
    for number in (1, 2):
        with nothing_recorded(), pytest.raises(Refusal) as caught:
            actions.approve_plan(plan, by=person(number, *both))
        assert (caught.value.code, caught.value.clause) == ("plan.own_draft", "R-11")
    assert actions.approve_plan(plan, by=person(3, *both)).state == PlanState.IN_FORCE


def test_a_new_edition_replaces_the_old_and_the_old_keeps_its_lines(plan: InspectionPlan) -> None:
    new = actions.revise_plan(plan, by=HOUSE)
    assert (new.number, new.edition, new.digest) == (plan.number, 2, plan.digest)
    assert actions.revise_plan(InspectionPlan.objects.get(pk=plan.pk), by=HOUSE) == new
    new = actions.edit_plan(new, by=HOUSE, title=new.title, characteristics="划伤 | 轻微 | 2.5", level="I")
    assert new.digest != plan.digest
    actions.approve_plan(new, by=person(2, "inspection.approve_plan", "inspection.see"))
    old = InspectionPlan.objects.get(pk=plan.pk)
    assert (old.state, old.characteristics.count()) == (PlanState.REPLACED, 3)


@pytest.mark.clause("Q-07")
@pytest.mark.parametrize("of", [{}, {"material_class": "金属", "product": True}])
def test_a_plan_is_for_one_thing(product: Product, of: dict[str, object]) -> None:
    named = {k: product if v is True else v for k, v in of.items()}
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.draft_plan(by=HOUSE, title="x", characteristics=PLAN, **named)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == ("plan.of_what", "product")


def test_braces_in_a_wrong_line_are_shown_as_they_are(product: Product) -> None:
    with pytest.raises(Refusal) as caught:
        actions.draft_plan(by=HOUSE, title="x", characteristics="膜厚 | {weight} | 1.5", product=product)
    assert "“{weight}”" in str(caught.value)


def test_a_plan_in_force_does_not_change(plan: InspectionPlan) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.edit_plan(plan, by=HOUSE, title="x", characteristics=PLAN, level="II")
    assert caught.value.code == "wrong_state"
    assert InspectionSheet.objects.count() == 0
