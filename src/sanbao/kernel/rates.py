"""How often somebody may do what costs or guesses: calls of the API, links that open without a log-in."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock


class Rate:
    """At most so many events a minute for each key, in this process (there is one web process)."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def count(self, key: str) -> bool:
        """Count one event; False when it was one too many."""
        with self._lock:
            recent = self._recent(key)
            if len(recent) >= self.per_minute:
                return False
            recent.append(time.monotonic())
            return True

    def _recent(self, key: str) -> deque[float]:
        recent = self._seen[key]
        while recent and recent[0] < time.monotonic() - 60:
            recent.popleft()
        if len(self._seen) > 10_000:
            for quiet in [k for k, v in self._seen.items() if not v and k != key]:
                del self._seen[quiet]
        return recent
