"""Of eight who dispose of the last of a line at once exactly one does (Q-02), on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from sanbao.kernel.actor import Actor
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import Refusal
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.models import Nonconformity
from sanbao.parties.models import Department

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.clause("Q-02")]
HOUSE = Actor.clockwork("test")
THREADS = 8


def test_of_eight_who_dispose_of_the_rest_at_once_exactly_one_does() -> None:
    record = actions.open_record(
        by=HOUSE,
        source="stock",
        description="整垛压痕",
        lines=[Goods(words="一垛", quantity=Quantity(Decimal(100), "kg"))],
    )
    line, production = record.lines.get(), Department.objects.get(code="production")
    together = Barrier(THREADS)

    def one(_: int) -> str:
        try:
            together.wait()
            actions.propose(
                Nonconformity.objects.get(pk=record.pk), by=HOUSE, line=line, way="scrap", quantity=Decimal(60),
                instruction="剪碎", basis="评审", department=production, due_on=date(2100, 1, 1),
            )  # fmt: skip
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(one, range(THREADS)))
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "disposition.beyond", "stale"}
    [standing] = queries.standings(record)
    assert (standing.balance.open, standing.balance.pending, standing.balance.balanced) == (40_000, 60_000, True)
