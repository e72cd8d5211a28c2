"""A small factory, a letter box for the notices, and whoever deals with a recall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

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
from sanbao.parties.models import Customer, Region
from sanbao.recall import actions, concerns
from sanbao.recall.models import Recall, RecallHolder
from sanbao.trace.tests.factory import lot, small_factory

FACTS: dict[str, Any] = {
    "title": "50系列幕墙立柱",
    "danger": "膜层剥落，构件可能坠落。",
    "measure": "停用并通知我厂取回。",
    "statutory": False,
}


@pytest.fixture
def factory(people: Any) -> Any:  # noqa: F811
    """The small factory; K1 in the salesman's region with an address, K2 without either."""
    made = small_factory()
    Customer.objects.filter(code="K1").update(region=Region.objects.get(code="CN-ZJ"), email="k1@example.com")
    return made


@pytest.fixture
def gm(by: SimpleNamespace) -> Any:  # noqa: F811
    """The general manager, who has just shown that it is he."""
    return replace(by.gm, fresh=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The letters that the mail room was given."""
    taken: list[dict[str, str]] = []

    def carry(*, to: str, subject: str, text: str) -> str:
        taken.append({"to": to, "subject": subject, "text": text})
        return f"letter:{len(taken)}"

    monkeypatch.setattr(concerns, "carriers", [carry])
    return taken


@pytest.fixture
def propose(by: SimpleNamespace, factory: Any) -> Callable[..., Recall]:  # noqa: F811
    def make(*codes: str, **facts: Any) -> Recall:
        values = {**FACTS, "lots": [lot(code) for code in codes or ("J2",)], **facts}
        return actions.propose(by=by.technologist, **values)

    return make


@pytest.fixture
def running(propose: Any, gm: Any) -> Callable[..., Recall]:
    def make(*codes: str, **facts: Any) -> Recall:
        return actions.confirm(propose(*codes, **facts), by=gm)

    return make


def holder(recall: Recall, code: str) -> RecallHolder:
    return RecallHolder.objects.select_related("recall").get(recall=recall, customer__code=code)
