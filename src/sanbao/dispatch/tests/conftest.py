"""A house with finished goods, a customer with a building site, and the people of sales, gate and warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.catalog.models import Product
from sanbao.dispatch import actions
from sanbao.dispatch.actions.drafting import Wanted
from sanbao.dispatch.models import PickList
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Contact, Customer, Department, Person, Post, Region, Site
from sanbao.parties.queries import actor_of
from sanbao.trace import bulk
from sanbao.trace.rows import PackingRow
from sanbao.trace.tests.factory import KG, Masters, lot, small_factory

HOUSE = Actor.clockwork("test")
STAFF = {
    "seller": ("sales", "salesperson"),
    "keeper": ("warehouse", "storekeeper"),
    "second": ("warehouse", "storekeeper"),
    "carter": ("transport", "operator"),
    "head": ("warehouse", "department_manager"),
    "inspector": ("qc", "inspector"),
    "worker": ("production", "operator"),
}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with times.frozen("2026-05-11 09:00"):
        yield


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    return {
        name: parties.hire(
            by=HOUSE,
            username=name,
            name=f"{name} 甲",
            department=Department.objects.get(code=department),
            post=Post.objects.get(code=post),
            since=date(2020, 1, 1),
        )
        for name, (department, post) in STAFF.items()
    }


@pytest.fixture
def by(people: dict[str, Person]) -> SimpleNamespace:
    """``by.keeper``, ``by.seller`` …: each as one who has just proved who he is."""
    return SimpleNamespace(**{name: replace(actor_of(p, origin="test"), fresh=True) for name, p in people.items()})


@pytest.fixture
def factory(db: None) -> Masters:
    """BQ4 (250 kg, 50 pieces) still stands in the store, beside five labels P1–P5 of 100 kg and 20 pieces each."""
    made = small_factory()
    product = made.products["LM50"]
    rows = [
        PackingRow(label=f"P{n}", travellers=("SX1",), product_id=product, quantity_milli=100 * KG, pieces=20)
        for n in range(1, 6)
    ]
    bulk.write(rows, source="import:2")
    return made


@pytest.fixture
def product(factory: Masters) -> Product:
    return Product.objects.get(code="LM50")


@pytest.fixture
def other_product(factory: Masters) -> Product:
    """A second product, of which the label Q1 (80 kg) stands in the store."""
    made = Product.objects.create(code="YM80", name="平开窗料", line="喷涂", state="in_use")
    bulk.write(
        [PackingRow(label="Q1", travellers=("SX2",), product_id=made.pk, quantity_milli=80 * KG)], source="import:2"
    )
    return made


@pytest.fixture
def customer(factory: Masters) -> Customer:
    found = Customer.objects.get(code="K1")
    Customer.objects.filter(pk=found.pk).update(region=Region.objects.get(code="CN-ZJ"))
    return Customer.objects.get(pk=found.pk)


@pytest.fixture
def site(customer: Customer) -> Site:
    return parties.register_site(by=HOUSE, customer=customer, name="东安源一期工地", city="宁波")


@pytest.fixture
def contact(customer: Customer, site: Site) -> Contact:
    return parties.register_contact(by=HOUSE, site=site, name="收货人甲", phone="0574-55550009")


@pytest.fixture
def draft(by: SimpleNamespace, customer: Customer, contact: Contact, product: Product) -> Callable[..., PickList]:
    """A draft for 300 kg of LM50 to the customer's building site; anything may be given differently."""

    def make(*lines: Wanted, **facts: Any) -> PickList:
        wanted = lines or (Wanted(product, quantity_milli=300 * KG),)
        return actions.draft(**{"by": by.seller, "customer": customer, "lines": wanted, "vehicle": "浙A00001", **facts})

    return make


@pytest.fixture
def released(draft: Callable[..., PickList], by: SimpleNamespace) -> Callable[..., PickList]:
    def make(*lines: Wanted, **facts: Any) -> PickList:
        return actions.release(draft(*lines, **facts), by=by.seller)

    return make


@pytest.fixture
def picked(released: Callable[..., PickList], by: SimpleNamespace) -> Callable[..., PickList]:
    """A list onto which these labels were scanned."""

    def make(*codes: str, lines: tuple[Wanted, ...] = (), **facts: Any) -> PickList:
        case = released(*lines, **facts)
        for code in codes or ("P1", "P2", "P3"):
            case = actions.scan(case, by=by.keeper, code=code)
        return case

    return make


@pytest.fixture
def ready(picked: Callable[..., PickList], by: SimpleNamespace) -> Callable[..., PickList]:
    """Scanned, weighed and signed by the storekeeper."""

    def make(*codes: str, **facts: Any) -> PickList:
        case = weighed(picked(*codes, **facts), by)
        return actions.check_out(case, by=by.keeper)

    return make


def weighed(case: PickList, by: SimpleNamespace) -> PickList:
    """The whole vehicle, to the kilogram."""
    from sanbao.dispatch.queries import progress

    net = Decimal(progress(case).net_milli) / 1000
    return actions.weigh(case, by=by.keeper, gross=net + 9000, tare=Decimal(9000))


def fresh(case: PickList) -> PickList:
    return PickList.objects.get(pk=case.pk)


__all__ = ["KG", "fresh", "lot", "weighed"]
