"""A product with an approved plan, a lot of it, an instrument that may measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from sanbao.catalog import actions as catalog
from sanbao.catalog.models import Material, Product
from sanbao.inspection import actions
from sanbao.inspection.models import InspectionPlan, InspectionSheet, Instrument
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.kernel.testing import an_actor
from sanbao.trace.models import Lot, LotKind

HOUSE = Actor.clockwork("test")
PLAN = """膜厚 | 严重 | 1.5 | 60 | 40 | 120 | µm | GB/T 5237.4 4.5 | 膜厚仪
划伤 | 轻微 | 4.0
夹层 | 致命"""


@pytest.fixture
def monday(db: None) -> Iterator[None]:
    with times.frozen("2026-04-20 09:00"):
        yield


def person(number: int, *permissions: str) -> Actor:
    """Somebody who has just shown that it is he."""
    return an_actor(*permissions, person=number, fresh=True)


@pytest.fixture
def product(monday: None) -> Product:
    return catalog.register_product(by=HOUSE, code="6063-T5-A", name="隔热型材")


@pytest.fixture
def material(monday: None) -> Material:
    return catalog.register_material(by=HOUSE, code="ZN-01", name="锌锭", material_class="金属")


@pytest.fixture
def plan(product: Product) -> InspectionPlan:
    drafted = actions.draft_plan(by=person(1, "inspection.draft_plan"), title="喷涂型材出厂检验", characteristics=PLAN,
                                 product=product)  # fmt: skip
    return actions.approve_plan(drafted, by=person(2, "inspection.approve_plan", "inspection.see"))


@pytest.fixture
def gauge(monday: None) -> Instrument:
    tool = actions.register_instrument(by=HOUSE, number="MH-07", name="涂层测厚仪", kind="膜厚仪")
    return actions.calibrate(tool, by=HOUSE, result="passed", on=date(2026, 1, 5), due_on=date(2027, 1, 4))


@pytest.fixture
def a_lot(product: Product) -> Callable[..., Lot]:
    def made(code: str, **more: Any) -> Lot:
        of = {"product": product} | more
        return Lot.objects.create(key=code, code=code, kind=LotKind.ITEM, quantity_milli=1_000_000, **of)

    return made


def grid(sheet: InspectionSheet, *, scratched: int = 0, thin: int = 0) -> str:
    """All pieces of a sheet, so many of them scratched (from the first on), so many too thin."""
    sizes = {group["weight"]: group["size"] for group in sheet.scheme}
    rows = []
    for piece in range(1, sheet.pieces + 1):
        film = ("39.9" if piece <= thin else "61.5") if piece <= sizes["major"] else ""
        scratch = ("NG" if piece <= scratched else "OK") if piece <= sizes["minor"] else ""
        rows.append(f"{piece}\t{film}\t{scratch}\t{'合格' if piece <= sizes['critical'] else ''}")
    return "\n".join(rows)


def inspected(lot: Lot, units: int = 1000, **found: int) -> InspectionSheet:
    """A lot inspected from the first to the last piece and concluded."""
    sheet = actions.open_sheet(by=HOUSE, lot=lot, units=units)
    actions.enter(sheet, by=HOUSE, results=grid(sheet, **found), instruments="mh-07")
    return actions.conclude_sheet(InspectionSheet.objects.get(pk=sheet.pk), by=HOUSE)
