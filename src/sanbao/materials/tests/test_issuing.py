"""领料: the oldest first, only what may go out, and no more than there is (T-07, T-08)."""

from __future__ import annotations

from datetime import date

import pytest

from sanbao.kernel.quantities import Quantity
from sanbao.materials import actions
from sanbao.materials.models import IssueSlip, SlipLine
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg, refused
from sanbao.trace import actions as trace
from sanbao.trace import bulk, queries
from sanbao.trace.models import Lot, MaterialIssue
from sanbao.trace.rows import ReceiptRow

issuing = actions.issuing


def lines(slip: IssueSlip) -> list[tuple[str, int]]:
    return [(line.lot.code, line.quantity_milli) for line in slip.lines.select_related("lot").order_by("lot_id")]


def test_a_material_is_taken_from_its_lots_in_turn(store: Store, by: Cast) -> None:
    old, middle, new = (store.passed(day, quantity=kg(100)) for day in ("2026-04-01", "2026-04-05", "2026-04-09"))
    slip = store.slip(by.shop)
    issuing.add(slip, by=by.shop, material=store.powder, quantity=kg(150))
    assert lines(slip) == [(old.code, 100_000), (middle.code, 50_000)]
    issuing.add(slip, by=by.shop, material=store.powder, quantity=kg(100))
    assert lines(slip) == [(old.code, 100_000), (middle.code, 100_000), (new.code, 50_000)]
    told = refused(issuing.add, slip, by=by.shop, material=store.powder, quantity=kg(51))
    assert (told.code, told.clause, told.facts["there"]) == ("issue.not_enough", "T-07", "50 kg")


@pytest.mark.clause("T-07")
def test_a_younger_lot_than_is_due_needs_a_reason_which_stays_on_the_slip(store: Store, by: Cast) -> None:
    old, young = store.passed("2026-04-01"), store.passed("2026-04-09")
    slip = store.slip(by.keeper)
    told = refused(issuing.add, slip, by=by.keeper, code=young.code, quantity=kg(10))
    assert (told.code, told.clause, told.field, told.facts["lots"]) == (
        "issue.not_first_in", "T-07", "reason", [old.code],
    )  # fmt: skip
    issuing.add(slip, by=by.keeper, code=young.code, quantity=kg(10), reason="旧批压在里面，明天倒库")
    assert SlipLine.objects.get().reason == "旧批压在里面，明天倒库"


def test_once_the_older_lot_is_wholly_on_the_slip_the_younger_is_due(store: Store, by: Cast) -> None:
    old, young = store.passed("2026-04-01", quantity=kg(100)), store.passed("2026-04-09")
    slip = store.slip(by.keeper)
    issuing.add(slip, by=by.keeper, code=old.code, quantity=kg(100))
    issuing.add(slip, by=by.keeper, code=young.code, quantity=kg(10))
    assert len(lines(slip)) == 2


def test_what_cannot_go_out_is_not_due_before_what_can(store: Store, by: Cast) -> None:
    held, waiting = store.passed("2026-04-01"), store.received(supplier_lot="G-0")
    trace.hold(by=HOUSE, lots=[held], reason="色差")
    young = store.passed("2026-04-09")
    issuing.add(store.slip(), by=by.keeper, code=young.code, quantity=kg(1))
    assert waiting.status == "pending"


@pytest.mark.clause("T-07")
def test_material_that_has_not_passed_does_not_go_out(store: Store, by: Cast) -> None:
    lot = store.received()
    told = refused(issuing.add, store.slip(), by=by.keeper, code=lot.code, quantity=kg(1))
    assert (told.code, told.clause) == ("lot.not_passed", "T-07")
    other = store.passed()
    slip = store.slip()
    issuing.add(slip, by=by.keeper, code=other.code, quantity=kg(1), reason="试")
    trace.judge(by=by.qc, lots=[other], status="failed", basis="复检")
    told = refused(issuing.issue, slip, by=by.keeper)
    assert (told.code, told.clause) == ("lot.not_passed", "T-07"), "what failed meanwhile is caught when it goes out"
    assert not MaterialIssue.objects.exists()


@pytest.mark.clause("T-07")
def test_no_more_goes_out_than_is_left(store: Store, by: Cast) -> None:
    lot = store.passed(quantity=kg(100))
    told = refused(issuing.add, store.slip(), by=by.keeper, code=lot.code, quantity=kg("100.001"))
    assert (told.code, told.clause, told.field, told.facts["left"]) == (
        "trace.not_enough",
        "T-07",
        "quantity",
        "100 kg",
    )
    first, second = store.slip(), store.slip(into="PT-2")
    for slip in (first, second):
        issuing.add(slip, by=by.keeper, code=lot.code, quantity=kg(100))
    issuing.issue(first, by=by.keeper)
    told = refused(issuing.issue, second, by=by.keeper)
    assert (told.code, told.facts["left"]) == ("trace.not_enough", "0 kg")


@pytest.mark.clause("T-13")
def test_what_is_on_hold_does_not_go_out(store: Store, by: Cast) -> None:
    lot = store.passed()
    trace.hold(by=by.qc, lots=[lot], reason="色差")
    assert refused(issuing.add, store.slip(), by=by.keeper, code=lot.code, quantity=kg(1)).code == "lot.held"


@pytest.mark.clause("T-08")
def test_a_customers_material_is_issued_for_him_alone_and_before_the_factorys(store: Store, by: Cast) -> None:
    ours, theirs = store.passed("2026-04-01"), store.passed("2026-04-09", owner=store.customer)
    told = refused(issuing.add, store.slip(), by=by.keeper, code=theirs.code, quantity=kg(1))
    assert (told.code, told.clause) == ("lot.owner_unnamed", "T-08")
    foreign = store.slip(customer=store.abroad)
    told = refused(issuing.add, foreign, by=by.keeper, code=theirs.code, quantity=kg(1))
    assert (told.code, told.clause, told.facts["owner"]) == ("lot.anothers_property", "T-08", "东安源门窗厂")
    slip = store.slip(customer=store.customer)
    issuing.add(slip, by=by.keeper, material=store.powder, quantity=kg(450))
    assert lines(slip) == [(ours.code, 50_000), (theirs.code, 400_000)]
    issuing.issue(slip, by=by.keeper)
    plain = store.slip()
    issuing.add(plain, by=by.keeper, material=store.powder, quantity=kg(350))
    assert lines(plain) == [(ours.code, 350_000)]


@pytest.mark.clause("T-07")
def test_the_ledger_carries_slip_incoming_lot_and_what_it_went_into(store: Store, by: Cast) -> None:
    lot = store.passed()
    slip = store.slip(by.shop)
    issuing.add(slip, by=by.shop, code="G-1", quantity=kg("12.5"))
    told = refused(issuing.issue, slip, by=by.shop)
    assert (told.code, told.status) == ("not_permitted", 403), "the shop asks, the warehouse issues"
    issuing.issue(slip, by=by.keeper, taken_by="挤压班长")
    record = MaterialIssue.objects.get()
    assert (record.number, record.lot, record.into.code, record.department) == (slip.number, lot, "PT-1", "生产科")
    assert [found.code for found in queries.find(slip.number, actor=HOUSE)] == [lot.code]


def test_a_slip_is_issued_whole_or_not_at_all(store: Store, by: Cast) -> None:
    first, second = store.passed("2026-04-01", quantity=kg(10)), store.passed("2026-04-02", quantity=kg(10))
    slip = store.slip()
    issuing.add(slip, by=by.keeper, material=store.powder, quantity=kg(20))
    trace.move(by=HOUSE, lot=second, what="scrapped", quantity_milli=5000, reason="受潮")
    assert refused(issuing.issue, slip, by=by.keeper).code == "trace.not_enough"
    assert (MaterialIssue.objects.count(), queries.account(first).left) == (0, 10_000)


def test_what_was_issued_too_much_comes_back_and_no_more(store: Store, by: Cast) -> None:
    lot = store.passed()
    slip = store.issued(lot, kg(100))
    line = slip.lines.get()
    issuing.give_back(slip, by=by.keeper, line=line, quantity=kg(30), reason="配方改量")
    assert queries.account(lot).left == 330_000
    told = refused(issuing.give_back, slip, by=by.keeper, line=line, quantity=kg(71), reason="再退")
    assert (told.code, told.clause, told.facts["out"]) == ("issue.more_than_was_out", "T-07", "70 kg")


def test_of_a_line_that_was_struck_nothing_comes_back(store: Store, by: Cast) -> None:
    lot = store.passed()
    slip = store.issued(lot, kg(100))
    line = slip.lines.get()
    trace.reverse(by=by.keeper, record_kind="issue", record_id=line.record_id, reason="领错批")
    assert queries.account(lot).left == 400_000
    told = refused(issuing.give_back, slip, by=by.keeper, line=line, quantity=kg(1), reason="退")
    assert told.code == "issue.more_than_was_out"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"code": "没有"}, "lot.unknown", "code"),
        ({}, "issue.nothing_named", "code"),
        ({"code": "G-1", "quantity": kg(0)}, "issue.no_quantity", "quantity"),
        ({"code": "G-1", "quantity": Quantity.parse("3 支")}, "lot.other_unit", "quantity"),
        ({"code": "JC-2026-000001"}, "lot.several", "code"),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field_with_the_clause(
    store: Store, by: Cast, facts, code: str, field: str
) -> None:
    delivery = store.delivery()
    for n in (1, 2):
        case = store.entered(delivery=delivery, supplier_lot=f"G-{n}")
        lot = actions.receiving.accept(case, by=HOUSE).lot
        trace.judge(by=HOUSE, lots=[lot], status="passed", basis="JY")
    told = refused(issuing.add, store.slip(), by=by.keeper, **{"quantity": kg(1), **facts})
    assert (told.code, told.field, told.status) == (code, field, 422)
    assert told.clause in ("T-06", "T-07")


def test_a_code_of_another_kind_is_not_issued_into(store: Store, by: Cast) -> None:
    lot = store.passed()
    told = refused(store.slip, by.shop, into=lot.code)
    assert (told.code, told.clause, told.field) == ("issue.other_kind", "T-07", "into")


def test_the_same_lot_stands_once_on_a_slip_and_may_be_taken_off_again(store: Store, by: Cast) -> None:
    lot = store.passed()
    slip = store.slip()
    issuing.add(slip, by=by.keeper, code=lot.code, quantity=kg(1))
    assert refused(issuing.add, slip, by=by.keeper, code=lot.code, quantity=kg(1)).code == "issue.on_the_slip"
    issuing.remove(slip, by=by.keeper, line=slip.lines.get())
    assert refused(issuing.issue, slip, by=by.keeper).code == "issue.empty"
    assert issuing.cancel(slip, by=by.keeper, reason="不领了").state == "cancelled"


def test_material_from_an_imported_ledger_takes_its_turn_by_the_name_that_the_receipt_wrote(
    store: Store, by: Cast
) -> None:
    row = ReceiptRow(
        number="JC7", lot="J7", supplier_id=store.supplier.pk, quantity_milli=50_000, material_name="粉末涂料",
        status="passed", received_on=date(2026, 3, 1),
    )  # fmt: skip
    bulk.write([row], source="import:1")
    young = store.passed("2026-04-01")
    told = refused(issuing.add, store.slip(), by=by.keeper, code=young.code, quantity=kg(1))
    assert told.facts["lots"] == ["J7"]
    slip = store.slip()
    issuing.add(slip, by=by.keeper, material=store.powder, quantity=kg(60))
    assert sorted(lines(slip)) == sorted([("J7", 50_000), (young.code, 10_000)])
    assert Lot.objects.get(code="J7").material is None


def test_a_turn_is_found_in_a_constant_number_of_queries(store: Store, by: Cast, django_assert_max_num_queries) -> None:
    for n in range(12):
        store.passed(f"2026-03-{n + 1:02}", quantity=kg(1))
    slip = store.slip()
    with django_assert_max_num_queries(40):
        issuing.add(slip, by=by.keeper, material=store.powder, quantity=kg(12))
    assert slip.lines.count() == 12
