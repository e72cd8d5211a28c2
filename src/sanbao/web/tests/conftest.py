"""Two people of a house: a leader who approves, an administrator who drafts; and how they log in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of

HOUSE = Actor.clockwork("test")
PASSWORD = "quiet-river-27"
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def one_day_in_the_demonstration(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO = True
    cache.clear()


@pytest.fixture
def hired(db: None) -> Callable[..., Person]:
    def hire_one(username: str, department: str, post: str, name: str = "") -> Person:
        place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
        person = hire(by=HOUSE, username=username, name=name or username, since=LONG_AGO, **place)
        person.set_password(PASSWORD)
        Person.objects.filter(pk=person.pk).update(one_time_password=False, password=person.password)
        return Person.objects.get(pk=person.pk)

    return hire_one


@pytest.fixture
def leader(hired: Callable[..., Person]) -> Person:
    return hired("leader", "management", "gm", "张总")


@pytest.fixture
def keeper(hired: Callable[..., Person]) -> Person:
    return hired("keeper", "office", "administrator", "李管理")


@pytest.fixture
def inspector(hired: Callable[..., Person]) -> Person:
    return hired("inspector", "qc", "inspector", "王检")


@pytest.fixture
def entered() -> Callable[[Person], Client]:
    """Log somebody in through the door, so that the session knows when he proved who he is."""

    def enter(person: Person) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return client

    return enter


@pytest.fixture
def as_actor() -> Callable[[Person], Actor]:
    return lambda person: actor_of(person, origin="test")
