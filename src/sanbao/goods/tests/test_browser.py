"""From the packing bench to the user's phone and back to the clerk's desk, in a real browser (T-10, T-15)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sanbao.complaints.models import Complaint
from sanbao.goods.models import Label, LabelPrint
from sanbao.kernel import times
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post
from sanbao.portal import limits
from sanbao.trace import bulk
from sanbao.trace.rows import TravellerRow
from sanbao.trace.tests.factory import KG, small_factory
from tests.cast import HOUSE
from tests.pictures import read_codes
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POSTS = {"storekeeper": ("warehouse", "storekeeper"), "inspector": ("qc", "inspector"),
         "clerk": ("after_sales", "after_sales_clerk")}  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.DEMO = True
    limits.forget()


@pytest.fixture
def staff() -> dict[str, Person]:
    masters = small_factory()
    day = times.today()
    card = TravellerRow(code="SX9", billets=("ZB2",), product_id=masters.products["LM50"], quantity_milli=500 * KG,
                        extruded_on=day, aged_on=day, finished_on=day, status="passed")  # fmt: skip
    bulk.write([card], source="import:1")
    for name, (department, post) in POSTS.items():
        place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
        parties.hire(by=HOUSE, username=name, name=f"{name} 甲", since=date(2020, 1, 1), **place)
    Person.objects.update(one_time_password=False)
    return {person.username: person for person in Person.objects.all()}


def test_packed_printed_scanned_reported_and_on_the_clerks_desk(
    page: Any, enter: Callable[..., Any], staff: dict[str, Person], settings: Any, live_server: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    label = pack_and_sign(page, enter, staff)
    enter(staff["storekeeper"], f"/goods/print?lots={label.code}")
    page.locator("[name=size]").select_option("roll_60x40")
    page.locator("main form [data-submit]").click()
    page.wait_for_url(re.compile(r"/goods/prints/\d+$"))
    assert LabelPrint.objects.get().labels == 1
    page.goto(f"/goods/{label.pk}")
    scanned = read_codes(page.locator(".label-qr").screenshot())["QRCode"]
    assert scanned == f"{live_server.url}/q/{label.token}"

    page.context.clear_cookies()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(scanned)
    page.get_by_text("✔ 本厂标签").wait_for()
    page.get_by_role("link", name="报修 / 投诉").click()
    page.locator("[name=what]").fill("三支料划格后整片掉粉。")
    page.locator("[name=name]").fill("赵先生")
    page.locator("[name=reach]").fill("0574-5555 0001")
    page.locator("[name=place]").fill("宁波某工地")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/q/receipt/**")
    number = page.locator("h1").inner_text()
    check = page.locator("dd.big").inner_text()
    page.get_by_role("link", name="查询进度").click()
    assert page.locator("[name=number]").input_value() == number
    page.locator("[name=secret]").fill(check)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_text("已受理，正在核实").wait_for()

    case = Complaint.objects.get(number=number)
    page.set_viewport_size({"width": 1280, "height": 800})
    enter(staff["clerk"], case.get_absolute_url())
    page.get_by_text("掉粉").first.wait_for()
    assert case.lot == label.lot and page.get_by_text(label.code).count() > 0


def pack_and_sign(page: Any, enter: Callable[..., Any], staff: dict[str, Person]) -> Label:
    enter(staff["storekeeper"], "/goods/pack")
    page.locator("#scan-traveller").fill("SX9")
    page.locator("#scan-traveller").press("Enter")
    page.locator(".side .no", has_text="SX9").first.wait_for()
    for name, value in {"weight": "120", "pieces": "40", "place": "B07"}.items():
        page.locator(f"main form [name={name}]").fill(value)
    page.locator("[name=sorted_by_kind]").check(force=True)
    page.locator("main form [data-submit]").click()
    page.wait_for_url(re.compile(r"/goods/\d+$"))
    label = Label.objects.get()
    enter(staff["inspector"], f"/goods/{label.pk}")
    page.get_by_role("link", name="质检签收").click()
    dialog = page.locator("dialog[open]")
    with page.expect_navigation():
        dialog.locator("[data-submit]").click()
    page.locator(".page-head .pill", has_text="有效").wait_for()
    return Label.objects.get()


def test_no_page_of_labels_or_of_the_public_keeps_anybody_out(
    page: Any, enter: Callable[..., Any], staff: dict[str, Person]
) -> None:
    label = pack_and_sign(page, enter, staff)
    enter(staff["storekeeper"])
    inside = ["/goods/?tab=all", "/goods/pack", "/goods/print", "/goods/prints", "/goods/imported", "/goods/repack",
              f"/goods/{label.pk}", f"/goods/{label.pk}/do/report_lost"]  # fmt: skip
    outside = [f"/q/{label.token}", f"/q/{label.token}/report", f"/q/{label.token}/care", "/q/", "/q/track",
               f"/q/{'0' * 20}", "/q/receipt/1"]  # fmt: skip
    found: dict[str, Any] = {}
    for language in ("zh-hans", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
        for path in (*inside, *outside):
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(path)
            if problems := barriers(page):
                found[path] = problems
            page.set_viewport_size({"width": 360, "height": 740})
            if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
                found[f"{path} at 360"] = over
    assert found == {}


def test_the_public_page_is_light_enough_to_be_there_in_two_seconds_on_3g(
    page: Any, enter: Callable[..., Any], staff: dict[str, Person]
) -> None:
    label = pack_and_sign(page, enter, staff)
    page.goto(f"/q/{label.token}")  # the server has drawn it once
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    page.goto(f"/q/{label.token}")
    weight = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".reduce((sum, one) => sum + one.transferSize, 0)"
    )
    assert weight <= 60_000, weight
    # A round trip of 300 ms for the page and one for its styles, the bytes at 1.6 Mbit/s: what is left is the house's.
    assert 2 * 0.3 + weight * 8 / 1_600_000 < 1, weight
