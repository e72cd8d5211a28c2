"""Ledgers of so many lines through `sanbao import`, beside reading and inserting them bare; and saves meanwhile.

The import runs in processes of its own, as it does in a factory: first alone, as by night, then while this process
plays the people who go on working.
"""

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from typing import Any

import python_calamine
from django.conf import settings
from django.db import connection

from sanbao.bench import ledgers
from sanbao.bench.figures import Figure, milliseconds
from sanbao.bench.people import Clerk

CHUNK = 5000
#: Workbooks are for smaller files: a sheet ends at 1,048,576 rows, and making them takes longer than importing them.
MOST_XLSX = 300_000
#: By day, beside people who save, so many lines tell enough.
MOST_BESIDE_PEOPLE = 1_000_000
#: How often somebody saves while the import runs, and how often its memory is read.
PAUSE = 0.2

type Rows = Iterable[list[Any]]


def csv_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def xlsx_rows(path: Path) -> Rows:
    return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()


class Bare:
    """The raw limit: read the same files and insert the cells as they are, with the durability of the product."""

    def __init__(self) -> None:
        self.driver: Any = connection.get_new_connection(connection.get_connection_params())
        self.postgres = connection.vendor == "postgresql"
        self.tables = 0

    def takes(self, files: Iterable[Path], rows: Any) -> int:
        return sum(self._takes(rows(path)) for path in files)

    def _takes(self, lines: Rows) -> int:
        self.tables += 1
        cells = iter(lines)
        names = ", ".join(f"c{place}" for place, _ in enumerate(next(cells)))
        width, count, chunk = names.count(",") + 1, 0, []
        with closing(self.driver.cursor()) as cursor:
            cursor.execute(f"CREATE TABLE bare_{self.tables} (id {self._id}, {names.replace(',', ' text,')} text)")
            mark = "%s" if self.postgres else "?"
            sql = f"INSERT INTO bare_{self.tables} ({names}) VALUES ({', '.join([mark] * width)})"
            for line in cells:
                chunk.append(line)
                if len(chunk) == CHUNK:
                    count += self._insert(cursor, sql, chunk)
                    chunk = []
            return count + (self._insert(cursor, sql, chunk) if chunk else 0)

    @property
    def _id(self) -> str:
        return "bigserial PRIMARY KEY" if self.postgres else "INTEGER PRIMARY KEY"

    def _insert(self, cursor: Any, sql: str, chunk: list[list[Any]]) -> int:
        cursor.executemany(sql, chunk)
        self.driver.commit()
        return len(chunk)

    def close(self) -> None:
        with closing(self.driver.cursor()) as cursor:
            for number in range(self.tables):
                cursor.execute(f"DROP TABLE bare_{number + 1}")
        self.driver.commit()
        self.driver.close()


@dataclass
class Outcome:
    """One import: how long it took, how long saves took meanwhile, and the most memory its processes held at once."""

    lines: int
    seconds: float
    cpu: float
    megabytes: float
    saves: list[float]


def imported(folder: Path, clerk: Clerk | None = None) -> Outcome:
    """Run the command on a folder, while the clerk, if any, registers complaints; every line must be taken."""
    out = folder.with_suffix(".json")
    spent, began = _cpu(), perf_counter()
    with out.open("w") as told:
        command = [sys.executable, "-m", "sanbao.cli", "import", str(folder), "--json"]
        importing = subprocess.Popen(command, env=os.environ, stdout=told, stdin=subprocess.DEVNULL)
    saves, most = [], 0.0
    while importing.poll() is None:
        if clerk:
            saves.append(milliseconds(clerk.registers))
        most = max(most, held(importing.pid))
        sleep(PAUSE)
    seconds = perf_counter() - began
    totals = json.loads(out.read_text())["totals"]
    if totals["read"] != totals["taken"] + totals["unchanged"]:
        raise RuntimeError(f"not every line was taken: {totals}")
    return Outcome(totals["read"], seconds, _cpu() - spent, most, saves)


def _cpu() -> float:
    """Processor seconds of all processes that this one has waited for, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def held(pid: int) -> float:
    """Megabytes that a process and its children hold, shared pages counted in proportion."""
    kilobytes = 0
    for process in [pid, *_children(pid)]:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def measure(rows: int = 100_000) -> Iterator[Figure]:
    """Both formats, and people beside it, one after the other into the same database."""
    yield from _alone("CSV", ledgers.as_csv, csv_rows, rows)
    yield from _alone("XLSX", ledgers.as_xlsx, xlsx_rows, min(rows, MOST_XLSX))
    yield from _beside_people(min(rows, MOST_BESIDE_PEOPLE))


def _alone(form: str, make: Any, read: Any, rows: int) -> Iterator[Figure]:
    folder = Path(settings.HOME) / form.lower()
    folder.mkdir()
    files = make(folder, rows)
    with closing(Bare()) as bare:
        began = perf_counter()
        raw = bare.takes(files, read) / (perf_counter() - began)
    done = imported(folder)
    shutil.rmtree(folder)
    yield Figure(f"import {done.lines:,} lines of {form}", done.lines / done.seconds, "lines/s", raw)
    yield Figure("the same, per second of processor time of all its processes", done.lines / done.cpu, "lines/s")
    yield Figure("the most memory that the import held", done.megabytes, "MB PSS")


def _beside_people(rows: int) -> Iterator[Figure]:
    clerk = Clerk()
    before = quantiles([milliseconds(clerk.registers) for _ in range(40)], n=20)
    folder = Path(settings.HOME) / "beside"
    folder.mkdir()
    ledgers.as_csv(folder, rows, "B")
    done = imported(folder, clerk)
    shutil.rmtree(folder)
    during = quantiles(done.saves, n=20)
    yield Figure(f"import {done.lines:,} lines of CSV, others saving", done.lines / done.seconds, "lines/s")
    yield Figure("register a complaint meanwhile, median", during[9], "ms", before[9])
    yield Figure(f"register a complaint meanwhile, p95 of {len(done.saves)}", during[18], "ms", before[18])
