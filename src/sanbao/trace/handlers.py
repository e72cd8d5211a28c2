"""The worker's part: see that a large graph has a snapshot of its links that is not too old."""

from __future__ import annotations

import subprocess
import sys

from sanbao.kernel.worker import chore
from sanbao.trace.engines.keeping import Watch

_watch = Watch()
_building: subprocess.Popen[bytes] | None = None


@chore("snapshot", every=60)
def keep_snapshot() -> int:
    """In a process of its own: it takes the memory of all links for a moment, and deliveries do not wait for it."""
    global _building
    if _building is not None and _building.poll() is None:
        return 0
    _building = None
    if _watch.due():
        command = [sys.executable, "-m", "sanbao.cli", "snapshot", "--gently"]
        _building = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return 0
