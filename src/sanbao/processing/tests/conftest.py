"""A small factory with goods in store, a usage question of its customer, and who makes windows of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import by, monday_morning, people, quick_passwords  # noqa: F401 - of the house
from sanbao.parties.models import Customer
from sanbao.processing import actions
from sanbao.processing.models import ProcessingOrder
from sanbao.processing.rules import Part
from sanbao.trace.tests.factory import Masters, small_factory

KG = 1000


@pytest.fixture
def masters(people: Any) -> Masters:  # noqa: F811
    """BQ4, 250 kg, lies in store; BQ1 went to K1."""
    return small_factory()


@pytest.fixture
def customer(masters: Masters) -> Customer:
    return Customer.objects.get(code="K1")


@pytest.fixture
def question(by: SimpleNamespace, customer: Customer) -> Complaint:  # noqa: F811
    return complaints.register_question(
        by=by.clerk, source="user", channel="phone", description="能否代做推拉窗？", customer=customer
    )


@pytest.fixture
def order(by: SimpleNamespace, customer: Customer) -> Callable[..., ProcessingOrder]:  # noqa: F811
    def make(**facts: Any) -> ProcessingOrder:
        values = {"customer": customer, "wanted": "推拉窗 1500×1200 共 4 樘", "reference": "TZ-2026-11", **facts}
        return actions.order(by=by.clerk, **values)

    return make


@pytest.fixture
def put_in(by: SimpleNamespace) -> Callable[..., ProcessingOrder]:  # noqa: F811
    def make(order: ProcessingOrder, code: str = "BQ4", kg: str = "100") -> ProcessingOrder:
        return actions.put_in(order, by=by.foreman, code=code, weight=Decimal(kg))

    return make


@pytest.fixture
def finish(by: SimpleNamespace) -> Callable[..., ProcessingOrder]:  # noqa: F811
    def make(order: ProcessingOrder, *kg: int, scrap: str = "0", **facts: Any) -> ProcessingOrder:
        parts = [Part(each * KG, 2) for each in kg]
        return actions.finish(order, by=by.storekeeper, parts=parts, place="D01", scrap=Decimal(scrap), **facts)

    return make
