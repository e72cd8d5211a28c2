"""Whatever is typed into a form or sent to the API, the house answers or refuses; it never falls over.

Deterministic: the same values in the same order, so that a failure can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import schemathesis
from django import forms
from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.db.models import Max
from django.http import QueryDict
from django.test import Client
from django.urls import URLResolver, get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from pytest_django import DjangoDbBlocker

from sanbao.api.actions import create_token
from sanbao.api.root import api
from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import Face, act
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of

HOUSE = Actor.clockwork("fuzz")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TEXTS = ["", "\u200b", "x" * 20_000, "x" * 7_900, "a\x00b", "\u202e𠀀=1+1", "%s{x}\n"]
NUMBERS = ["NaN", "Infinity", "1e999", "9" * 40, "1e-400", "²", "1" * 5000, "-1"]
DAYS = ["0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "1970-01-01"]
MOMENTS = ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31T23:59", "2026-03-29T02:30", "x"]
KEYS = ["9" * 30, "²", "a\x00b", "x" * 20_000]


def nasty(field: forms.Field) -> list[str]:
    match field:
        case forms.DateTimeField():
            return MOMENTS
        case forms.DateField():
            return DAYS
        case forms.DecimalField() | forms.IntegerField():
            return NUMBERS
        case forms.ModelChoiceField() | forms.ChoiceField():
            return KEYS
    return TEXTS


def usual(field: forms.Field, name: str) -> Any:
    """What an operator might put into a field."""
    match field:
        case forms.DateTimeField():
            return local(now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
        case forms.DateField():
            return local(now()).strftime("%Y-%m-%d")
        case forms.DecimalField() | forms.IntegerField():
            return "1"
        case forms.ModelChoiceField():
            row = field.queryset.first()
            return "" if row is None else str(field.prepare_value(row))
        case forms.MultipleChoiceField():
            return []
        case forms.ChoiceField():
            codes = [str(code) for code, _ in field.choices if code]
            return codes[0] if codes else ""
        case forms.BooleanField():
            return "on"
        case forms.EmailField():
            return "a@example.com"
    return {"phone": "13900000001", "phones": "13900000001", "username": "new.person"}.get(name, "写一点什么")


def sent(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def attempt(face: Face, case: Any, values: dict[str, Any], by: Actor) -> None:
    """Do it and take it back."""
    try:
        with transaction.atomic():
            act(face, case, sent(values), by=by)
            transaction.set_rollback(True)
    except Refusal as refusal:
        assert 400 <= refusal.status < 500
        str(refusal), refusal.as_problem()


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration company, for all tests here, and gone afterwards."""
    from sanbao.demo import load

    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


def cases(lifecycle: Lifecycle[Any], name: str) -> list[Any]:
    """One row in each state from which the move may be made; None for a move that opens a subject."""
    sources = lifecycle.moves[name].sources
    if not sources:
        return [None]
    rows = lifecycle.model._default_manager.filter(state__in=sources).order_by("pk")
    return list({row.state: row for row in rows}.values())[:1]


FACES = [(kind, name) for kind, lifecycle in sorted(Lifecycle.registry.items()) for name in lifecycle.faces]


@pytest.mark.parametrize(("kind", "name"), FACES)
def test_nothing_typed_into_a_form_breaks_it(company: None, kind: str, name: str) -> None:
    lifecycle = Lifecycle.registry[kind]
    face = lifecycle.faces[name]
    everybody = [actor_of(person) for person in Person.objects.employed()]
    by = next((actor for actor in everybody if actor.may(lifecycle.moves[name].permission)), HOUSE)
    for case in cases(lifecycle, name):
        form = face.form(case=case, by=by)
        plain = {field: usual(form.fields[field], field) for field in form.fields}
        attempt(face, case, plain, by)
        for field in form.fields:
            for value in nasty(form.fields[field]):
                try:
                    attempt(face, case, plain | {field: value}, by)
                except Exception as error:
                    raise AssertionError(f"{kind}.{name}.{field} = {value[:40]!r}: {error!r}") from error


# -- addresses --------------------------------------------------------------------------------------------

#: What stands in an address for a part of it that is no number.
NAMES = {"code": "grading", "kind": "complaint", "move": "edit", "form": "csv", "number": "1"}
PART = re.compile(r"<(?:(\w+):)?(\w+)>|\{(?:\w+:)?(\w+)\}")
ASKED = ["9" * 30, "-1", "²", "\x00", "a\x00b", "\udcff", '"*(', "0001-01-01", "9999-12-31", "x" * 5000, "complaint:²"]
QUERIES = [
    "q",
    "page",
    "sort",
    "tab",
    "export",
    "find",
    "code",
    "subject",
    "actor",
    "at_from",
    "at_to",
    "received_from",
]
ALONE = ["page", "q", "export"]


def patterns(within: Any = None, prefix: str = "/") -> Iterator[str]:
    """Every address of the house, as Django knows it; log-in is allauth's."""
    for each in (within or get_resolver()).url_patterns:
        address = prefix + str(each.pattern).lstrip("^").rstrip("$")
        if isinstance(each, URLResolver):
            yield from patterns(each, address)
        elif not address.startswith(("/accounts/", "/api/v1", "/healthz")):
            yield address
    if within is None:
        yield from api.get_openapi_schema()["paths"]


@cache
def addresses() -> tuple[str, ...]:
    return tuple(sorted(set(patterns())))


def filled(pattern: str, pk: str, **names: str) -> str:
    def fill(part: re.Match[str]) -> str:
        kind, name = part[1], part[2] or part[3]
        if kind == "uuid" or (name == "pk" and "attachments" in pattern):
            return str(UUID(int=7))
        return pk if kind == "int" or name.endswith(("pk", "id", "clock")) else {**NAMES, **names}.get(name, "x")

    return PART.sub(fill, pattern)


@pytest.fixture
def inside(company: None, settings: Any) -> Callable[[str], Client]:
    """Somebody of the demonstration, logged in."""
    settings.DEMO = True

    def enter(username: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(Person.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def everything() -> dict[str, int]:
    """How many rows each table has."""
    return {
        model._meta.label: model._base_manager.count() for model in apps.get_models() if model.__name__ != "Session"
    }


@pytest.mark.alike
def test_every_address_answers_and_reading_changes_nothing(inside: Callable[[str], Client]) -> None:
    client, before = inside("gm"), everything()
    entries = journal_head()
    for pattern in addresses():
        for pk in ("3", "0", "9" * 30):
            answer = client.get(address := filled(pattern, pk))
            assert answer.status_code < 500, address
    assert everything() == before
    assert journal_head() == entries


def journal_head() -> int | None:
    return JournalEntry.objects.aggregate(last=Max("pk"))["last"]


def test_nothing_asked_for_in_an_address_breaks_a_page(inside: Callable[[str], Client]) -> None:
    client = inside("gm")
    turn = cycle(ASKED)
    for pattern in (p for p in addresses() if "<" not in p and "{" not in p):
        # All at once, and the questions that pages share by themselves with each value in turn: one may decide alone.
        for names, value in [*((QUERIES, value) for value in ASKED), *(([name], next(turn)) for name in ALONE)]:
            query = urlencode({name: value.encode("utf-8", "surrogateescape") for name in names})
            assert client.get(f"{pattern}?{query}").status_code < 500, (pattern, names, value)


@pytest.mark.alike
@pytest.mark.clause("M-02")
@pytest.mark.parametrize("who", ["customer", "dealer", "supplier", "purchaser", "export-sales"])
def test_what_somebody_may_not_see_no_address_shows_him(inside: Callable[[str], Client], who: str) -> None:
    client, by = inside(who), actor_of(Person.objects.get(username=who))
    for lifecycle in Lifecycle.registry.values():
        rows = lifecycle.model._default_manager.all()
        hidden = rows.exclude(pk__in=lifecycle.model._default_manager.visible_to(by)).order_by("pk")[:1]
        for row in hidden:
            # An address whose id is that of another kind (a customer's new site) says nothing about this row.
            named = [p for p in addresses() if names(p, lifecycle.kind) and not own_page(p)]
            about = [*named, *(p for p in addresses() if own_page(p) == page_of(row))]
            its = {filled(p, str(row.pk), move=move) for p in about for move in ("edit", "note", "close")}
            for address in sorted(a for a in its if re.search(rf"/{row.pk}(/|$)", a)):
                for answer in (client.get(address), client.post(address, "{}", content_type="application/json")):
                    assert answer.status_code in (403, 404, 405), f"{who} {address}: {answer.status_code}"
                    assert str(row) not in answer.content.decode() or len(str(row)) < 4, f"{who} {address}"


def names(pattern: str, kind: str) -> bool:
    """Whether an address speaks of a kind, and not of another whose name begins alike (corrective-actions)."""
    longer = [other for other in Lifecycle.registry if other.startswith(kind) and other != kind]
    fixed = re.split("[<{]", pattern)[0]
    alike = any(f"/{other.replace('_', '-')}" in fixed for other in longer)
    return f"/{kind}" in fixed and not alike


def own_page(pattern: str) -> str:
    """The kind whose page an address lies under, the innermost: a consultation's lie under the complaints'."""
    return max((page for page in pages() if pattern.startswith(page)), key=len, default="")


@cache
def pages() -> set[str]:
    firsts = (lifecycle.model._default_manager.first() for lifecycle in Lifecycle.registry.values())
    return {page_of(row) for row in firsts if row is not None}


def page_of(row: Any) -> str:
    """The beginning of every address of a row's kind: ``/complaints/``."""
    address = row.get_absolute_url() if hasattr(row, "get_absolute_url") else "/nowhere/"
    return address[: address.rstrip("/").rfind("/") + 1]


# -- the API, as its own description allows ----------------------------------------------------------------

DESCRIBED = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
DESCRIBED.config.seed = 7


@pytest.fixture
def key(company: None) -> Iterator[str]:
    """The administrator's, who may do most. The connection stays open over the calls, as with Django's own client."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield create_token(person=Person.objects.get(username="administrator"), name="fuzz", days=1, by=HOUSE)[1]
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def test_nothing_sent_to_the_api_breaks_it(key: str, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 10**9
    headers = {"Authorization": f"Bearer {key}"}
    for operation in DESCRIBED.get_all_operations():
        hammered(operation.ok(), headers)


def hammered(operation: Any, headers: dict[str, str]) -> None:
    """A few generated calls of one operation, the same in every run."""

    @settings_of_hypothesis(
        max_examples=4, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        near = {name: value % 9 + 1 for name, value in case.path_parameters.items() if type(value) is int}
        case.path_parameters = {**case.path_parameters, **near}  # where something is, most of the time
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        assert answer.status_code < 500, f"{operation.label}: {answer.text[:300]}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json"), operation.label

    call()
