import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.template import new_house

pytestmark = [
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="measures in a SQLite file of its own"),
    pytest.mark.slow,
]


def bench(home: Path, *arguments: str) -> list[dict]:
    new_house(home)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{home / 'sanbao.sqlite3'}"}
    command = [sys.executable, "-m", "sanbao.cli", "bench", *arguments, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("matter", "size"), [("trace", "3000"), ("import", "1500"), ("search", "400"), ("recall", "1000")]
)
def test_figures_come_with_the_raw_limit_of_the_same_run(tmp_path: Path, matter: str, size: str) -> None:
    figures = bench(tmp_path, matter, "--size", size)
    assert figures
    assert all(figure["value"] > 0 for figure in figures)
    assert sum(figure["raw"] is not None for figure in figures) >= 2
