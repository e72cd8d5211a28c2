"""How far an import is, in one line of a terminal that is written over again and again."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Callable
from typing import TextIO

from sanbao.kernel.words import W

WIDTH = 20
#: Seconds between two pictures, and before anything is said about the rate.
EVERY, SETTLED = 0.2, 2.0
LINE = W("{done}/{total} 行  {rate} 行/秒  还需 {left}", "{done} of {total} rows  {rate} a second  {left} left")


def line(name: str, done: int, total: int, fresh: int, seconds: float) -> str:
    """``fresh`` rows were done in ``seconds``; ``done`` counts those of an earlier, interrupted process too."""
    share = min(1.0, done / total) if total else 0.0
    bar = "#" * int(share * WIDTH)
    told = ""
    if seconds >= SETTLED and fresh:
        rate = fresh / seconds
        left = clock(max(0, total - done) / rate)
        told = str(LINE.format(done=f"{done:,}", total=f"{max(total, done):,}", rate=f"{rate:,.0f}", left=left))
    return f"[{bar:.<{WIDTH}}] {share:4.0%} {name}  {told}".rstrip()


def clock(seconds: float) -> str:
    """``1:05:09`` or ``5:09``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Progress:
    """Shows a line on a terminal, and nothing anywhere else."""

    def __init__(self, out: TextIO, done: int, total: int, now: Callable[[], float] = time.monotonic) -> None:
        self.out, self.total, self.now = out, total, now
        self.before, self.began, self.shown_at = done, now(), float("-inf")
        self.on = out.isatty()

    def show(self, name: str, done: int) -> None:
        if not self.on or self.now() - self.shown_at < EVERY:
            return
        self.shown_at = self.now()
        said = line(name, done, self.total, done - self.before, self.now() - self.began)
        self._write(_cut(said, shutil.get_terminal_size().columns - 1))

    def close(self) -> None:
        if self.on:
            self._write("")

    def _write(self, said: str) -> None:
        print(f"\r\x1b[K{said}", end="", file=self.out, flush=True)


def _cut(said: str, columns: int) -> str:
    """A line that wraps could not be written over; a Chinese character takes two columns."""
    width = 0
    for place, character in enumerate(said):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return said[:place]
    return said
