"""The gate in a real Chromium, on a phone, with a wedge scanner and nothing but a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from sanbao.dispatch import queries
from sanbao.dispatch.models import PickList
from sanbao.parties.models import Person
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


@pytest.mark.clause("W-08")
def test_a_wedge_scanner_fills_a_list_and_a_wrong_label_is_told_in_large_letters(
    keeper: Person, released: Callable[..., PickList], other_product: Any, enter: Callable[..., Any], page: Any
) -> None:
    case = released()
    page.set_viewport_size({"width": 360, "height": 780})
    page.add_init_script(
        "Object.defineProperty(navigator, 'vibrate', {value: b => (window.felt ??= []).push(b.length) > 0})"
    )
    enter(keeper, f"/dispatch/{case.pk}/gate")
    for code in ("P1", "P2"):
        page.keyboard.type(code)  # the field has the focus after every answer
        page.keyboard.press("Enter")
        page.locator(f'[data-verdict="ok"]:has-text("{code}")').wait_for()
    page.keyboard.type("Q1")
    page.keyboard.press("Enter")
    verdict = page.locator('[data-scan-answer][data-outcome="refused"]')
    verdict.wait_for()
    assert "不在提货单" in verdict.inner_text() and "W-08" in verdict.inner_text()
    assert verdict.bounding_box()["height"] >= 120
    assert page.evaluate("felt") == [1, 1, 5]  # one buzz for yes, three with their pauses for no
    page.keyboard.type("P3")
    page.keyboard.press("Enter")
    page.locator('[data-verdict="ok"]:has-text("P3")').wait_for()
    page.locator(".gate-lines .full").wait_for()  # how far we are follows every scan
    assert page.locator(".figures").inner_text().split()[:3] == ["1", "/", "1"]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="撤销 P3").press("Enter")
    page.locator('[data-verdict="again"]').wait_for()
    assert [pick.lot.code for pick in queries.on_list(case)] == ["P1", "P2"]


@pytest.mark.clause("W-08")
def test_a_scan_made_while_the_figures_are_still_fetched_is_counted_all_the_same(
    keeper: Person, released: Callable[..., PickList], enter: Callable[..., Any], page: Any
) -> None:
    case = released()
    enter(keeper, f"/dispatch/{case.pk}/gate")
    slow: list[Any] = []  # the figures after P1 were read before P2 and P3, and arrive after them

    def hold(one: Any) -> None:
        if one.request.method == "GET" and not slow:
            slow.extend((one, one.fetch()))
        else:
            one.continue_()

    page.route("**/gate", hold)
    for code in ("P1", "P2", "P3"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.locator(f'[data-scan-answer][data-outcome="ok"]:has-text("{code}")').wait_for()
    slow[0].fulfill(response=slow[1])
    page.locator(".gate-lines .full").wait_for()
    assert page.locator(".figures").inner_text().split()[:3] == ["1", "/", "1"]


def test_no_page_of_the_gate_keeps_anybody_out(
    keeper: Person, picked: Callable[..., PickList], enter: Callable[..., Any], page: Any
) -> None:
    case = picked("P1")
    enter(keeper)
    found = {}
    for path in ("", f"{case.pk}", f"{case.pk}/gate", "gate", "counts", "caught", "escapes/", "escapes/new"):
        page.goto(f"/dispatch/{path}")
        if problems := barriers(page):
            found[path] = problems
    assert found == {}
