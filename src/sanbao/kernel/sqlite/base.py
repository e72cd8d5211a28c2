"""SQLite with a turnstile before its only writer.

SQLite lets whoever looks at the right moment write next. A save that has to wait looks every 25 to 100 ms, while an
import begins its next chunk a few milliseconds after the last one, so that it would take nearly every turn. Here
whoever wants to write takes a lock file first and lets go of it as soon as the database is his: a save that waits
holds it, and the import queues behind. The system lets go of the lock however a process ends.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.sqlite3 import base

LOOK_AGAIN = 0.003
HERE = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        with self._turn():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs lack it

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Who has waited as long as the database itself would let him goes on and lets the database decide."""
        if self.is_in_memory_db():
            yield
            return
        most = self.settings_dict["OPTIONS"].get("timeout", 5)
        patience = time.monotonic() + most
        # The threads of one process wake each other; only another process has to be looked at again and again.
        mine = HERE.acquire(timeout=most)
        try:
            with open(f"{self.settings_dict['NAME']}-turn", "ab") as file:
                while True:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        if time.monotonic() > patience:
                            break
                        time.sleep(LOOK_AGAIN)
                yield
        finally:
            if mine:
                HERE.release()
