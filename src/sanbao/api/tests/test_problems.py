"""Whatever is wrong with a request is said in one shape, with the field, and nothing is half-written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanbao.api.tests.conftest import Program, problem
from sanbao.catalog.models import Product
from sanbao.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nothing_is_written(program: Program) -> Any:
    before = JournalEntry.objects.count()
    yield
    assert JournalEntry.objects.count() == before
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"code": "\xff\xfe"}',
        b"[" * 100_000,
        b'{"version": ' + b"9" * 5000 + b"}",
        '{"code": "x"}'.encode("utf-16"),
    ],
    ids=["cut off", "no UTF-8", "endless list", "endless number", "UTF-16"],
)
def test_a_body_that_cannot_be_read_is_refused(program: Program, body: bytes) -> None:
    problem(program.send("products", body), 400, "bad_request")


def test_what_is_nested_deeper_than_anybody_needs_is_refused(program: Program) -> None:
    body = b'{"name":' * 3000 + b"1" + b"}" * 3000
    assert problem(program.send("products", body), 422, "bad_input")["field"] == "name"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_json_knows_no_such_number(program: Program, number: str) -> None:
    told = problem(program.send("products", f'{{"kg_per_metre": {number}}}'.encode()), 400, "bad_request")
    assert told["facts"] == {"constant": number}


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"1", b"true", b""])
def test_a_body_is_an_object(program: Program, body: bytes) -> None:
    problem(program.send("products", body), 422, "bad_input")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_is_json(program: Program, kind: str) -> None:
    problem(program.send("products", b'{"code": "P1", "name": "x"}', kind), 415, "not_json")


@pytest.mark.parametrize("text", [r"a\u0000b", r"a\ud800b", r"\udfff"], ids=["NUL", "half a character", "other half"])
def test_a_text_that_cannot_be_kept_is_refused_at_its_field(program: Program, text: str) -> None:
    told = problem(program.send("products", f'{{"code": "P1", "name": "{text}"}}'.encode()), 422, "bad_input")
    assert told["field"] == "name"


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", {"a": 1}), ("name", ["x"]), ("name", True), ("name", 5), ("kg_per_metre", ["1"]), ("kg_per_metre", True)],
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_field(program: Program, name: str, value: Any) -> None:
    told = problem(program.post("products", {"code": "P1", "name": "x", name: value}), 422, "bad_input")
    assert told["field"] == name
    assert name in told["title"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "-1", "1" * 400, 1e308, "٣e5", "0x10"])
def test_an_impossible_weight_is_refused_at_its_field(program: Program, value: Any) -> None:
    told = program.post("products", {"code": "P1", "name": "x", "kg_per_metre": value})
    assert (told.status_code, told.json()["field"]) == (422, "kg_per_metre")


def test_every_wrong_field_is_named_and_an_unknown_one_refused(program: Program) -> None:
    told = problem(program.post("products", {"name": "", "gtin": "1" * 15}), 422, "required")
    assert {e["field"] for e in told["errors"]} == {"code", "name", "gtin"}
    told = problem(
        program.post("products", {"code": "P1", "name": "x", "state": "retired", "salt": "0"}), 422, "bad_input"
    )
    assert {e["field"] for e in told["errors"]} == {"state", "salt"}


def test_too_much_is_refused_with_and_without_a_key(program: Program) -> None:
    body = b'{"name": "' + b"x" * 5_000_000 + b'"}'
    problem(program.send("products", body), 413, "too_large")
    answer = program.client.generic(
        "POST", "/api/v1/products", body, content_type=JSON, headers={"Idempotency-Key": "a1"}
    )
    problem(answer, 413, "too_large")


def test_an_unknown_address_or_method_is_refused(program: Program) -> None:
    problem(program.get("no-such-thing"), 404, "not_found")
    problem(Client(enforce_csrf_checks=True).post("/api/v1/no-such-thing"), 404, "not_found")
    answer = program.send("products", b"{}", method="DELETE")
    problem(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_an_upload_that_is_none_is_refused(program: Program) -> None:
    problem(program.send("attachments", b"{}"), 422, "bad_input")
    problem(program.send("attachments", b"garbage", "multipart/form-data"), 400, "bad_request")
    answer = program.client.generic(
        "POST", "/api/v1/attachments", b"x", content_type="multipart/form-data", headers={"Idempotency-Key": "a1"}
    )
    problem(answer, 400, "bad_request")


def test_a_failure_inside_shows_a_reference_and_nothing_else(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("sanbao.kernel.journal.append", fails)
    answer = program.post("products", {"code": "P1", "name": "x"})
    assert set(problem(answer, 500, "server_error")["facts"]) == {"reference"}
    assert b"hunter2" not in answer.content


def test_what_a_stranger_is_told_says_how_to_come_in() -> None:
    answer = Client().get("/api/v1/me")
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "1e3", "9" * 30, "9" * 5000])
@pytest.mark.parametrize("name", ["page", "per_page"])
def test_a_page_that_there_cannot_be_is_refused(program: Program, name: str, number: str) -> None:
    assert problem(program.get("products", **{name: number}), 422, "bad_input")["field"] == name


@pytest.mark.parametrize("pk", ["0", "9223372036854775808", "9" * 40])
def test_an_id_that_there_cannot_be_is_not_found(program: Program, pk: str) -> None:
    problem(program.get(f"products/{pk}"), 404, "not_found")
    problem(program.post(f"products/{pk}/edit", {"name": "x"}), 404, "not_found")
