"""Chinese first: what a browser prefers does not decide, the person does; programs ask for theirs."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ENGLISH_BROWSER = {"Accept-Language": "en-US,en;q=0.9"}


def test_a_browser_installed_in_english_is_met_in_chinese() -> None:
    page = Client(headers=ENGLISH_BROWSER).get("/accounts/login/")
    assert page.headers["Content-Language"] == "zh-hans"
    assert "登录" in page.content.decode()


def test_who_has_chosen_english_stays_with_it() -> None:
    client = Client()
    client.post("/language", {"language": "en", "next": "/accounts/login/"})
    assert "Log in" in client.get("/accounts/login/").content.decode()


def test_a_program_is_answered_in_the_language_that_it_asks_for() -> None:
    client = Client()
    assert client.get("/api/v1/me").json()["title"] == "请出示令牌，或先登录。"
    assert client.get("/api/v1/me", headers=ENGLISH_BROWSER).json()["title"] == "Present a bearer token, or log in."
