"""Several at once on PostgreSQL: nobody splits what is not there, and a step is recorded by one (T-09)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel.refusals import Refusal
from sanbao.production import actions
from sanbao.production.models import Card, Step
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import KG
from sanbao.trace import queries as trace_queries

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of those who act at the same moment."""
    together = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        try:
            together.wait()
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def test_two_who_split_the_last_kilograms_do_not_both_get_them(shop: Shop) -> None:
    card = shop.check(shop.start(kg=100))

    def split() -> None:
        actions.split(card, by=shop.by.operator, kg=Decimal(70))

    assert at_once(split, split) == ["done", "trace.not_enough"]
    assert Card.objects.count() == 2
    books = trace_queries.accounts(Card.objects.values_list("lot_id", flat=True))
    assert sum(book.left or 0 for book in books.values()) == 100 * KG


def test_of_an_operator_and_a_second_operator_one_records_the_step(shop: Shop) -> None:
    card = shop.check(shop.start())
    outcomes = at_once(lambda: shop.step(card, "age"), lambda: shop.step(card, "age", by=shop.by.operator2))
    assert outcomes == ["card.out_of_order", "done"]
    assert Step.objects.filter(card=card, operation="age").count() == 1


def test_two_who_pour_into_each_other_do_not_wait_for_each_other(shop: Shop) -> None:
    a, b = shop.check(shop.start(kg=100)), shop.check(shop.start(kg=100))

    def pour(one: Card, other: Card) -> None:
        actions.pour(one, by=shop.by.operator, into=other, kg=Decimal(30))

    assert at_once(lambda: pour(a, b), lambda: pour(b, a)) == ["done", "done"]
    books = trace_queries.accounts([a.lot_id, b.lot_id])
    assert [book.left for book in books.values()] == [100 * KG] * 2


def test_team_leader_and_qc_check_the_same_step_at_once(shop: Shop) -> None:
    step = shop.last(shop.start())
    outcomes = at_once(
        lambda: actions.check_lead(step, by=shop.by.leader, outcome="good"),
        lambda: actions.check_qc(step, by=shop.by.inspector, outcome="good"),
    )
    assert outcomes == ["done", "done"]
    assert Step.objects.get(pk=step.pk).state == "passed"
