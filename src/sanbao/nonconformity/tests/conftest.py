"""A basket of 300 kg with three labels of it, and who deals with what does not conform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from sanbao.complaints.tests.conftest import (  # noqa: F401 - fixtures of the house
    HOUSE,
    by,
    customer,
    monday_morning,
    people,
    product,
    quality,
    quick_passwords,
    register,
    story,
    surface,
)
from sanbao.kernel.quantities import Quantity
from sanbao.nonconformity import actions
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.models import Disposition, Nonconformity
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Post
from sanbao.parties.queries import actor_of
from sanbao.trace import bulk
from sanbao.trace.models import Lot, LotKind, RecordKind, event_of

KG = "kg"


def kg(number: str | int) -> Quantity:
    return Quantity(Decimal(number), KG)


@pytest.fixture
def posts(by: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    """Those who sign beside the usual staff: the heads of QC and of purchasing, and a second inspector."""
    more = {"qc_head": ("qc", "department_manager"), "inspector2": ("qc", "inspector"),
            "buyer": ("purchasing", "department_manager"), "operator": ("production", "operator")}  # fmt: skip
    for name, (department, post) in more.items():
        person = parties.hire(
            by=HOUSE,
            username=name,
            name=f"{name} 甲",
            department=Department.objects.get(code=department),
            post=Post.objects.get(code=post),
            since=date(2020, 1, 1),
        )
        setattr(by, name, actor_of(person, origin="test"))
        by.people = {**getattr(by, "people", {}), name: person}
    return by


def signer(actor: Any) -> Any:
    """Somebody who has just shown that it is he."""
    return replace(actor, fresh=True)


@pytest.fixture
def goods(product: Any) -> SimpleNamespace:  # noqa: F811
    """A basket of 300 kg and the three labels of 100 kg that were packed from it."""
    rows = [("SX-9", LotKind.TRAVELLER, 300_000), *((f"BQ-{n}", LotKind.LABEL, 100_000) for n in (1, 2, 3))]
    made = [
        Lot.objects.create(
            key=code, code=code, kind=kind, product=product, quantity_milli=milli, unit=KG, status="passed"
        )
        for code, kind, milli in rows
    ]
    basket, *labels = made
    packed = [(label.pk, basket.pk, event_of(RecordKind.PACKING, n), 100_000) for n, label in enumerate(labels, 1)]
    with transaction.atomic():
        bulk.put_links(packed)
    return SimpleNamespace(basket=basket, labels=labels)


@pytest.fixture
def opened(posts: SimpleNamespace, goods: SimpleNamespace) -> Callable[..., Nonconformity]:
    def make(**facts: Any) -> Nonconformity:
        values: dict[str, Any] = {
            "source": "stock",
            "description": "整框表面划伤，深 0.2 mm",
            "lines": [Goods(goods.basket, quantity=kg(300))],
        }
        return actions.open_record(by=posts.inspector, **{**values, **facts})

    return make


@pytest.fixture
def proposed(posts: SimpleNamespace) -> Callable[..., Disposition]:
    def make(record: Nonconformity, way: str = "rework", quantity: str = "100", **facts: Any) -> Disposition:
        values: dict[str, Any] = {
            "line": record.lines.first(),
            "way": way,
            "quantity": Decimal(quantity),
            "instruction": "打磨后重新喷涂",
            "basis": "GB/T 5237.4",
            "department": Department.objects.get(code="production"),
            "due_on": date(2026, 4, 24),
            "consent": "用户王工 微信确认",
        }
        record = Nonconformity.objects.get(pk=record.pk)
        actions.propose(record, by=posts.technologist, **{**values, **facts})
        return Disposition.objects.order_by("-pk")[0]

    return make


@pytest.fixture
def approved(posts: SimpleNamespace, proposed: Any) -> Callable[..., Disposition]:
    """Every post of the policy signs."""
    who = {"qc.department_manager": "qc_head", "management.technical_vp": "technical_vp",
           "management.production_vp": "vp", "management.gm": "gm"}  # fmt: skip

    def make(*args: Any, **facts: Any) -> Disposition:
        row = proposed(*args, **facts)
        while row.unsigned:
            row = actions.approve(row, by=signer(getattr(posts, who[row.unsigned[0]])))
        return row

    return make


@pytest.fixture
def executed(posts: SimpleNamespace, approved: Any) -> Callable[..., Disposition]:
    def make(record: Nonconformity, way: str = "rework", quantity: str = "100", scrapped: str = "0",
             **facts: Any) -> Disposition:  # fmt: skip
        row = approved(record, way, quantity, **facts)
        lost = Decimal(quantity) if way == "scrap" else Decimal(scrapped)
        return actions.execute(
            row, by=posts.foreman if way != "concession" else posts.inspector, good=Decimal(quantity) - lost,
            scrapped=lost, result="已按通知书完成", paper="TH-1", cost=Decimal("120.5"),
        )  # fmt: skip

    return make
