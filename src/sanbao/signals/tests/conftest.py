"""A house in which complaints of one kind come in from several users; the people are those of the complaints room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import (  # noqa: F401 (fixtures)
    by,
    customer,
    monday_morning,
    other_customer,
    people,
    product,
    quality,
    quick_passwords,
    register,
    surface,
)
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of
from sanbao.signals import running
from sanbao.signals.models import Signal

HOUSE = Actor.clockwork("signals")


@pytest.fixture
def head_of_qc(people: Any) -> Person:  # noqa: F811
    return parties.hire(
        by=HOUSE,
        username="head_of_qc",
        name="质检科长 甲",
        department=Department.objects.get(code="qc"),
        post=Post.objects.get(code="department_manager"),
    )


@pytest.fixture
def judge(head_of_qc: Person) -> Actor:
    return actor_of(head_of_qc, origin="test")


@pytest.fixture
def complain(quality: Callable[..., Complaint], customer: Any, other_customer: Any) -> Callable[..., Complaint]:  # noqa: F811
    """One more complaint of the same kind, each by the next of two users, a day after the last one."""
    users, made = [customer, other_customer], []

    def make(**facts: Any) -> Complaint:
        case = quality(**{"customer": users[len(made) % 2], **facts})
        made.append(case)
        times.pass_time(days=1)
        return case

    return make


@pytest.fixture
def look() -> Callable[[], list[Signal]]:
    return lambda: running.run(by=HOUSE)


@pytest.fixture
def proposed(complain: Callable[..., Complaint], look: Callable[[], list[Signal]]) -> Signal:
    for _ in range(3):
        complain()
    [signal] = look()
    return signal


@pytest.fixture
def page(people: Any, head_of_qc: Person) -> Callable[[str], Client]:  # noqa: F811
    """``page("vp")``: a browser in which that person is logged in."""

    def of(name: str) -> Client:
        person = {**people, "head_of_qc": head_of_qc}[name]
        Person.objects.filter(pk=person.pk).update(one_time_password=False)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of
