"""The complaints list with many complaints, asked for by several people at once, and the memory that all of it takes.

The house runs as `sanbao serve` runs it; the raw limit is the same web server answering with as many bytes.
"""

import csv
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep

from django.conf import settings
from django.test import Client

from sanbao import serve
from sanbao.bench.figures import Figure, milliseconds
from sanbao.bench.people import Clerk, hire
from sanbao.complaints.models import Complaint
from sanbao.parties.queries import actor_of

PEOPLE = 4
SECONDS = 10.0
PAGES = {"the list page of 25": "/complaints/", "the same through the API": "/api/v1/complaints?limit=25"}
HEADER = ("序号", "日期", "用户", "方式", "内容", "标签号", "类别", "处理", "状态")
LINE = ("2026-03-02", "测速门窗厂", "传真", "同一批料颜色深浅不一", "", "色差", "已解释，用户满意", "处理中")


def fill(complaints: int) -> None:
    """So many complaints, by the ordinary import."""
    ledger = Path(settings.HOME) / "用户意见登记.csv"
    with ledger.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((number, *LINE) for number in range(1, complaints + 1))
    subprocess.run([sys.executable, "-m", "sanbao.cli", "import", str(ledger)], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """A server on this port; yields its process id."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def asked(port: int, path: str, cookie: str, seconds: float = SECONDS) -> tuple[float, list[float], int]:
    """Several people ask again and again: answers per second, milliseconds of each, bytes of one answer."""

    def person(_: int) -> tuple[list[float], int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        size = 0

        def ask() -> None:
            nonlocal size
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
            answer = connection.getresponse()
            size = len(answer.read())
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")

        ask()
        times: list[float] = []
        end = monotonic() + seconds
        while monotonic() < end:
            times.append(milliseconds(ask))
        return times, size

    with ThreadPoolExecutor(PEOPLE) as pool:
        results = list(pool.map(person, range(PEOPLE)))
    times = [each for taken, _ in results for each in taken]
    return len(times) / seconds, times, results[0][1]


def memory_mb(pid: int) -> float:
    """Proportional memory of a process and its descendants."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = [pid]
    for parent in family:
        family += [child for child, its_parent in pairs if its_parent == parent]
    kilobytes = 0
    for each in family:
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def measure(complaints: int = 20_000) -> Iterator[Figure]:
    Clerk()
    leader = hire("bench-leader", "management", "gm")
    fill(complaints)
    if Complaint.objects.visible_to(actor_of(leader)).count() != complaints:
        raise RuntimeError("not every complaint is there to be listed")
    # The demonstration's mark: log-in without a second factor.
    (Path(settings.HOME) / "demo-accounts").touch(0o600)
    client = Client()
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    port = free_port()
    with running([sys.executable, "-m", "sanbao.cli", "serve"], port, SANBAO_PORT=str(port)) as pid:
        found = {what: asked(port, path, cookie) for what, path in PAGES.items()}
        memory = memory_mb(pid)
    for what, (rate, times, size) in found.items():
        port = free_port()
        bare = [sys.executable, *serve.web_server("sanbao.bench.bare_page:application", port)]
        with running(bare, port, SANBAO_BENCH_BYTES=str(size)):
            raw, raw_times, _ = asked(port, "/", "", 3)
        yield Figure(f"{what}, {complaints:,} complaints, {PEOPLE} people", rate, "answers/s", raw)
        yield Figure(f"{what}, p95", quantiles(times, n=20)[18], "ms", quantiles(raw_times, n=20)[18])
    yield Figure("web, worker and supervisor together", memory, "MB PSS")
