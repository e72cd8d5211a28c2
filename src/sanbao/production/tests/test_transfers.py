"""Baskets split and merge; kilograms, status and progress go with them, and nothing is lost (T-09)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanbao.catalog.models import Product
from sanbao.kernel import journal
from sanbao.kernel.refusals import Refusal
from sanbao.production import actions
from sanbao.production.models import Card, CardState, Transfer
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import KG, refused
from sanbao.trace import actions as trace
from sanbao.trace import panels
from sanbao.trace import queries as trace_queries
from sanbao.trace.models import Lot


def left(card: Card) -> int:
    return (trace_queries.account(card.lot).left or 0) // KG


def split(shop: Shop, card: Card, kg: int) -> Card:
    return actions.split(card, by=shop.by.operator, kg=Decimal(kg), basket="K13")


@pytest.mark.clause("T-09")
def test_part_of_a_basket_gets_a_card_of_its_own_and_comes_just_as_far(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start(kg=300)), "age")
    part = split(shop, card, 120)
    assert (left(shop.fresh(card)), left(part), part.at, part.brought) == (180, 120, "coat", ["extrude", "age"])
    assert (part.record.billets, part.record.ageing, part.record.aged_on) == (
        "ZB1",
        card.record.ageing,
        card.record.aged_on,
    )
    assert shop.through(part, "coat").at == "inspect"
    gaps = {gap.missing.value for gap in trace_queries.trace_back([part.lot]).gaps if gap.code == part.number}
    assert gaps == {"report"}


@pytest.mark.clause("T-09")
def test_nobody_takes_more_out_of_a_basket_than_is_left(shop: Shop) -> None:
    card = shop.check(shop.start(kg=300))
    told = refused(split, shop, card, 301)
    assert (told.code, told.clause) == ("trace.not_enough", "T-09")


@pytest.mark.clause("W-06")
def test_a_basket_whose_step_is_not_checked_is_neither_split_nor_merged(shop: Shop) -> None:
    card, other = shop.start(), shop.check(shop.start())
    for told in (
        refused(split, shop, card, 10),
        refused(actions.pour, card, by=shop.by.operator, into=other),
        refused(actions.merge, by=shop.by.operator, sources=[(card, None), (other, None)]),
    ):
        assert (told.code, told.clause) == ("card.check_missing", "W-06")


def test_what_is_split_off_keeps_its_status_by_qcs_rule_which_the_record_names(shop: Shop) -> None:
    card = shop.passed(kg=300)
    part = split(shop, shop.fresh(card), 100)
    assert (part.lot.status, part.at) == ("passed", "inspect")
    facts = journal.entries_of(part.subject)[0].facts
    assert (facts["decision"]["policy"], facts["decision"]["answer"], facts["status"]) == (
        "transfers", {"status": "worst"}, "passed",
    )  # fmt: skip


def test_what_is_merged_is_as_good_as_the_worst_of_it(shop: Shop) -> None:
    good, bad = shop.passed(kg=100), shop.inspect(shop.worked(kg=50), "failed")
    one = actions.merge(by=shop.by.operator, sources=[(good, None), (bad, Decimal(20))], basket="K9")
    assert (one.lot.status, left(one), left(bad)) == ("failed", 120, 30)
    assert (shop.fresh(good).state, shop.fresh(bad).state) == (CardState.ENDED, CardState.IN_WORK)
    transfer = Transfer.objects.get()
    assert transfer.sources == f"{good.number} 100 kg; {bad.number} 20 kg"


@pytest.mark.clause("T-09")
def test_only_what_is_alike_goes_into_one_basket(shop: Shop, factory: Any) -> None:
    bare = Product.objects.create(code="YG1", name="工业材", state="in_use")
    one, other = shop.check(shop.start()), shop.check(shop.start(product=bare))
    further = shop.through(shop.check(shop.start()), "age")
    for target, what in ((other, "型号"), (further, "做到的工序")):
        told = refused(actions.pour, one, by=shop.by.operator, into=target)
        assert (told.code, told.clause, str(told.facts["what"])) == ("transfer.not_alike", "T-09", what)
    assert refused(actions.merge, by=shop.by.operator, sources=[(one, None)]).code == "transfer.too_few"
    assert refused(actions.pour, one, by=shop.by.operator, into=one).code == "transfer.into_itself"


def test_a_loop_of_baskets_ends_and_keeps_the_kilograms(shop: Shop) -> None:
    a = shop.check(shop.start(kg=300))
    b = split(shop, a, 100)
    actions.pour(b, by=shop.by.operator, into=shop.fresh(a), kg=Decimal(40))
    assert (left(a), left(b)) == (240, 60)
    b = shop.fresh(b)
    actions.pour(b, by=shop.by.operator, into=shop.fresh(a))
    assert (left(a), left(b), shop.fresh(b).state) == (300, 0, CardState.ENDED)
    for start in (a, b):
        traced = trace_queries.trace([start.lot])
        assert {a.number, b.number, "ZB1", "J1"} <= {node.code for node in traced.nodes.values()}
    assert left(shop.through(shop.fresh(a), "age")) == 300


@pytest.mark.clause("T-13")
def test_a_held_basket_is_not_divided_and_what_was_made_from_it_is_held_too(shop: Shop) -> None:
    card = shop.check(shop.start())
    part = split(shop, card, 100)
    trace.hold(by=shop.by.inspector, lots=[card.lot], reason="待查")
    for held in (card, part):
        told = refused(split, shop, shop.fresh(held), 10)
        assert (told.code, told.clause) == ("lot.held", "T-13")


def test_the_trace_shows_transfers_and_steps_on_both_baskets(shop: Shop) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    part = split(shop, card, 100)
    for lot in (card.lot, part.lot):
        kinds = [panel.kind.value for panel in panels.panels_of(lot)]
        assert "transfer" in kinds
    [told] = [panel for panel in panels.panels_of(card.lot) if panel.kind == "step"]
    assert told.title == f"{card.number} 时效"
    assert panels.record_panel("transfer", Transfer.objects.get().pk) is not None


@pytest.mark.clause("T-13")
def test_a_factory_may_rule_that_what_was_merged_is_inspected_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanbao.production.actions import transfers

    class Anew(dict):
        def as_facts(self) -> dict[str, Any]:
            return {"decision": dict(self)}

    monkeypatch.setattr(transfers, "_rule", lambda what: Anew(status="pending"))
    assert split(shop, shop.fresh(shop.passed()), 10).lot.status == "pending"
    card = shop.check(shop.start())
    trace.hold(by=shop.by.inspector, lots=[card.lot], reason="待查")
    assert refused(split, shop, card, 10).clause == "T-13"


KINDS = st.sampled_from(["split", "pour", "merge", "scrap"])
ACTS = st.lists(st.tuples(KINDS, st.integers(0, 5), st.integers(0, 5), st.integers(1, 120)), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_is_split_merged_and_scrapped_the_kilograms_stay_the_same(
    shop: Shop, acts: list[tuple[str, int, int, int]]
) -> None:
    before = set(Lot.objects.filter(kind="traveller").values_list("pk", flat=True))
    for _ in range(2):
        shop.check(shop.start(kg=200))
    for what, first, second, kg in acts:
        living = list(Card.objects.filter(state=CardState.IN_WORK).order_by("pk"))
        if not living:
            break
        one, other = living[first % len(living)], living[second % len(living)]
        try:
            match what:
                case "split":
                    split(shop, one, kg)
                case "pour":
                    actions.pour(one, by=shop.by.operator, into=other, kg=Decimal(kg))
                case "merge":
                    actions.merge(by=shop.by.operator, sources=[(one, Decimal(kg)), (other, None)])
                case "scrap":
                    actions.scrap(one, by=shop.by.operator, kg=Decimal(kg), reason="料头")
        except Refusal:
            continue
    lots = set(Lot.objects.filter(kind="traveller").values_list("pk", flat=True)) - before
    books = trace_queries.accounts(lots).values()
    assert all((book.left or 0) >= 0 for book in books)
    assert sum((book.left or 0) + book.scrapped for book in books) == 400 * KG
    Card.objects.filter(state=CardState.IN_WORK).update(state=CardState.ENDED)  # the next example begins afresh
