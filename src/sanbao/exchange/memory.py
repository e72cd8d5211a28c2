"""What a rehearsal has brought in so far, although nothing of it stays: millions of lots in little memory.

It lives in a SQLite database without a name, which the system keeps in a temporary file that nobody else sees and
that is gone with the process.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sanbao.trace.known import COLUMNS, LotFacts, facts_of

_KEPT = COLUMNS[:-1]  # all but the id, which belongs to a row that has been rolled back
_PLACE_OF_DAY = _KEPT.index("made_on")
_AMONG = "WHERE key IN (SELECT value FROM json_each(?))"


class Memory:
    """Lots by key, and how much has been taken out of each."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(
            f"CREATE TABLE lot ({', '.join(_KEPT)}, PRIMARY KEY (key)) WITHOUT ROWID;"
            "CREATE TABLE used (key, milli, PRIMARY KEY (key)) WITHOUT ROWID;"
        )

    def keep(self, lots: Iterable[LotFacts]) -> None:
        marks = ", ".join("?" * len(_KEPT))
        rows = (tuple(str(fact) if isinstance(fact, date) else fact for fact in facts_of(lot)[:-1]) for lot in lots)
        self._file.execute("BEGIN")
        self._file.executemany(f"INSERT OR REPLACE INTO lot VALUES ({marks})", rows)
        self._file.execute("COMMIT")

    def recall(self, keys: Iterable[str]) -> Iterator[LotFacts]:
        for row in self._file.execute(f"SELECT {', '.join(_KEPT)} FROM lot {_AMONG}", [json.dumps(list(keys))]):
            facts = list(row)
            facts[_PLACE_OF_DAY] = facts[_PLACE_OF_DAY] and date.fromisoformat(facts[_PLACE_OF_DAY])
            yield LotFacts(*facts)

    def use(self, totals: Mapping[str, int]) -> None:
        """What has been taken out of these lots altogether."""
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO used VALUES (?, ?)", totals.items())
        self._file.execute("COMMIT")

    def used(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(self._file.execute(f"SELECT key, milli FROM used {_AMONG}", [json.dumps(list(keys))]))
