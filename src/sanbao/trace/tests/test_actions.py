"""Material is received, issued, cast, carried, inspected, packed and shipped one record at a time."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.kernel import journal, verify
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.trace import actions, bulk, queries
from sanbao.trace.models import LotKind, Shipment
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ReportRow, ShipmentRow, TravellerRow
from sanbao.trace.tests.factory import KG, lot, masters, small_factory

pytestmark = pytest.mark.django_db
VERBS = ("receive", "issue", "produce", "inspect", "pack", "ship", "see", "judge", "hold", "move", "reverse")
WORKS = an_actor(*(f"trace.{verb}" for verb in VERBS))


def receipt(m, **more):
    facts = {"number": "JC1", "lot": "J1", "supplier_id": m.suppliers["G1"], "quantity_milli": 900 * KG}
    return ReceiptRow(**{**facts, **more})


def refused(act, *arguments):
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(*arguments, by=WORKS)
    return caught.value


def test_what_happens_to_material_ends_in_a_trace_from_supplier_to_customer():
    m = masters()
    day = date(2026, 4, 2)
    actions.receive(receipt(m, certificate="HG1", supplier_lot="G1-7"), by=WORKS)
    actions.judge(by=WORKS, lots=[lot("J1")], status="passed", basis="HG1")
    actions.issue_material(IssueRow(number="LL1", lot="J1", into="RL1", quantity_milli=500 * KG), by=WORKS)
    actions.record_heat(HeatRow(heat="RL1", billet="ZB1", quantity_milli=490 * KG), by=WORKS)
    actions.judge(by=WORKS, lots=[lot("RL1"), lot("ZB1")], status="passed", basis="光谱分析")
    card = TravellerRow(code="SX1", billets=("ZB1",), quantity_milli=400 * KG, extruded_on=day, aged_on=day)
    actions.start_traveller(card, by=WORKS)
    actions.report_inspection(ReportRow(number="JY1", traveller="SX1", conclusion="passed"), by=WORKS)
    packed = PackingRow(label="BQ1", travellers=("SX1",), spray_code="1", quantity_milli=380 * KG, location="A1")
    actions.pack(packed, by=WORKS)
    actions.ship(ShipmentRow(number="TH1", label="BQ1", customer_id=m.customers["K1"]), by=WORKS)
    trace = queries.trace(queries.find("G1-7", actor=WORKS))
    assert [node.code for node in trace.nodes.values() if node.kind == LotKind.LABEL] == ["BQ1"]
    assert [held.quantity_milli for held in trace.customers] == [380 * KG]
    assert trace.gaps == []


def test_every_record_is_journalled_on_its_lot_with_its_clause():
    m = masters()
    actions.receive(receipt(m), by=WORKS)
    [entry] = journal.entries_of(f"lot:{lot('J1').pk}")
    assert (entry.action, entry.actor, entry.clause) == ("trace.receipt", WORKS.ref, "T-06")
    assert entry.facts["quantity_milli"] == 900 * KG


def test_a_record_is_not_written_twice():
    m = masters()
    actions.receive(receipt(m), by=WORKS)
    assert refused(actions.receive, receipt(m)).code == "trace.stands"
    other = refused(actions.receive, receipt(m, quantity_milli=1))
    assert (other.code, other.status, other.facts) == ("trace.differs", 409, {"quantity_milli": [900 * KG, 1]})


def test_unknown_material_cannot_be_issued():
    issue = IssueRow(number="LL1", lot="J9", into="RL1", quantity_milli=KG)
    told = refused(actions.issue_material, issue)
    assert (told.code, told.clause, told.status, told.facts) == ("trace.unknown_lot", "T-07", 422, {"lot": "J9"})
    assert str(told) == "没有批次“J9”，请先登记它。"


@pytest.mark.clause("M-02")
@pytest.mark.parametrize("act", [actions.receive, actions.ship, actions.pack])
def test_who_does_not_hold_the_permission_records_nothing(act):
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(receipt(masters()), by=an_actor("trace.see"))
    assert (caught.value.code, caught.value.status) == ("not_permitted", 403)


def shipments(m, *labels):
    return [ShipmentRow(number="TH9", label=label, customer_id=m.customers["K1"]) for label in labels]


@pytest.mark.clause("W-08")
def test_the_labels_of_a_pick_list_leave_all_or_none():
    m = small_factory()
    told = refused(lambda by: actions.ship_together(shipments(m, "BQ4", "BQ1"), by=by))
    assert (told.code, told.clause, told.facts) == ("trace.shipped_already", "W-08", {"lot": "BQ1", "number": "TH1"})
    assert not Shipment.objects.filter(number="TH9").exists()
    told = refused(lambda by: actions.ship_together(shipments(m, "BQ4", "BQ9"), by=by))
    assert (told.code, told.facts) == ("trace.unknown_lot", {"lot": "BQ9"})
    [sent] = actions.ship_together(shipments(m, "BQ4"), by=WORKS)
    assert (sent.number, sent.lot.code) == ("TH9", "BQ4")
    [entry] = journal.entries_of(f"lot:{sent.lot_id}")
    assert (entry.action, entry.facts["record"], entry.facts["lot"]) == ("trace.shipment", sent.pk, "BQ4")


def test_many_labels_leave_in_as_many_queries_as_a_few(django_assert_num_queries):
    m = small_factory()
    rows = [PackingRow(label=f"B{n}", travellers=("SX1",), quantity_milli=KG) for n in range(120)]
    bulk.write(rows, source="import:1")
    with CaptureQueriesContext(connection) as few:
        actions.ship_together(shipments(m, "B0", "B1"), by=WORKS)
    with django_assert_num_queries(len(few)):
        actions.ship_together(shipments(m, *(f"B{n}" for n in range(2, 42))), by=WORKS)
    actions.hold(by=WORKS, lots=[lot("B2")], reason="复检")
    assert list(verify.chains(JournalEntry.objects.all())) == []
