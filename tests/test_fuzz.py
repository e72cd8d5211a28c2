"""Whatever is typed into a form or sent to the API, the house answers or refuses; it never falls over.

Deterministic: the same values in the same order, so that a failure can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import Face, act
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TEXTS = ["", "\u200b", "x" * 20_000, "a\x00b", "\u202e𠀀=1+1", "%s{x}\n"]
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
    by = next((actor for actor in everybody if actor.may(lifecycle.moves[name].permission)), Actor.clockwork("fuzz"))
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
