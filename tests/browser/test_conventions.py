"""How it should feel to work with: conventions that only a real browser can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from python_calamine import CalamineWorkbook

from sanbao.complaints import actions
from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "三支料划格后整片掉粉，要求来人看样。"


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True
    cache.clear()  # names of people are kept for a minute, and every test has people of its own


def somebody(username: str, department: str, post: str) -> Person:
    place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
    person = hire(by=Actor.clockwork("test"), username=username, name=f"{username} 甲", **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return person


@pytest.fixture
def clerk() -> Person:
    return somebody("clerk", "after_sales", "after_sales_clerk")


@pytest.fixture
def register(clerk: Person) -> Callable[..., Complaint]:
    """A complaint by letter."""

    def make(**facts: Any) -> Complaint:
        given = {"source": "user", "channel": "letter", "description": TYPED, "contact_phone": "0574-5550123"}
        return actions.register(by=actor_of(clerk), **{**given, **facts})

    return make


def test_an_intake_that_was_closed_unsaved_is_restored_with_a_banner(
    clerk: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(clerk, "/complaints/new")
    page.fill("#intake [name=description]", TYPED)
    page.check("#intake [name=channel][value=letter]", force=True)
    page.wait_for_timeout(400)
    again = page.context.new_page()
    page.close()
    again.goto("/complaints/new")
    again.get_by_text("已恢复未保存内容").wait_for()
    assert again.input_value("#intake [name=description]") == TYPED
    assert again.is_checked("#intake [name=channel][value=letter]")


def test_a_number_is_opened_from_the_search_also_without_prefix_and_in_full_width_digits(
    clerk: Person, register: Callable[..., Complaint], enter: Callable[..., Any], page: Any
) -> None:
    case = register()
    enter(clerk)
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    for pasted in (case.number.translate(wide), case.number[-6:].translate(wide), f" {case.number.lower()} "):
        page.goto("/")
        page.fill("#find", pasted)
        page.press("#find", "Enter")
        page.wait_for_url(f"**{case.get_absolute_url()}")


def test_an_export_holds_every_row_of_the_filter_and_codes_stay_text(
    clerk: Person, register: Callable[..., Complaint], enter: Callable[..., Any], page: Any
) -> None:
    for number in range(27):
        register(description=f"第 {number} 件", title=f"掉粉 {number}")
    register(title="少发", description="少发两支。")
    enter(clerk, "/complaints/?q=掉粉")
    assert page.locator("tbody tr").count() == 25
    page.locator("details.menu", has_text="导出").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="全部 27 行").first.click()
    _, *rows = CalamineWorkbook.from_path(download.value.path()).get_sheet_by_index(0).to_python()
    assert len(rows) == 27
    assert all(isinstance(cell, str) for row in rows for cell in row if "TS-" in str(cell))


def test_a_save_over_somebody_elses_is_refused_and_shows_who_changed_what(
    clerk: Person, register: Callable[..., Complaint], enter: Callable[..., Any], page: Any
) -> None:
    case = register()
    enter(clerk, f"{case.get_absolute_url()}/do/note")
    page.fill("form[data-draft] [name=text]", "老客户，谨慎答复")
    manager = somebody("manager", "sales", "department_manager")
    actions.hand_over(case, by=actor_of(manager), owner=manager, reason="休假")
    page.click("form[data-draft] [data-submit]")
    refusal = page.locator("[data-refusal=stale]")
    refusal.wait_for()
    assert "manager 甲" in refusal.inner_text()
    assert "负责人 clerk 甲 → manager 甲" in refusal.inner_text()
    assert page.input_value("form[data-draft] [name=text]") == "老客户，谨慎答复"
    assert not case.entries.filter(kind="note").exists()


def test_the_second_who_opens_a_case_is_shown_to_both_within_a_quarter_of_a_minute(
    clerk: Person, register: Callable[..., Complaint], enter: Callable[..., Any], page: Any
) -> None:
    case = register()
    manager = somebody("manager", "sales", "department_manager")
    with page.expect_response("**/presence"):
        enter(manager, case.get_absolute_url())
    enter(clerk, case.get_absolute_url())
    page.get_by_text("manager 甲 也在看").wait_for(timeout=15_000)


def test_the_language_switch_keeps_the_page_and_what_was_typed_at_the_intake(
    clerk: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(clerk, "/complaints/new")
    page.fill("#intake [name=description]", TYPED)
    for language, button in (("en", "EN"), ("zh-CN", "中文")):
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_function(f"document.documentElement.lang === '{language}'")
        assert page.url.endswith("/complaints/new")
        assert page.input_value("#intake [name=description]") == TYPED


def test_what_waits_is_on_the_desk_of_who_has_the_next_step_and_in_the_phones_bar(
    clerk: Person, register: Callable[..., Complaint], enter: Callable[..., Any], page: Any
) -> None:
    case = register()
    page.set_viewport_size({"width": 360, "height": 780})
    enter(clerk)
    assert page.locator(".tabbar [data-count=desk]").inner_text() == "1"
    page.get_by_role("link", name="向用户解释").click()
    page.wait_for_url(f"**{case.get_absolute_url()}")
    colleague = somebody("colleague", "after_sales", "after_sales_clerk")
    enter(colleague)
    page.get_by_text("没有待办").wait_for()
    page.get_by_role("link", name="本部门 1").click()
    page.get_by_text("负责人 clerk 甲").wait_for()
