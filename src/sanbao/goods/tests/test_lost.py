"""A label lost or missed: told, re-inspected, replaced; the old code is void and keeps its history (T-12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.goods import actions, queries
from sanbao.goods.models import Label, LabelState, RelabelReason
from sanbao.kernel import obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import HoldState, Movement, Packing, Purpose, QualityStatus
from sanbao.trace.rows import ShipmentRow
from sanbao.trace.tests.factory import KG, Masters, lot

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **kwargs: Any) -> Refusal:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value


@pytest.fixture
def reported(label: Label, by: Any) -> Label:
    return actions.report_lost(label, by=by.storekeeper, loss="lost", remark="搬运时掉落")


@pytest.fixture
def passed(reported: Label, by: Any) -> Label:
    return actions.reinspect(reported, by=by.inspector, conclusion="passed", basis="JY-复-7")


def shipping(label: Label, masters: Masters) -> ShipmentRow:
    return ShipmentRow(number="TH9", label=label.code, customer_id=masters.customers["K1"])


@pytest.mark.clause("T-12")
def test_a_report_tells_qc_and_holds_the_goods_at_once(reported: Label, by: Any, masters: Masters) -> None:
    assert (reported.state, reported.loss, reported.reported_by) == ("reported", "lost", by.storekeeper.ref)
    [duty] = obligations.open_on(reported.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("label.reinspect", "qc", "T-12")
    assert duty.due_at == times.factory("2026-04-28 17:30")
    assert reported.hold is not None and reported.hold.about == reported.subject
    with pytest.raises(Refusal) as held:
        trace.ship(shipping(reported, masters), by=by.storekeeper)
    assert held.value.code == "lot.held"


@pytest.mark.clause("T-12")
def test_what_was_shipped_cannot_be_reported_from_the_store(label: Label, by: Any, masters: Masters) -> None:
    trace.ship(shipping(label, masters), by=by.storekeeper)
    told = refused(actions.report_lost, label, by=by.storekeeper, loss="lost")
    assert (told.code, told.clause, told.facts["number"]) == ("label.has_left", "T-12", "TH9")


@pytest.mark.clause("T-12")
def test_only_qc_reinspects_and_the_goods_stay_until_they_have_a_new_label(passed: Label, by: Any) -> None:
    told = refused(actions.reinspect, passed, by=by.storekeeper, conclusion="passed", basis="JY-7")
    assert told.code == "not_permitted"
    assert passed.state == LabelState.REINSPECTED
    assert passed.hold.state == HoldState.LIFTED and passed.hold.lifted_by == by.inspector.ref
    assert passed.lot.status == QualityStatus.PASSED
    told = refused(trace.pass_gate, [passed.lot], Purpose.SHIP)
    assert (told.code, told.clause) == ("lot.label_reported", "T-12")
    assert [duty.code for duty in obligations.open_on(passed.subject)] == ["label.replace"]


@pytest.mark.clause("T-12")
def test_the_goods_get_a_new_label_and_the_old_code_is_void_but_leads_on(
    passed: Label, by: Any, masters: Masters
) -> None:
    new = actions.replace(passed, by=by.storekeeper, place="B08")
    old = Label.objects.get(pk=passed.pk)
    assert (old.state, new.state, new.place, new.weight) == (LabelState.REPLACED, LabelState.IN_FORCE, "B08", "120 kg")
    assert new.code != old.code and new.token != old.token and new.spray_code == "20260427 0002"
    assert (new.produced_on, new.signed_by) == (old.produced_on, by.inspector.ref)
    assert queries.kin(old).after == [new] and queries.kin(new).before == [old]
    assert new.born_of.why == RelabelReason.LOSS and not obligations.open_on(old.subject)
    told = refused(trace.ship, shipping(old, masters), by=by.storekeeper)
    assert (told.code, told.clause, told.facts["new"]) == ("lot.label_void", "T-12", new.code)
    assert trace.ship(shipping(new, masters), by=by.storekeeper).lot == new.lot
    assert {node.code for node in lots.trace_back([new.lot]).nodes.values()} >= {old.code, "SX9", "ZB2"}
    assert lots.find(old.spray_code, actor=by.storekeeper) == [old.lot]


@pytest.mark.clause("T-12")
def test_a_void_code_is_neither_printed_nor_reported_nor_replaced_again(passed: Label, by: Any) -> None:
    actions.replace(passed, by=by.storekeeper)
    old = Label.objects.get(pk=passed.pk)
    told = refused(actions.print_labels, by=by.storekeeper, lots=[old.lot], size="roll_100x70", why="extra")
    assert (told.code, told.clause) == ("label.dead", "T-12")
    assert refused(actions.report_lost, old, by=by.storekeeper, loss="lost").code == "wrong_state"
    assert refused(actions.replace, old, by=by.storekeeper).code == "wrong_state"


def test_what_was_weighed_again_stands_on_the_new_label_and_the_difference_on_the_stock_card(
    reported: Label, by: Any
) -> None:
    found = actions.reinspect(
        reported, by=by.inspector, conclusion="passed", basis="复称", weight=Decimal("118.5"), pieces=39
    )
    new = actions.replace(found, by=by.storekeeper)
    assert (new.weight, new.pieces, new.lot.quantity_milli) == ("118.5 kg", 39, 118_500)
    counted = Movement.objects.get()
    assert (counted.what, counted.quantity_milli, counted.number) == ("counted", -1_500, new.born_of.number)
    assert lots.account(found.lot).left == 0 and lots.account(new.lot).left == 118_500


@pytest.mark.clause("T-12")
def test_goods_that_fail_the_reinspection_get_no_new_label_before_qc_has_passed_them(reported: Label, by: Any) -> None:
    void = actions.reinspect(reported, by=by.inspector, conclusion="failed", basis="膜厚 38 µm")
    assert (void.state, void.lot.status) == (LabelState.VOID, QualityStatus.FAILED)
    told = refused(actions.replace, void, by=by.storekeeper)
    assert (told.code, told.clause) == ("label.not_passed", "T-12")
    trace.judge(by=by.inspector, lots=[void.lot], status="passed", basis="返工复检合格")
    assert refused(trace.pass_gate, [lot(void.code)], Purpose.SHIP).code == "lot.label_void"
    assert actions.replace(void, by=by.storekeeper).lot.status == QualityStatus.PASSED


def test_a_label_that_turns_up_again_stands_again_when_qc_says_so(pack: Any, by: Any) -> None:
    label = actions.report_lost(pack(), by=by.storekeeper, loss="missed")
    back = actions.withdraw_report(label, by=by.inspector, basis="已见实物")
    assert (back.state, back.loss, back.hold) == (LabelState.PACKED, "", None)
    assert not obligations.open_on(label.subject)


@pytest.mark.clause("T-12")
def test_a_label_that_replaced_another_is_not_struck_but_replaced_again(passed: Label, by: Any) -> None:
    new = actions.replace(passed, by=by.storekeeper)
    record = Packing.objects.get(lot=new.lot)
    told = refused(trace.reverse, by=by.storekeeper, record_kind="packing", record_id=record.pk, reason="写错了")
    assert (told.code, told.clause) == ("reversal.relabelled", "T-12")


@pytest.mark.clause("U-13")
def test_a_reinspection_cites_its_basis(reported: Label, by: Any) -> None:
    told = refused(actions.reinspect, reported, by=by.inspector, conclusion="passed", basis="")
    assert (told.code, told.clause) == ("basis_missing", "U-13")


def test_a_hold_for_another_reason_goes_on_to_the_new_label(passed: Label, by: Any) -> None:
    hold = trace.hold(by=by.inspector, lots=[passed.lot], reason="客诉")
    new = actions.replace(passed, by=by.storekeeper)
    told = refused(trace.pass_gate, [new.lot], Purpose.SHIP)
    assert (told.code, told.facts["hold"]) == ("lot.held", hold.number)


# -- 拆包并包 ---------------------------------------------------------------------------------------------------


def test_one_package_becomes_several_and_every_kilogram_is_accounted_for(label: Label, by: Any) -> None:
    relabel = actions.repack(by=by.storekeeper, labels=[label], parts=[(70 * KG, 24), (50 * KG, 16)], reason="分送")
    first, second = relabel.made.order_by("id")
    assert (relabel.why, first.weight, second.weight, second.pieces) == ("split", "70 kg", "50 kg", 16)
    assert Label.objects.get(pk=label.pk).state == LabelState.REPLACED
    assert lots.account(label.lot).left == 0
    trace.pass_gate([first.lot, second.lot], Purpose.SHIP)


def test_several_packages_become_one(pack: Any, by: Any) -> None:
    olds = [actions.sign(pack(), by=by.inspector) for _ in range(2)]
    relabel = actions.repack(by=by.storekeeper, labels=olds, parts=[(240 * KG, 80)])
    [new] = relabel.made.all()
    assert (relabel.why, new.lot.quantity_milli) == ("merge", 240 * KG)
    assert {node.code for node in lots.trace_back([new.lot]).nodes.values()} >= {old.code for old in olds}
    assert queries.kin(new).before == olds


@pytest.mark.clause("T-12")
@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([(70 * KG, None)], "repack.shape"),
        ([(70 * KG, None), (49 * KG, None)], "repack.weights"),
    ],
)
def test_a_repacking_that_does_not_add_up_is_refused(label: Label, by: Any, parts: Any, code: str) -> None:
    told = refused(actions.repack, by=by.storekeeper, labels=[label], parts=parts)
    assert (told.code, told.clause, told.field) == (code, "T-12", "parts")


@pytest.mark.clause("T-10")
def test_packages_of_two_products_are_not_merged(label: Label, by: Any, masters: Masters) -> None:
    other = actions.take_up(by=by.storekeeper, lot=lot("BQ4"))
    Label.objects.filter(pk=other.pk).update(product=None)
    other.refresh_from_db()
    told = refused(actions.repack, by=by.storekeeper, labels=[label, other], parts=[(370 * KG, None)])
    assert (told.code, told.clause) == ("label.several_products", "T-10")


@pytest.mark.clause("T-13")
def test_held_goods_are_not_repacked(label: Label, by: Any) -> None:
    trace.hold(by=by.inspector, lots=[label.lot], reason="色差")
    told = refused(actions.repack, by=by.storekeeper, labels=[label], parts=[(70 * KG, None), (50 * KG, None)])
    assert (told.code, told.clause) == ("lot.held", "T-13")
