"""Work in progress: what a step tells the card, baskets poured into each other, and what blocks QC's 合格."""

from datetime import date

import pytest

from sanbao.kernel import journal
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.words import W
from sanbao.trace import actions, concerns, panels, queries
from sanbao.trace.balances import Term
from sanbao.trace.models import LotKind, LotLink, MovementKind, QualityStatus, RecordKind, Traveller
from sanbao.trace.rows import TravellerRow
from sanbao.trace.telling import balanced
from sanbao.trace.tests.factory import KG, lot, small_factory

pytestmark = pytest.mark.django_db
SHOP = an_actor("trace.produce", "trace.see", "trace.reverse")
QC = an_actor("trace.judge", "trace.inspect", person=2)
RULE = {"decision": {"policy": "transfers", "version": 1}}
DAY = date(2026, 4, 20)


@pytest.fixture(autouse=True)
def factory():
    small_factory()
    lot("ZB1").__class__.objects.filter(key__in=["ZB1", "ZB2"]).update(status=QualityStatus.PASSED)


def started(code="SX8", kg=300, billets=("ZB1",), **more):
    return actions.start_traveller(
        TravellerRow(code=code, billets=billets, quantity_milli=kg * KG, extruded_on=DAY), by=SHOP, **more
    )


def basket(code="SX9"):
    return actions.open_basket(TravellerRow(code=code, billets=("ZB1",), extruded_on=DAY), by=SHOP, rule=RULE).lot


def test_what_each_billet_lot_gave_stands_on_its_link():
    left = queries.account(lot("ZB1")).left
    started(billets=("ZB1", "ZB2"), taken={"ZB1": 200 * KG, "zb2": 130 * KG})
    shares = dict(LotLink.objects.filter(dst=lot("SX8").pk).values_list("src", "quantity_milli"))
    assert shares == {lot("ZB1").pk: 200 * KG, lot("ZB2").pk: 130 * KG}
    assert queries.account(lot("ZB1")).left == left - 200 * KG


def test_no_more_is_pressed_than_there_is():
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        started(taken={"ZB1": 999_999 * KG})
    assert (caught.value.code, caught.value.clause) == ("trace.not_enough", "T-09")


def test_a_load_is_opened_once_and_belongs_to_one_kind():
    load = actions.treatment("sj-77", LotKind.AGEING, by=SHOP, on=DAY)
    assert (load.kind, load.status, actions.treatment("SJ-77", LotKind.AGEING, by=SHOP)) == ("ageing", "", load)
    assert journal.entries_of(f"lot:{load.pk}").count() == 1
    with pytest.raises(Refusal) as caught:
        actions.treatment("SJ-77", LotKind.COATING, by=SHOP)
    assert caught.value.code == "trace.other_kind"


def test_a_step_fills_what_is_empty_on_the_card_and_a_second_load_is_named_behind_the_first():
    card = started().lot
    told = actions.fill_traveller(card, by=SHOP, aged_on=DAY, ageing="SJ1")
    again = actions.fill_traveller(card, by=SHOP, aged_on=date(2026, 4, 25), ageing="SJ2")
    record = Traveller.objects.get(lot=card)
    assert (record.aged_on, record.ageing) == (DAY, "SJ1 SJ2")
    assert (told["aged_on"], again) == ([None, "2026-04-20"], {"ageing": ["SJ1", "SJ1 SJ2"]})
    actions.unfill_traveller(card, again, by=SHOP)
    actions.unfill_traveller(card, {"aged_on": told["aged_on"]}, by=SHOP)
    record.refresh_from_db()
    assert (record.aged_on, record.ageing) == (None, "SJ1")
    assert [e.action for e in journal.entries_of(f"lot:{card.pk}")] == ["trace.traveller", *["trace.amended"] * 4]


def test_kilograms_that_are_poured_leave_one_basket_and_stand_in_the_other():
    a, b = started().lot, basket()
    actions.pour(1, {a.pk: 120 * KG}, b, by=SHOP, status="pending", rule=RULE)
    assert (queries.account(a).left, queries.account(b).left) == (180 * KG, 120 * KG)
    actions.pour(2, {b.pk: 20 * KG}, a, by=SHOP, status="pending", rule=RULE)  # and back: a loop
    assert (queries.account(a).left, queries.account(b).left) == (200 * KG, 100 * KG)
    assert {node.code for node in queries.trace_back([b]).nodes.values()} >= {"SX8", "SX9", "ZB1", "RL1", "J1"}
    assert "SX9" in {node.code for node in queries.trace_forward([a]).nodes.values()}
    assert balanced(queries.trace_forward([a]))[1].terms[Term.MADE] == 300 * KG


@pytest.mark.clause("T-09")
def test_nobody_pours_more_than_is_left():
    a, b = started().lot, basket()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.pour(1, {a.pk: 301 * KG}, b, by=SHOP, status="pending", rule=RULE)
    assert (caught.value.code, caught.value.clause) == ("trace.not_enough", "T-09")


@pytest.mark.clause("T-13")
def test_a_held_basket_is_not_poured_away():
    a, b = started().lot, basket()
    actions.hold(by=an_actor("trace.hold"), lots=[a], reason="待查")
    with pytest.raises(Refusal) as caught:
        actions.pour(1, {a.pk: KG}, b, by=SHOP, status="pending", rule=RULE)
    assert (caught.value.code, caught.value.clause) == ("lot.held", "T-13")


def test_a_basket_that_was_filled_from_others_is_poured_back_and_not_struck():
    a, b = started().lot, basket()
    actions.pour(1, {a.pk: 120 * KG}, b, by=SHOP, status="pending", rule=RULE)
    with pytest.raises(Refusal) as caught:
        actions.reverse(by=SHOP, record_kind="traveller", record_id=Traveller.objects.get(lot=b).pk, reason="写错了")
    assert caught.value.code == "reversal.poured"


@pytest.mark.clause("W-06")
def test_what_an_upper_room_still_misses_blocks_the_verdict_whoever_gives_it(monkeypatch):
    card = started().lot
    missing = Refusal("card.unchecked", W("缺班长检查", "no team leader's check"), "W-06")
    monkeypatch.setattr(concerns, "before_passed", [lambda lots: missing if card.pk in lots else None])
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.judge(by=QC, lots=[card], status="passed", basis="GB/T 5237")
    assert caught.value.code == "card.unchecked"
    actions.judge(by=QC, lots=[card], status="failed", basis="GB/T 5237")
    assert lot("SX8").status == QualityStatus.FAILED


def test_the_shop_scraps_its_own_work_but_moves_no_stock():
    card = started().lot
    actions.move(by=SHOP, lot=card, what=MovementKind.SCRAPPED, quantity_milli=5 * KG, reason="料头")
    assert queries.account(card).left == 295 * KG
    for at, what in ((lot("BQ4"), MovementKind.SCRAPPED), (card, MovementKind.RETURNED)):
        with nothing_recorded(), pytest.raises(Refusal) as caught:
            actions.move(by=SHOP, lot=at, what=what, quantity_milli=KG, reason="x")
        assert caught.value.code == "not_permitted"


def test_a_lot_shows_the_papers_that_upper_rooms_keep(monkeypatch):
    a, b = started().lot, basket()
    actions.pour(7, {a.pk: 120 * KG}, b, by=SHOP, status="pending", rule=RULE)

    def papers(ids):
        rows = [(W("数量", "Quantity"), "120 kg")]
        return [
            concerns.Paper(kind=RecordKind.TRANSFER, id=pk, lot=b, number=f"ZY{pk}", source=SHOP.ref, rows=rows)
            for pk in ids
        ]

    monkeypatch.setattr(concerns, "papers", {RecordKind.TRANSFER: papers})
    assert [one.title for one in panels.panels_of(a)] == ["SX8", "ZY7"]
    assert [one.title for one in panels.panels_of(b)] == ["SX9", "ZY7"]
    assert panels.record_panel("transfer", 7).title == "ZY7"
