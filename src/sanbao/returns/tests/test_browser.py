"""Counting what came back in a real Chromium, on a phone, with a wedge scanner and nothing but a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from sanbao.parties.models import Person
from sanbao.returns import queries
from sanbao.returns.tests.conftest import fresh, label
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True
    cache.clear()


@pytest.fixture
def keeper(people: dict[str, Person]) -> Person:
    Person.objects.filter(pk=people["keeper"].pk).update(one_time_password=False)
    return Person.objects.get(pk=people["keeper"].pk)


@pytest.mark.clause("R-07")
def test_the_warehouse_counts_with_a_wedge_scanner_and_accepts_with_the_difference_explained(
    keeper: Person, approved: Callable[..., Any], enter: Callable[..., Any], page: Any
) -> None:
    case = approved(label("L1"), label("L2"))
    page.set_viewport_size({"width": 360, "height": 780})
    enter(keeper, f"/returns/{case.pk}/count")
    for code in ("L1", "BQ2"):
        page.keyboard.type(code)  # the field has the focus after every answer
        page.keyboard.press("Enter")
        page.locator(f'[data-scan-answer]:has-text("{code}"):not([data-outcome="busy"])').wait_for()
    verdict = page.locator('[data-scan-answer][data-outcome="refused"]')
    assert "BQ2" in verdict.inner_text() and "没有发给过" in verdict.inner_text() and "R-07" in verdict.inner_text()
    page.locator(".gate-lines .full", has_text="L1").wait_for()
    assert "-200" in page.locator(".gate-progress .late").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("link", name="验收完毕").click()
    page.get_by_label("存放点").fill("T-1")
    page.get_by_label("标识牌号").fill("DC-7")
    page.get_by_role("button", name="验收完毕").click()
    refusal = page.locator("dialog #refusal, dialog .refusal").first
    refusal.filter(has_text="R-07").wait_for()  # a difference is explained, and nothing that was typed is lost
    assert page.get_by_label("存放点").input_value() == "T-1"
    page.get_by_label("与申请的差异及原因").fill("L2 客户已用")
    page.get_by_role("button", name="验收完毕").click()
    page.wait_for_url(f"**/returns/{case.pk}")
    assert fresh(case).state == "accepted" and fresh(case).difference == "L2 客户已用"
    assert [row.lot.code for row in queries.standing(case)] == ["L1"]


def test_no_page_of_returns_keeps_anybody_out(
    keeper: Person, credited: Callable[..., Any], approved: Callable[..., Any], enter: Callable[..., Any], page: Any
) -> None:  # fmt: skip
    done, case = credited(label("L1")), approved(label("L2"))
    enter(keeper)
    found = {}
    for path in ("", f"{done.pk}", f"{case.pk}", f"{case.pk}/count", "credits/"):
        page.goto(f"/returns/{path}")
        if problems := barriers(page):
            found[path] = problems
    assert found == {}
