"""A run chart: cases per week against what is usual. Pure; a template makes the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BASE = 640, 150, 28, 126


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: its monday as text, its count, and whether it lies in the window that spoke."""

    week: str
    count: int
    recent: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    usual_y: float | None
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = BASE

    @property
    def ticks(self) -> list[Bar]:
        """Weeks that bear their date: at most seven, evenly."""
        step = max(1, -(-len(self.bars) // 7))
        return self.bars[::step]


def drawn(weeks: Sequence[tuple[str, int, bool]], usual: float | None) -> Chart:
    """``weeks`` are (monday, count, in the window) in order; ``usual`` is the expected count of one week."""
    top = max([1, *(count for _, count, _ in weeks)], default=1)
    high = max(float(top), usual or 0.0)
    across = (WIDTH - LEFT) / max(1, len(weeks))
    room = BASE - 16
    bars = []
    for place, (week, count, recent) in enumerate(weeks):
        tall = round(room * count / high, 1)
        x = round(LEFT + place * across + across * 0.15, 1)
        bars.append(Bar(week, count, recent, x, round(BASE - tall, 1), round(across * 0.7, 1), tall))
    return Chart(bars, round(BASE - room * usual / high, 1) if usual is not None else None, top)
