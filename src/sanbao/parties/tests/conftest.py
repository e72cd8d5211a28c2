"""A small house: an administrator, a salesperson of Zhejiang, a colleague, two dealers and their customers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sanbao.kernel.actor import Actor
from sanbao.parties import actions
from sanbao.parties.models import Department, Person, Post, Region

HOUSE = Actor.clockwork("test")
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def role(department: str, post: str) -> dict[str, Any]:
    return {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}


def hired(username: str, department: str = "", post: str = "", **more: Any) -> Person:
    place = role(department, post) | {"since": LONG_AGO} if department else {}
    return actions.hire(by=HOUSE, username=username, name=f"{username} 甲", **place, **more)


def region(code: str) -> Region:
    return Region.objects.get(code=code)


@pytest.fixture
def administrator(db: None) -> Person:
    return hired("administrator", "office", "administrator")


@pytest.fixture
def salesperson(db: None) -> Person:
    person = hired("sales-east", "sales", "salesperson")
    return actions.entrust(person, by=HOUSE, region=region("CN-ZJ"), since=LONG_AGO)


@pytest.fixture
def colleague(db: None) -> Person:
    return hired("after-sales", "after_sales", "after_sales_clerk")


@pytest.fixture
def entered(client: Any) -> Any:
    """Log somebody in who has chosen his own password."""

    def enter(person: Person) -> Any:
        Person.objects.filter(pk=person.pk).update(one_time_password=False)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
