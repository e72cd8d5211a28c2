"""The list with which a recall begins: who has what, where, and what is still in the house."""

import dataclasses

import pytest

from sanbao.parties.models import Site
from sanbao.trace import bulk, columns, queries, scopes
from sanbao.trace.models import Lot, RecordKind, Shipment, event_of
from sanbao.trace.rows import PackingRow, ShipmentRow
from sanbao.trace.tests.factory import KG, ledgers, lot, small_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def m():
    return small_factory()


def told(scope):
    held = [(part.code, part.place, part.quantity_milli // KG, part.labels) for part in scope.holdings]
    return held, [(part.location, part.quantity_milli // KG, part.labels) for part in scope.stored]


def test_a_supplier_lot_leads_to_every_holder_place_and_label_and_to_what_is_still_here(m):
    site = Site.objects.create(customer_id=m.customers["K2"], name="钱江大厦", state="in_use")
    packed = [
        PackingRow(label="BQ5 甲", travellers=("SX2",), quantity_milli=100 * KG),
        PackingRow(label="BQ6", travellers=("SX2",), quantity_milli=50 * KG),
    ]
    bulk.write(packed, source="import:2")
    # Nobody weighed it at the gate: the label's own weight counts.
    bulk.write(
        [ShipmentRow(number="TH3", label="BQ5 甲", customer_id=m.customers["K2"], site_id=site.pk)], source="import:2"
    )
    assert told(queries.scope([lot("J1")])) == (
        [
            ("K2", "", 780, ["BQ2", "BQ3"]),
            ("K1", "", 240, ["BQ1"]),
            ("K2", "钱江大厦", 100, ["BQ5 甲"]),
        ],
        [("", 50, ["BQ6"]), ("A1", 250, ["BQ4"])],
    )
    assert queries.scope([lot("J1")]).labels == 6


@pytest.mark.parametrize("sparse", [0, columns._SPARSE])
@pytest.mark.parametrize("unit", ["kg", "套"])
def test_very_many_labels_are_grouped_alike(m, monkeypatch, unit, sparse):
    monkeypatch.setattr(columns, "_SPARSE", sparse)
    Lot.objects.filter(key="BQ3").update(unit=unit)
    few = [queries.scope([lot(code)]) for code in ("J1", "SX3", "J2")]
    monkeypatch.setattr(scopes, "_MANY", 0)
    assert [queries.scope([lot(code)]) for code in ("J1", "SX3", "J2")] == few
    assert queries.scope([]).labels == 0


def test_the_customers_are_those_of_the_forward_trace(m):
    rows = ledgers(m)[-1]
    bulk.write([dataclasses.replace(rows[0], number="TH9", quantity_milli=None)], source="import:2")
    for code in ("J1", "J2", "SX1", "BQ2", "BQ4"):
        customers = queries.trace_forward([lot(code)]).customers
        whole = [dataclasses.asdict(held) | {"labels": sorted(held.labels)} for held in customers]
        assert [dataclasses.asdict(held) for held in queries.holders_of([lot(code)])] == whole


def test_a_shipment_that_was_struck_puts_the_label_back_into_the_house(m):
    Shipment.objects.filter(lot=lot("BQ1")).update(voided="reversal:1")
    scope = queries.scope([lot("SX1")])
    assert [part.code for part in scope.holdings] == ["K2"]
    assert [part.labels for part in scope.stored] == [["BQ1"]]


def test_goods_under_a_new_label_are_counted_once(m):
    bulk.put_links([(lot("BQ1").pk, lot("BQ4").pk, event_of(RecordKind.RELABEL, 1), None)])
    scope = queries.scope([lot("SX2")])
    assert scope.stored == []
    assert {label for part in scope.holdings for label in part.labels} == {"BQ1", "BQ2"}


def test_what_became_of_nothing_is_an_empty_list(m):
    scope = queries.scope([lot("J3")])
    assert (scope.labels, [part.code for part in scope.holdings]) == (1, ["K2"])
    assert queries.scope([]).labels == 0


def test_the_list_takes_the_same_number_of_queries_however_many_labels(m, django_assert_num_queries):
    for code in ("SX2", "J1"):
        start = lot(code)
        with django_assert_num_queries(6):
            queries.scope([start])
