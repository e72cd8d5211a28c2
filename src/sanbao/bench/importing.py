"""Ledgers of so many lines through `sanbao import`, beside reading and inserting them bare; and saves meanwhile.

The import runs in a process of its own, as it does in a factory; this process plays the people who go on working.
"""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep

from django.conf import settings

from sanbao.bench.figures import Figure, milliseconds
from sanbao.bench.people import Clerk

#: Labels per traveller and travellers per heat: almost all lines are labels, as in a factory's finished-goods ledger.
LABELS, TRAVELLERS = 40, 5
CHUNK = 5000
#: How often somebody saves while the import runs.
PAUSE = 0.2
COMMON = {
    "产品": (("型号", "名称", "表面", "米重kg/m", "合金状态"), [("LM60", "推拉窗型材", "粉末喷涂", "0.9", "6063-T5")]),
}
HEADERS = {
    "熔铸记录": ("炉次", "日期", "铸棒批号", "支数", "重量(kg)", "质量状态"),
    "生产随行卡": ("卡号", "框号", "型号", "铸棒批号", "挤压日期", "重量(kg)", "检验状态"),
    "成品入库": ("标签号", "喷码", "型号", "随行卡号", "支数", "净重(kg)", "入库日期", "库位"),
}


def ledgers(folder: Path, rows: int) -> list[Path]:
    """CSV ledgers of ``rows`` lines together, each line to be taken."""
    heats = max(1, rows // (1 + TRAVELLERS + TRAVELLERS * LABELS))
    files = {name: folder / f"{name}.csv" for name in (*COMMON, *HEADERS)}
    writers = {}
    opened = [path.open("w", encoding="utf-8-sig", newline="") for path in files.values()]
    for (name, _), file in zip(files.items(), opened, strict=True):
        writers[name] = csv.writer(file)
        writers[name].writerow(HEADERS.get(name) or COMMON[name][0])
    for name, (_, lines) in COMMON.items():
        writers[name].writerows(lines)
    for heat in range(heats):
        writers["熔铸记录"].writerow((f"RZ-{heat:06}", "2026-03-02", f"B-{heat:06}", 40, 8000, "合格"))
        for basket in range(TRAVELLERS):
            card = f"K-{heat:06}-{basket}"
            writers["生产随行卡"].writerow((card, f"F{basket}", "LM60", f"B-{heat:06}", "2026-03-04", 1500, "合格"))
            writers["成品入库"].writerows(
                (f"L-{heat:06}-{basket}-{n:02}", f"P{heat:06}{basket}", "LM60", card, 6, 32.4, "2026-03-07", "A1")
                for n in range(LABELS)
            )
    for file in opened:
        file.close()
    return list(files.values())


def bare(files: list[Path], target: Path) -> int:
    """Read the same files and insert the cells as they are, in chunks, with the durability of the product."""
    database = sqlite3.connect(target)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    count = 0
    for number, path in enumerate(files):
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            width = len(next(lines))
            database.execute(f"CREATE TABLE ledger_{number} (id INTEGER PRIMARY KEY, {columns(width)})")
            names, marks = columns(width), ", ".join("?" * width)
            sql = f"INSERT INTO ledger_{number} ({names}) VALUES ({marks})"
            chunk: list[list[str]] = []
            for line in lines:
                chunk.append(line)
                if len(chunk) == CHUNK:
                    count += database.executemany(sql, chunk).rowcount
                    database.commit()
                    chunk.clear()
            count += database.executemany(sql, chunk).rowcount if chunk else 0
            database.commit()
    database.close()
    return count


def columns(width: int) -> str:
    return ", ".join(f"c{n}" for n in range(width))


def measure(rows: int = 100_000) -> Iterator[Figure]:
    """How long the import takes, and how long one complaint's registration takes while it runs."""
    folder = Path(settings.HOME) / "ledgers"
    folder.mkdir()
    files = ledgers(folder, rows)
    counted = 0

    def read_and_insert() -> None:
        nonlocal counted
        counted = bare(files, Path(settings.HOME) / "bare.sqlite3")

    raw = milliseconds(read_and_insert) / 1000
    clerk = Clerk()
    calm = [milliseconds(clerk.registers) for _ in range(40)]
    began = perf_counter()
    importing = subprocess.Popen(
        [sys.executable, "-m", "sanbao.cli", "import", str(folder), "--json"],
        env=os.environ,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    busy = []
    while importing.poll() is None:
        busy.append(milliseconds(clerk.registers))
        sleep(PAUSE)
    seconds = perf_counter() - began
    report = json.loads(importing.stdout.read() if importing.stdout else b"{}")
    taken = sum(file["taken"] for file in report["files"])
    if taken != counted:
        raise RuntimeError(f"only {taken} of {counted} lines were taken")
    yield Figure(f"import {taken:,} lines, others saving", taken / seconds, "lines/s", counted / raw)
    yield Figure("register a complaint, median", quantiles(busy, n=20)[9], "ms", quantiles(calm, n=20)[9])
    yield Figure(
        f"register a complaint, p95 of {len(busy)} during the import", quantiles(busy, n=20)[18], "ms",
        quantiles(calm, n=20)[18],
    )  # fmt: skip
