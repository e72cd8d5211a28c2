"""The product as it runs: one command, two children, and nothing left behind."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the processes have a SQLite file of their own"),
    pytest.mark.slow,
]
SANBAO = [sys.executable, "-m", "sanbao.cli"]
MEMORY_LIMIT_MB = 300


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def eventually(question: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.1)
    return False


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def child_named(pid: int, word: str) -> int | None:
    """A direct child by a word of its command line; a dead one has none."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    for each in map(int, listed.split()):
        command = Path(f"/proc/{each}/cmdline")
        if command.exists() and word.encode() in command.read_bytes():
            return each
    return None


def proportional_memory_kb(pid: int) -> int:
    """What a process costs, shared pages divided among their sharers; nothing when it has just ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


class House:
    """A prepared data folder, and `sanbao serve` on it when asked."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.environment = {**os.environ, "SANBAO_HOME": str(home), "SANBAO_PORT": str(self.port)}

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SANBAO, *command], env={**self.environment, **environment}, capture_output=True, text=True, timeout=120
        )

    def serve(self) -> subprocess.Popen[bytes]:
        with (self.home / "serve.log").open("ab") as log:
            return subprocess.Popen([*SANBAO, "serve"], env=self.environment, stdout=log, stderr=log)

    def status(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def well(self) -> bool:
        return self.status() == 200

    def log(self) -> str:
        return (self.home / "serve.log").read_text()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house"))
    prepared = house.run("prepare")
    assert prepared.returncode == 0, prepared.stderr
    return house


@pytest.fixture
def serving(house: House) -> Iterator[subprocess.Popen[bytes]]:
    process = house.serve()
    try:
        assert eventually(house.well), house.log()
        yield process
    finally:
        process.terminate()
        process.wait(20)


def test_the_house_says_it_is_well_and_stops_as_a_whole(house: House, serving: subprocess.Popen[bytes]) -> None:
    everyone = family(serving.pid)
    assert len(everyone) >= 3
    serving.send_signal(signal.SIGINT)
    assert serving.wait(15) == 0
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone), 5)
    assert f"http://127.0.0.1:{house.port}/" in house.log()


@pytest.mark.parametrize("part", ["granian", "worker"])
def test_a_killed_part_is_started_again(part: str, house: House, serving: subprocess.Popen[bytes]) -> None:
    assert eventually(lambda: child_named(serving.pid, part) is not None)
    victim = child_named(serving.pid, part)
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: child_named(serving.pid, part) not in {None, victim}), house.log()
    assert eventually(house.well), house.log()


def test_killing_the_supervisor_leaves_nothing_running(house: House, serving: subprocess.Popen[bytes]) -> None:
    everyone = family(serving.pid)
    serving.kill()
    serving.wait()
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone), 15)


def test_web_worker_and_supervisor_fit_into_their_memory(house: House, serving: subprocess.Popen[bytes]) -> None:
    for _ in range(50):
        house.status()
    assert eventually(lambda: child_named(serving.pid, "worker") is not None)
    assert 0 < sum(proportional_memory_kb(pid) for pid in family(serving.pid)) / 1024 <= MEMORY_LIMIT_MB


def test_connections_that_stay_open_hold_nobody_up(house: House, serving: subprocess.Popen[bytes]) -> None:
    """Between requests no connection is still reading: the log of changes can be emptied into the database."""
    for _ in range(10):
        for page in ("healthz", "accounts/login/", "api/v1/openapi.json"):
            with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/{page}", timeout=20) as answer:
                assert answer.status == 200
    database = sqlite3.connect(house.home / "sanbao.sqlite3", timeout=5)
    changes = house.home / "sanbao.sqlite3-wal"

    def emptied() -> bool:
        (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return busy == 0 and changes.stat().st_size == 0

    assert eventually(emptied, 10)
    database.close()
    assert house.well()


def test_watching_costs_no_django() -> None:
    loaded = "import sys, sanbao.cli, sanbao.serve; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded]).returncode == 0


def test_a_demonstration_listens_on_loopback_only(tmp_path: Path) -> None:
    house = House(tmp_path)
    (tmp_path / "demo-accounts").touch(0o600)
    refused = house.run("serve", SANBAO_HOST="0.0.0.0")
    assert refused.returncode == 1
    assert "0.0.0.0" in refused.stderr


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    house = House(tmp_path)
    with socket.create_server(("127.0.0.1", house.port)):
        refused = house.run("serve")
    assert refused.returncode == 1
    assert str(house.port) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_command_is_said_in_one_sentence(tmp_path: Path) -> None:
    refused = House(tmp_path).run("importt")
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1


def test_a_refusal_on_the_command_line_is_a_sentence_in_both_languages(house: House, tmp_path: Path) -> None:
    (tmp_path / "not-a-backup").write_text("nothing")
    refused = house.run("restore", str(tmp_path / "not-a-backup"), "--yes")
    assert refused.returncode == 1
    chinese, english = refused.stderr.splitlines()
    assert "不是一份完整的备份" in chinese
    assert "is not a whole backup" in english
