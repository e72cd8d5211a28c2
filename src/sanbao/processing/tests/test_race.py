"""Several at once on PostgreSQL: two orders do not both get the last kilograms of a lot (W-09)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel.refusals import Refusal
from sanbao.processing.tests.conftest import KG
from sanbao.trace import queries as tracing
from sanbao.trace.tests.factory import lot

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
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


@pytest.mark.clause("W-09")
def test_two_orders_that_take_the_last_of_a_lot_do_not_both_get_it(order: Any, put_in: Any) -> None:
    first, second = order(), order()
    outcomes = at_once(lambda: put_in(first, kg="150"), lambda: put_in(second, kg="150"))
    assert outcomes == ["done", "trace.not_enough"]
    assert tracing.account(lot("BQ4")).left == 100 * KG
