"""Goods enter the store with a record, sorted, signed by two, under a label with a spray code (T-10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sanbao.catalog.models import Product
from sanbao.goods import actions
from sanbao.goods.models import Label, LabelState, Origin
from sanbao.goods.rules import TOKEN_LENGTH
from sanbao.goods.tests.conftest import HOUSE
from sanbao.kernel import announcements, journal, times, verify
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import Lot, Packing, Permit, PermitState, Purpose, QualityStatus
from sanbao.trace.rows import ShipmentRow
from sanbao.trace.tests.factory import KG, Masters, lot

pytestmark = pytest.mark.django_db


def refused(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Refusal:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value


def test_passed_goods_enter_the_store_under_a_number_a_spray_code_and_a_public_code(pack: Any, by: Any) -> None:
    label = pack()
    assert (label.code, label.spray_code, label.state) == ("BQ-2026-000001", "20260427 0001", LabelState.PACKED)
    assert (label.product.code, label.weight, label.pieces, label.place) == ("LM50", "120 kg", 40, "B07")
    assert len(label.token) == TOKEN_LENGTH and label.gtin == ""
    record = Packing.objects.get(lot=label.lot)
    assert (record.spray_code, record.travellers, record.location) == ("20260427 0001", "SX9", "B07")
    [entry] = journal.entries_of(label.subject)
    assert (entry.action, entry.clause, entry.actor) == ("label.pack", "T-10", by.storekeeper.ref)
    assert entry.facts["travellers"] == ["SX9"]


def test_a_label_is_found_by_its_number_its_spray_code_and_its_qr(pack: Any, by: Any) -> None:
    label = pack()
    for number in (label.code, "２０２６０４２７０００１", label.token.lower()):
        assert queries.find(number, actor=by.storekeeper) == [label.lot]


def test_spray_codes_count_anew_every_day(pack: Any) -> None:
    first, second = pack(), pack()
    times.pass_time(days=1)
    assert [label.spray_code for label in (first, second, pack())] == [
        "20260427 0001", "20260427 0002", "20260428 0001",
    ]  # fmt: skip


@pytest.mark.clause("T-10")
def test_the_spray_code_holds_the_date_that_the_policy_takes_for_production(pack: Any) -> None:
    label = pack()
    assert label.produced_on.isoformat() == "2026-04-27" and label.spray_code.startswith("20260427")


@pytest.mark.clause("T-10")
@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"travellers": []}, "label.no_travellers", "travellers"),
        ({"place": " "}, "label.no_place", "place"),
        ({"sorted_by_kind": False}, "label.not_sorted", "sorted_by_kind"),
        ({"weight": Decimal("500.001")}, "trace.not_enough", "quantity"),
    ],
)
def test_goods_do_not_enter_without_a_record_unsorted_or_heavier_than_they_are(
    pack: Any, given: dict[str, Any], code: str, field: str
) -> None:
    told = refused(pack, **given)
    assert (told.code, told.clause, told.status, told.field) == (code, "T-10", 422, field)
    assert Label.objects.count() == 0


@pytest.mark.clause("T-10")
def test_only_travellers_are_packed_and_only_one_product_under_a_label(pack: Any, card: Lot, masters: Masters) -> None:
    assert refused(pack, travellers=[lot("BQ4")]).code == "label.not_a_traveller"
    other = Product.objects.create(code="LM60", name="别的型材", state="in_use")
    told = refused(pack, product=other)
    assert (told.code, told.clause, told.facts["codes"]) == ("label.several_products", "T-10", "LM50 LM60")


@pytest.mark.clause("T-10")
def test_several_travellers_together_must_hold_what_is_packed(pack: Any, card: Lot) -> None:
    told = refused(pack, travellers=[card, lot("SX3")], weight=Decimal(600))
    assert (told.code, told.clause, told.facts["left"]) == ("label.more_than_left", "T-10", 520.0)
    assert pack(travellers=[card, lot("SX3")], weight=Decimal(510)).lot.quantity_milli == 510 * KG


@pytest.mark.clause("W-06")
def test_what_has_not_passed_does_not_enter(pack: Any, card: Lot) -> None:
    trace.judge(by=HOUSE, lots=[card], status="pending", basis="复检")
    told = refused(pack)
    assert (told.code, told.clause) == ("lot.not_passed", "W-06")


@pytest.mark.clause("T-10")
def test_qc_signs_and_never_the_one_who_packed(pack: Any, by: Any) -> None:
    label = pack()
    both = HOUSE
    told = refused(actions.sign, pack(by=both), by=both)
    assert (told.code, told.clause) == ("label.same_hand", "T-10")
    signed = actions.sign(label, by=by.inspector)
    assert (signed.state, signed.signed_by) == (LabelState.IN_FORCE, by.inspector.ref)
    assert refused(actions.sign, pack(), by=by.storekeeper).code == "not_permitted"


@pytest.mark.clause("T-10")
def test_nothing_leaves_before_qc_has_signed_for_it(pack: Any, by: Any, masters: Masters) -> None:
    label = pack()
    line = ShipmentRow(number="TH9", label=label.code, customer_id=masters.customers["K1"])
    told = refused(trace.ship, line, by=by.storekeeper)
    assert (told.code, told.clause, told.facts) == ("lot.label_unsigned", "T-10", {"lot": label.code})
    actions.sign(label, by=by.inspector)
    assert trace.ship(line, by=by.storekeeper).lot == label.lot


def test_signing_many_says_of_each_what_became_of_it(pack: Any, by: Any) -> None:
    good, gone = pack(), actions.sign(pack(), by=by.inspector)
    first, second = actions.sign_many([good, gone], by=by.inspector)
    assert first.refusal is None and first.label.state == LabelState.IN_FORCE
    assert second.refusal is not None and second.refusal.code == "wrong_state"


@pytest.mark.clause("T-10")
def test_what_failed_after_packing_is_not_signed_for(pack: Any, by: Any) -> None:
    label = pack()
    trace.judge(by=by.inspector, lots=[label.lot], status="failed", basis="膜厚不足")
    assert refused(actions.sign, label, by=by.inspector).code == "label.failed"


def test_a_spray_code_of_the_printer_on_the_line_may_be_given_but_only_once(pack: Any) -> None:
    assert pack(spray_code="20260427-77", code="PK-1").code == "PK-1"
    told = refused(pack, spray_code="20260427-77")
    assert (told.code, told.facts["label"]) == ("label.spray_code_taken", "PK-1")
    assert refused(pack, code="PK-1").code in ("trace.stands", "trace.differs")


def test_goods_packed_by_concession_are_not_passed_because_of_that(pack: Any, card: Lot, by: Any) -> None:
    trace.judge(by=by.inspector, lots=[card], status="undecided", basis="待评审")
    Permit.objects.create(
        number="FX-1", kind="concession", lot=card, reason="客户同意", basis="合同", applied_by="person:9",
        applied_at=times.now(), approver="management.technical_vp", state=PermitState.IN_FORCE,
    )  # fmt: skip
    assert pack().lot.status == QualityStatus.UNDECIDED


def test_an_imported_label_is_taken_up_as_its_record_says(masters: Masters, by: Any) -> None:
    label = actions.take_up(by=by.storekeeper, lot=lot("BQ4"))
    assert (label.state, label.origin) == (LabelState.IN_FORCE, Origin.TAKEN_UP)
    assert (label.code, label.spray_code, label.weight, label.place) == ("BQ4", "20260421 0004", "250 kg", "A1")
    assert actions.take_up(by=by.storekeeper, lot=lot("BQ4")) == label
    assert refused(actions.take_up, by=by.storekeeper, lot=lot("SX1")).code == "label.not_a_label"


def test_many_labels_are_taken_up_at_once_each_with_a_chain_of_its_own(masters: Masters, by: Any) -> None:
    lots = [lot(code) for code in ("BQ1", "BQ2", "BQ3", "BQ4")]
    labels = actions.take_up_many(lots, by=by.storekeeper)
    assert [label.code for label in labels] == ["BQ1", "BQ2", "BQ3", "BQ4"]
    assert [journal.entries_of(label.subject).get().action for label in labels] == ["label.take_up"] * 4
    assert len({label.token for label in labels}) == 4
    assert [b for b in verify.verify() if b.where.startswith("label")] == []


@pytest.mark.clause("T-10")
def test_a_label_whose_packing_is_struck_is_void(label: Label, by: Any) -> None:
    trace.reverse(
        by=by.storekeeper, record_kind="packing", record_id=Packing.objects.get(lot=label.lot).pk, reason="错登"
    )
    announcements.deliver()
    label.refresh_from_db()
    assert label.state == LabelState.VOID
    with pytest.raises(Refusal):
        trace.pass_gate([label.lot], Purpose.SHIP)
