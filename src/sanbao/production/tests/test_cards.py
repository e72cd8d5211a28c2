"""A card from the press to its end, and cards that came by import (T-09)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanbao.catalog.models import Product
from sanbao.kernel import worker
from sanbao.production import actions
from sanbao.production.models import Card, CardState
from sanbao.production.queries import imported, stands_at
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import KG, refused
from sanbao.trace import actions as trace
from sanbao.trace import queries as trace_queries
from sanbao.trace.actions import PackingRow
from sanbao.trace.models import Lot, LotLink, Property, QualityStatus, Traveller
from sanbao.trace.tests.factory import lot


@pytest.mark.clause("W-06")
def test_no_card_is_started_from_billets_that_have_not_passed(shop: Shop) -> None:
    Lot.objects.filter(key="ZB1").update(status=QualityStatus.PENDING)
    told = refused(shop.start)
    assert (told.code, told.clause, told.facts["lot"]) == ("lot.not_passed", "W-06", "ZB1")


@pytest.mark.clause("T-09")
@pytest.mark.parametrize(("billets", "code"), [
    ([("ZB9", None)], "card.no_such_billet"), ([("J1", None)], "card.no_such_billet"),
    ([("ZB1", None), ("zb1", None)], "card.billet_twice"), ([("ZB1", None), ("ZB2", None)], "card.shares_unknown"),
    ([("ZB1", Decimal(400)), ("ZB2", None)], "card.shares_unknown"), ([("ZB1", Decimal(9000))], "trace.not_enough"),
])  # fmt: skip
def test_a_card_says_what_went_into_it_and_from_which_billets(shop: Shop, billets: Any, code: str) -> None:
    told = refused(shop.start, billets=billets)
    assert (told.code, told.clause) == (code, "T-09")


def test_the_lot_whose_share_was_not_weighed_gave_what_the_others_did_not(shop: Shop) -> None:
    card = shop.start(kg=300, scrap_kg=Decimal(20), billets=[("ZB1", Decimal(120)), ("ZB2", None)])
    shares = dict(LotLink.objects.filter(dst=card.lot_id).values_list("src", "quantity_milli"))
    assert shares == {lot("ZB1").pk: 120 * KG, lot("ZB2").pk: 200 * KG}
    step = shop.last(card)
    assert (step.in_milli, step.out_milli, step.scrap_milli) == (320 * KG, 300 * KG, 20 * KG)


def test_more_cannot_come_off_the_press_than_went_in(shop: Shop) -> None:
    assert refused(shop.start, kg=300, billets=[("ZB1", Decimal(200))]).code == "step.more_came_out"


def test_the_route_follows_from_the_products_surface_and_stays_with_the_card(shop: Shop, coated: Product) -> None:
    bare = Product.objects.create(code="YG1", name="工业材", state="in_use")
    odd = Product.objects.create(code="YG2", name="电镀材", surface="电镀", state="in_use")
    assert shop.start(product=bare).route == ["extrude", "age"]
    told = refused(shop.start, product=odd)
    assert (told.code, told.facts["column"]) == ("policy.input", "surface")


@pytest.mark.clause("T-08")
def test_a_customers_own_billets_are_pressed_for_no_other(shop: Shop, factory: Any) -> None:
    Property.objects.create(lot=lot("ZB1"), customer_id=factory.customers["K1"])
    from sanbao.parties.models import Customer

    told = refused(shop.start, customer=Customer.objects.get(code="K2"))
    assert (told.code, told.clause) == ("lot.anothers_property", "T-08")


def test_an_imported_card_is_taken_up_where_its_record_ends(shop: Shop) -> None:
    Lot.objects.filter(key="SX3").update(status=QualityStatus.PENDING)
    Product.objects.filter(code="LM50").update(surface="氧化")
    assert imported(shop.by.operator).filter(lot__key="SX3").exists()
    card = actions.adopt(by=shop.by.leader, lot=lot("SX3"))
    assert (card.number, card.route, card.brought, card.at) == (
        "SX3", ["extrude", "age", "anodise"], ["extrude", "age", "anodise"], "inspect",
    )  # fmt: skip
    assert not imported(shop.by.operator).filter(lot__key="SX3").exists()
    assert refused(actions.adopt, by=shop.by.leader, lot=lot("SX3")).code == "card.stands"


def test_what_an_imported_card_lacks_is_done_here(shop: Shop) -> None:
    Lot.objects.filter(key="SX1").update(status=QualityStatus.PENDING)
    Product.objects.filter(code="LM50").update(surface="喷涂")
    Traveller.objects.filter(lot__key="SX1").update(finished_on=None, finish="")
    card = actions.adopt(by=shop.by.leader, lot=lot("SX1"))
    assert card.at == "coat"
    card = shop.check(shop.step(card, "coat"))
    assert (card.record.finished_on, card.at) == (date(2026, 4, 20), "inspect")


def test_a_card_without_a_record_or_without_material_is_not_taken_up(shop: Shop) -> None:
    assert refused(actions.adopt, by=shop.by.leader, lot=lot("BQ1")).code == "card.no_record"
    gone = trace_queries.account(lot("SX2")).left or 0
    trace.move(by=shop.by.inspector, lot=lot("SX2"), what="scrapped", quantity_milli=gone, reason="报废")
    assert refused(actions.adopt, by=shop.by.leader, lot=lot("SX2")).code == "card.used_up"


def test_scrap_and_samples_leave_the_card_until_it_is_empty(shop: Shop) -> None:
    card = shop.start(kg=100)
    card = actions.scrap(card, by=shop.by.operator, kg=Decimal(60), reason="扭拧")
    card = actions.sample(card, by=shop.by.inspector, kg=Decimal(2), reason="力学试样")
    assert refused(actions.scrap, card, by=shop.by.operator, kg=Decimal(39), reason="扭拧").code == "trace.not_enough"
    card = actions.scrap(card, by=shop.by.operator, kg=Decimal(38), reason="扭拧")
    book = trace_queries.account(card.lot)
    assert (card.state, book.scrapped, book.sampled, book.left) == (CardState.ENDED, 98 * KG, 2 * KG, 0)


def test_a_basket_is_used_up_when_all_of_it_is_packed_and_back_when_the_packing_is_struck(shop: Shop) -> None:
    card = shop.passed(kg=200)
    assert stands_at(shop.fresh(card)) == "pack"
    row = PackingRow(label="BQ90", travellers=(card.number,), spray_code="1", quantity_milli=200 * KG)
    packing = trace.pack(row, by=shop.by.storekeeper)
    worker.run_once()
    assert shop.fresh(card).state == CardState.ENDED
    trace.reverse(by=shop.by.storekeeper, record_kind="packing", record_id=packing.pk, reason="标签打错")
    worker.run_once()
    assert shop.fresh(card).state == CardState.IN_WORK


def test_a_basket_that_still_holds_material_is_not_settled(shop: Shop) -> None:
    card = shop.passed(kg=200)
    told = refused(actions.settle, card, by=shop.by.operator, reason="空了")
    assert (told.code, told.facts["left"]) == ("card.not_empty", "200")


def test_a_basket_whose_share_in_a_label_nobody_weighed_is_settled_by_hand(shop: Shop) -> None:
    one, two = shop.passed(kg=200), shop.passed(kg=100)
    cards = (one.number, two.number)
    trace.pack(
        PackingRow(label="BQ90", travellers=cards, spray_code="1", quantity_milli=300 * KG), by=shop.by.storekeeper
    )
    settled = actions.settle(shop.fresh(one), by=shop.by.operator, reason="两框合包")
    assert (settled.state, trace_queries.account(one.lot).left) == (CardState.ENDED, 0)


def test_a_card_whose_record_is_struck_is_dead(shop: Shop) -> None:
    card = shop.start()
    trace.reverse(by=shop.by.leader, record_kind="traveller", record_id=card.record_id, reason="开错")
    worker.run_once()
    assert Card.objects.get().state == CardState.STRUCK
    assert refused(shop.step, card, "age").code == "wrong_state"
