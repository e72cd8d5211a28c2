from __future__ import annotations

from typing import Any

import pytest

from sanbao.kernel.actor import Actor
from sanbao.parties import actions
from sanbao.parties.models import Department, Person, Post

HOUSE = Actor.clockwork("test")


@pytest.fixture
def technologist(db: None, client: Any) -> Any:
    """The browser of a technologist, who keeps the catalogue."""
    place = {"department": Department.objects.get(code="technology"), "post": Post.objects.get(code="technologist")}
    person = actions.hire(by=HOUSE, username="technologist", name="技术员甲", **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
