"""A running server, people who ask it again and again, and what its processes spend on that."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep

from django.db import connection

from sanbao.bench.figures import milliseconds

TICK = os.sysconf("SC_CLK_TCK")
SETTLING = 120
#: One question: method, path, headers, body. A new one for each call, because each POST has a key of its own.
type Ask = Callable[[], tuple[str, str, dict[str, str], bytes | None]]


@dataclass
class Answers:
    """What so many people got in so many seconds: milliseconds of each answer, processor time of the servers."""

    milliseconds: list[float]
    cpu_ms: float
    bodies: list[bytes]

    @property
    def each(self) -> float:
        """Milliseconds of processor time that one answer cost: web, worker, supervisor and database."""
        return self.cpu_ms / len(self.milliseconds)

    @property
    def median(self) -> float:
        return quantiles(self.milliseconds, n=2)[0]

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[18]


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


def asked(
    port: int,
    pid: int,
    ask: Ask,
    *,
    people: int,
    seconds: float,
    keep: bool = False,
    settled: Callable[[], bool] | None = None,
) -> Answers:
    """So many people ask again and again; the first answer of each, which warms up, is not counted.

    What the worker does because of it counts too: the servers' time is read once it has ``settled``.
    """
    connections = [HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(people)]

    def one(connection: HTTPConnection) -> bytes:
        method, path, headers, body = ask()
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content

    def person(connection: HTTPConnection) -> tuple[list[float], list[bytes]]:
        times: list[float] = []
        bodies: list[bytes] = []
        end = monotonic() + seconds
        while monotonic() < end:
            times.append(milliseconds(lambda: bodies.append(one(connection))))
            if not keep:
                bodies.clear()
        return times, bodies

    warm = [one(connection) for connection in connections]
    before = cpu_seconds(pid)
    with ThreadPoolExecutor(people) as pool:
        results = list(pool.map(person, connections))
    patience = monotonic() + SETTLING
    while settled is not None and not settled():
        if monotonic() > patience:
            raise RuntimeError(f"the worker has not come to the end of its work within {SETTLING} s")
        sleep(0.1)
    spent = (cpu_seconds(pid) - before) * 1000
    bodies = [body for _, some in results for body in some]
    return Answers([each for times, _ in results for each in times], spent, [*warm, *bodies] if keep else [])


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in pairs if its_parent == parent]
    return found


def memory_mb(pid: int) -> float:
    """Proportional memory of a process and its descendants."""
    kilobytes = 0
    for each in family(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def cpu_seconds(pid: int) -> float:
    """What these processes have computed so far, and PostgreSQL where it is the database (on this machine)."""
    return sum(_ticks(each) for root in (pid, *_postmaster()) for each in family(root)) / TICK


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended; its parent has waited for it
        return 0
    return sum(map(int, fields[11:15]))  # its own, and that of the children it has waited for


def _postmaster() -> list[int]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status").read_text()
    return [int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:")]
