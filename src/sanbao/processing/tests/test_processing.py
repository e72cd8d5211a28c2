"""深加工: goods become doors and windows; the trace goes on through the order, both ways (W-09)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.refusing import refused
from sanbao.goods import actions as goods
from sanbao.goods.models import Label
from sanbao.kernel import announcements, obligations
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.times import now
from sanbao.parties.models import Customer
from sanbao.processing import actions, queries
from sanbao.processing.models import OrderState, ProcessingLine, ProcessingOrder, Way
from sanbao.processing.rules import Part, parts_of
from sanbao.processing.tests.conftest import KG
from sanbao.trace import actions as trace
from sanbao.trace import balances, bulk
from sanbao.trace import queries as tracing
from sanbao.trace.models import LotKind, Packing, Permit, PermitKind, PermitState, Property, QualityStatus
from sanbao.trace.rows import ReceiptRow, ShipmentRow
from sanbao.trace.tests.factory import lot

pytestmark = pytest.mark.django_db
S = OrderState


def outputs(order: ProcessingOrder) -> list[Label]:
    lots = order.lines.filter(what=Way.OUT, struck_at=None).values("into")
    return list(Label.objects.filter(lot__in=lots).order_by("id"))


def owes(actor: Any) -> set[str]:
    return set(obligations.open_for(actor).values_list("code", flat=True))


@pytest.mark.clause("W-09")
def test_windows_are_made_of_a_label_and_enter_the_store(order: Any, put_in: Any, finish: Any, by: Any) -> None:
    made = order()
    assert (made.state, actions.MAKE in owes(by.foreman)) == (S.ORDERED, True)
    made = put_in(put_in(made), kg="50")
    assert (made.state, tracing.account(lot("BQ4")).left) == (S.IN_WORK, 100 * KG)
    made = finish(made, 80, 60, scrap="8")
    assert (made.state, actions.MAKE in owes(by.foreman)) == (S.DONE, False)
    balance = queries.balance(made)
    assert (balance.went_in, balance.came_out, balance.scrapped, balance.unaccounted) == (150_000, 140_000, 8000, 2000)
    book = tracing.account(made.lot)
    assert (book.left, book.scrapped, book.unaccounted) == (0, 8000, 2000)
    first, second = outputs(made)
    assert (first.weight_milli, first.pieces, first.origin, first.state) == (80 * KG, 2, "processed", "packed")
    assert first.code != second.code and first.token and first.lot.status == QualityStatus.PASSED
    assert goods.sign(first, by=by.inspector).state == "in_force"


@pytest.mark.clause("W-09")
def test_the_trace_reaches_the_suppliers_backward_and_the_customer_forward(
    order: Any, put_in: Any, finish: Any, by: Any, masters: Any
) -> None:
    made = finish(put_in(order()), 98)
    [label] = outputs(made)
    goods.sign(label, by=by.inspector)
    row = ShipmentRow(
        number="TH9", label=label.code, customer_id=made.customer_id, quantity_milli=98 * KG, shipped_on=None
    )
    trace.ship(row, by=by.storekeeper)
    back = tracing.trace_back([label.lot_id])
    codes = {node.code for node in back.nodes.values()}
    assert {"BQ4", "SX2", "ZB2", "J1", "J2", made.number} <= codes
    assert {receipt.supplier__code for rows in back.records.receipts.values() for receipt in rows} == {"G1", "G2"}
    assert not [gap for gap in back.gaps if gap.lot in (label.lot_id, made.lot_id)]
    forward = tracing.trace_forward([lot("BQ4")])
    assert label.lot_id in forward.nodes and "K1" in {held.code for held in forward.customers}


@pytest.mark.clause("W-09")
def test_no_more_than_is_left_of_a_lot(order: Any, put_in: Any) -> None:
    first = put_in(order(), kg="200")
    made = order()
    with refused("trace.not_enough", "W-09", lot="BQ4"):
        put_in(made, kg="60")
    assert put_in(first, kg="50").state == S.IN_WORK


@pytest.mark.clause("W-09")
def test_only_lots_that_can_be_put_in(order: Any, put_in: Any, by: Any, masters: Any) -> None:
    made = order()
    for code in ("SX2", "BQ77"):
        with refused("processing.unknown_lot", "W-09"):
            put_in(made, code=code)
    row = ReceiptRow(
        number="JC8", lot="JP8", supplier_id=masters.suppliers["G1"], quantity_milli=40 * KG, unit="只", status="passed"
    )
    bulk.write([row], source="import:1")
    with refused("processing.not_by_weight", "W-09"):
        put_in(made, code="JP8", kg="4")
    with refused("processing.no_weight", "W-09"):
        put_in(made, kg="0")
    assert made.lines.count() == 0 and not lot_of(made)


def lot_of(order: ProcessingOrder) -> Any:
    return ProcessingOrder.objects.get(pk=order.pk).lot


@pytest.mark.clause("T-13")
def test_a_held_lot_is_not_put_in(order: Any, put_in: Any, by: Any, masters: Any) -> None:
    trace.hold(by=by.inspector, lots=[lot("BQ4").pk], reason="色差待判")
    made = order()
    with refused("lot.held", "T-13"):
        put_in(made)


@pytest.mark.clause("W-06")
def test_what_is_not_passed_is_not_put_in(order: Any, put_in: Any, by: Any, masters: Any) -> None:
    trace.judge(by=by.inspector, lots=[lot("BQ4").pk], status="failed", basis="JY-1")
    made = order()
    with refused("lot.not_passed", "W-06"):
        put_in(made)


@pytest.mark.clause("T-08")
def test_another_customers_property_is_not_put_in(order: Any, put_in: Any, customer: Customer) -> None:
    other = Customer.objects.get(code="K2")
    Property.objects.create(lot=lot("J2"), customer=other)
    made = order()
    with refused("lot.anothers_property", "T-08"):
        put_in(made)
    assert put_in(order(customer=other)).state == S.IN_WORK


@pytest.mark.clause("W-08")
def test_what_left_the_house_is_not_put_in(order: Any, put_in: Any) -> None:
    made = order()
    with refused("trace.not_enough", "W-09"):
        put_in(made, code="BQ1", kg="1")


@pytest.mark.clause("W-09")
def test_more_does_not_come_out_than_went_in_and_what_is_missing_is_explained(
    order: Any, put_in: Any, finish: Any
) -> None:
    made = put_in(order())
    with refused("processing.more_than_went_in", "W-09", over="2 kg"):
        finish(made, 100, scrap="2")
    with refused("processing.missing", "W-09", missing="10 kg"):
        finish(made, 90)
    with refused("processing.no_output", "W-09"):
        finish(made)
    made = finish(made, 90, remark="切割损耗未称")
    assert (made.remark, queries.balance(made).unaccounted) == ("切割损耗未称", 10 * KG)


@pytest.mark.clause("W-09")
def test_a_wrong_input_is_struck_and_its_lot_has_it_again(order: Any, put_in: Any, by: Any) -> None:
    made = put_in(put_in(order()), kg="30")
    wrong = made.lines.get(quantity_milli=100 * KG)
    with refused("processing.put_in", "W-09"):
        actions.cancel(made, by=by.clerk, reason="用户改自己做")
    made = actions.take_back(made, by=by.foreman, line=wrong, reason="写错标签")
    assert tracing.account(lot("BQ4")).left == 220 * KG and tracing.account(made.lot).left == 30 * KG
    with refused("processing.not_an_input", "W-09"):
        actions.take_back(made, by=by.foreman, line=wrong, reason="再一次")
    made = actions.take_back(made, by=by.foreman, line=made.lines.get(struck_at=None), reason="不做了")
    assert actions.cancel(made, by=by.clerk, reason="用户改自己做").state == S.CANCELLED
    assert made.lot_id not in tracing.trace_forward([lot("BQ4")]).nodes


@pytest.mark.clause("W-09")
def test_a_struck_output_stands_in_its_order_again(order: Any, put_in: Any, finish: Any, by: Any) -> None:
    made = finish(put_in(order()), 58, 40)
    wrong, _ = outputs(made)
    record = Packing.standing.get(lot=wrong.lot)
    trace.reverse(by=by.storekeeper, record_kind="packing", record_id=record.pk, reason="称错")
    announcements.deliver()
    made = ProcessingOrder.objects.get(pk=made.pk)
    assert (made.state, tracing.account(made.lot).left) == (S.IN_WORK, 60 * KG)
    line = made.lines.get(what=Way.IN)
    with refused("processing.worked", "W-09"):
        actions.take_back(made, by=by.foreman, line=line, reason="想退回")
    assert finish(made, 59).state == S.DONE
    assert queries.balance(made).unaccounted == 1 * KG


@pytest.mark.clause("W-09")
def test_the_question_stays_open_until_the_order_has_ended(
    order: Any, put_in: Any, finish: Any, question: Complaint, by: Any
) -> None:
    made = order(complaint=question)
    assert made.about == question.subject
    case = complaints.answer_question(question, by=by.clerk, text="可以，已开深加工单。")
    case = complaints.record_view(case, by=by.clerk, view="好的", attitude="accepts")
    with refused("obligations_open", "W-05"):
        complaints.close(case, by=by.clerk, basis="SB-W W-09")
    finish(put_in(made), 100)
    assert complaints.close(case, by=by.clerk, basis="SB-W W-09").ended
    with refused("processing.case_ended", "W-09"):
        order(complaint=Complaint.objects.get(pk=case.pk))


@pytest.mark.clause("W-09")
def test_an_order_is_for_the_user_of_its_question(order: Any, question: Complaint) -> None:
    with refused("processing.other_customer", "W-09"):
        order(complaint=question, customer=Customer.objects.get(code="K2"))
    with refused("processing.nothing_wanted", "W-09"):
        order(wanted=" ")


@pytest.mark.clause("W-09")
def test_the_account_of_the_input_counts_it_once(order: Any, put_in: Any, finish: Any, by: Any) -> None:
    finish(put_in(order()), 98)
    answer = tracing.trace_forward([lot("BQ4")])
    books = tracing.accounts(balances.counted(answer))
    told = balances.of_goods(answer, books)
    assert told is not None
    assert (told.terms[balances.Term.CONSUMED], told.terms[balances.Term.IN_STOCK]) == (100 * KG, 150 * KG)
    assert told.settled


@pytest.mark.clause("W-09")
def test_the_store_holds_what_was_not_put_in(order: Any, put_in: Any) -> None:
    made = put_in(order())
    [there] = [row for row in tracing.scope([lot("SX2")]).stored if "BQ4" in row.labels]
    assert there.quantity_milli == 150 * KG
    put_in(made, kg="150")
    assert not [row for row in tracing.scope([lot("SX2")]).stored if "BQ4" in row.labels]


def test_every_act_is_recorded_with_its_batch(order: Any, put_in: Any, finish: Any) -> None:
    made = finish(put_in(order()), 98)
    acts = JournalEntry.objects.filter(subject=f"lot:{made.lot_id}").values_list("action", flat=True)
    assert {"trace.put_in", "trace.came_out"} <= set(acts)
    assert lot(made.number).kind == LotKind.PROCESSING
    assert ProcessingLine.objects.filter(order=made).count() == 2


def test_the_parts_of_an_output_are_read_as_written() -> None:
    assert list(parts_of(["86.5 2", "", "40kg", "12 × 3"])) == [Part(86_500, 2), Part(40_000), Part(12_000, 3)]
    for wrong in ("两樘", "0", "1.2345", "-3"):
        with pytest.raises(ValueError):
            list(parts_of([wrong]))


@pytest.mark.clause("W-09")
def test_what_stands_on_a_pick_list_is_not_put_in(order: Any, put_in: Any, monkeypatch: Any) -> None:
    made = order()
    pick = SimpleNamespace(pick_list=SimpleNamespace(number="TH-2026-000001"))
    monkeypatch.setattr(queries, "picked_for", lambda lot: pick)
    with refused("processing.picked", "W-09", number="TH-2026-000001"):
        put_in(made)


@pytest.mark.clause("W-06")
def test_what_was_made_of_conceded_goods_waits_for_a_verdict(order: Any, put_in: Any, finish: Any, by: Any) -> None:
    made = order()
    trace.judge(by=by.inspector, lots=[lot("BQ4").pk], status="failed", basis="JY-1")
    Permit.objects.create(
        number="FX-1", lot=lot("BQ4"), kind=PermitKind.CONCESSION, state=PermitState.IN_FORCE, applied_at=now()
    )
    made = finish(put_in(made), 100)
    assert made.lines.get(what=Way.IN).permits == "FX-1"
    assert outputs(made)[0].lot.status == QualityStatus.UNDECIDED
