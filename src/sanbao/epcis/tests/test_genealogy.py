"""What is captured is answered by the trace: what went into what, what lay in what, what was declared wrong."""

from datetime import date

import pytest

from sanbao.catalog.models import Product
from sanbao.cli import run
from sanbao.epcis.models import Event, Thing
from sanbao.epcis.standard.identifiers import thing
from sanbao.epcis.tests.sending import HOUSE, event, item, lot, pallet, send
from sanbao.kernel.refusals import Refusal
from sanbao.trace import queries
from sanbao.trace.models import Lot, LotKind, LotLink, RecordKind, record_of
from sanbao.trace.tests.factory import small_factory
from sanbao.trace.traces import Direction

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


def found(uri: str) -> Lot:
    [only] = queries.found(uri, actor=HOUSE)
    return only


def reached(uri: str, direction: Direction) -> set[str]:
    """What a trace of everything found under this identifier reaches, as the tails of the codes."""
    starts = queries.found(uri, actor=HOUSE)
    trace = queries.trace(starts, direction)
    return {node.code.rsplit(".", 1)[-1] for node in trace.nodes.values()} - {s.code.rsplit(".", 1)[-1] for s in starts}


def back(uri: str) -> set[str]:
    return reached(uri, Direction.BACK)


def forward(uri: str) -> set[str]:
    return reached(uri, Direction.FORWARD)


def lgtin(number: str) -> str:
    return str(lot(number)["epcClass"])


def made(source: str, target: str, hour: int = 8, **fields: object) -> dict[str, object]:
    """``target`` was made out of ``source``."""
    return event(
        "TransformationEvent", hour, inputQuantityList=[lot(source, 10)], outputQuantityList=[lot(target, 9)], **fields
    )


def test_a_transformation_links_inputs_to_outputs_in_both_lists_with_their_quantities() -> None:
    send(
        event(
            "TransformationEvent",
            inputEPCList=[item("1")],
            inputQuantityList=[lot("A", 10), lot("B", 2, "TNE")],
            outputQuantityList=[lot("C", 2009)],
        )
    )
    assert back(lgtin("C")) == {"1", "A", "B"}
    assert forward(item("1")) == {"C"}
    links = {record_of(link.event)[0] for link in LotLink.objects.all()}
    assert links == {RecordKind.CAPTURE}
    told = found(lgtin("C"))
    assert (told.quantity_milli, told.unit, told.kind, told.made_on) == (
        2_009_000,
        "kg",
        LotKind.ITEM,
        date(2026, 4, 2),
    )
    amounts = LotLink.objects.filter(dst=told.pk).values_list("quantity_milli", flat=True)
    assert sorted(amounts) == [1000, 10_000, 2_000_000]


def test_a_transformation_told_in_several_events_comes_together_whatever_the_order() -> None:
    parts = [
        event("TransformationEvent", 9, transformationID="urn:x:t:1", outputQuantityList=[lot("C", 9)]),
        event("TransformationEvent", 8, transformationID="urn:x:t:1", inputQuantityList=[lot("A", 10)]),
        event("TransformationEvent", 10, transformationID="urn:x:t:1", inputQuantityList=[lot("B", 1)]),
    ]
    for part in parts:
        send(part)
    assert back(lgtin("C")) == {"A", "B", "urn:x:t:1"}


def test_children_lead_to_their_parent_and_stay_after_they_were_taken_out() -> None:
    send(event("AggregationEvent", 8, action="ADD", parentID=pallet("1"), childEPCs=[item("1"), item("2")]))
    send(event("AggregationEvent", 9, action="DELETE", parentID=pallet("1"), childEPCs=[item("1")]))
    assert forward(item("1")) == {pallet("1").rsplit(".", 1)[-1]}
    assert back(pallet("1")) == {"1", "2"}


def test_what_lies_in_a_crate_today_is_no_relative_of_what_lay_in_it_before() -> None:
    crate = "urn:epc:id:grai:4012345.55555.987"
    told = [
        event("AggregationEvent", 8, action="ADD", parentID=crate, childEPCs=[item("1")]),
        event("AggregationEvent", 9, action="DELETE", parentID=crate),
        event("AggregationEvent", 10, action="ADD", parentID=crate, childEPCs=[item("2")]),
    ]
    send(told[2])
    send(told[0])
    assert len(queries.found(crate, actor=HOUSE)) == 1
    send(told[1])
    first, second = sorted(queries.found(crate, actor=HOUSE), key=lambda one: one.code)
    assert [n.code for n in queries.trace_back([first]).nodes.values() if n.id != first.pk] == [item("1")]
    assert [n.code for n in queries.trace_back([second]).nodes.values() if n.id != second.pk] == [item("2")]


def test_parts_are_associated_with_the_machine_that_holds_them() -> None:
    machine = "urn:epc:id:giai:4000001.12346"
    send(event("AssociationEvent", action="ADD", parentID=machine, childQuantityList=[lot("A", 4, "H87")]))
    assert back(machine) == {"A"}


def test_goods_without_a_lot_number_connect_nobody_and_are_found_by_their_kind() -> None:
    kind = "urn:epc:idpat:sgtin:4012345.066666.*"
    for serial in ("1", "2"):
        send(
            event(
                "TransformationEvent",
                inputQuantityList=[{"epcClass": kind, "quantity": 220}],
                outputEPCList=[item(serial)],
            )
        )
    assert not forward(item("1"))
    nameless = queries.found(kind, actor=HOUSE)
    assert [(one.quantity_milli, one.unit) for one in nameless] == [(220_000, "件")] * 2
    assert len(back(item("1"))) == 1


def test_a_lot_is_found_by_its_identifiers_its_lot_number_and_its_serial(capsys: pytest.CaptureFixture[str]) -> None:
    send(event(epcList=[item("SN77")], quantityList=[lot("LOT9", 5)], action="ADD"))
    for code in (item("SN77"), "https://id.gs1.org/01/04012345111224/21/SN77", "sn77"):
        assert found(code).code == item("SN77")
    for code in (lgtin("LOT9"), "https://id.gs1.org/01/04012345123456/10/LOT9", "LOT9"):
        assert found(code).code == lgtin("LOT9")
    assert run("trace", ["SN77"]) == 0
    assert item("SN77") in capsys.readouterr().out


def test_a_number_of_one_of_our_products_is_our_lot_and_that_of_another_product_is_not() -> None:
    small_factory()
    Product.objects.filter(code="LM50").update(gtin="4012345123456")
    ours = Lot.objects.get(code="BQ1")
    send(
        event(
            "AggregationEvent",
            action="ADD",
            parentID=pallet("1"),
            childEPCs=["https://id.gs1.org/01/04012345123456/21/BQ1"],
        )
    )
    assert pallet("1") in {node.code for node in queries.trace_forward([ours]).nodes.values()}
    assert Lot.objects.get(code="BQ1").quantity_milli == 240_000
    send(event(epcList=["https://id.gs1.org/01/04012345111224/21/BQ1"]))
    assert {one.code for one in queries.found("BQ1", actor=HOUSE)} == {
        "BQ1",
        "https://id.gs1.org/01/04012345111224/21/BQ1",
    }


def test_identifiers_that_differ_only_in_case_or_beyond_the_longest_code_are_different_lots() -> None:
    long = "https://example.com/" + "x" * 100
    send(event(epcList=[item("abc"), item("ABC"), f"{long}1", f"{long}2"]))
    lots = Thing.objects.filter(key__in=[thing(u).key for u in (item("abc"), item("ABC"), f"{long}1", f"{long}2")])
    assert len({row.lot_id for row in lots}) == 4


def wrong(told: dict[str, object], reason: str, *correctives: str) -> dict[str, object]:
    error = {"declarationTime": "2026-04-03T00:00:00Z", "reason": reason}
    return told | {"errorDeclaration": error | ({"correctiveEventIDs": list(correctives)} if correctives else {})}


def test_what_did_not_occur_loses_its_links_and_keeps_its_record() -> None:
    told = made("A", "C", eventID="urn:x:1")
    send(told)
    send(wrong(told, "did_not_occur"))
    assert (back(lgtin("C")), LotLink.objects.count(), Event.objects.count()) == (set(), 0, 2)
    assert Event.objects.get(event_id="urn:x:1", declaration="").voided
    assert found(lgtin("C")).quantity_milli is None


def test_a_declaration_that_comes_before_its_event_counts_all_the_same() -> None:
    told = made("A", "C", eventID="urn:x:1")
    send(wrong(told, "did_not_occur"))
    send(told)
    assert LotLink.objects.count() == 0


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1), (2, 0, 1)])
def test_incorrect_data_counts_until_the_right_event_is_here_in_whatever_order_they_come(
    order: tuple[int, ...],
) -> None:
    told = made("A", "C", eventID="urn:x:1")
    events = [told, wrong(told, "incorrect_data", "urn:x:2"), made("B", "C", eventID="urn:x:2")]
    for number in order[:2]:
        send(events[number])
    if set(order[:2]) == {0, 1}:
        assert back(lgtin("C")) == {"A"}
    send(events[order[2]])
    assert back(lgtin("C")) == {"B"}
    assert found(lgtin("C")).quantity_milli == 9000


def test_all_of_it_in_one_document_is_the_same() -> None:
    told = made("A", "C", eventID="urn:x:1")
    send(told, wrong(told, "incorrect_data", "urn:x:2"), made("B", "C", eventID="urn:x:2"))
    assert back(lgtin("C")) == {"B"}


def test_a_packing_that_did_not_occur_leaves_the_others_in_the_crate() -> None:
    first = event("AggregationEvent", 8, action="ADD", parentID=pallet("1"), childEPCs=[item("1")], eventID="urn:x:1")
    send(first, event("AggregationEvent", 9, action="ADD", parentID=pallet("1"), childEPCs=[item("2")]))
    send(wrong(first, "did_not_occur"))
    assert back(pallet("1")) == {"2"}


def test_the_same_lot_made_in_parts_has_the_sum() -> None:
    send(event(action="ADD", quantityList=[lot("A", 10)]), event(action="ADD", hour=9, quantityList=[lot("A", 5)]))
    send(event(action="ADD", hour=10, quantityList=[lot("A", 1, "TNE")]))
    assert found(lgtin("A")).quantity_milli == 1_015_000
    send(
        event(quantityList=[lot("A", 3)]),
        event("TransformationEvent", inputQuantityList=[lot("A", 2)], outputEPCList=[item("1")]),
    )
    assert found(lgtin("A")).quantity_milli == 1_015_000


def test_a_held_lot_holds_what_partners_make_of_it() -> None:
    from sanbao.trace.actions import hold
    from sanbao.trace.models import HeldLot

    send(event(action="ADD", quantityList=[lot("A", 10)]))
    hold(by=HOUSE, lots=[found(lgtin("A"))], reason="划伤")
    send(made("A", "C", 9))
    assert HeldLot.objects.filter(lot=found(lgtin("C"))).exists()


def test_a_lot_that_an_event_vouches_for_misses_no_record_of_ours() -> None:
    send(made("A", "C"))
    trace = queries.trace_back([found(lgtin("C"))])
    assert trace.gaps == []
    assert [link.kind for link in trace.links] == [RecordKind.CAPTURE]
    assert queries.chain([found(lgtin("C"))]).proposal is None  # nor does any department of ours answer for it


def test_nobody_traces_what_was_refused() -> None:
    send(made("A", "C"), {"type": "ObjectEvent"})
    with pytest.raises(Refusal):
        queries.found(lgtin("C"), actor=HOUSE)


def test_a_million_pairs_are_a_thousand_links() -> None:
    inputs, outputs = [lot(f"I{n}", 1) for n in range(300)], [lot(f"O{n}", 1) for n in range(300)]
    send(event("TransformationEvent", inputQuantityList=inputs, outputQuantityList=outputs))
    assert LotLink.objects.count() == 600
    assert len(back(lgtin("O7"))) == 301


def test_links_that_an_error_takes_back_are_gone_from_the_snapshot_too() -> None:
    import shutil

    from sanbao.trace.engines import building
    from sanbao.trace.engines.snapshot import SnapshotEngine, folder

    told = made("A", "C", eventID="urn:x:1")
    send(told)
    try:
        building.build()
        view = SnapshotEngine().view()
        assert view is not None
        source, target = found(lgtin("A")).pk, found(lgtin("C")).pk
        assert target in view.forward([source])
        send(wrong(told, "did_not_occur"))
        after = SnapshotEngine().view()
        assert after is None or target not in after.forward([source])
    finally:
        shutil.rmtree(folder(), ignore_errors=True)
