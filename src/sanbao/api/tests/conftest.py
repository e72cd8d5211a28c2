"""People of a house, logged in or with a key; and programs that call for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.api.actions import create_token
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import (
    HOUSE,
    entered,
    hired,
    inspector,
    keeper,
    leader,
    one_day_in_the_demonstration,
)

__all__ = ["entered", "hired", "inspector", "keeper", "leader", "one_day_in_the_demonstration"]


class Program:
    """A program with a key. ``post`` sends JSON; the answer is Django's response."""

    def __init__(self, person: Person, **more: Any) -> None:
        self.person = person
        self.token, self.key = create_token(person=person, name="test", days=30, by=HOUSE)
        self.client = Client(headers={"Authorization": f"Bearer {self.key}", "Accept-Language": "en"}, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)

    def send(self, path: str, body: bytes, content_type: str = "application/json", method: str = "POST") -> Any:
        """Bytes as they are."""
        return self.client.generic(method, f"/api/v1/{path}", body, content_type=content_type)


@pytest.fixture
def program(inspector: Person) -> Program:
    """It acts for an inspector, who keeps the catalogue and does not read the record."""
    return Program(inspector)


@pytest.fixture
def programs() -> Callable[[Person], Program]:
    return Program


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The answer as the one error shape; fails when it is anything else."""
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, "application/problem+json")
    told: dict[str, Any] = answer.json()
    assert set(told) >= {"type", "title", "status", "code", "clause", "facts"}
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:sanbao:refusal:{code}")
    return told
