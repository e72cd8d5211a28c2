"""Who calls: a key, or the browser's session with its CSRF token and all that its log-in demands (M-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from sanbao.api.tests.conftest import Program, problem
from sanbao.catalog.models import Product
from sanbao.kernel.policies import second_factor_required
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"code": "P1", "name": "断桥窗框"}


@pytest.fixture
def browser(inspector: Person) -> Client:
    """Logged in, with Django's CSRF checks as in real life."""
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    form = {"login": "inspector", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post("/accounts/login/", form).status_code == 302
    return client


def post(client: Client, **headers: str) -> Any:
    return client.post("/api/v1/products", NEW, content_type="application/json", headers=headers)


def test_a_session_reads_without_and_writes_only_with_its_csrf_token(browser: Client) -> None:
    assert browser.get("/api/v1/me").status_code == 200
    problem(post(browser), 403, "csrf")
    problem(post(browser, **{"X-CSRFToken": "x" * 32}), 403, "csrf")
    assert not Product.objects.exists()
    assert post(browser, **{"X-CSRFToken": browser.cookies["csrftoken"].value}).status_code == 201


def test_a_key_needs_no_csrf_token(program: Program) -> None:
    program.client.handler.enforce_csrf_checks = True
    assert program.post("products", NEW).status_code == 201


def test_a_wrong_key_is_not_made_good_by_a_session(browser: Client) -> None:
    headers = {"Authorization": "Bearer sb_wrong", "X-CSRFToken": browser.cookies["csrftoken"].value}
    problem(post(browser, **headers), 401, "token_invalid")


def test_a_session_without_its_second_factor_gets_nothing_through_the_api_either(
    leader: Person, entered: Callable[[Person], Client]
) -> None:
    assert second_factor_required(frozenset({"gm"}))
    with override_settings(DEMO=False):
        client = entered(leader)
        problem(client.get("/api/v1/me"), 403, "login_unfinished")
        problem(post(client), 403, "login_unfinished")


def test_a_session_with_a_handed_out_password_gets_nothing_through_the_api_either(
    inspector: Person, entered: Callable[[Person], Client]
) -> None:
    client = entered(inspector)
    Person.objects.update(one_time_password=True)
    problem(client.get("/api/v1/me"), 403, "login_unfinished")


def test_half_a_log_in_is_no_log_in(leader: Person, entered: Callable[[Person], Client]) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(leader, generate_totp_secret())
    client = Client()
    answer = client.post("/accounts/login/", {"login": "leader", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    problem(client.get("/api/v1/me"), 401, "not_authenticated")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("en", "such Product"),
        ("en-GB,zh;q=0.5", "such Product"),
        ("zh-CN", "产品"),
        ("fr", "产品"),
        ("x" * 9999, "产品"),
    ],
)
def test_a_program_hears_the_language_that_it_asks_for(program: Program, asked: str, said: str) -> None:
    answer = program.client.get("/api/v1/products/999", headers={"Accept-Language": asked})
    assert said in problem(answer, 404, "not_found")["title"]


@override_settings(API_CALLS_PER_MINUTE=3)
def test_a_program_that_calls_too_often_is_told_to_wait(inspector: Person, keeper: Person) -> None:
    program = Program(inspector)
    assert [program.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = program.get("me")
    assert problem(answer, 429, "too_many_requests")["facts"] == {"per_minute": 3}
    assert answer["Retry-After"] == "60"
    assert Program(keeper).get("me").status_code == 200


@override_settings(API_FAILURES_PER_MINUTE=3)
def test_who_guesses_keys_is_stopped_and_keeps_nobody_with_a_good_one_out(program: Program) -> None:
    client = program.client
    guesses = [client.get("/api/v1/me", headers={"Authorization": f"Bearer sb_{n}"}).status_code for n in range(5)]
    assert guesses == [401, 401, 401, 429, 429]
    assert program.get("me").status_code == 200
