"""The people of a small house, and programs that act for them through the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from sanbao.api.actions import create_token
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post, Region

HOUSE = Actor.clockwork("test")
#: name → department, post
STAFF = {
    "clerk": ("after_sales", "after_sales_clerk"),
    "salesman": ("sales", "salesperson"),
    "gm": ("management", "gm"),
    "vp": ("management", "production_vp"),
    "technologist": ("technology", "technologist"),
    "foreman": ("production", "department_manager"),
    "inspector": ("qc", "inspector"),
    "qc_head": ("qc", "department_manager"),
    "technical_vp": ("management", "technical_vp"),
}


def people() -> dict[str, Person]:
    """One person per post; the salesman answers for Zhejiang."""
    found = {
        name: parties.hire(
            by=HOUSE,
            username=name,
            name=f"{name} 甲",
            department=Department.objects.get(code=department),
            post=Post.objects.get(code=post),
            since=date(2020, 1, 1),
        )
        for name, (department, post) in STAFF.items()
    }
    region = Region.objects.get(code="CN-ZJ")
    parties.entrust(found["salesman"], by=HOUSE, region=region, since=date(2020, 1, 1))
    return found


class Program:
    """A program that acts for one person: JSON in, JSON out, one key per POST."""

    def __init__(self, person: Person) -> None:
        self.person = person
        _, key = create_token(person=person, name="test", days=30, by=HOUSE)
        self.client = Client(headers={"Authorization": f"Bearer {key}"})
        self.posts = 0

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(f"/api/v1/{path}", query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def post(self, path: str, /, **body: Any) -> Any:
        answer = self.try_post(path, **body)
        assert answer.status_code in (200, 201), answer.content.decode()
        return answer.json()

    def try_post(self, path: str, /, **body: Any) -> Any:
        self.posts += 1
        key = {"Idempotency-Key": f"{id(self)}-{self.posts}"}
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=key)

    def refused(self, path: str, /, **body: Any) -> dict[str, Any]:
        answer = self.try_post(path, **body)
        assert 400 <= answer.status_code < 500, answer.content.decode()
        problem: dict[str, Any] = answer.json()
        return problem


def programs(found: dict[str, Person]) -> dict[str, Program]:
    return {name: Program(person) for name, person in found.items()}


def browser(person: Person) -> Client:
    """A browser in which that person is logged in."""
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


type Cast = Callable[[str], Program]
