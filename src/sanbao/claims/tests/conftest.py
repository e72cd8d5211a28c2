"""A case, its evidence, and who deals with a claim on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.claims import actions
from sanbao.claims.models import Claim
from sanbao.complaints.tests.conftest import (  # noqa: F401 - fixtures of the house
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
from sanbao.kernel import attachments


def invoice(by: Any) -> Any:  # noqa: F811
    return attachments.store(SimpleUploadedFile("invoice.png", b"\x89PNG\r\n\x1a\n" + b"1" * 40), by=by)


@pytest.fixture
def file(by: SimpleNamespace, register: Any) -> Callable[..., Claim]:  # noqa: F811
    def make(**facts: Any) -> Claim:
        values: dict[str, Any] = {
            "loss": "rework",
            "claimed": Decimal("8000.00"),
            "currency": "CNY",
            "description": "返工 40 工时",
            "basis": "合同第 9 条",
        }
        values |= facts
        values["complaint"] = values.get("complaint") or register()
        if "files" not in values:
            values["files"] = [invoice(by.clerk)]
        return actions.file(by=by.clerk, **values)

    return make


@pytest.fixture
def assess(by: SimpleNamespace) -> Callable[..., Claim]:  # noqa: F811
    def make(claim: Claim, accepted: str = "6000", **facts: Any) -> Claim:
        values = {"assessment": "认可 30 工时", "basis": "检验报告 JY-1", **facts}
        return actions.assess(claim, by=by.inspector, accepted=Decimal(accepted), **values)

    return make


@pytest.fixture
def signer(by: SimpleNamespace) -> Callable[[str], Any]:  # noqa: F811
    """Somebody who has just shown that it is he."""
    return lambda name: replace(getattr(by, name), fresh=True)


@pytest.fixture
def settled(file: Any, assess: Any, signer: Any, by: SimpleNamespace) -> Callable[..., Claim]:  # noqa: F811
    def make(accepted: str = "6000", **facts: Any) -> Claim:
        claim = assess(file(**facts), accepted)
        who = {"sales.department_manager": "manager", "management.production_vp": "vp", "management.gm": "gm"}
        claim = actions.approve(claim, by=signer(who[claim.approver]))
        return actions.settle(claim, by=by.clerk, payment="money", settled_on=claim.filed_on, reference="FK-2026-0007")

    return make
