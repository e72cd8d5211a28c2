"""A graded complaint with its responsibility traced, and corrective actions at each stage of their life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints.tests.conftest import (  # noqa: F401 - fixtures of the house
    by,
    customer,
    monday_morning,
    other_customer,
    people,
    product,
    quality,
    quick_passwords,
    register,
    story,
    surface,
)
from sanbao.corrective import actions
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import times
from sanbao.nonconformity.tests.conftest import posts  # noqa: F401
from sanbao.trace.models import Lot, Shipment

WHYS = "1. 附着力不足\n2. 前处理温度偏低\n3. 加热管结垢\n4. 没有规定清洗周期"
ESCAPES = "1、没有检出\n2、划格试验每班一次\n3、检验规程没有按槽液状态加严"


def signer(actor: Any) -> Any:
    """Somebody who has just shown that it is he."""
    return replace(actor, fresh=True)


def again(case: CorrectiveAction) -> CorrectiveAction:
    return CorrectiveAction.objects.get(pk=case.pk)


@pytest.fixture
def ship(product: Any, customer: Any) -> Callable[..., None]:  # noqa: F811
    """So many tonnes of the product went out on a day."""

    def make(tonnes: int, on: date, name: str) -> None:
        lot = Lot.objects.create(key=name, code=name, kind="label", product=product, quantity_milli=tonnes * 1_000_000,
                                 unit="kg", status="passed")  # fmt: skip
        Shipment.objects.create(lot=lot, number=name, number_key=name, customer=customer, shipped_on=on, source="x")

    return make


@pytest.fixture
def opened(posts: SimpleNamespace, people: Any, product: Any, surface: Any) -> Callable[..., CorrectiveAction]:  # noqa: F811
    def make(**facts: Any) -> CorrectiveAction:
        values: dict[str, Any] = {
            "title": "喷涂附着力不合格",
            "problem": "LM80-03 三批划格后掉粉，用户退货 1.2 t",
            "lead": people["technologist"],
            "metric": "rate",
            "product": product,
            "defect": surface,
        }
        return actions.open_action(by=posts.inspector, **{**values, **facts})

    return make


@pytest.fixture
def analysed(opened: Any, posts: SimpleNamespace) -> Callable[..., CorrectiveAction]:  # noqa: F811
    def make(case: CorrectiveAction | None = None, **facts: Any) -> CorrectiveAction:
        values = {
            "occurrence_whys": WHYS, "occurrence_cause": "没有规定加热管清洗周期", "escape_whys": ESCAPES,
            "escape_cause": "检验规程没有加严条件", "basis": "槽液记录、检验报告 JY-1",
        }  # fmt: skip
        return actions.find_cause(case or opened(), by=posts.technologist, **{**values, **facts})

    return make


@pytest.fixture
def doing(analysed: Any, posts: SimpleNamespace, people: Any) -> Callable[..., CorrectiveAction]:  # noqa: F811
    def make(case: CorrectiveAction | None = None) -> CorrectiveAction:
        case = analysed(case)
        due = times.today() + timedelta(days=7)
        for text in ("每周清洗加热管并记录", "温度低于 45 ℃ 自动报警"):
            case = actions.plan_measure(case, by=posts.technologist, text=text, owner=people["foreman"], due_on=due)
        return actions.approve_measures(case, by=signer(posts.technical_vp))

    return make


@pytest.fixture
def waiting(doing: Any, posts: SimpleNamespace) -> Callable[..., CorrectiveAction]:  # noqa: F811
    def make(case: CorrectiveAction | None = None) -> CorrectiveAction:
        case = doing(case)
        for measure in case.measures.filter(round=case.round):
            case = actions.report_done(case, by=posts.foreman, measure=measure, evidence="作业书 V3，清洗记录已有两周")
        return case

    return make
