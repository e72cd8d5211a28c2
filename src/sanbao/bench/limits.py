"""What the machine itself can do with the links of a synthetic factory: loading and asking without the product."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from sanbao.bench import graph
from sanbao.bench.figures import milliseconds
from sanbao.trace import store
from sanbao.trace.models import LotLink

TABLE = LotLink._meta.db_table
#: Campaigns written at once: about 50,000 links.
AT_ONCE = 40


def tuples(block: range) -> list[tuple[Any, ...]]:
    return list(map(tuple, graph.links(block).tolist()))


def blocks(campaigns: range) -> list[range]:
    return [range(a, min(a + AT_ONCE, campaigns.stop)) for a in range(campaigns.start, campaigns.stop, AT_ONCE)]


def load(campaigns: range) -> tuple[str, float]:
    """The same rows into a table of the same keys, by the database's own means: (what, links per second)."""
    path = Path(settings.HOME) / "links.csv"
    count = 0
    with path.open("w") as file:
        for block in blocks(campaigns):
            rows = tuples(block)
            file.writelines([f"{dst},{src},{event},{milli}\n" for dst, src, event, milli in rows])
            count += len(rows)
    try:
        if store.postgres():
            return "COPY", count / _copied(path)
        if shutil.which("sqlite3"):
            return "the shell's .import", count / _imported(path)
        return "the driver's executemany (no sqlite3 shell here)", count / _executed(path)
    finally:
        path.unlink()


def _copied(path: Path) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_link (LIKE {TABLE} INCLUDING ALL)")

        def copy() -> None:
            with (
                transaction.atomic(),
                path.open("rb") as file,
                cursor.cursor.copy("COPY bare_link FROM STDIN (FORMAT CSV)") as into,
            ):
                while block := file.read(1 << 20):
                    into.write(block)

        try:
            return milliseconds(copy) / 1000
        finally:
            cursor.execute("DROP TABLE bare_link")


def _scratch() -> Path:
    """A database file with an empty table of links, made by the same statements."""
    path = Path(settings.HOME) / "bare.sqlite3"
    path.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [TABLE])
        made = [sql for (sql,) in cursor.fetchall()]
    database = sqlite3.connect(path)
    database.executescript(";".join(["PRAGMA journal_mode=WAL", *made]))
    database.close()
    return path


def _imported(path: Path) -> float:
    target = _scratch()
    commands = f"PRAGMA synchronous=FULL;\nPRAGMA cache_size=-32000;\n.mode csv\n.import {path} {TABLE}\n"

    def load() -> None:
        subprocess.run(["sqlite3", target], input=commands, text=True, check=True, stdout=subprocess.DEVNULL)

    try:
        return milliseconds(load) / 1000
    finally:
        target.unlink()


def _executed(path: Path) -> float:
    target = _scratch()
    database = sqlite3.connect(target)
    database.executescript("PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;")
    rows = np.loadtxt(path, np.int64, delimiter=",").tolist()

    def load() -> None:
        for some in batched(rows, 50_000):
            database.executemany(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)", some)
            database.commit()

    try:
        return milliseconds(load) / 1000
    finally:
        database.close()
        target.unlink()


def bare(direction: str, starts: list[int]) -> list[Any]:
    """The recursive question through the driver's own cursor."""
    near, far = ("src", "dst") if direction == "back" else ("dst", "src")
    given: Any = starts if store.postgres() else json.dumps(starts)
    table = "unnest(%s::bigint[]) AS u(v)" if store.postgres() else "(SELECT value AS v FROM json_each(?)) AS u"
    cursor = connection.connection.cursor()
    cursor.execute(
        f"WITH RECURSIVE t(n) AS (SELECT v FROM {table} UNION "
        f"SELECT e.{near} FROM t CROSS JOIN {TABLE} e WHERE e.{far} = t.n) SELECT n FROM t",
        [given],
    )
    rows: list[Any] = cursor.fetchall()
    return rows


def once_per_lot(start: int) -> set[int]:
    """How a program asks that knows no recursive query, through the bare driver."""
    mark = "%s" if store.postgres() else "?"
    cursor = connection.connection.cursor()

    def after(lot: int) -> list[Any]:
        cursor.execute(f"SELECT dst FROM {TABLE} WHERE src = {mark}", [lot])
        rows: list[Any] = cursor.fetchall()
        return rows

    return _stepping(start, lambda lot: [row[0] for row in after(lot)])


def once_per_lot_orm(start: int) -> set[int]:
    """The same with model instances, as programs that are built on an ORM do."""
    return _stepping(start, lambda lot: [link.dst for link in LotLink.objects.filter(src=lot)])


def _stepping(start: int, after: Callable[[int], list[int]]) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for lot in after(waiting.pop()):
            if lot not in seen:
                seen.add(lot)
                waiting.append(lot)
    return seen
