"""The intake in a real browser: found while the phone rings, filled by one click, sent by one key."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints.models import Complaint
from sanbao.parties.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk(page: Any, people: Any) -> Any:
    """A page on which the after-sales clerk is logged in."""
    person = people["clerk"]
    person.set_password("correct-horse-battery")
    Person.objects.filter(pk=person.pk).update(password=person.password, one_time_password=False)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person.username)
    page.fill("input[name=password]", "correct-horse-battery")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")
    return page


def test_a_phone_call_is_registered_without_the_mouse_leaving_the_form(
    clerk: Any, customer: Any, register: Any
) -> None:
    known = register(customer=customer, description="上个月的掉漆还没处理")
    clerk.keyboard.press("n")
    clerk.wait_for_url("**/complaints/new")
    clerk.keyboard.type("0574-55550001")
    clerk.get_by_role("link", name=customer.name).click()
    clerk.wait_for_selector("#who .chosen")
    assert known.number in clerk.inner_text("#matches")
    clerk.fill("textarea[name=description]", "三支料划格后整片掉粉。要求来人看样。")
    clerk.fill("input[name=read_back_by]", "采购部联系人")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_selector(".stepper")
    case = Complaint.objects.latest("id")
    assert case.customer == customer and case.read_back_by == "采购部联系人"
    assert case.number in clerk.inner_text("main")


def test_a_refusal_stands_beside_the_field_and_nothing_typed_is_lost(clerk: Any) -> None:
    clerk.goto("/complaints/new")
    clerk.fill("input[name=contact_phone]", "13900001111")
    clerk.fill("textarea[name=description]", "窗框掉漆")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_selector("#refusal .refusal")
    assert "C-06" in clerk.inner_text("#refusal")
    assert clerk.input_value("textarea[name=description]") == "窗框掉漆"
    assert not Complaint.objects.exists()


def test_the_timeline_is_filtered_and_a_note_written_on_the_page(clerk: Any, register: Any) -> None:
    case = register()
    clerk.goto(case.get_absolute_url())
    clerk.fill(".composer textarea[name=text] >> visible=true", "老客户，谨慎答复")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_selector(".tl .inner")
    clerk.click(".tl-head a:has-text('对外')")
    clerk.wait_for_selector(".tl-head a[aria-current]:has-text('对外')")
    assert "老客户" not in clerk.inner_text("#story")


def test_a_second_call_about_an_open_case_is_chased_from_the_search_field(
    clerk: Any, customer: Any, register: Any
) -> None:
    known = register(customer=customer, description="上个月的掉漆还没处理")
    clerk.keyboard.press("n")
    clerk.wait_for_url("**/complaints/new")
    clerk.keyboard.type("０５７４ 5555 0001")
    clerk.wait_for_selector(f"#matches .cases a[href='{known.get_absolute_url()}']")
    clerk.get_by_role("link", name="就是这件").click()
    clerk.wait_for_selector("dialog[open] textarea[name=text]")
    clerk.fill("dialog[open] textarea[name=text]", "什么时候来人？")
    clerk.dblclick("dialog[open] button[data-submit]")
    clerk.wait_for_selector(".stepper")
    case = Complaint.objects.get()
    assert (case.pk, case.chases, case.chased.get().words) == (known.pk, 1, "什么时候来人？")


def test_the_board_is_walked_by_keys_and_fits_a_phone(clerk: Any, register: Any) -> None:
    case = register()
    clerk.set_viewport_size({"width": 360, "height": 740})
    clerk.goto("/complaints/board")
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clerk.keyboard.press("j")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(f"**{case.get_absolute_url()}")
