import pytest

from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_log_in_page_keeps_nobody_out_in_either_language(page) -> None:
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert barriers(page) == []
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert barriers(page) == []
