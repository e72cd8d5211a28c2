"""收料: what is complete comes in with a card; what lacks marking or a report stays outside (T-02 – T-06)."""

from __future__ import annotations

import pytest

from sanbao.kernel import announcements, obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.materials import actions
from sanbao.materials.models import IncomingLot, IncomingState, Lying
from sanbao.materials.tests.conftest import EVERYTHING, HOUSE, Cast, Store, kg, refused
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import QualityStatus, Receipt

G = IncomingState


def owed(case: IncomingLot) -> dict[str, str]:
    return {duty.code: duty.owed_by for duty in obligations.open_on(case.subject)}


def fresh(case: IncomingLot) -> IncomingLot:
    return IncomingLot.objects.get(pk=case.pk)


@pytest.mark.clause("T-06")
def test_a_complete_lot_is_taken_in_under_our_own_code_and_qc_is_told_to_inspect(store: Store, by: Cast) -> None:
    waiting = store.entered(by.keeper)
    assert (waiting.state, waiting.missing, owed(waiting)) == (G.COMPLETE, [], {})
    taken = actions.receiving.accept(waiting, by=by.keeper, place=store.a1)
    assert (taken.state, taken.lot.code, taken.lot.status) == (G.ACCEPTED, "YL-2026-000001", QualityStatus.PENDING)
    receipt = Receipt.objects.get(pk=taken.receipt_id)
    assert (receipt.number, receipt.supplier_lot, receipt.certificate) == ("JC-2026-000001", "G-77", "HG-1")
    assert queries.find("G-77", actor=HOUSE) == [taken.lot]
    assert Lying.objects.get(lot=taken.lot).place == store.a1
    [duty] = obligations.open_on(taken.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("incoming.inspect", "qc", "T-06")
    assert times.local(duty.due_at).date().isoformat() == "2026-04-22"


@pytest.mark.clause("T-04")
def test_a_lot_whose_marking_lacks_something_is_refused_and_purchasing_is_told_what(store: Store, by: Cast) -> None:
    outside = store.entered(by.keeper, present=["supplier", "product"], certificate="", supplier_lot="")
    assert outside.state == G.REFUSED
    [duty] = obligations.open_on(outside.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("incoming.settle", "purchasing", "T-04")
    assert "型号、生产日期或批号、检验标记" in duty.sentence["zh"]
    told = refused(actions.receiving.accept, outside, by=by.keeper)
    assert (told.code, told.clause, told.field) == ("incoming.marking_incomplete", "T-04", "present")
    assert told.facts["missing"] == ["model", "date_or_lot", "inspection_mark"]
    assert not Receipt.objects.exists()


@pytest.mark.clause("T-03")
def test_important_material_without_the_required_report_is_refused(store: Store, by: Cast) -> None:
    outside = store.entered(by.keeper, material=store.ingot)
    assert (outside.state, outside.missing) == (G.REFUSED, ["report"])
    told = refused(actions.receiving.accept, outside, by=by.keeper)
    assert (told.code, told.clause, told.field) == ("incoming.report_missing", "T-03", "report_number")
    with_it = store.entered(by.keeper, material=store.ingot, report="maker", report_number="ZB-9", supplier_lot="G-8")
    assert actions.receiving.accept(with_it, by=by.keeper).state == G.ACCEPTED


@pytest.mark.clause("T-02")
@pytest.mark.parametrize("content", ["supplier", "product", "model", "date_or_lot", "inspection_mark"])
def test_each_content_of_the_marking_counts(store: Store, by: Cast, content: str) -> None:
    facts = {"present": [c for c in EVERYTHING if c != content]}
    facts |= {"supplier_lot": ""} if content == "date_or_lot" else {}
    facts |= {"certificate": ""} if content == "inspection_mark" else {}
    case = store.entered(by.keeper, **facts)
    assert case.missing == [content]
    told = refused(actions.receiving.accept, case, by=by.keeper)
    assert told.facts["missing"] == [content] and "T-02" in told.sentence.zh


@pytest.mark.clause("T-04")
def test_a_tick_for_a_certificate_without_its_number_is_no_marking(store: Store) -> None:
    assert store.entered(certificate="").missing == ["inspection_mark"]
    assert store.entered(certificate="", inspector="07").missing == []


@pytest.mark.clause("T-01")
def test_each_class_of_material_is_held_against_its_own_rule_and_keeps_its_version(store: Store) -> None:
    unmodelled = [content for content in ("supplier", "product", "date_or_lot", "inspection_mark")]
    assert store.entered(present=unmodelled).missing == ["model"]
    other = store.entered(material=store.ingot, present=unmodelled, report="maker", report_number="R1")
    assert (other.missing, other.rule_version) == (["specification"], 1)


def test_all_complete_lots_of_a_delivery_are_taken_in_at_once_and_the_refused_stay_outside(
    store: Store, by: Cast
) -> None:
    delivery = store.delivery(by.keeper)
    for n, more in enumerate([{}, {"present": []}, {}], start=1):
        store.entered(by.keeper, delivery, supplier_lot=f"G-{n}", **more)
    actions.receiving.take_in_all(delivery, by=by.keeper, place=store.a1)
    assert list(delivery.lots.values_list("state", flat=True)) == [G.ACCEPTED, G.REFUSED, G.ACCEPTED]
    told = refused(actions.receiving.take_in_all, delivery, by=by.keeper)
    assert (told.code, told.clause) == ("delivery.nothing_complete", "T-04")


@pytest.mark.clause("T-06")
def test_a_check_is_not_finished_while_a_complete_lot_stands_outside(store: Store, by: Cast) -> None:
    delivery = store.delivery(by.keeper)
    assert refused(actions.receiving.close, delivery, by=by.keeper).code == "delivery.empty"
    waiting = store.entered(by.keeper, delivery)
    assert refused(actions.receiving.close, delivery, by=by.keeper).code == "delivery.not_taken_in"
    actions.receiving.accept(waiting, by=by.keeper)
    assert actions.receiving.close(delivery, by=by.keeper).state == "closed"
    assert refused(actions.receiving.enter, delivery, by=by.keeper).code == "wrong_state"


def test_the_same_lot_is_not_entered_twice_in_one_delivery(store: Store, by: Cast) -> None:
    delivery = store.delivery(by.keeper)
    first = store.entered(by.keeper, delivery)
    told = refused(store.entered, by.keeper, delivery)
    assert (told.code, told.field, told.facts["position"]) == ("incoming.entered_already", "supplier_lot", 1)
    actions.receiving.cancel(first, by=by.keeper, reason="录错供方")
    assert store.entered(by.keeper, delivery).position == 2


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"supplier": None}, "delivery.no_source", "supplier"),
        ({"arrived_on": "tomorrow"}, "delivery.future", "arrived_on"),
    ],
)
def test_a_delivery_says_whose_it_is_and_has_arrived(store: Store, by: Cast, facts, code: str, field: str) -> None:
    if "arrived_on" in facts:
        from datetime import timedelta

        facts = {"arrived_on": times.today() + timedelta(days=1)}
    told = refused(store.delivery, by.keeper, **facts)
    assert (told.code, told.field, told.clause) == (code, field, "T-04")


def test_a_wrong_weight_is_put_right_and_both_stand_in_the_record(store: Store, by: Cast) -> None:
    waiting = store.entered(by.keeper)
    facts = {"material": store.powder, "supplier_lot": "G-77", "present": waiting.present, "certificate": "HG-1"}
    actions.receiving.correct(waiting, by=by.keeper, quantity=kg(380), reason="过磅抄错", **facts)
    assert fresh(waiting).quantity_milli == 380_000
    from sanbao.kernel import journal

    entry = journal.entries_of(waiting.subject).filter(action="incoming.correct").get()
    assert entry.facts["set"]["quantity_milli"] == [400_000, 380_000]


@pytest.mark.clause("T-04")
def test_only_the_warehouse_takes_material_in(store: Store, by: Cast) -> None:
    waiting = store.entered(by.keeper)
    for stranger in (by.buyer, by.qc, by.shop):
        told = refused(actions.receiving.accept, waiting, by=stranger)
        assert (told.code, told.status, told.clause) == ("not_permitted", 403, "T-04")


@pytest.mark.clause("T-06")
def test_a_struck_receipt_puts_the_lot_back_at_the_gate_and_the_right_one_goes_on_the_same_card(
    store: Store, by: Cast
) -> None:
    taken = actions.receiving.accept(store.entered(by.keeper), by=by.keeper)
    trace.reverse(by=by.keeper, record_kind="receipt", record_id=taken.receipt_id, reason="重量抄错")
    announcements.deliver()
    outside = fresh(taken)
    assert (outside.state, owed(outside)) == (G.COMPLETE, {"incoming.retake": "warehouse"})
    facts = {"material": store.powder, "supplier_lot": "G-77", "present": outside.present, "certificate": "HG-1"}
    actions.receiving.correct(outside, by=by.keeper, quantity=kg(380), reason="重量抄错", **facts)
    anew = actions.receiving.accept(fresh(outside), by=by.keeper)
    assert anew.lot_id == taken.lot_id
    assert queries.account(anew.lot).left == 380_000
    assert owed(anew) == {"incoming.inspect": "qc"}
    with pytest.raises(Refusal, match="已经冲销"):
        trace.reverse(by=by.keeper, record_kind="receipt", record_id=taken.receipt_id, reason="再来一次")


def test_qcs_verdict_ends_its_duty_and_what_failed_is_purchasings(store: Store, by: Cast) -> None:
    taken = actions.receiving.accept(store.entered(by.keeper), by=by.keeper)
    trace.judge(by=by.qc, lots=[taken.lot], status="undecided", basis="复验")
    announcements.deliver()
    assert owed(taken) == {"incoming.inspect": "qc"}
    trace.judge(by=by.qc, lots=[taken.lot], status="failed", basis="JY-7")
    announcements.deliver()
    assert owed(taken) == {"incoming.failed": "purchasing"}
    sent = actions.ways.send_back(fresh(taken), by=by.buyer, text="供方自提", paper="TH-1")
    assert (sent.state, owed(sent), queries.account(taken.lot).left) == (G.RETURNED, {}, 0)
    again = refused(actions.ways.send_back, fresh(taken), by=by.buyer, text="再退")
    assert again.code == "wrong_state"
