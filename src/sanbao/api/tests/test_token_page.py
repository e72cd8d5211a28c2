"""A person makes and takes back his own keys on his own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.api.models import Token
from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(inspector: Person, entered: Callable[[Person], Client]) -> Client:
    return entered(inspector)


def test_a_new_key_is_shown_once_works_and_can_be_taken_back(inside: Client) -> None:
    shown = inside.post("/api/tokens/", {"name": "看板", "days": 30})
    key = re.search(r"sb_[\w-]{20,}", shown.content.decode())
    assert shown.status_code == 201 and key
    assert key[0] not in inside.get("/api/tokens/").content.decode()
    bearer = {"Authorization": f"Bearer {key[0]}"}
    assert Client().get("/api/v1/me", headers=bearer).status_code == 200
    inside.post(f"/api/tokens/{Token.objects.get().pk}/revoke")
    assert Client().get("/api/v1/me", headers=bearer).status_code == 401


def test_a_session_that_has_stood_open_is_asked_for_the_password_first(inside: Client, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = inside.post(
        "/api/tokens/", {"name": "看板", "days": 30}, headers={"Referer": "http://testserver/api/tokens/"}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/reauthenticate/?next=%2Fapi%2Ftokens%2F")
    assert not Token.objects.exists()


def test_a_key_without_a_purpose_is_refused_at_its_field_and_what_was_typed_stays(inside: Client) -> None:
    answer = inside.post("/api/tokens/", {"name": "", "days": 9999})
    assert answer.status_code == 422
    assert 'value="9999"' in answer.content.decode()
    assert not Token.objects.exists()


def test_nobody_takes_back_the_key_of_another_here(inside: Client) -> None:
    other = hire(by=Actor.clockwork("test"), username="other", name="别人")
    token = Token.objects.create(
        digest="x" * 64, name="x", person=other, created_by="x", expires_at="2999-01-01T00:00Z"
    )
    assert inside.post(f"/api/tokens/{token.pk}/revoke").status_code == 404


def test_a_stranger_is_sent_to_the_log_in_page() -> None:
    assert Client().get("/api/tokens/")["Location"].startswith("/accounts/login/")
