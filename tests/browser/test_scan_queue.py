"""Scanning in a real Chromium whose network goes away and comes back (convention 37)."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client

from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.web.models import Scan
from tests.browser.scanning import answer, codes, demonstration, desk, storekeeper
from tests.plugins.browser import barriers

__all__ = ["demonstration", "desk", "storekeeper"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def log_in(page: Any, person: Person) -> None:
    """Somebody else takes the same device."""
    client = Client()
    client.force_login(person)
    key = client.cookies[house.SESSION_COOKIE_NAME].value
    home = page.context.cookies()[0]["domain"]
    page.context.add_cookies([{"name": house.SESSION_COOKIE_NAME, "value": key, "domain": home, "path": "/"}])
    page.goto("/scan/")


def test_scans_without_network_wait_with_their_count_and_exist_once_when_it_is_back(desk: Any) -> None:
    desk.context.set_offline(True)
    for code in ("BQ1", "BQ2", "BQ3"):
        desk.fill("[data-scan-code]", code)
        desk.keyboard.press("Enter")
        answer(desk, "kept")
        desk.locator("[data-scan-list] li[data-outcome=kept]", has_text=code).wait_for()
    assert desk.locator("[data-scan-waiting]").inner_text().split() == ["待同步", "3"]
    assert (codes(), desk.evaluate("window.told.buzzes")) == ([], [[25]] * 3)
    desk.context.set_offline(False)
    desk.locator("[data-scan-waiting]").wait_for(state="hidden")
    assert codes() == ["BQ1", "BQ2", "BQ3"]
    assert desk.locator("[data-scan-list] li[data-outcome=ok]").count() == 3
    assert desk.locator("[data-scan-list] li[data-outcome=kept]").count() == 0
    assert all(scan.scanned_at <= scan.at for scan in Scan.objects.all())


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_the_scan_exists_once(desk: Any) -> None:
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()
            return route.abort()
        return route.continue_()

    desk.route("**/scan/", lose)
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    assert codes() == ["BQ1"], "the house has it, the page does not know"
    desk.evaluate("dispatchEvent(new Event('online'))")
    answer(desk, "ok")
    assert codes() == ["BQ1"] and len(lost) == 1


def test_what_is_refused_after_the_network_is_back_stays_listed_with_its_reason(desk: Any) -> None:
    desk.context.set_offline(True)
    for code in ("9" * 450, "690001"):
        desk.fill("[data-scan-code]", code)
        desk.keyboard.press("Enter")
        answer(desk, "kept")
        desk.locator("[data-scan-list] li", has_text=code).wait_for()
    desk.context.set_offline(False)
    failed = desk.locator("[data-scan-failed] li")
    failed.nth(1).wait_for()
    assert "内容有 450 个字，不是编号。" in failed.nth(0).inner_text()
    assert "未知编号 690001" in failed.nth(1).inner_text()
    desk.reload()
    assert failed.count() == 2
    failed.nth(0).get_by_role("button", name="丢弃").click()
    failed.nth(1).wait_for(state="detached")
    failed.get_by_role("button", name="重试").click()
    desk.wait_for_timeout(500)
    assert failed.count() == 1 and codes() == ["690001", "690001"]


def test_what_waits_is_seen_and_sent_from_any_page_and_nobody_logs_out_over_it_unasked(desk: Any) -> None:
    desk.route("**/scan/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    desk.goto("/me/")
    held = desk.locator(".bar [data-scans-held]")
    held.wait_for()
    assert held.inner_text() == "1"
    leave = desk.locator(".who details.menu")
    leave.locator("summary").click()
    leave.get_by_role("button", name="退出").click()
    dialog = desk.locator("dialog[open]")
    assert "条扫码还没有同步到服务器" in dialog.inner_text()
    assert barriers(desk) == []
    dialog.get_by_role("button", name="先不退出").click()
    assert desk.url.endswith("/me/") and codes() == []
    desk.unroute("**/scan/")
    desk.reload()
    held.wait_for(state="hidden")
    assert codes() == ["BQ1"]


def test_another_persons_scans_are_neither_sent_as_mine_nor_lost(desk: Any, storekeeper: Person) -> None:
    desk.context.set_offline(True)
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    place = {"department": Department.objects.get(code="qc"), "post": Post.objects.get(code="inspector")}
    other = hire(by=Actor.clockwork("test"), username="other", name="王检", **place)
    Person.objects.filter(pk=other.pk).update(one_time_password=False)
    desk.close()
    desk.context.set_offline(False)
    second = desk.context.new_page()
    log_in(second, other)
    second.locator("[data-scan-others]").wait_for()
    assert second.locator("[data-scan-others] b").inner_text() == "1"
    assert codes() == []
    log_in(second, storekeeper)
    second.locator("[data-scan-list] li[data-outcome=ok]", has_text="BQ1").first.wait_for()
    assert second.locator("[data-scan-others]").is_hidden()
    assert list(Scan.objects.values_list("actor", "code")) == [(f"person:{storekeeper.pk}", "BQ1")]


def test_the_page_opens_without_network_and_sends_what_was_scanned_in_the_meantime(desk: Any) -> None:
    desk.evaluate("navigator.serviceWorker.ready.then(() => true)")
    desk.context.set_offline(True)
    desk.goto("/scan/")
    desk.get_by_text("没有网络。扫码先记在本机").wait_for()
    desk.keyboard.type("BQ0000001")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    assert desk.locator("[data-scan-waiting] b").inner_text() == "1"
    desk.context.set_offline(False)
    desk.locator(".rail").wait_for(state="attached")
    desk.locator("[data-scan-failed] li", has_text="BQ0000001").wait_for()
    assert codes() == ["BQ0000001"]
