"""A small shop: passed billet lots, a coated and an anodised product, and one person per post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.catalog.models import Product
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of
from sanbao.production import actions
from sanbao.production.models import Card, Operation, Step
from sanbao.production.queries import standing_steps
from sanbao.trace.models import Lot, QualityStatus
from sanbao.trace.tests.factory import Masters, small_factory

HOUSE = Actor.clockwork("test")
#: name → department, post
STAFF = {
    "operator": ("production", "operator"),
    "operator2": ("production", "operator"),
    "leader": ("production", "team_leader"),
    "foreman": ("production", "department_manager"),
    "inspector": ("qc", "inspector"),
    "inspector2": ("qc", "inspector"),
    "technologist": ("technology", "technologist"),
    "storekeeper": ("warehouse", "storekeeper"),
    "gm": ("management", "gm"),
}
#: What the policy asks to be written down at each operation.
MEASURED = {"age": {"temperature_c": "185", "hours": "2.5"}, "coat": {"film_um": "68"}, "anodise": {"film_um": "11"}}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """2026-04-20 09:00 at the factory; ``times.pass_time`` turns the clock."""
    with times.frozen("2026-04-20 09:00"):
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
    """``by.operator``, ``by.inspector`` …: each person as one who acts, with the permissions that ship."""
    return SimpleNamespace(**{name: actor_of(person, origin="test") for name, person in people.items()})


@pytest.fixture
def factory(db: None) -> Masters:
    """The miniature of the trace, its billets passed."""
    made = small_factory()
    Lot.objects.filter(key__in=["ZB1", "ZB2"]).update(status=QualityStatus.PASSED)
    return made


@pytest.fixture
def coated(factory: Masters) -> Product:
    return Product.objects.create(code="YM60", name="断桥窗料", surface="喷涂", alloy_temper="6063-T5", state="in_use")


class Shop:
    """The shop floor in short words; every word is one act of the people whose business it is."""

    def __init__(self, by: SimpleNamespace, people: dict[str, Person], product: Product) -> None:
        self.by, self.people, self.product = by, people, product

    def start(self, kg: int = 300, billets: Any = None, **more: Any) -> Card:
        facts = {
            "by": self.by.operator, "product": self.product, "billets": billets or [("ZB1", None)],
            "kg_out": Decimal(kg), "machine": "880T-2", "shift": "甲", "operator": self.people["operator"],
            "done_on": date(2026, 4, 20), "basket": "K12",
        }  # fmt: skip
        return actions.start(**{**facts, **more})

    def step(self, card: Card, operation: str, **more: Any) -> Card:
        facts = {
            "by": self.by.operator, "operation": operation, "machine": "1 号炉", "shift": "甲",
            "operator": self.people["operator"], "done_on": date(2026, 4, 20), "measured": MEASURED.get(operation, {}),
        }  # fmt: skip
        return actions.record_step(card, **{**facts, **more})

    def last(self, card: Card) -> Step:
        return standing_steps([card])[card.pk][-1]

    def check(self, card: Card, lead: str = "good", qc: str = "good", remark: str = "划伤") -> Card:
        """Both checks of the last step; an empty outcome leaves one out."""
        step = self.last(card)
        if lead:
            step = actions.check_lead(step, by=self.by.leader, outcome=lead, remark=remark)
        if qc:
            actions.check_qc(step, by=self.by.inspector, outcome=qc, remark=remark)
        return self.fresh(card)

    def through(self, card: Card, *operations: str) -> Card:
        """Record and check these operations, one after the other."""
        for operation in operations:
            card = self.check(self.step(card, operation))
        return card

    def worked(self, **more: Any) -> Card:
        """A card on which all work is done and checked."""
        return self.through(self.check(self.start(**more)), Operation.AGE, Operation.COAT)

    def passed(self, **more: Any) -> Card:
        return self.inspect(self.worked(**more))

    def inspect(self, card: Card, conclusion: str = "passed") -> Card:
        return actions.inspect(card, by=self.by.inspector2, conclusion=conclusion)

    @staticmethod
    def fresh(card: Card) -> Card:
        return Card.objects.select_related("lot", "record").get(pk=card.pk)


@pytest.fixture
def shop(by: SimpleNamespace, people: dict[str, Person], coated: Product) -> Shop:
    return Shop(by, people, coated)
