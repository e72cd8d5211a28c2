"""A miniature factory with a passed traveller to pack, a storekeeper, an inspector, and what reads a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.goods import actions
from sanbao.goods.models import Label
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of
from sanbao.trace import bulk
from sanbao.trace.models import Lot
from sanbao.trace.rows import TravellerRow
from sanbao.trace.tests.factory import KG, Masters, lot, small_factory

HOUSE = Actor.clockwork("test")
STAFF = {
    "storekeeper": ("warehouse", "storekeeper"),
    "inspector": ("qc", "inspector"),
    "salesman": ("sales", "salesperson"),
}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with times.frozen("2026-04-27 09:00"):
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
    """``by.storekeeper``, ``by.inspector``: each person as one who acts, with the permissions that ship."""
    return SimpleNamespace(**{name: actor_of(person, origin="test") for name, person in people.items()})


@pytest.fixture
def masters(db: None) -> Masters:
    """The miniature factory of the trace tests, with one more passed traveller of 500 kg, SX9, not packed yet."""
    made = small_factory()
    card = TravellerRow(
        code="SX9", billets=("ZB2",), product_id=made.products["LM50"], quantity_milli=500 * KG, basket="K9",
        extruded_on=date(2026, 4, 24), aged_on=date(2026, 4, 25), finished_on=date(2026, 4, 26), status="passed",
    )  # fmt: skip
    bulk.write([card], source="import:1")
    return made


@pytest.fixture
def card(masters: Masters) -> Lot:
    return lot("SX9")


@pytest.fixture
def pack(by: SimpleNamespace, card: Lot) -> Callable[..., Label]:
    """A package of 120 kg from SX9, as the storekeeper packs it; anything may be given differently."""

    def make(**more: Any) -> Label:
        values: dict[str, Any] = {
            "by": by.storekeeper,
            "travellers": [card],
            "weight": Decimal(120),
            "pieces": 40,
            "place": "B07",
            "sorted_by_kind": True,
        }
        return actions.pack(**{**values, **more})

    return make


@pytest.fixture
def label(pack: Callable[..., Label], by: SimpleNamespace) -> Label:
    """A package in the store, signed for by QC."""
    return actions.sign(pack(), by=by.inspector)
