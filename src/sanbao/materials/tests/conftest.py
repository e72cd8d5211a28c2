"""A small store: two suppliers, some materials, a few places, and the people whose business it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sanbao.catalog import actions as catalog
from sanbao.catalog.models import Material
from sanbao.kernel import announcements, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import permissions_granted
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.materials import actions
from sanbao.materials.models import Delivery, IncomingLot, IssueSlip, Place
from sanbao.parties import actions as parties
from sanbao.parties.models import Category, Customer, Department, Supplier
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot

HOUSE = Actor.clockwork("test")
EVERYTHING = ("supplier", "product", "specification", "model", "date_or_lot", "inspection_mark")


def staff(person: int, role: str) -> Actor:
    """A person in a post, with what the shipped permissions give it; he proved who he is a moment ago."""
    actor = an_actor(person=person, roles=[role])
    return replace(actor, permissions=permissions_granted(actor), fresh=True)


@dataclass(frozen=True)
class Cast:
    keeper: Actor
    second: Actor
    boss: Actor
    buyer: Actor
    qc: Actor
    vp: Actor
    shop: Actor
    sales: Actor


@pytest.fixture
def by(db: None) -> Cast:
    return Cast(
        keeper=staff(1, "warehouse.storekeeper"),
        second=staff(2, "warehouse.storekeeper"),
        boss=staff(3, "warehouse.department_manager"),
        buyer=staff(4, "purchasing.purchaser"),
        qc=staff(5, "qc.inspector"),
        vp=staff(6, "management.production_vp"),
        shop=staff(7, "production.team_leader"),
        sales=staff(8, "sales.clerk"),
    )


@pytest.fixture(autouse=True)
def monday_morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """The day stands still, but for tests in a browser, whose sessions would otherwise have run out."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("postgres"):
        yield
        return
    with times.frozen("2026-04-20 09:00"):
        yield


@dataclass
class Store:
    """What the tests stand on, and the short ways to bring material in."""

    supplier: Supplier
    powder: Material
    ingot: Material
    customer: Customer
    abroad: Customer
    a1: Place
    a2: Place
    theirs: Place
    heats: Department

    def delivery(self, by: Actor = HOUSE, **more: Any) -> Delivery:
        return actions.receiving.register(by=by, **{"supplier": self.supplier, "paper": "SH-1", **more})

    def entered(self, by: Actor = HOUSE, delivery: Delivery | None = None, **more: Any) -> IncomingLot:
        """One lot at the gate, complete unless said otherwise."""
        facts = {
            "material": self.powder, "quantity": kg(400), "supplier_lot": "G-77", "present": list(EVERYTHING),
            "certificate": "HG-1", "model": "PE-60",
        }  # fmt: skip
        delivery = delivery or self.delivery(by, **({"owner": more.pop("owner")} if "owner" in more else {}))
        actions.receiving.enter(delivery, by=by, **{**facts, **more})
        return IncomingLot.objects.latest("pk")

    def received(self, by: Actor = HOUSE, *, place: Place | None = None, **more: Any) -> Lot:
        """A lot in store, still to be inspected."""
        found = actions.receiving.accept(self.entered(by, **more), by=by, place=place)
        assert found.lot is not None
        return found.lot

    def passed(self, day: str = "", **more: Any) -> Lot:
        """A lot in store that QC has passed; ``day`` is when it came."""
        if day:
            with times.frozen(f"{day} 09:00"):
                return self.passed(**more)
        lot = self.received(**{"supplier_lot": f"G-{Lot.objects.count() + 1}", **more})
        trace.judge(by=HOUSE, lots=[lot], status="passed", basis="JY-1")
        announcements.deliver()
        return Lot.objects.get(pk=lot.pk)

    def slip(self, by: Actor = HOUSE, **more: Any) -> IssueSlip:
        facts = {"department": self.heats, "into": "PT-1", "into_kind": "coating"}
        return actions.issuing.open_slip(by=by, **{**facts, **more})

    def issued(self, lot: Lot, quantity: Quantity, by: Actor = HOUSE, **more: Any) -> IssueSlip:
        slip = self.slip(by, **more)
        actions.issuing.add(slip, by=by, code=lot.code, quantity=quantity, reason="试验")
        return actions.issuing.issue(slip, by=by)


@pytest.fixture
def store(db: None, monday_morning: None) -> Store:
    place: Callable[..., Place] = actions.placing.open_place
    customer = parties.register_customer(by=HOUSE, code="K1", name="东安源门窗厂")
    abroad = parties.register_customer(by=HOUSE, code="K2", name="Wattle Joinery", category=Category.EXPORT)
    return Store(
        supplier=parties.register_supplier(by=HOUSE, code="G1", name="鹤顶粉末涂料厂"),
        powder=catalog.register_material(
            by=HOUSE, code="FM-60", name="粉末涂料", specification="聚酯 哑光灰", material_class="粉末涂料"
        ),
        ingot=catalog.register_material(
            by=HOUSE, code="AL-997", name="铝锭", specification="A00", material_class="铝锭", important=True
        ),
        customer=customer,
        abroad=abroad,
        a1=place(by=HOUSE, code="A1", name="原料库一排", kind="raw", spacing_cm=50),
        a2=place(by=HOUSE, code="A2", name="原料库二排", kind="raw", capacity=1),
        theirs=place(by=HOUSE, code="K1", name="东安源客供件", kind="customer", customer=customer),
        heats=Department.objects.get(code="production"),
    )


def kg(amount: int | str) -> Quantity:
    return Quantity.parse(str(amount), "kg")


def refused(act: Callable[..., Any], *given: Any, **how: Any) -> Refusal:
    """The refusal of an act, which left nothing behind."""
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        act(*given, **how)
    return caught.value
