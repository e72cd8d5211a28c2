"""Two at once: a label is counted once, no return takes what another took, no credit is spent twice (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel.refusals import Refusal
from sanbao.returns import actions
from sanbao.returns.models import Counted, Credit, Return
from sanbao.returns.tests.conftest import credit_of, label, of, sent

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each in a thread and a connection of its own; what became of it."""
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
        return list(pool.map(one, acts))


@pytest.mark.clause("R-07")
def test_two_men_count_one_return_and_no_label_twice(approved: Any, by: Any) -> None:
    case = approved(label("L1"), label("L2"))
    outcomes = at_once(
        *(
            lambda who=who, code=code: actions.scan(case, by=who, code=code)
            for code in ("L1", "L2")
            for who in (by.keeper, by.carter)
        )
    )
    assert set(outcomes) == {"done"}
    assert sorted(Counted.objects.values_list("lot__code", flat=True)) == ["L1", "L2"]


@pytest.mark.clause("R-07")
def test_of_two_returns_that_count_one_label_one_has_it(approved: Any, by: Any, product: Any) -> None:
    first, second = approved(of(product, "100")), approved(of(product, "150"))
    outcomes = at_once(
        lambda: actions.scan(first, by=by.keeper, code="L1"), lambda: actions.scan(second, by=by.carter, code="L1")
    )
    assert sorted(outcomes) == ["done", "return.other_return"]


@pytest.mark.clause("R-07")
def test_two_applications_at_once_do_not_ask_for_the_same_goods(apply: Any) -> None:
    outcomes = at_once(*[lambda: apply(label("BQ1", "240"))] * 3)
    assert sorted(outcomes) == ["done", "return.more_than_delivered", "return.more_than_delivered"]
    assert Return.objects.count() == 1


@pytest.mark.clause("R-02")
def test_one_credit_is_not_spent_twice(credited: Any, by: Any, customer: Any) -> None:
    credit = credit_of(credited(label("L1")))
    goods = [sent(customer, f"TH-{n}") for n in range(3)]
    outcomes = at_once(
        *(
            lambda one=one: actions.replace(credit, by=by.clerk, pick_list=one, value=Decimal(2500), source="FP-9")
            for one in goods
        )
    )
    assert sorted(outcomes) == ["credit.not_enough", "credit.not_enough", "done"]
    assert Credit.objects.get().open == Decimal("1500.00")


@pytest.mark.clause("R-02")
def test_two_first_returns_of_a_customer_make_one_account(accepted: Any, by: Any) -> None:
    cases = [accepted(label("L1")), accepted(label("L2"))]
    outcomes = at_once(*(lambda case=case: actions.confirm(case, by=by.clerk) for case in cases))
    assert (outcomes, Credit.objects.get().open) == (["done", "done"], Decimal("8000.00"))
