"""Who calls the interface: programs with tokens, of people in their posts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sanbao.api.actions import create_token
from sanbao.epcis import pipeline
from sanbao.epcis.tests.sending import HOUSE
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post


def hired(username: str, department: str, post: str) -> Person:
    person = parties.hire(
        by=HOUSE,
        username=username,
        name="某人",
        department=Department.objects.get(code=department),
        post=Post.objects.get(code=post),
    )
    return parties.choose_password(person, by=HOUSE, password="a long enough one")


def program_of(person: Person, **headers: str) -> Client:
    _, key = create_token(person=person, name="test", days=1, by=HOUSE)
    return Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en", **headers})


@pytest.fixture
def partner() -> Client:
    """A program that may capture, ask and subscribe."""
    return program_of(hired("partner", "warehouse", "department_manager"))


@pytest.fixture
def reader() -> Client:
    """A program that may only ask."""
    return program_of(hired("reader", "qc", "inspector"))


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(
        hired("manager", "warehouse", "department_manager"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def work() -> Callable[[], int]:
    """Let the worker go through what waits; how many chunks that were."""

    def through() -> int:
        steps = 0
        while pipeline.step():
            steps += 1
        return steps

    return through
