"""A save that waits for the database passes before the next chunk of an import."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sanbao.kernel.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
CHUNK = 0.06


def wrapper(path: Path) -> DatabaseWrapper:
    """A second connection of the product's own kind, to a file of its own."""
    settings: dict[str, Any] = {
        "NAME": str(path), "TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
    }  # fmt: skip
    return DatabaseWrapper(settings, alias="turn")


@pytest.fixture
def importing(tmp_path: Path) -> Any:
    """Somebody who holds the writer's turn nearly all the time, as an import does."""
    path, stop = tmp_path / "a.sqlite3", threading.Event()
    first = wrapper(path)
    first.cursor().execute("CREATE TABLE t (n integer)")
    first.close()

    def chunks() -> None:
        own = wrapper(path)
        while not stop.is_set():
            own.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            own.cursor().execute("INSERT INTO t VALUES (1)")
            time.sleep(CHUNK)
            own.commit()
            own.set_autocommit(True)
        own.close()

    thread = threading.Thread(target=chunks)
    thread.start()
    yield path
    stop.set()
    thread.join()


def test_a_save_waits_for_the_chunk_at_hand_and_not_for_the_next(importing: Path) -> None:
    own, passed = wrapper(importing), []

    def chunks() -> int:
        return int(own.cursor().execute("SELECT count(*) FROM t WHERE n = 1").fetchone()[0])

    for _ in range(8):
        before = chunks()
        own.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        own.cursor().execute("INSERT INTO t VALUES (2)")
        passed.append(chunks() - before)
        own.commit()
        own.set_autocommit(True)
        time.sleep(0.01)
    own.close()
    # The chunk at hand, and the next where this thread was late. Without the turnstile ten and more go before.
    assert sorted(passed)[-2] <= 2


def test_a_turn_nobody_lets_go_of_does_not_stop_anybody_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with open(f"{path}-turn", "ab") as stuck:
        fcntl.flock(stuck, fcntl.LOCK_EX)
        own = wrapper(path)
        own.settings_dict["OPTIONS"]["timeout"] = 0.05
        own.cursor().execute("CREATE TABLE t (n integer)")
        own.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        own.cursor().execute("INSERT INTO t VALUES (2)")
        own.commit()
        own.close()
