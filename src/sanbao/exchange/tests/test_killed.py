"""An import that is killed with SIGKILL in the middle, in a process and a database of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanbao.exchange.pipeline import CHUNK
from sanbao.exchange.tests import ledgers, writing
from tests.plugins.template import own_house

LABELS = 12_000


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_house(tmp_path / "home", "killed") as environment:
        yield environment


def python(env: dict[str, str], code: str) -> str:
    setup = "import django; django.setup()\n"
    return subprocess.run(
        [sys.executable, "-c", setup + code], env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def sanbao(env: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sanbao.cli", *map(str, arguments)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


COUNT = """
from sanbao.exchange.models import ImportRun
from sanbao.kernel.journal import JournalEntry
from sanbao.trace.models import Lot, LotLink
print([ImportRun.objects.count(), Lot.objects.filter(kind="label").count(), LotLink.objects.count(),
       JournalEntry.objects.filter(action="import.closed").count()])
"""
#: Dies with everything of the third chunk written and nothing of it committed, and says which process reads for it.
DYING = """
import os, signal, sys
import django; django.setup()
from sanbao.exchange import ahead, cli, pipeline, taking
ahead.WORTH_IT, pipeline.TURN = 0, 3600  # chunks of full size, however busy the machine
write_down, chunks = taking.Taking._write_down, []
def dying(*arguments):
    write_down(*arguments)
    chunks.append(1)
    if len(chunks) == 3:
        print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
taking.Taking._write_down = dying
cli.main(sys.argv[1:])
"""


def ends(pid: int) -> None:
    """A reader whose writer is gone finds nobody to write to; what is left of it is at most a name in the list."""
    until = time.monotonic() + 10
    while (status := Path(f"/proc/{pid}/status")).exists() and "State:\tZ" not in status.read_text():
        assert time.monotonic() < until, "the reading process outlives the import"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_killed_import_goes_on_from_its_checkpoint_and_doubles_nothing(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    rows = [[f"BQ{n}", f"P{n}", "", "SX1", "5", "20", "2025.9.19", "A1"] for n in range(LABELS)]
    rows.append(rows[0])  # repeats a line that lies before the checkpoint
    path = writing.csv(tmp_path / "成品入库.csv", [ledgers.LABELS[1], *rows])

    killed = subprocess.run([sys.executable, "-c", DYING, path], env=environment, capture_output=True)
    assert killed.returncode == -9
    [reader] = killed.stdout.split()
    ends(int(reader))
    assert json.loads(python(environment, COUNT)) == [1, 2 * CHUNK, 2 * CHUNK, 0]

    out, err = sanbao(environment, "import", path, "--json").communicate()
    report: dict[str, Any] = json.loads(out)
    assert "继续上次中断的导入" in err
    assert report["totals"] == {"read": LABELS + 1, "taken": 0, "unchanged": 0, "remarked": LABELS, "refused": 1}
    assert json.loads(python(environment, COUNT)) == [1, LABELS, LABELS, 1]
