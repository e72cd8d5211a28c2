"""Many cards into one furnace load at once, each with its own answer (T-09)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sanbao.kernel.refusals import Refusal
from sanbao.production import actions
from sanbao.production.models import Step
from sanbao.production.tests.conftest import MEASURED, Shop
from sanbao.trace.models import Lot


def charge(shop: Shop, *codes: str, **more: Any) -> actions.Load:
    facts = {
        "by": shop.by.operator, "operation": "age", "machine": "1 号炉", "shift": "甲",
        "operator": shop.people["operator"], "done_on": date(2026, 4, 20), "measured": MEASURED["age"],
    }  # fmt: skip
    return actions.charge(codes=codes, **{**facts, **more})


@pytest.mark.clause("T-09")
def test_each_card_is_told_whether_it_went_in_and_those_that_may_not_stay_as_they_were(shop: Shop) -> None:
    good, also, unchecked = shop.check(shop.start()), shop.check(shop.start()), shop.start()
    load = charge(shop, good.number, "SX-0", unchecked.number, also.number.lower(), good.number)
    assert load.lot is not None and load.lot.code == "SJ-2026-00001"
    assert [(one.code, one.refusal and one.refusal.code) for one in load.cards] == [
        (good.number, None), ("SX-0", "card.unknown"), (unchecked.number, "card.check_missing"),
        (also.number.lower(), None),
    ]  # fmt: skip
    assert set(Step.objects.filter(treatment=load.lot).values_list("card", flat=True)) == {good.pk, also.pk}
    assert shop.fresh(unchecked).at == "age"


def test_when_no_card_may_go_in_there_is_no_load_and_no_number_is_lost(shop: Shop) -> None:
    load = charge(shop, shop.start().number)
    assert (load.lot, len(load.refused)) == (None, 1)
    assert not Lot.objects.filter(key__startswith="SJ-2026").exists()
    assert charge(shop, shop.check(shop.start()).number).lot.code == "SJ-2026-00001"  # type: ignore[union-attr]


def test_only_the_shop_charges_a_furnace(shop: Shop) -> None:
    card = shop.check(shop.start())
    with pytest.raises(Refusal) as caught:
        charge(shop, card.number, by=shop.by.inspector)
    assert (caught.value.code, caught.value.status) == ("not_permitted", 403)
