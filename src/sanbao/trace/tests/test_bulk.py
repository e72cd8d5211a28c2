"""Records are written in bulk once, completely, and told apart when they come again."""

import dataclasses

import pytest

from sanbao.trace import bulk
from sanbao.trace.bulk import Result
from sanbao.trace.models import Handle, Lot, LotKind, LotLink, Receipt, Traveller
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ShipmentRow, TravellerRow
from sanbao.trace.tests.factory import KG, ledgers, lot, masters, small_factory

pytestmark = pytest.mark.django_db


def counts():
    return Lot.objects.count(), LotLink.objects.count(), Handle.objects.count(), Receipt.objects.count()


def test_the_same_ledgers_read_again_change_nothing():
    m = masters()
    for rows in ledgers(m):
        assert {written.result for written in bulk.write(rows, source="import:1")} == {Result.TAKEN}
    before = counts()
    for rows in ledgers(m):
        assert {written.result for written in bulk.write(rows, source="import:2")} == {Result.UNCHANGED}
    assert counts() == before


def test_a_line_that_stands_twice_in_one_sheet_is_written_once():
    m = masters()
    first = ledgers(m)[0]
    results = [written.result for written in bulk.write([*first, first[0]], source="import:1")]
    assert results == [Result.TAKEN] * 3 + [Result.UNCHANGED]
    assert Receipt.objects.count() == 3


def test_a_record_that_comes_again_with_other_values_keeps_the_old_ones_and_tells_both():
    m = small_factory()
    changed = dataclasses.replace(ledgers(m)[0][0], quantity_milli=1 * KG)
    [written] = bulk.write([changed], source="import:2")
    assert (written.result, written.facts) == (Result.DIFFERS, {"quantity_milli": [20000 * KG, 1 * KG]})
    assert lot("J1").quantity_milli == 20000 * KG


def test_an_issue_of_material_that_never_came_in_is_refused_and_writes_nothing():
    masters()
    [written] = bulk.write([IssueRow(number="LL9", lot="J9", into="RL9", quantity_milli=KG)], source="import:1")
    assert (written.result, written.code, written.facts) == (Result.REFUSED, "unknown_lot", {"code": "J9"})
    assert Lot.objects.count() == 0


def test_a_shipment_of_an_unknown_label_is_refused():
    m = masters()
    row = ShipmentRow(number="TH1", label="BQ9", customer_id=m.customers["K1"])
    assert bulk.write([row], source="import:1")[0].code == "unknown_lot"


def test_two_kinds_of_lot_cannot_share_a_code():
    m = small_factory()
    row = ReceiptRow(number="JC9", lot="SX1", supplier_id=m.suppliers["G1"], quantity_milli=KG)
    [written] = bulk.write([row], source="import:2")
    assert written.code == "other_kind"
    assert written.facts == {"code": "SX1", "is": LotKind.TRAVELLER, "wanted": LotKind.RAW}


def test_a_basket_cannot_be_made_from_itself():
    masters()
    row = PackingRow(label="BQ1", travellers=("bq1",))
    assert bulk.write([row], source="import:1")[0].code in {"feeds_itself", "other_kind"}
    assert LotLink.objects.count() == 0


def test_a_text_too_long_for_its_column_is_refused_and_its_neighbours_are_taken():
    rows = [TravellerRow(code="SX1", press="机" * 41), TravellerRow(code="SX2", press="880T")]
    refused, taken = bulk.write(rows, source="import:1")
    assert (refused.code, refused.facts) == ("too_long", {"field": "press", "limit": 40})
    assert taken.result == Result.TAKEN


def test_a_lot_that_was_only_named_is_filled_by_its_record():
    masters()
    [written] = bulk.write([TravellerRow(code="SX1", billets=("ZB1",))], source="import:1")
    assert written.mentioned == ("ZB1",)
    assert lot("ZB1").quantity_milli is None
    bulk.write([HeatRow(heat="RL1", billet="zb1 ", quantity_milli=6000 * KG, status="passed")], source="import:1")
    assert (lot("ZB1").quantity_milli, lot("ZB1").status) == (6000 * KG, "passed")


def test_two_receipts_of_one_lot_add_up_and_the_worse_status_stands():
    m = masters()
    facts = {"lot": "J1", "supplier_id": m.suppliers["G1"], "quantity_milli": 5 * KG}
    bulk.write([ReceiptRow(number="JC1", status="passed", **facts)], source="import:1")
    bulk.write([ReceiptRow(number="JC2", status="failed", **facts)], source="import:1")
    assert (lot("J1").quantity_milli, lot("J1").status) == (10 * KG, "failed")


def test_writing_takes_the_same_number_of_queries_for_three_rows_and_for_three_hundred(django_assert_max_num_queries):
    masters()
    for count in (3, 300):
        rows = [TravellerRow(code=f"SX{count}-{n}", billets=("ZB1", "ZB2"), ageing="SJ1") for n in range(count)]
        with django_assert_max_num_queries(24):
            bulk.write(rows, source="import:1")
    assert Traveller.objects.count() == 303
    assert LotLink.objects.count() == 303 * 3
