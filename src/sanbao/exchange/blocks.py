"""A sheet as blocks of lines, read as far as its cells alone can tell: no database, no settings, no models.

The same function serves a process that reads and writes by itself and one that only reads (``ahead``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sanbao.exchange.cells import Cell
from sanbao.exchange.columns import Table
from sanbao.exchange.headers import Layout, chosen
from sanbao.exchange.outcomes import Verdict
from sanbao.exchange.reading import Gaps, Reader, Values
from sanbao.exchange.seen import Once, Seen
from sanbao.exchange.sheets import open_book
from sanbao.kernel.refusals import Refusal


@dataclass(frozen=True)
class Order:
    """Which sheet to read and how. Rows below ``next_row`` were dealt with by an earlier process; those
    in ``refused`` were refused for what they say, not for repeating another.
    """

    path: Path
    name: str
    sheet: str
    table: Table
    header_row: int
    mapping: dict[str, int]
    next_row: int = 0
    refused: frozenset[int] = frozenset()


@dataclass
class Block:
    """Consecutive rows of a sheet. ``values`` belong to the rows ``numbers``; ``gaps`` and ``repeats`` tell by place
    what is missing in a line, and the digest of one that an earlier line of the file has had before.

    ``judged``: lines that their own cells refuse. ``skipped``: the rows that are no lines. ``next_row`` is the
    checkpoint once all this is written. A block of rows from ``before`` the checkpoint holds only ``history``: digests
    in order, each with whether its line was refused.
    """

    next_row: int
    numbers: list[int] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    gaps: dict[int, Gaps] = field(default_factory=dict)
    repeats: dict[int, bytes] = field(default_factory=dict)
    judged: list[tuple[int, Verdict]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    last: bool = False
    before: bool = False
    history: list[tuple[bytes, bool]] = field(default_factory=list)


def parts(block: Block, size: int) -> Iterator[Block]:
    """The same in blocks of at most ``size`` readable lines, each with a checkpoint of its own."""
    if block.before or len(block.numbers) <= size:
        yield block
        return
    row = 0
    for start in range(0, len(block.numbers), size):
        end = start + size
        last = end >= len(block.numbers)
        next_row = block.next_row if last else block.numbers[end]
        yield Block(
            next_row,
            block.numbers[start:end],
            block.values[start:end],
            {place - start: gaps for place, gaps in block.gaps.items() if start <= place < end},
            {place - start: digest for place, digest in block.repeats.items() if start <= place < end},
            [line for line in block.judged if row <= line[0] < next_row],
            [number for number in block.skipped if row <= number < next_row],
            last=block.last and last,
        )
        row = next_row


@dataclass(frozen=True)
class Fault:
    """The sheet cannot be read any further; ``code`` is the refusal's."""

    code: str


def all_blocks(orders: Sequence[Order], size: int) -> Iterator[tuple[int, Block | Fault]]:
    """(place of the order, block) of all sheets, one after the other."""
    for place, order in enumerate(orders):
        try:
            for block in blocks(order, size):
                yield place, block
        except Refusal as refusal:
            yield place, Fault(refusal.code)


def blocks(order: Order, size: int) -> Iterator[Block]:
    """At most ``size`` rows each, in the order of the sheet; the last one says so."""
    book = open_book(order.path, order.name)
    sheet = next(sheet for sheet in book.sheets if sheet.name == order.sheet)
    layout = chosen(sheet.rows(), order.table, order.header_row, order.mapping)
    read = _Blocks(order, layout)
    lines = (line for line in sheet.rows() if line[0] > layout.header_row)
    waiting = Block(order.next_row)
    for batch in _batches(lines, size, order.next_row):
        if waiting.numbers or waiting.judged or waiting.skipped or waiting.before:
            yield waiting
        waiting = read.block(batch)
    if waiting.before:
        yield waiting
        waiting = Block(waiting.next_row)
    waiting.last = True
    yield waiting


def _batches(lines: Iterable[tuple[int, list[Cell]]], size: int, start: int) -> Iterator[list[tuple[int, list[Cell]]]]:
    """So many lines each; none lies on both sides of the checkpoint."""
    batch: list[tuple[int, list[Cell]]] = []
    for line in lines:
        if len(batch) == size or (batch and batch[-1][0] < start <= line[0]):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


class _Blocks:
    """Makes blocks of one sheet, in order."""

    def __init__(self, order: Order, layout: Layout) -> None:
        self.order, self.layout = order, layout
        self.reader, self.once, self.seen = Reader(layout), Once(order.table), Seen()

    def block(self, batch: list[tuple[int, list[Cell]]]) -> Block:
        next_row = batch[-1][0] + 1
        is_data = self.layout.is_data
        data, skipped = [], []
        for line in batch:
            if is_data(line[1]):
                data.append(line)
            else:
                skipped.append(line[0])
        if not data:
            return Block(next_row, skipped=skipped, before=next_row <= self.order.next_row)
        numbers = [number for number, _ in data]
        values, gaps, unreadable = self.reader.rows([cells for _, cells in data])
        if next_row <= self.order.next_row:
            return Block(next_row, before=True, history=list(self._history(numbers, values, unreadable)))
        digest, add = self.once.digest, self.seen.add
        repeats: dict[int, bytes] = {}
        for place, line in enumerate(values):
            if place not in unreadable and not add(known := digest(line)):
                repeats[place] = known
        block = Block(next_row, numbers, values, gaps, repeats, skipped=skipped)
        if unreadable:
            _set_aside(block, unreadable)
        return block

    def _history(
        self, numbers: list[int], values: list[Values], unreadable: Container[int]
    ) -> Iterator[tuple[bytes, bool]]:
        """What the writer must know of lines before the checkpoint, to tell what repeats one that was accepted."""
        for place, (number, line) in enumerate(zip(numbers, values, strict=True)):
            if place not in unreadable:
                digest = self.once.digest(line)
                new, refused = self.seen.add(digest), number in self.order.refused
                if refused or not new:
                    yield digest, refused


def _set_aside(block: Block, unreadable: dict[int, Verdict]) -> None:
    """Take the lines that cannot be read out of those that can; later places move up."""
    kept = [place for place in range(len(block.numbers)) if place not in unreadable]
    block.judged = [(block.numbers[place], verdict) for place, verdict in unreadable.items()]
    block.numbers = [block.numbers[place] for place in kept]
    block.values = [block.values[place] for place in kept]
    moved = {old: new for new, old in enumerate(kept)}
    block.gaps = {moved[place]: gaps for place, gaps in block.gaps.items()}
    block.repeats = {moved[place]: digest for place, digest in block.repeats.items()}
