"""The demonstration's accounts: one for every post, each with a random password that is written down once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from sanbao.demo.company import PEOPLE, Employee
from sanbao.kernel.actor import Actor
from sanbao.parties import actions, queries
from sanbao.parties.models import Customer, Dealer, Department, Person, Post, Region, Supplier

FILE = "demo-accounts"


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Few rounds for passwords of 80 random bits, which no dictionary holds; Django adds the rest at first log-in."""
    with patch.object(PBKDF2PasswordHasher, "iterations", 1000):
        yield


def hire_all(*, by: Actor) -> tuple[str, dict[str, Actor]]:
    """What is to be written down, and who may act by which log-in name."""
    actors: dict[str, Actor] = {}
    lines = ["# 登录名 username\t密码 password\t谁 who\t岗位 post"]
    with quick_hashes():
        for employee in PEOPLE:
            person = _hire(employee, by=by)
            password = person.handed_out
            actors[employee.username] = queries.actor_of(person, origin="127.0.0.1")
            actions.choose_password(person, by=actors[employee.username], password=password)
            post = f"{employee.department}.{employee.post}" if employee.post else "外部 outsider"
            lines.append(f"{employee.username}\t{password}\t{employee.name}\t{post}")
    return "\n".join(lines) + "\n", actors


def _hire(employee: Employee, *, by: Actor) -> Person:
    person = actions.hire(
        by=by,
        username=employee.username,
        name=employee.name,
        department=Department.objects.get(code=employee.department) if employee.department else None,
        post=Post.objects.get(code=employee.post) if employee.post else None,
        dealer=Dealer.objects.filter(code=employee.dealer).first(),
        supplier=Supplier.objects.filter(code=employee.supplier).first(),
        customer=Customer.objects.filter(code=employee.customer).first(),
    )
    for region in Region.objects.filter(code__in=employee.regions):
        actions.entrust(person, by=by, region=region)
    return person


def write_down(text: str) -> None:
    """Keep the passwords in ``$SANBAO_HOME/demo-accounts``, for the owner's eyes only (mode 0600)."""
    path = Path(settings.HOME) / FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
