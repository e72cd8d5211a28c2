"""On a phone in the shop: a card is scanned, its step recorded, checked by two, inspected, and may then be packed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sanbao.kernel.refusals import Refusal
from sanbao.parties.models import Person
from sanbao.production.models import Card
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import KG
from sanbao.trace import actions as trace
from sanbao.trace.actions import PackingRow
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(page: Any, enter: Callable[..., Any], people: dict[str, Person]) -> Callable[[str, str], Any]:
    """``phone("operator", "/production/scan")``: that person's phone."""
    Person.objects.update(one_time_password=False)
    page.set_viewport_size(PHONE)
    return lambda name, path: enter(people[name], path)


def submit(page: Any) -> None:
    """Press the form's own button, and be on the page that it leads to."""
    before = page.url
    page.locator("[data-submit]:visible").click()
    page.wait_for_url(lambda url: url != before)


def check(page: Any, outcome: str = "合格") -> None:
    """The check that waits for whoever holds the phone."""
    page.get_by_role("link", name="检查", exact=True).click()
    page.locator("#dialog").get_by_label(outcome, exact=True).check()
    with page.expect_navigation():
        page.locator("#dialog [data-submit]").click()


@pytest.mark.clause("T-09", "W-06")
def test_from_the_scan_to_the_label(shop: Shop, phone: Callable[[str, str], Any]) -> None:
    card = shop.through(shop.check(shop.start(kg=200)), "age")
    page = phone("operator", "/production/scan")
    page.get_by_label("随行卡号").fill(card.number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/record_step")
    assert page.locator("[name=operation]").input_value() == "coat"
    assert page.locator("[name=shift]").input_value() == "甲"
    page.locator("[name=machine]").fill("立式线")
    page.locator("[name=film_um]").fill("66 70 68")
    submit(page)
    assert "还缺班长检查" in page.locator("main").inner_text()
    label = PackingRow(label="BQ90", travellers=(card.number,), spray_code="1", quantity_milli=200 * KG)
    with pytest.raises(Refusal) as refused:
        trace.pack(label, by=shop.by.storekeeper)
    assert refused.value.code == "lot.not_passed"
    address = card.get_absolute_url()
    check(phone("leader", address))
    check(phone("inspector", address))
    page = phone("inspector2", address)
    page.get_by_role("link", name="检验", exact=True).click()
    page.locator("#dialog").get_by_label("合格", exact=True).check()
    with page.expect_navigation():
        page.locator("#dialog [data-submit]").click()
    assert Card.objects.select_related("lot").get(pk=card.pk).lot.status == "passed"
    assert trace.pack(label, by=shop.by.storekeeper).lot.code == "BQ90"


def test_nothing_is_wider_than_a_phone_and_nobody_is_kept_out(shop: Shop, phone: Callable[[str, str], Any]) -> None:
    card = shop.through(shop.check(shop.start()), "age")
    page = phone("foreman", "/production/")
    found = {}
    for path in (
        "/production/", "/production/board", "/production/scan", "/production/new", "/production/checks",
        "/production/loads/", "/production/loads/new", "/production/heats/", "/production/shifts",
        "/production/audits/", "/production/imported", card.get_absolute_url(),
        f"{card.get_absolute_url()}/do/record_step",
    ):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        if problems := barriers(page):
            found[path] = problems
    assert found == {}
