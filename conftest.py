"""Every test has a data folder of its own session and, with --pg, a PostgreSQL of its own session.

This stands before Django reads its settings, which is why the settings module is named here and not in
pyproject.toml.
"""

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack

import django
import pytest

from tests.plugins.postgres import throwaway

pytest_plugins = ["tests.plugins.muting", "tests.plugins.browser", "tests.plugins.template"]

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # The database is the controller's, and xdist gives each worker a name of its own in it; the folder is not shared,
    # because locks and attachments in it would meet.
    os.environ["SANBAO_HOME"] += f"/{worker}"
else:
    os.environ["SANBAO_HOME"] = tempfile.mkdtemp(prefix="sanbao-test-")
    os.environ["SANBAO_TEST_SESSION"] = os.environ["SANBAO_HOME"]
    atexit.register(shutil.rmtree, os.environ["SANBAO_HOME"], ignore_errors=True)
    os.environ.setdefault("SANBAO_SQLITE_SYNCHRONOUS", "OFF")
    if "--pg" in sys.argv:
        started = ExitStack()
        os.environ["DATABASE_URL"] = started.enter_context(throwaway())
        atexit.register(started.close)

os.environ["DJANGO_SETTINGS_MODULE"] = "sanbao.settings"
django.setup()

from sanbao.kernel.testing import let_tests_flush  # noqa: E402 (needs the settings)

let_tests_flush()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402

# Hiring people is not what the tests measure.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_xdist_setupnodes() -> None:
    """Workers inherit the environment, and pytest-django would read the settings before a worker has its folder."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pg", action="store_true", help="run on a throwaway PostgreSQL instead of SQLite")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What pages keep for half a minute belongs to the test before."""
    cache.clear()


#: Who asks for one of these, by itself or through a fixture, meets the database.
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def meets_the_database(item: pytest.Item) -> bool:
    """A test without it says on PostgreSQL what it said on SQLite. One that starts processes gives them theirs."""
    if item.get_closest_marker("alike"):
        return False
    if any(item.get_closest_marker(name) for name in ("django_db", "slow", "postgres")):
        return True
    asked = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    blocked = any("django_db_blocker" in d.argnames for defs in asked.values() for d in defs if d.baseid)
    return blocked or bool(DATABASE & set(item.fixturenames))  # type: ignore[attr-defined]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        alike = [item for item in items if not meets_the_database(item)]
        if alike:
            config.hook.pytest_deselected(items=alike)
            items[:] = [item for item in items if item not in set(alike)]
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: run with --pg"))
