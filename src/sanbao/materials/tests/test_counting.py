"""盘点: blind, against the book of the moment, approved by somebody who did not count (W-07, R-11)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.materials import actions
from sanbao.materials.counts import lines_of
from sanbao.materials.models import CountState, Finding, Lying, StockCount
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg, refused
from sanbao.trace import queries
from sanbao.trace.models import Lot, Movement

counting = actions.counting


def count_of(store: Store, by: Any = HOUSE, **scope: Any) -> StockCount:
    return counting.open_count(by=by, **(scope or {"places": [store.a1]}))


def found(count: StockCount) -> dict[str, str]:
    return {line.code: line.finding for line in lines_of(count)}


def booked(count: StockCount, by: Cast) -> StockCount:
    counting.submit(count, by=by.keeper)
    return counting.approve(count, by=by.boss)


@pytest.fixture
def lot(store: Store) -> Lot:
    return store.passed(place=store.a1)


def test_what_is_found_as_booked_changes_nothing(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(400), pieces=16)
    assert booked(count, by).state == CountState.APPROVED
    assert not Movement.objects.exists()


@pytest.mark.parametrize(("kilograms", "finding", "left"), [(380, "less", 380_000), (410, "more", 410_000)])
def test_a_difference_is_booked_on_the_lots_card_when_it_is_approved(
    store: Store, lot: Lot, by: Cast, kilograms: int, finding: str, left: int
) -> None:
    count = count_of(store, by.keeper)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(kilograms))
    counting.submit(count, by=by.keeper)
    assert queries.account(lot).left == 400_000, "nothing moves before it is approved"
    counting.approve(count, by=by.boss)
    moved = Movement.objects.get()
    assert (moved.what, moved.number, moved.about) == ("counted", count.number, count.subject)
    assert (queries.account(lot).left, count.lines.get().finding) == (left, finding)


@pytest.mark.clause("W-07")
def test_what_was_used_while_counting_makes_no_false_difference(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(400))
    store.issued(lot, kg(150))
    assert found(count) == {lot.code: Finding.SAME}
    booked(count, by)
    assert queries.account(lot).left == 250_000
    after = count_of(store, by.keeper)
    store.issued(lot, kg(50), into="PT-2")
    counting.scan(after, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(190))
    counting.submit(after, by=by.keeper)
    store.issued(lot, kg(100), into="PT-3")
    counting.approve(after, by=by.boss)
    assert queries.account(lot).left == 90_000, "ten were missing when they were counted, whatever went out since"


def test_a_lot_that_was_wholly_used_while_counting_is_not_missing(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    store.issued(lot, kg(400))
    assert found(count) == {}


def test_a_missing_lot_leaves_the_book_and_its_place(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    booked(count, by)
    assert (queries.account(lot).left, Lying.objects.count()) == (0, 0)
    assert count.lines.get().finding == Finding.MISSING


def test_a_missing_lot_that_was_used_after_all_must_be_counted_again(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    counting.submit(count, by=by.keeper)
    store.issued(lot, kg(10))
    told = refused(counting.approve, count, by=by.boss)
    assert (told.code, told.clause, told.facts["lots"]) == ("count.moved_since", "W-07", lot.code)
    again = counting.recount(count, by=by.boss, reason="有人领过")
    assert (again.state, again.rounds) == (CountState.OPEN, 1)


def test_a_lot_found_at_another_place_is_moved_there(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper, places=[store.a1, store.a2])
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a2, quantity=kg(400))
    assert found(count) == {lot.code: Finding.ELSEWHERE}
    booked(count, by)
    assert dict(Lying.objects.values_list("place__code", "quantity_milli")) == {"A2": None}
    assert not Movement.objects.exists()


def test_a_lot_found_in_two_places_lies_in_both(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper, places=[store.a1, store.a2])
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(250))
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a2, quantity=kg(140))
    booked(count, by)
    assert dict(Lying.objects.values_list("place__code", "quantity_milli")) == {"A1": 250_000, "A2": 140_000}
    assert queries.account(lot).left == 390_000


def test_a_lot_from_a_place_that_is_not_counted_is_moved_and_is_no_surplus(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper, places=[store.a2])
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a2, quantity=kg(400))
    booked(count, by)
    assert dict(Lying.objects.values_list("place__code", "quantity_milli")) == {"A2": None}
    assert not Movement.objects.exists()


def test_what_moved_between_its_two_scans_is_counted_again_before_it_is_handed_in(
    store: Store, lot: Lot, by: Cast
) -> None:
    count = count_of(store, by.keeper, places=[store.a1, store.a2])
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(250))
    store.issued(lot, kg(50))
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a2, quantity=kg(150))
    told = refused(counting.submit, count, by=by.keeper)
    assert (told.code, told.clause) == ("count.moved_meanwhile", "W-07")
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(200))
    assert counting.submit(count, by=by.keeper).state == CountState.COUNTED


def test_of_two_scans_of_one_lot_at_one_place_the_last_holds(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(40))
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(400))
    assert found(count) == {lot.code: Finding.SAME}


def test_a_code_that_nobody_knows_is_kept_and_listed(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    counting.scan(count, by=by.keeper, code="XX-无名", place=store.a1)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1)
    assert found(count) == {lot.code: Finding.SAME, "XX-无名": Finding.UNKNOWN}
    booked(count, by)


def test_a_class_of_material_is_counted_wherever_it_lies(store: Store, lot: Lot, by: Cast) -> None:
    unplaced = store.passed()
    other = store.passed(material=store.ingot, report="maker", report_number="R1", place=store.a2)
    count = count_of(store, by.keeper, material_class="粉末涂料")
    told = refused(counting.scan, count, by=by.keeper, code=other.code)
    assert (told.code, told.clause, told.field) == ("count.other_class", "W-07", "code")
    counting.scan(count, by=by.keeper, code=unplaced.code, place=store.a1, quantity=kg(390))
    assert found(count) == {lot.code: Finding.MISSING, unplaced.code: Finding.LESS}
    booked(count, by)
    assert (queries.account(lot).left, queries.account(unplaced).left) == (0, 390_000)


@pytest.mark.clause("R-11")
def test_nobody_approves_what_he_counted_opened_or_handed_in(store: Store, lot: Lot, by: Cast) -> None:
    from dataclasses import replace

    count = count_of(store, by.boss)
    counting.scan(count, by=by.keeper, code=lot.code, place=store.a1)
    counting.submit(count, by=by.second)
    for counter in (by.keeper, by.second):
        assert refused(counting.approve, count, by=counter).code == "not_permitted"
    counted = replace(by.keeper, permissions=by.boss.permissions)
    for own in (by.boss, counted):
        told = refused(counting.approve, count, by=own)
        assert (told.code, told.clause, told.status) == ("count.own", "R-11", 403)


@pytest.mark.parametrize(
    ("scope", "code"),
    [({"places": []}, "count.no_scope"), ({"places": "all", "material_class": "x"}, "count.no_scope")],
)
def test_a_count_is_of_places_or_of_one_class(store: Store, by: Cast, scope: dict[str, Any], code: str) -> None:
    if scope["places"] == "all":
        scope = {**scope, "places": [store.a1]}
    assert refused(counting.open_count, by=by.keeper, **scope).code == code


def test_a_scan_at_a_place_that_is_not_counted_is_refused(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    for place in (store.a2, None):
        told = refused(counting.scan, count, by=by.keeper, code=lot.code, place=place)
        assert (told.code, told.clause, told.field) == ("count.not_in_scope", "W-07", "place")


def test_a_cancelled_count_books_nothing(store: Store, lot: Lot, by: Cast) -> None:
    count = count_of(store, by.keeper)
    assert counting.cancel(count, by=by.keeper, reason="停电").state == CountState.CANCELLED
    assert refused(counting.submit, count, by=by.keeper).code == "wrong_state"
