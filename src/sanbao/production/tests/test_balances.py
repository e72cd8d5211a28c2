"""Kilograms in against kilograms out: per card, heat, load, shift; outside the tolerance it is said (T-09)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanbao.kernel.actor import Actor
from sanbao.production import actions, balances
from sanbao.production.models import Card, Scope
from sanbao.production.queries import standing_steps, transfers_of
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import KG, refused
from sanbao.trace.models import Heat, Lot

HOUSE = Actor.clockwork("test")


def balance_of(card: Card) -> Any:
    return balances.of_card(card, standing_steps([card]).get(card.pk, []), transfers_of(card.lot))


@pytest.mark.clause("T-09")
def test_a_cards_balance_counts_the_press_the_steps_what_was_poured_and_what_is_left(shop: Shop) -> None:
    card = shop.check(shop.start(kg=300, scrap_kg=Decimal(38), billets=[("ZB1", Decimal(340))]))
    other = shop.check(shop.start(kg=100))
    actions.pour(other, by=shop.by.operator, into=card, kg=Decimal(50))
    card = shop.check(shop.step(shop.fresh(card), "age", kg_out=Decimal(346), scrap_kg=Decimal(3)))
    actions.split(card, by=shop.by.operator, kg=Decimal(100))
    found = balance_of(shop.fresh(card))
    assert (found.went_in, found.came_out, found.scrapped, found.unaccounted) == (
        390 * KG, 346 * KG, 41 * KG, 3 * KG,
    )  # fmt: skip
    assert not found.outside


def test_a_card_that_lost_too_much_is_outside_its_tolerance(shop: Shop) -> None:
    card = shop.step(shop.check(shop.start(kg=300)), "age", kg_out=Decimal(290))
    assert balance_of(card).outside


def test_a_heat_is_held_against_what_was_issued_into_it(shop: Shop) -> None:
    [one] = balances.heats(HOUSE).filter(key="RL1")
    found = balances.of_heat(one, balances.tolerance(Scope.HEAT))
    assert (found.went_in, found.came_out, found.outside) == (6000 * KG, 6000 * KG, False)
    Heat.objects.filter(lot__key="RL1").update(quantity_milli=5000 * KG)
    [one] = balances.heats(HOUSE).filter(key="RL1")
    assert balances.of_heat(one, balances.tolerance(Scope.HEAT)).outside


def test_a_load_and_a_shift_sum_up_their_baskets(shop: Shop) -> None:
    for kg in (300, 200):
        card = shop.check(shop.start(kg=kg))
        shop.step(card, "age", treatment="SJ-7", kg_out=Decimal(kg - 4), scrap_kg=Decimal(3))
    [load] = balances.loads(HOUSE)
    found = balances.of_load(load, balances.tolerance(Scope.LOAD))
    assert (load.code, load.cards, found.went_in, found.came_out, found.scrapped) == (
        "SJ-7", 2, 500 * KG, 492 * KG, 6 * KG,
    )  # fmt: skip
    day = date(2026, 4, 20)
    work = balances.shifts(HOUSE, day, day)
    assert [(w.operation, w.shift, w.cards, w.balance.unaccounted) for w in work] == [
        ("extrude", "甲", 2, 0), ("age", "甲", 2, 2 * KG),
    ]  # fmt: skip


@pytest.mark.clause("T-09")
def test_a_casting_makes_a_billet_lot_of_what_was_issued(shop: Shop, people: dict[str, Any]) -> None:
    facts = {
        "by": shop.by.operator, "kg": Decimal(5800), "machine": "1 号熔炉", "shift": "甲",
        "operator": people["operator"], "cast_on": date(2026, 4, 20),
    }  # fmt: skip
    told = refused(actions.cast, heat="RL9", **facts)
    assert (told.code, told.clause, told.field) == ("casting.nothing_issued", "T-09", "heat")
    told = refused(actions.cast, heat="RL1", **facts)  # all of it was cast before
    assert (told.code, told.clause) == ("casting.more_than_issued", "T-09")
    Heat.objects.filter(lot__key="RL2").update(voided="reversal:1")
    made = actions.cast(heat="rl2", scrap_kg=Decimal(90), pieces=50, **facts)
    assert (made.number, made.record.billet.code, made.record.billet.status) == (
        "RZ-2026-00001", "ZB-2026-00001", "pending",
    )  # fmt: skip
    [heat] = balances.heats(HOUSE).filter(key="RL2")
    assert (heat.issued, heat.cast, heat.dross) == (6000 * KG, 5800 * KG, 90 * KG)
    assert refused(shop.start, billets=[("ZB-2026-00001", None)]).code == "lot.not_passed"
    assert Lot.objects.get(key="ZB-2026-00001").made_on == date(2026, 4, 20)
