"""Two writers, an approver, and a public article in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints.tests.conftest import by as by
from sanbao.complaints.tests.conftest import (  # noqa: F401
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
from sanbao.knowledge import actions
from sanbao.knowledge.models import Article


@pytest.fixture
def approver(by: SimpleNamespace) -> Any:
    return replace(by.technical_vp, fresh=True)


@pytest.fixture
def write(by: SimpleNamespace) -> Callable[..., Article]:
    def make(**facts: Any) -> Article:
        texts = {
            "topic": "storage",
            "reader": "outside",
            "title_zh": "喷涂型材的存放",
            "body_zh": "室内垫高存放，离水泥石灰远一些。",
            "title_en": "Storing coated profiles",
            "body_en": "Indoors, off the floor, away from cement and lime.",
        }
        return actions.draft(by=by.technologist, **{**texts, **facts})

    return make


@pytest.fixture
def in_force(write: Any, by: SimpleNamespace, approver: Any) -> Callable[..., Article]:
    def make(**facts: Any) -> Article:
        return actions.approve(actions.submit(write(**facts), by=by.technologist), by=approver)

    return make


@pytest.fixture
def fitting(in_force: Any, product: Product, surface: DefectClass) -> Article:  # noqa: F811
    return in_force(products=[product], classes=[surface])
