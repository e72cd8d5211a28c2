import json
import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="measures in a SQLite file of its own"),
    pytest.mark.slow,
]


def bench(*arguments: str) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-m", "sanbao.cli", "bench", *arguments, "--json"], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("matter", "size"), [("trace", "3000"), ("import", "1500"), ("search", "400"), ("recall", "1000")]
)
def test_figures_come_with_the_raw_limit_of_the_same_run(matter: str, size: str) -> None:
    figures = bench(matter, "--size", size)
    assert figures
    assert all(figure["value"] > 0 for figure in figures)
    assert sum(figure["raw"] is not None for figure in figures) >= 2
