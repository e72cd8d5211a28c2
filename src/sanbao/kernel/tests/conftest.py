from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from sanbao.kernel.lifecycle import Lifecycle


@pytest.fixture(scope="session")
def lamp_table(django_db_setup: None, django_db_blocker: Any) -> None:
    from sanbao.kernel.tests import toy

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(toy.Lamp)


@pytest.fixture
def lamps(lamp_table: None, db: None) -> Iterator[None]:
    """The lamp exists for one test only: its lifecycle is none of the house's."""
    from sanbao.kernel.tests import toy

    apps.all_models["kernel"]["lamp"] = toy.Lamp
    Lifecycle.registry["lamp"] = toy.LAMP
    yield
    Lifecycle.registry.pop("lamp", None)
    apps.all_models["kernel"].pop("lamp", None)
    apps.clear_cache()
