"""A lot is inspected: its sample, its results, its conclusion, and what follows for the next lot (Q-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from sanbao.inspection import actions
from sanbao.inspection.models import (
    InspectionPlan,
    InspectionSheet,
    Instrument,
    Result,
    Sample,
    SamplingSeries,
    SamplingState,
    SheetState,
)
from sanbao.inspection.tests.conftest import HOUSE, grid, inspected, person
from sanbao.kernel import journal, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.trace.models import Lot, QualityStatus

pytestmark = pytest.mark.usefixtures("plan", "gauge")
Made = Callable[..., Lot]


def again(sheet: InspectionSheet) -> InspectionSheet:
    return InspectionSheet.objects.get(pk=sheet.pk)


def test_sample_and_acceptance_number_follow_from_plan_lot_size_and_state_and_say_why(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    told = {g["weight"]: (g["letter"], g["size"], g["accept"], g["reject"]) for g in sheet.scheme}
    assert told == {"major": ("J", 80, 3, 4), "minor": ("J", 80, 7, 8), "critical": ("J", 80, 0, 1)}
    assert sheet.scheme[0]["why"] == {
        "zh": "批量 1000，检验水平 II → 字码 J；AQL 1.5，正常检验 → 样本量 80，Ac 3，Re 4",
        "en": "Lot of 1000, level II → letter J; AQL 1.5, Normal inspection → sample 80, Ac 3, Re 4",
    }
    assert (sheet.number, sheet.pieces) == ("JD-2026-000001", 80)


def test_a_small_lot_is_looked_at_as_a_whole(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=2)
    assert [(g["size"], g["whole"]) for g in sheet.scheme] == [(2, True)] * 3


def test_a_value_outside_its_limits_counts_by_itself(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    actions.enter(sheet, by=HOUSE, results="1\t39.9\tOK\tOK\n2\t40\tOK\tOK\n3\t120.1\t不合格\tOK", instruments="MH-07")
    film = Result.objects.filter(characteristic__name="膜厚").order_by("piece")
    assert [(r.good, r.instrument.number if r.instrument else "") for r in film] == [
        (False, "MH-07"), (True, "MH-07"), (False, "MH-07"),
    ]  # fmt: skip


def test_a_correction_is_a_second_row_and_the_record_has_both(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    actions.enter(sheet, by=HOUSE, results="1\t30", instruments="MH-07")
    actions.enter(again(sheet), by=HOUSE, results="1\t50\n2\t51", instruments="MH-07")
    assert [str(r.value) for r in Result.objects.filter(piece=1)] == ["30.0000", "50.0000"]
    entry = journal.entries_of(sheet.subject).get(seq=3)
    assert (entry.facts["entered"], entry.facts["corrected"]) == (2, 1)


def test_the_same_results_again_change_nothing(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    actions.enter(sheet, by=HOUSE, results="1\t50", instruments="MH-07")
    actions.enter(again(sheet), by=HOUSE, results="1\t50.0\tOK")  # measured already: no instrument needed
    assert Result.objects.filter(characteristic__name="膜厚").count() == 1


@pytest.mark.clause("Q-07")
def test_a_result_of_an_instrument_whose_calibration_has_ended_is_refused(a_lot: Made, gauge: Instrument) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    with times.frozen("2027-01-05 09:00"), nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.enter(sheet, by=HOUSE, results="1\t50", instruments="MH-07")
    assert (caught.value.code, caught.value.clause) == ("instrument.overdue", "Q-07")
    assert caught.value.facts == {"number": "MH-07", "due": "2027-01-04"}
    assert Result.objects.count() == 0


@pytest.mark.parametrize(
    ("instruments", "code"), [("", "instrument.missing"), ("MH-08", "instrument.unknown")]
)  # fmt: skip
@pytest.mark.clause("Q-07")
def test_what_is_to_be_measured_with_an_instrument_names_one(a_lot: Made, instruments: str, code: str) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.enter(sheet, by=HOUSE, results="1\t50", instruments=instruments)
    assert (caught.value.code, caught.value.field) == (code, "instruments")


def test_every_line_that_cannot_be_read_is_named(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.enter(sheet, by=HOUSE, results="件号\t膜厚\n1\t五十\n81\t50\n2\t50\tso-so", instruments="MH-07")
    assert (caught.value.code, caught.value.facts["lines"]) == ("sheet.unreadable", [2, 3, 4])
    assert "第 3 行：“膜厚”只检 80 件，没有第 81 件" in caught.value.sentence.zh


@pytest.mark.clause("Q-07")
def test_nothing_is_concluded_while_results_are_missing(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000)
    actions.enter(sheet, by=HOUSE, results="1\t50\tOK\tOK", instruments="MH-07")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.conclude_sheet(again(sheet), by=HOUSE)
    assert (caught.value.code, caught.value.facts["missing"]) == ("sheet.incomplete", 3 * 79)


def test_what_has_failed_enough_needs_no_more_looking(a_lot: Made) -> None:
    lot = a_lot("L1")
    sheet = actions.open_sheet(by=HOUSE, lot=lot, units=1000)
    actions.enter(sheet, by=HOUSE, results="1\t50\tOK\t不合格", instruments="MH-07")
    done = actions.conclude_sheet(again(sheet), by=HOUSE)
    assert done.state == SheetState.REJECTED
    assert Lot.objects.get(pk=lot.pk).status == QualityStatus.FAILED


def test_an_accepted_lot_is_judged_fit_on_the_sheet_as_its_basis(a_lot: Made) -> None:
    lot = a_lot("L1")
    sheet = inspected(lot, thin=3, scratched=7)
    assert (sheet.state, [c["found"] for c in sheet.found]) == (SheetState.ACCEPTED, [3, 7, 0])
    assert Lot.objects.get(pk=lot.pk).status == QualityStatus.PASSED
    assert sheet.verdict is not None and sheet.verdict.basis.startswith("检验单 JD-2026-000001")


def test_one_more_than_may_fail_refuses_the_lot(a_lot: Made) -> None:
    assert inspected(a_lot("L1"), thin=4).state == SheetState.REJECTED
    assert inspected(a_lot("L2"), scratched=8).state == SheetState.REJECTED


@pytest.mark.clause("Q-07")
def test_only_an_inspector_concludes_and_he_signs(a_lot: Made) -> None:
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=2)
    actions.enter(sheet, by=HOUSE, results=grid(sheet), instruments="MH-07")
    clerk = an_actor("inspection.see")
    for by, code in (
        (clerk, "not_permitted"),
        (an_actor("inspection.see", "inspection.inspect"), "signature.authenticate"),
    ):
        with nothing_recorded(), pytest.raises(Refusal) as caught:
            actions.conclude_sheet(again(sheet), by=by)
        assert (caught.value.code, caught.value.clause, caught.value.status) == (code, "Q-07", 403)


def test_a_part_of_a_lot_is_not_the_lot(a_lot: Made) -> None:
    lot = a_lot("L1")
    part = actions.open_sheet(by=HOUSE, lot=lot, units=2, rest_follows=True)
    actions.enter(part, by=HOUSE, results=grid(part), instruments="MH-07")
    rest = actions.open_sheet(by=HOUSE, lot=lot, units=3)
    actions.enter(rest, by=HOUSE, results=grid(rest), instruments="MH-07")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.conclude_sheet(again(rest), by=HOUSE)
    assert caught.value.code == "sheet.part_open"
    assert actions.conclude_sheet(again(part), by=HOUSE).verdict is None
    assert Lot.objects.get(pk=lot.pk).status == QualityStatus.PENDING
    assert actions.conclude_sheet(again(rest), by=HOUSE).verdict is not None
    assert Lot.objects.get(pk=lot.pk).status == QualityStatus.PASSED


def test_one_refused_part_refuses_the_lot(a_lot: Made) -> None:
    lot = a_lot("L1")
    part = actions.open_sheet(by=HOUSE, lot=lot, units=2, rest_follows=True)
    actions.enter(part, by=HOUSE, results="1\t50\tOK\tNG", instruments="MH-07")
    actions.conclude_sheet(again(part), by=HOUSE)
    assert inspected(lot, units=2).state == SheetState.ACCEPTED
    assert Lot.objects.get(pk=lot.pk).status == QualityStatus.FAILED


# -- the series of lots -------------------------------------------------------------------------------


def states() -> dict[str, str]:
    return dict(SamplingSeries.objects.values_list("weight", "state"))


def test_two_refused_lots_tighten_the_next_and_only_where_they_failed(a_lot: Made) -> None:
    inspected(a_lot("L1"), thin=4)
    inspected(a_lot("L2"), thin=4)
    assert states() == {"major": SamplingState.TIGHTENED, "minor": SamplingState.NORMAL}
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L3"), units=1000)
    assert [(g["size"], g["accept"], g["strictness"]) for g in sheet.scheme if g["series"]] == [
        (80, 2, "tightened"), (80, 7, "normal"),
    ]  # fmt: skip
    assert "加严检验" in sheet.scheme[0]["why"]["zh"]


def test_a_lot_that_comes_again_after_it_was_refused_does_not_count(a_lot: Made) -> None:
    lot = a_lot("L1")
    inspected(lot, thin=4)
    second = inspected(lot, thin=4)
    assert second.original is False
    assert states()["major"] == SamplingState.NORMAL
    assert SamplingSeries.objects.get(weight="major").lots == 1


@pytest.mark.clause("Q-07")
def test_a_series_that_was_discontinued_takes_no_lot_until_it_is_resumed(a_lot: Made) -> None:
    for number in range(7):
        inspected(a_lot(f"L{number}"), thin=4)
    series = SamplingSeries.objects.get(weight="major")
    assert (series.state, series.why) == (SamplingState.STOPPED, "too_many_refused")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.open_sheet(by=HOUSE, lot=a_lot("L8"), units=1000)
    assert (caught.value.code, caught.value.clause) == ("sampling.stopped", "Q-07")
    actions.resume(series, by=HOUSE, basis="供方 8D 报告 2026-17")
    assert (
        actions.open_sheet(by=HOUSE, lot=Lot.objects.get(code="L8"), units=1000).scheme[0]["strictness"] == "tightened"
    )


def test_two_suppliers_are_two_series(a_lot: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanbao.inspection import queries
    from sanbao.parties.models import Supplier

    ours = [Supplier.objects.create(code=code, name=code, state="in_use").pk for code in ("G1", "G2")]
    for number, supplier in enumerate(ours):
        monkeypatch.setattr(queries, "supplier_of", lambda lot, supplier=supplier: supplier)
        inspected(a_lot(f"L{number}"), thin=4)
    assert set(SamplingSeries.objects.filter(weight="major").values_list("state", "lots")) == {("normal", 1)}


def test_tightened_sampling_agreed_at_the_gate_holds_for_that_lot_alone(
    a_lot: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanbao.inspection import queries

    monkeypatch.setattr(queries, "accepted_tightened", lambda lot: lot.code == "L1")
    sheet = inspected(a_lot("L1"))
    assert [g["strictness"] for g in sheet.scheme if g["series"]] == ["tightened", "tightened"]
    assert states() == {"major": "normal", "minor": "normal"}
    assert actions.open_sheet(by=HOUSE, lot=a_lot("L2"), units=1000).scheme[0]["strictness"] == "normal"


# -- which plan ---------------------------------------------------------------------------------------


@pytest.mark.clause("Q-07")
def test_without_an_approved_plan_nothing_is_inspected(material: object) -> None:
    lot = Lot.objects.create(key="M1", code="M1", kind="raw", material=material)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.open_sheet(by=HOUSE, lot=lot, units=10)
    assert (caught.value.code, caught.value.clause) == ("sheet.no_plan", "Q-07")


@pytest.mark.clause("Q-07")
def test_a_plan_for_something_else_does_not_serve(a_lot: Made, material: object) -> None:
    other = actions.draft_plan(by=person(1, "inspection.draft_plan"), title="锌锭", characteristics="外观 | 轻微 | 4.0",
                               material=material)  # fmt: skip
    other = actions.approve_plan(other, by=HOUSE)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=10, plan=other)
    assert caught.value.code == "sheet.other_plan"


def test_a_material_without_a_plan_of_its_own_is_inspected_by_that_of_its_class(material: object) -> None:
    plan = actions.draft_plan(by=HOUSE, title="金属", characteristics="外观 | 轻微 | 4.0", material_class="金属")
    actions.approve_plan(plan, by=person(2, "inspection.approve_plan", "inspection.see"))
    lot = Lot.objects.create(key="M1", code="M1", kind="raw", material=material)
    assert actions.open_sheet(by=HOUSE, lot=lot, units=10).plan == plan


# -- samples that came with a complaint ---------------------------------------------------------------


def test_a_sample_is_looked_at_piece_by_piece_and_its_conclusion_rests_on_the_sheet(
    a_lot: Made, plan: InspectionPlan
) -> None:
    sample = actions.request(by=HOUSE, about="complaint:1", wanted="三支料段", lot=a_lot("L1"))
    sample = actions.receive(sample, by=HOUSE, label="Y-1", place="样品架 3-2", given_by="业务员")
    sheet = actions.open_sheet(by=HOUSE, sample=sample, units=3)
    assert [(g["size"], g["accept"], g["reject"]) for g in sheet.scheme] == [(3, 0, 1)] * 3
    actions.enter(sheet, by=HOUSE, results=grid(sheet, thin=1), instruments="MH-07")
    told = {"ours": "yes", "used_rightly": "yes", "severity": "S3", "basis": "GB/T 5237.4", "conclusion": "膜厚不足",
            "opinion": "同批停用"}  # fmt: skip
    with pytest.raises(Refusal) as caught:
        actions.conclude(by=HOUSE, sample=Sample.objects.get(), sheet=again(sheet), **told)
    assert caught.value.code == "sample.other_sheet"
    done = actions.conclude_sheet(again(sheet), by=HOUSE)
    assert (done.state, done.verdict, SamplingSeries.objects.count()) == (SheetState.REJECTED, None, 0)
    concluded = actions.conclude(by=HOUSE, sample=Sample.objects.get(), sheet=done, **told)
    assert concluded.sheet == done


def test_a_cancelled_sheet_counts_nowhere(a_lot: Made) -> None:
    lot = a_lot("L1")
    sheet = actions.open_sheet(by=HOUSE, lot=lot, units=1000, rest_follows=True)
    actions.cancel_sheet(sheet, by=HOUSE, reason="批次选错")
    assert inspected(lot).verdict is not None


def test_the_day_of_the_plan_decides(a_lot: Made, plan: InspectionPlan) -> None:
    new = actions.revise_plan(plan, by=person(3, "inspection.draft_plan", "inspection.see"))
    new = actions.edit_plan(new, by=HOUSE, title=new.title, characteristics="划伤 | 轻微 | 2.5", level="I")
    actions.approve_plan(new, by=person(2, "inspection.approve_plan", "inspection.see"), since=date(2026, 5, 1))
    assert actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=1000).plan == plan
    with times.frozen("2026-05-01 08:00"):
        assert actions.open_sheet(by=HOUSE, lot=a_lot("L2"), units=1000).plan.edition == 2
