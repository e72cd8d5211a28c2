"""One error shape, one description: the API says what it does and refuses in one way (M-02, M-03)."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from sanbao.api.actions import create_token
from sanbao.api.root import api
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Post
from tests.snapshots import same_as

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
SNAPSHOT = Path(__file__).parents[1] / "docs" / "reference" / "openapi-operations.txt"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = api.get_openapi_schema()["paths"]
    return [(method.upper(), path, op) for path, item in sorted(paths.items()) for method, op in sorted(item.items())]


def summary() -> str:
    """One line an operation: what programs outside rely on."""
    return "".join(f"{method:6} {path}  {op['operationId']}\n" for method, path, op in operations())


def somewhere(path: str) -> str:
    """A path with something in its places that no test has made."""
    path = path.replace("attachments/{pk}", f"attachments/{UUID(int=0)}")
    return re.sub(r"\{\w+\}", "999999", path.replace("{code}", "X"))


@pytest.fixture
def clerk() -> Client:
    person = hire(
        by=Actor.clockwork("test"),
        username="somebody",
        name="某人",
        department=Department.objects.get(code="warehouse"),
        post=Post.objects.get(code="operator"),
    )
    _, key = create_token(person=person, name="test", days=1, by=Actor.clockwork("test"))
    return Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})


def test_the_operations_are_the_ones_that_others_rely_on() -> None:
    same_as(SNAPSHOT, summary())


def test_the_description_is_served_and_names_every_declared_move() -> None:
    described = Client().get("/api/v1/openapi.json")
    assert described.status_code == 200
    known = {op["operationId"] for _, _, op in operations()}
    declared = {
        f"{kind}_{name}"
        for kind, lifecycle in Lifecycle.registry.items()
        for name, move in lifecycle.moves.items()
        if not move.internal
    }
    assert declared - known == set()
    assert json.loads(described.content)["paths"]


def test_every_declared_move_has_a_face_or_is_internal() -> None:
    faceless = [
        f"{kind}.{name}"
        for kind, lifecycle in Lifecycle.registry.items()
        for name, move in lifecycle.moves.items()
        if not move.internal and name not in lifecycle.faces
    ]
    assert faceless == []


@pytest.mark.clause("M-02")
def test_nobody_comes_in_without_a_token_and_is_told_so_in_the_one_shape() -> None:
    for method, path, operation in operations():
        answer = Client().generic(method, somewhere(path), "{}", content_type="application/json")
        told = (answer.status_code, answer["Content-Type"].split(";")[0], answer.json()["code"])
        assert told == (401, "application/problem+json", "not_authenticated"), operation["operationId"]


def test_a_wrong_body_is_refused_with_the_field_in_the_one_shape(clerk: Client) -> None:
    for method, path, operation in operations():
        if method != "POST" or "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        answer = clerk.post(somewhere(path), {"no_such_field": 1}, content_type="application/json")
        problem = answer.json()
        assert 400 <= answer.status_code < 500, operation["operationId"]
        assert set(problem) >= {"type", "title", "status", "code", "clause", "facts"}, operation["operationId"]
        if answer.status_code == 422:
            assert "no_such_field" in {e["field"] for e in problem.get("errors", [])}, operation["operationId"]


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "\x00"])
def test_a_body_that_is_no_json_object_is_refused_in_the_one_shape(clerk: Client, body: str) -> None:
    answer = clerk.generic("POST", "/api/v1/people", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_wrong_token_is_refused_and_too_many_of_them_are_stopped() -> None:
    stranger = Client(headers={"Authorization": "Bearer sb_wrong"})
    codes = [stranger.get("/api/v1/me", REMOTE_ADDR="192.0.2.7").status_code for _ in range(25)]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_an_unknown_address_is_refused_in_the_one_shape(clerk: Client) -> None:
    answer = clerk.get("/api/v1/no-such-thing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
