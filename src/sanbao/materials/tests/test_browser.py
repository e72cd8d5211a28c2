"""The store in a real Chromium: from the gate over urgent release to the card on paper; a count on a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from sanbao.kernel import announcements
from sanbao.kernel.actor import Actor
from sanbao.materials.models import CountEntry, IncomingLot, IssueSlip, StockCount
from sanbao.materials.tests.conftest import Cast, Store, kg
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace import actions as trace
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def hired(name: str, department: str, post: str) -> Person:
    place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
    person = hire(by=Actor.clockwork("test"), username=post, name=name, **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return person


@pytest.fixture
def keeper(store: Store) -> Person:
    return hired("赵仓", "warehouse", "storekeeper")


@pytest.fixture
def buyer(store: Store) -> Person:
    return hired("钱采", "purchasing", "purchaser")


def dialog(page: Any, move: str, **values: str) -> None:
    """Open a move's dialog by its button, fill it, send it, and wait for the page that follows."""
    page.click(f"main a[href$='/do/{move}']")
    form = page.locator("dialog[open] form")
    form.wait_for()
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("[data-submit]").click()


@pytest.mark.clause("T-04", "T-05", "T-06")
def test_from_the_gate_over_urgent_release_to_the_card_on_paper(
    enter: Callable[..., Any], page: Any, store: Store, keeper: Person, buyer: Person, by: Cast
) -> None:
    enter(keeper, "/materials/deliveries/new")
    page.fill("[name=supplier]", "G1")
    page.fill("[name=paper]", "SH-260420")
    with page.expect_navigation():
        page.click("main form [data-submit]")

    page.fill("[name=material]", "FM-60")
    page.fill("[name=supplier_lot]", "(01)06901234567892(10)G-77")
    page.fill("[name=quantity]", "300")
    page.check("[name=present][value=supplier]")
    page.check("[name=present][value=product]")
    with page.expect_navigation():
        page.click("main form [data-submit]")
    case = IncomingLot.objects.get()
    assert (case.state, case.supplier_lot) == ("refused", "G-77")

    enter(buyer, case.get_absolute_url())
    assert "不予收货" in page.inner_text("main") and "T-04" in page.inner_text("main")
    assert page.locator(".ways-grid").inner_text().count("补") >= 1
    assert barriers(page) == []
    dialog(page, "ask_urgent", reason="当晚排产，库存不足", basis="排产单 PC-0420", place="A1")
    case.refresh_from_db()
    assert case.permit is not None and case.lot is not None
    assert "还没有补标识，不能领用" in page.inner_text("main")
    assert page.locator("main a[href$='/do/mark']").count() == 0

    trace.approve_permit(case.permit, by=by.vp)
    announcements.deliver()
    enter(keeper, case.get_absolute_url())
    dialog(page, "mark")
    assert "已补标识" in page.inner_text("main")

    store.issued(case.lot, kg("120"), by=Actor.clockwork("test"))
    page.goto(f"/materials/cards/{case.lot_id}")
    assert "180 kg" in page.inner_text("main") and "PT-1" in page.inner_text("main")
    assert "放行单未了结" in page.inner_text("main")
    assert barriers(page) == []
    printed = page.request.get(page.get_attribute("main a[href*='cards.pdf']", "href")).body()
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages).replace(" ", "")
    for word in ("进出存卡", "粉末涂料", case.lot.code, "G-77", "300kg", "180kg", "待检"):
        assert word in text, word
    assert IssueSlip.objects.get().number in text


@pytest.mark.clause("W-07")
def test_a_place_is_counted_on_a_phone_without_a_word_of_the_book(
    enter: Callable[..., Any], page: Any, store: Store, keeper: Person
) -> None:
    lot = store.passed(place=store.a1, quantity=kg("417.5"))
    page.set_viewport_size({"width": 360, "height": 740})
    enter(keeper, "/materials/counts/new")
    page.check("[name=places][value=A1]")
    page.check("[name=places][value=A2]")
    with page.expect_navigation():
        page.click("main form [data-submit]")
    count = StockCount.objects.get()
    page.goto(f"{count.get_absolute_url()}/scan")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    for code in ("A1", lot.code):
        page.fill("[data-scan-code]", code)
        page.press("[data-scan-code]", "Enter")
        page.locator("[data-scan-answer][data-outcome=ok] .scan-title", has_text=code).wait_for()
    assert "417.5" not in page.inner_text("main")
    page.fill(".scan-told [name=quantity]", "400")
    with page.expect_navigation():
        page.click(".scan-told button")
    assert CountEntry.objects.latest("id").quantity_milli == 400_000

    page.goto(count.get_absolute_url())
    dialog(page, "submit")
    shown = page.inner_text("main")
    assert "417.5" in shown and "-17.5 kg" in shown
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.clause("W-07")
def test_lots_are_put_away_scan_after_scan(enter: Callable[..., Any], page: Any, store: Store, keeper: Person) -> None:
    first, second = store.received(supplier_lot="G-1"), store.received(supplier_lot="G-2")
    enter(keeper, "/materials/put")
    for code in ("A1", first.code, "A2", "G-2"):
        page.fill("[data-scan-code]", code)
        page.press("[data-scan-code]", "Enter")
        page.locator("[data-scan-list] li[data-outcome=ok]", has_text=code).wait_for()
    page.goto("/materials/places/")
    assert barriers(page) == []
    for place, lot in ((store.a1, first), (store.a2, second)):
        page.goto(place.get_absolute_url())
        assert lot.code in page.inner_text("main")
