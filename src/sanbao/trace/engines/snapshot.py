"""The engine on arrays in memory-mapped files: the links as they once were, and every change since.

The files never change; the row of ``trace_snapshot`` names those that belong to this database. Whose links have come or
gone since stands in ``trace_link_news``; their links are read anew, so that an answer is always exactly that of the
database. Each question begins by asking for news; what is already known of them is kept between questions.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection

from sanbao.trace.engines.arrays import LARGEST, Lots, Neighbours, Patch, walk
from sanbao.trace.models import LinkNews, LotLink, Snapshot
from sanbao.trace.store import among

log = logging.getLogger("sanbao.trace")

#: While others write without a pause there is always something new; after so many tries the database is asked.
_PATIENCE = 4

# In one statement, so that the row and the news are of one moment. The last note known comes along to be compared.
_NEWS = f"""
SELECT s.token, s.since, n.id, n.mark, n.dst, n.src FROM {Snapshot._meta.db_table} s
LEFT JOIN {LinkNews._meta.db_table} n ON n.id >= {{first}}
WHERE s.token <> '' ORDER BY n.id"""
#: Of a snapshot that was just opened all notes, later only those from the last known on: a number, because of an
#: expression PostgreSQL expects a third of the table and reads it all.
_ALL_NEWS, _LATER_NEWS = _NEWS.format(first="s.since + 1"), _NEWS.format(first="%s")


def folder(token: str = "") -> Path:
    """Where the files of a snapshot lie; without a token, where all do."""
    return Path(settings.HOME) / "trace" / token


@dataclass(slots=True, frozen=True)
class View:
    """The links at one moment. ``last`` and ``mark`` are the newest note that it contains (0: none)."""

    token: str
    into: Neighbours
    out: Neighbours
    last: int = 0
    mark: int = 0
    patch_into: Patch = Patch.none()  # noqa: RUF009 (never changed)
    patch_out: Patch = Patch.none()  # noqa: RUF009

    def goes_on_to(self, row: _Row) -> bool:
        """Whether the first row of the news follows upon this."""
        token, _since, number, mark, *_ = row
        return token == self.token and (not self.last or (number, mark) == (self.last, self.mark))

    def back(self, starts: Iterable[int]) -> list[int]:
        return walk(starts, self.into, self.patch_into)

    def forward(self, starts: Iterable[int]) -> list[int]:
        return walk(starts, self.out, self.patch_out)

    def sources(self, starts: Iterable[int]) -> dict[int, int]:
        each = set(starts)
        reached = Counter(lot for start in each for lot in self.back([start]))
        return {lot: count for lot, count in reached.items() if lot not in each}

    def widths(self, starts: Iterable[int]) -> dict[int, int]:
        return {start: len(self.forward([start])) - 1 for start in set(starts)}


class SnapshotEngine:
    """The snapshot that this process has open, and what it knows of the changes since."""

    def __init__(self) -> None:
        self.known: View | None = None
        self.missed = ""

    def view(self) -> View | None:
        """The links as they are now; None where no snapshot can be used, or writers leave no moment of quiet."""
        view = self.known or self._opened_last()
        if view is None:
            return None
        for _ in range(_PATIENCE):
            rows = _news(view.last)
            if not rows:
                self.known = None
                return None
            if not view.goes_on_to(rows[0]):
                # Another snapshot, or the notes that were known have been undone: begin with the files.
                view = self._opened(rows[0][0])
                if view is None:
                    return None
                continue
            fresh = [row for row in rows if row[2] is not None and row[2] > view.last]
            if not fresh:
                return view
            view = _renewed(view, fresh)
            # What this transaction alone can see is for this question alone.
            if not connection.in_atomic_block:
                self.known = view
        return None

    def _opened_last(self) -> View | None:
        """Files that cannot be opened are found out before all the news since them have been read."""
        token = Snapshot.objects.exclude(token="").values_list("token", flat=True).first()
        return self._opened(token) if token else None

    def _opened(self, token: str) -> View | None:
        place = folder(token)
        try:
            self.known = View(token, Neighbours.mapped(place, "into"), Neighbours.mapped(place, "out"))
        except (OSError, ValueError, EOFError) as error:
            # The database answers meanwhile; the doctor shows it, and the worker builds a new one.
            if self.missed != token:
                log.warning("snapshot %s cannot be used: %s", token, error)
                self.missed = token
            return None
        return self.known


type _Row = tuple[str, int, int | None, int | None, int | None, int | None]


def _news(last: int) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(*((_LATER_NEWS, [last]) if last else (_ALL_NEWS, [])))
        rows: list[_Row] = cursor.fetchall()
    return rows


def _renewed(view: View, fresh: list[_Row]) -> View:
    """The view with the links of these lots as they are now."""
    last, mark = fresh[-1][2], fresh[-1][3]
    into, out = (sorted({row[place] for row in fresh}) for place in (4, 5))  # type: ignore[type-var]
    return replace(
        view,
        last=last,
        mark=mark,
        patch_into=view.patch_into.renewed(*_read("dst", "src", into)),  # type: ignore[arg-type]
        patch_out=view.patch_out.renewed(*_read("src", "dst", out)),  # type: ignore[arg-type]
    )


def _read(near: str, far: str, lots: list[int]) -> tuple[Lots, Lots, Lots]:
    """These lots, and all pairs that begin at one of them."""
    pairs = list(LotLink.objects.filter(**{f"{near}__in": among(lots)}).values_list(near, far))
    if lots and max(lots[-1], *(max(pair) for pair in pairs), 0) > LARGEST:
        raise OverflowError("a lot's number does not fit 32 bits")
    table = np.array(pairs, np.int32).reshape(-1, 2)
    return np.array(lots, np.int32), table[:, 0], table[:, 1]
