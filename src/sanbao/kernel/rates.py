"""How often somebody may do what costs or guesses: calls of the API, links and pages that open without a log-in."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock

#: So many keys are remembered before those that have been quiet are forgotten.
_REMEMBERED = 10_000


class Rate:
    """At most ``most`` events within ``seconds`` for each key, in this process (there is one web process)."""

    def __init__(self, most: int, seconds: float = 60) -> None:
        self.most, self.seconds = most, seconds
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def count(self, key: str, most: int | None = None) -> bool:
        """Count one event; False when it was one too many. ``most`` is the limit where a policy lays it down."""
        with self._lock:
            recent = self._recent(key)
            if len(recent) >= (self.most if most is None else most):
                return False
            recent.append(time.monotonic())
            return True

    def reached(self, key: str, most: int | None = None) -> bool:
        """Whether the next event would be one too many; counts nothing."""
        with self._lock:
            return len(self._recent(key)) >= (self.most if most is None else most)

    def forget(self) -> None:
        """Begin anew; for tests."""
        with self._lock:
            self._seen.clear()

    def _recent(self, key: str) -> deque[float]:
        recent = self._seen[key]
        begin = time.monotonic() - self.seconds
        while recent and recent[0] < begin:
            recent.popleft()
        if len(self._seen) > _REMEMBERED:
            for quiet in [k for k, v in self._seen.items() if k != key and (not v or v[-1] < begin)]:
                del self._seen[quiet]
        return recent
