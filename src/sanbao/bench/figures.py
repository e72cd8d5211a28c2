"""One measured figure, and how a list of them is shown."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter, process_time


@dataclass
class Figure:
    """``value`` in ``unit``; ``raw`` is the same work done with the bare database or server, in the same unit."""

    what: str
    value: float
    unit: str
    raw: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.raw if self.raw else None

    def as_dict(self) -> dict[str, object]:
        return {**vars(self), "ratio": self.ratio}


def table(figures: Iterable[Figure]) -> str:
    """For people: one line each, with the ratio to the raw limit."""
    lines = []
    for figure in figures:
        raw = f"   raw {figure.raw:>12,.3f}   ×{figure.ratio:<8.3g}" if figure.ratio is not None else ""
        lines.append(f"{figure.value:>14,.3f} {figure.unit:<10}{raw}   {figure.what}")
    return "\n".join(lines)


#: By which clock ``milliseconds`` goes. On a machine that others keep busy the processor's own time says more.
clocks: list[Callable[[], float]] = [perf_counter]


def computing() -> float:
    """Seconds that this process, and the programs that it ran, have computed so far."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def milliseconds(work: Callable[[], object]) -> float:
    began = clocks[-1]()
    work()
    return (clocks[-1]() - began) * 1000


def interleaved(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """The median milliseconds of each, measured in turns so that the machine's moods hit all alike."""
    gc.collect()
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            times.append(milliseconds(work))
    return [median(times) for times in taken]
