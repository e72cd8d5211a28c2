"""One migrated database of each kind per session, from which every other one of the session is copied.

Migrating from nothing takes twenty seconds of a processor, and a session has a dozen databases: each worker's own, and
those of the houses that tests start as processes. The first that asks migrates, as ``sanbao migrate`` does it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

SESSION = "SANBAO_TEST_SESSION"
NAME = "sanbao_migrated"
#: In-memory databases are there as long as somebody has them open.
_kept: list[sqlite3.Connection] = []


def folder() -> Path:
    """The folder of the whole session, shared by its workers."""
    return Path(os.environ[SESSION])


@contextmanager
def _alone() -> Iterator[None]:
    with (folder() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(home: Path, **environment: str) -> None:
    home.mkdir(exist_ok=True)
    own = {"SANBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sanbao.settings", **environment}
    command = [sys.executable, "-m", "sanbao.cli", "migrate"]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def sqlite_file() -> Path:
    """The migrated SQLite file; in one piece, with nothing in a journal beside it."""
    path = folder() / f"{NAME}.sqlite3"
    with _alone():
        if not path.exists():
            made = folder() / "template"
            _migrate(made, DATABASE_URL=f"sqlite:///{made / 'sanbao.sqlite3'}")
            with sqlite3.connect(made / "sanbao.sqlite3") as source, sqlite3.connect(path) as target:
                source.backup(target)
    return path


def postgres_database(url: str) -> str:
    """The name of the migrated database in the cluster behind ``url``."""
    import psycopg

    ready = folder() / f"{NAME}.postgres"
    with _alone():
        if not ready.exists():
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"CREATE DATABASE {NAME}")
            _migrate(folder() / "template-pg", DATABASE_URL=urlunsplit(urlsplit(url)._replace(path=f"/{NAME}")))
            ready.touch()
    return NAME


def new_house(home: Path) -> None:
    """A data folder whose SQLite file is migrated."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_file(), home / "sanbao.sqlite3")


@contextmanager
def new_database(url: str, name: str) -> Iterator[str]:
    """A migrated database of its own in the cluster behind ``url``: its address; dropped at the end."""
    import psycopg

    template = postgres_database(url)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_house(home: Path, name: str) -> Iterator[dict[str, str]]:
    """The environment of a migrated house: a folder, and a SQLite file in it or a database in the cluster."""
    from django.db import connection

    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SANBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sanbao.settings"}
    if connection.vendor == "postgresql":
        with new_database(os.environ["DATABASE_URL"], name) as url:
            yield {**environment, "DATABASE_URL": url}
    else:
        environment.pop("DATABASE_URL", None)
        new_house(home)
        yield environment


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The worker's own database begins as a copy too."""
    from django.db import connection

    from sanbao.kernel.policies import Policy

    # Migrating reads every shipped table once; tests that put others in their place rely on it.
    for policy in Policy.registry.values():
        policy.shape  # noqa: B018 - kept from the first reading

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_database(os.environ["DATABASE_URL"])
        return
    creation: Any = connection.creation
    make = creation._create_test_db

    def filled(verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = make(verbosity, autoclobber, keepdb)
        target = sqlite3.connect(name, uri=True)
        with sqlite3.connect(sqlite_file()) as source:
            source.backup(target)
        _kept.append(target)
        return name

    creation._create_test_db = filled
