"""Reading in a process of its own, some blocks ahead of the one that writes.

The reader holds no lock, no connection and nothing that must be saved: when the writer is killed it finds the pipe
closed at its next block and ends; when the reader is killed the writer stops at its last checkpoint. It imports
neither settings nor models, so it starts in a tenth of a second.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO

from sanbao.exchange.blocks import Block, Fault, Order, all_blocks

#: So many bytes are read before a second process has paid for its start.
WORTH_IT = 1 << 20


class ReaderLost(RuntimeError):
    """The reading process ended before it had read everything."""


@contextmanager
def reading(orders: Sequence[Order], size: int) -> Iterator[Iterator[tuple[int, Block | Fault]]]:
    """Blocks of at most ``size`` rows with the place of their order, in order; read ahead where it pays."""
    if sum(order.path.stat().st_size for order in orders if order.path.is_file()) < WORTH_IT:
        yield all_blocks(orders, size)
        return
    process = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError), process.stdin as told:
            pickle.dump((orders, size), told, pickle.HIGHEST_PROTOCOL)
        yield _received(process.stdout, process)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _received(pipe: BinaryIO, process: subprocess.Popen[bytes]) -> Iterator[tuple[int, Block | Fault]]:
    while True:
        try:
            found = pickle.load(pipe)
        except (EOFError, pickle.UnpicklingError):
            raise ReaderLost(f"the reading process ended with {process.wait()}") from None
        if found is None:
            return
        yield found


def main() -> None:
    """The reading process: orders on standard input, blocks on standard output, ``None`` at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the writer, who ends this process
    gc.disable()  # nothing here refers to itself; searching for it takes a quarter of the time
    orders, size = pickle.load(sys.stdin.buffer)
    try:
        for block in all_blocks(orders, size):
            pickle.dump(block, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()
        pickle.dump(None, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody is left to read, and nothing to be put in order


if __name__ == "__main__":
    main()
