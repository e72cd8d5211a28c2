"""What is exported here and captured in an empty house is the same genealogy; what comes back to us is nothing new."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from sanbao.catalog.models import Product
from sanbao.cli import run
from sanbao.epcis import actions, exporting, publishing
from sanbao.epcis.models import CaptureStage, Event, Publication, Thing
from sanbao.epcis.tests.sending import HOUSE, asked, event, events_of, item, pallet, send, text
from sanbao.parties.models import Customer
from sanbao.trace import queries
from sanbao.trace.actions import reverse
from sanbao.trace.models import Handle, Lot, LotLink, Receipt, RecordKind, Shipment
from sanbao.trace.tests.factory import small_factory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]
RECORDS = ("receipt", "issue", "heat", "traveller", "report", "packing", "shipment")


def genealogy(code: str) -> tuple[set[Any], set[Any]]:
    """The lots and links of a trace both ways, by code."""
    trace = queries.trace(queries.found(code, actor=HOUSE))
    lots = {(n.code, n.kind, n.quantity_milli, n.unit, n.status, n.made_on) for n in trace.nodes.values()}
    links = {(trace.nodes[x.src].code, trace.nodes[x.dst].code, x.quantity_milli) for x in trace.links}
    return lots, links


def empty_the_house() -> None:
    """As if these tables had never been filled."""
    with connection.cursor() as cursor:
        for table in (
            *(f"trace_{kind}" for kind in RECORDS),
            "epcis_thing",
            "epcis_key",
            "epcis_measure",
            "epcis_event",
        ):
            cursor.execute(f"DELETE FROM {table}")
        for table in ("trace_handle", "trace_lot_link", "trace_lot", "epcis_publication"):
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("code", ["BQ2", "J1", "SX1", "ZB1", "BQ4"])
@pytest.mark.parametrize("gtin", ["", "09521234543213"])
def test_a_trace_captured_into_an_empty_house_gives_the_same_lots_and_links(code: str, gtin: str) -> None:
    small_factory()
    Product.objects.update(gtin=gtin)
    before = genealogy(code)
    told = exporting.of_code(code, by=HOUSE)
    empty_the_house()
    row = actions.capture(told, by=HOUSE)
    assert (row.stage, list(row.problems.all())) == (CaptureStage.DONE, [])
    assert genealogy(code) == before
    assert queries.trace(queries.found(code, actor=HOUSE)).gaps == []
    assert {x.kind for x in queries.trace(queries.found(code, actor=HOUSE)).links} == {RecordKind.CAPTURE}


def test_what_was_captured_so_is_exported_and_captured_once_more() -> None:
    small_factory()
    before = genealogy("BQ2")
    for _ in range(2):
        told = exporting.of_code("BQ2", by=HOUSE)
        empty_the_house()
        actions.capture(told, by=HOUSE)
    assert genealogy("BQ2") == before


def test_our_own_events_that_come_back_to_us_change_nothing() -> None:
    small_factory()
    before = (Lot.objects.count(), LotLink.objects.count(), genealogy("BQ2"))
    told = exporting.of_code("BQ2", by=HOUSE)
    for _ in range(2):
        row = actions.capture(told, by=HOUSE)
        assert (row.stage, row.taken, row.unchanged) == (CaptureStage.DONE, 0, row.events)
        publishing.tell_all()
    assert before == (Lot.objects.count(), LotLink.objects.count(), genealogy("BQ2"))


def test_who_tells_of_our_records_what_they_do_not_say_is_refused() -> None:
    small_factory()
    told = json.loads(exporting.of_code("BQ1", by=HOUSE))
    packed = next(e for e in events_of(told) if e["type"] == "AggregationEvent")
    packed["sanbao:sprayCode"] = "changed"
    packed["eventID"] = "urn:x:changed"
    row = actions.capture(text({**told, "epcisBody": {"eventList": [packed]}}), by=HOUSE)
    assert [p.code for p in row.problems.all()] == ["not_ours"]


def test_a_partners_event_about_our_label_joins_our_lot_and_keeps_its_gaps() -> None:
    small_factory()
    label = "https://epcis.sanbao.example/lots/label/BQ3"
    before = {(gap.code, gap.missing) for gap in queries.trace(queries.found("BQ3", actor=HOUSE)).gaps}
    send(event("AggregationEvent", action="ADD", parentID=pallet("1"), childEPCs=[label]))
    after = queries.trace(queries.found("BQ3", actor=HOUSE))
    assert pallet("1") in {node.code for node in after.nodes.values()}
    assert before
    assert {(gap.code, gap.missing) for gap in after.gaps} == before
    assert Lot.objects.get(code="BQ3").quantity_milli == 480_000


def test_a_shipment_that_a_forwarder_tells_of_shows_who_holds_what_lay_in_the_package() -> None:
    small_factory()
    label = "https://epcis.sanbao.example/lots/label/BQ4"
    to = [{"type": "owning_party", "destination": "https://epcis.sanbao.example/customers/K2"}]
    send(event("AggregationEvent", 8, action="ADD", parentID=pallet("1"), childEPCs=[label, item("1")]))
    paper = [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000016:TH9"}]
    shipped = event(
        hour=9,
        eventID="urn:x:s",
        epcList=[pallet("1")],
        bizStep="shipping",
        destinationList=to,
        bizTransactionList=paper,
    )
    send(shipped)
    line = Shipment.standing.get(lot__code="BQ4")
    assert (line.customer, line.number) == (Customer.objects.get(code="K2"), "TH9")
    error = {"declarationTime": "2026-04-03T00:00:00Z", "reason": "did_not_occur"}
    send(shipped | {"errorDeclaration": error})
    assert not Shipment.standing.filter(lot__code="BQ4").exists()


def test_a_record_that_was_struck_is_declared_not_to_have_occurred() -> None:
    small_factory()
    shipped = Shipment.objects.get(number="TH1")
    told = [e for e in asked(EQ_bizStep=["shipping"]) if e["sanbao:record"] == f"shipment:{shipped.pk}"]
    assert len(told) == 1
    reverse(by=HOUSE, record_kind="shipment", record_id=shipped.pk, reason="发错了")
    both = asked(EQ_eventID=[told[0]["eventID"]])
    assert [e.get("errorDeclaration", {}).get("reason") for e in both] == [None, "did_not_occur"]
    assert Event.objects.get(event_id=told[0]["eventID"], declaration="").voided


def test_the_page_the_api_and_the_command_export_the_same_document(
    browser: Client, partner: Client, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    small_factory()
    by_page = json.loads(browser.get("/trace/BQ2/export.epcis").content)
    by_api = json.loads(partner.get("/api/v1/trace/BQ2/epcis").content)
    assert run("epcis", ["export", "BQ2"]) == 0
    by_command = json.loads(capsys.readouterr().out)
    assert events_of(by_page) == events_of(by_api) == events_of(by_command)
    assert len(events_of(by_page)) == 13
    assert run("epcis", ["export", "--since", "2026-01-01", "--out", str(tmp_path / "all.jsonld")]) == 0
    assert len(events_of(json.loads((tmp_path / "all.jsonld").read_text()))) == Event.objects.count() > 13


def test_a_command_captures_files_and_tells_what_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    good, bad = tmp_path / "good.jsonld", tmp_path / "bad.jsonld"
    good.write_bytes(text({**_document(), "epcisBody": {"eventList": [event(epcList=[item("1")])]}}))
    bad.write_bytes(text({**_document(), "epcisBody": {"eventList": [{"type": "ObjectEvent"}]}}))
    assert run("epcis", ["capture", str(good)]) == 0
    assert run("epcis", ["capture", str(good), str(bad)]) == 1
    told = capsys.readouterr()
    assert "captured 1" in told.out
    assert "required" in told.err
    assert Thing.objects.count() == 1


def _document() -> dict[str, Any]:
    from sanbao.epcis.tests.sending import document

    return document()


def test_a_house_with_much_to_tell_says_so_instead_of_answering_half(
    partner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_factory()
    monkeypatch.setattr(publishing, "PATIENCE", 5)
    answer = partner.get("/epcis/events")
    assert (answer.status_code, answer.json()["code"]) == (503, "epcis.being_told")
    assert answer["Retry-After"]
    while publishing.step():
        pass
    assert partner.get("/epcis/events").status_code == 200


def test_a_question_writes_nothing_and_the_worker_tells_what_is_new(partner: Client) -> None:
    small_factory()
    assert events_of(partner.get("/epcis/events").json()) == []
    assert (Event.objects.count(), Handle.objects.filter(kind="epc").count()) == (0, 0)
    publishing.tell_all()
    assert events_of(partner.get("/epcis/events").json())
    assert publishing.backlog() == publishing.step() == 0


def test_numbers_that_were_given_and_taken_back_are_not_waited_for(partner: Client) -> None:
    small_factory()
    publishing.tell_all()
    Publication.objects.filter(kind="receipt").update(last=-10_000)
    assert publishing.backlog() == Receipt.objects.count() == 3
    assert partner.get("/epcis/events").status_code == 200


def test_a_house_that_does_not_want_it_tells_nothing(partner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    small_factory()
    monkeypatch.setattr(publishing, "tells_own", lambda: False)
    monkeypatch.setattr(publishing, "PATIENCE", 5)
    assert (publishing.step(), publishing.backlog()) == (0, 0)
    assert events_of(partner.get("/epcis/events").json()) == []
