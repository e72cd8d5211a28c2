"""Places: what lies where, with its sign and spacing, and how much of it (W-07, T-08)."""

from __future__ import annotations

import pytest

from sanbao.materials import actions
from sanbao.materials.models import Lying, Place
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg, refused
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot
from sanbao.trace.rows import PackingRow, TravellerRow

placing = actions.placing


def lying(lot) -> dict[str, int | None]:
    return dict(Lying.objects.filter(lot=lot).values_list("place__code", "quantity_milli"))


def test_a_lot_is_put_away_by_any_of_its_codes_and_moved_whole_by_the_next_scan(store: Store, by: Cast) -> None:
    lot = store.received()
    placing.put(store.a1, by=by.keeper, code="G-77", pieces=16)
    assert lying(lot) == {"A1": None}
    placing.put(store.a2, by=by.keeper, code=lot.code.lower())
    assert lying(lot) == {"A2": None}


def test_a_part_is_moved_and_the_rest_stays(store: Store, by: Cast) -> None:
    lot = store.received(place=store.a1)
    placing.put(store.a2, by=by.keeper, code=lot.code, quantity=kg(150))
    assert lying(lot) == {"A1": None, "A2": 150_000}
    told = refused(placing.put, store.a2, by=by.keeper, code=lot.code, quantity=kg(251))
    assert (told.code, told.clause, told.field, told.facts["there"]) == (
        "place.more_than_there_is", "W-07", "quantity", "250 kg",
    )  # fmt: skip
    placing.put(store.a2, by=by.keeper, code=lot.code, quantity=kg(50))
    assert lying(lot) == {"A1": None, "A2": 200_000}
    placing.put(store.a1, by=by.keeper, code=lot.code)
    assert lying(lot) == {"A1": None}


def test_what_is_issued_leaves_the_place_that_the_slip_names(store: Store, by: Cast) -> None:
    lot = store.passed(place=store.a1)
    placing.put(store.a2, by=by.keeper, code=lot.code, quantity=kg(150))
    slip = store.slip()
    actions.issuing.add(slip, by=by.keeper, code=lot.code, quantity=kg(100), place=store.a2)
    actions.issuing.issue(slip, by=by.keeper)
    assert lying(lot) == {"A1": None, "A2": 50_000}


@pytest.mark.clause("W-07")
def test_a_place_takes_no_more_lots_than_its_spacing_allows(store: Store, by: Cast) -> None:
    first = store.passed(place=store.a2)
    second = store.received()
    told = refused(placing.put, store.a2, by=by.keeper, code=second.code)
    assert (told.code, told.clause, told.facts["capacity"]) == ("place.full", "W-07", 1)
    store.issued(first, kg(400))
    placing.put(store.a2, by=by.keeper, code=second.code)
    assert lying(second) == {"A2": None}, "what is used up takes no room"


@pytest.mark.clause("T-08")
def test_a_customers_property_is_stored_by_customer_and_nothing_else_lies_with_it(store: Store, by: Cast) -> None:
    ours, theirs = store.received(), store.received(owner=store.customer, supplier_lot="K-1")
    told = refused(placing.put, store.a1, by=by.keeper, code=theirs.code)
    assert (told.code, told.clause, told.facts["customer"]) == ("place.not_the_owners", "T-08", "东安源门窗厂")
    told = refused(placing.put, store.theirs, by=by.keeper, code=ours.code)
    assert (told.code, told.clause) == ("place.of_a_customer", "T-08")
    placing.put(store.theirs, by=by.keeper, code=theirs.code)
    assert lying(theirs) == {"K1": None}


@pytest.mark.parametrize(
    ("code", "told"), [("没有这个", "lot.unknown"), ("JC-2026-000001", "lot.several"), ("", "lot.unknown")]
)
def test_a_code_that_is_nobodys_or_several_lots_is_asked_for_anew(store: Store, by: Cast, code: str, told: str) -> None:
    delivery = store.delivery()
    for n in (1, 2):
        actions.receiving.accept(store.entered(delivery=delivery, supplier_lot=f"G-{n}"), by=HOUSE)
    found = refused(placing.put, store.a1, by=by.keeper, code=code)
    assert (found.code, found.clause, found.field, found.status) == (told, "W-07", "code", 422)


def test_a_place_is_kept_like_other_master_data_and_its_code_stays(store: Store, by: Cast) -> None:
    place = placing.open_place(by=by.keeper, code="b7", name="成品七排", kind="finished", sign="蓝底白字 7")
    assert refused(placing.open_place, by=by.keeper, code="B7", name="x").code == "place.code_taken"
    placing.edit_place(place, by=by.keeper, spacing_cm=80)
    placing.retire_place(Place.objects.get(pk=place.pk), by=by.keeper)
    assert refused(placing.put, place, by=by.keeper, code="x").code == "wrong_state"
    assert refused(placing.open_place, by=by.buyer, code="C1", name="x").code == "not_permitted"


def test_finished_labels_are_put_away_as_well(store: Store, by: Cast) -> None:
    trace.start_traveller(TravellerRow(code="SX1", quantity_milli=500_000), by=HOUSE)
    trace.judge(by=HOUSE, lots=[Lot.objects.get(code="SX1")], status="passed", basis="JY-1")
    packed = trace.pack(PackingRow(label="BQ1", travellers=("SX1",), spray_code="7", quantity_milli=200_000), by=HOUSE)
    placing.put(store.a1, by=by.keeper, code="7", pieces=40)
    assert lying(packed.lot) == {"A1": None}
