"""A house with goods delivered to K1 (BQ1, 240 kg) and K2 (BQ2, 300 kg, BQ3, 480 kg; all LM50), and its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.catalog.models import Product
from sanbao.dispatch.models import PickList
from sanbao.inspection import actions as inspection
from sanbao.kernel import attachments, times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer, Department, Person, Post, Region
from sanbao.parties.queries import actor_of
from sanbao.returns import actions, rules
from sanbao.returns.actions.applying import Wanted
from sanbao.returns.models import Credit, Return
from sanbao.trace import bulk
from sanbao.trace.rows import PackingRow, ShipmentRow
from sanbao.trace.tests.factory import KG, Masters, lot, small_factory

HOUSE = Actor.clockwork("test")
STAFF = {
    "seller": ("sales", "salesperson"),
    "clerk": ("after_sales", "after_sales_clerk"),
    "manager": ("sales", "department_manager"),
    "exporter": ("export", "department_manager"),
    "trader": ("export", "salesperson"),
    "technical": ("management", "technical_vp"),
    "leader": ("management", "responsible_leader"),
    "gm": ("management", "gm"),
    "inspector": ("qc", "inspector"),
    "qc_head": ("qc", "department_manager"),
    "technologist": ("technology", "technologist"),
    "foreman": ("production", "department_manager"),
    "keeper": ("warehouse", "storekeeper"),
    "carter": ("transport", "operator"),
    "worker": ("production", "operator"),
}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with times.frozen("2026-05-11 09:00"):
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
    """``by.seller``, ``by.technical`` …: each as one who has just proved who he is."""
    return SimpleNamespace(**{name: replace(actor_of(p, origin="test"), fresh=True) for name, p in people.items()})


@pytest.fixture
def factory(db: None) -> Masters:
    """Beside the small factory, K1 also got L1 to L4, 200 kg each, with TH9."""
    made = small_factory()
    goods = [
        PackingRow(
            label=f"L{n}", travellers=("SX1",), product_id=made.products["LM50"], quantity_milli=200 * KG, pieces=20
        )
        for n in range(1, 7)
    ]
    bulk.write(goods, source="import:2")
    sent = [
        ShipmentRow(
            number="TH9", label=f"L{n}", customer_id=made.customers["K1"], quantity_milli=200 * KG,
            shipped_on=date(2026, 4, 27),
        )
        for n in range(1, 5)
    ]  # fmt: skip
    bulk.write(sent, source="import:2")
    return made


@pytest.fixture
def product(factory: Masters) -> Product:
    return Product.objects.get(code="LM50")


@pytest.fixture
def customer(factory: Masters) -> Customer:
    found = Customer.objects.get(code="K1")
    Customer.objects.filter(pk=found.pk).update(region=Region.objects.get(code="CN-ZJ"))
    return Customer.objects.get(pk=found.pk)


@pytest.fixture
def other_customer(factory: Masters) -> Customer:
    return Customer.objects.get(code="K2")


def label(code: str, kg: str = "200", price: str = "20", **facts: Any) -> Wanted:
    """A line by its label."""
    found = lot(code)
    return Wanted(
        code=code, milli=rules.to_milli(Decimal(kg)), price=Decimal(price), source="FP-2026-0031", lot=found, **facts
    )


def of(product: Product, kg: str, price: str = "20", **facts: Any) -> Wanted:
    """A line by its product."""
    return Wanted(
        code=product.code, milli=rules.to_milli(Decimal(kg)), price=Decimal(price), source="FP-1", product=product,
        **facts,
    )  # fmt: skip


def paper(by: Actor, name: str = "paper.png") -> Any:
    return attachments.store(SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"1" * 40), by=by)


def fresh(case: Return) -> Return:
    return Return.objects.get(pk=case.pk)


@pytest.fixture
def apply(by: SimpleNamespace, customer: Customer) -> Callable[..., Return]:
    """An application for BQ1 because we made the order out wrongly; anything may be given differently."""

    def make(*lines: Wanted, **facts: Any) -> Return:
        values: dict[str, Any] = {
            "by": by.seller, "customer": customer, "reason": "our_error", "description": "订单写错了型号。",
            "lines": lines or (label("BQ1", "240"),),
        }  # fmt: skip
        return actions.apply(**{**values, **facts})

    return make


@pytest.fixture
def agreed(apply: Any, by: SimpleNamespace) -> Callable[..., Return]:
    def make(*lines: Wanted, **facts: Any) -> Return:
        case = apply(*lines, **facts)
        case = actions.add_evidence(case, by=by.seller, kind="mismatch", remark="FP-1", files=[paper(by.seller)])
        return actions.agree(case, by=by.manager)

    return make


@pytest.fixture
def filled(agreed: Any, by: SimpleNamespace) -> Callable[..., Return]:
    def make(*lines: Wanted, **facts: Any) -> Return:
        return actions.fill_form(agreed(*lines, **facts), by=by.clerk, responsible="经营部", handling="换 LM50")

    return make


@pytest.fixture
def approved(filled: Any, by: SimpleNamespace) -> Callable[..., Return]:
    def make(*lines: Wanted, **facts: Any) -> Return:
        case = filled(*lines, **facts)
        who = {"sales.department_manager": by.manager, "management.technical_vp": by.technical}
        return actions.approve(case, by=who[case.approver])

    return make


@pytest.fixture
def accepted(approved: Any, by: SimpleNamespace) -> Callable[..., Return]:
    """Every label that was applied for came back whole."""

    def make(*lines: Wanted, **facts: Any) -> Return:
        case = approved(*lines, **facts)
        for line in case.lines.all():
            case = actions.scan(case, by=by.keeper, code=line.code)
        return actions.accept(case, by=by.keeper, place="T-1", sign="DC-7")

    return make


@pytest.fixture
def credited(accepted: Any, by: SimpleNamespace) -> Callable[..., Return]:
    def make(*lines: Wanted, **facts: Any) -> Return:
        return actions.confirm(accepted(*lines, **facts), by=by.clerk)

    return make


def credit_of(case: Return) -> Credit:
    return Credit.objects.get(customer=case.customer_id, currency=case.currency)


def sent(customer: Customer, number: str, kg: int = 100) -> PickList:
    """A pick list whose goods have left, as the gate would have left it."""
    return PickList.objects.create(number=number, customer=customer, state="shipped", net_milli=kg * KG)


def concluded(case: Return, by: SimpleNamespace, ours: str = "yes", opinion: str = "换货") -> Return:
    """QC has a sample of the return and has concluded about it."""
    [sample] = [s for s in [*_samples(case)] if s.state == "requested"]
    sample = inspection.receive(sample, by=by.inspector, place="样品架 1", label="BQ1", given_by="业务员")
    inspection.conclude(
        by=by.inspector, sample=sample, ours=ours, used_rightly="yes", severity="S2", basis="GB/T 5237.4",
        measured="41 µm", conclusion="涂层附着力不合格", opinion=opinion,
    )  # fmt: skip
    return fresh(case)


def _samples(case: Return) -> list[Any]:
    from sanbao.returns import queries

    return queries.samples(case)


__all__ = ["KG", "lot"]
