"""From the cells of rows to the values of columns, once a layout is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sanbao.exchange.cells import Cell, NotThis, text
from sanbao.exchange.columns import Column
from sanbao.exchange.columnwise import WRONG, column_reader
from sanbao.exchange.headers import Layout
from sanbao.exchange.outcomes import Note, Verdict, refused

#: The values in the order of the table's columns, and the gaps to be remarked.
type Values = tuple[Any, ...]
type Gaps = tuple[Note, ...]


class Unreadable(Exception):
    """A row that its own cells refuse; ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


class Reader:
    """Reads the rows of one layout: one at a time with everything that is wrong with it, or many at once."""

    def __init__(self, layout: Layout) -> None:
        assert layout.table is not None
        self.plan: list[tuple[Column, int | None, tuple[Any, ...]]] = [
            (
                column,
                layout.mapping.get(column.name),  # a column that the sheet lacks reads as empty
                (column.units, layout.factors.get(column.name, 1)) if column.measured else (),
            )
            for column in layout.table.columns
        ]
        self.width = 1 + max(layout.mapping.values())
        self.columns = [column_reader(column.read, how) for column, _, how in self.plan]

    def row(self, cells: Sequence[Cell]) -> tuple[Values, Gaps]:
        """Raises :class:`Unreadable`, telling the first fault in column order."""
        width = len(cells)
        values = []
        gaps: Gaps = ()
        for column, at, how in self.plan:
            cell = cells[at] if at is not None and at < width else None
            try:
                value = column.read(cell, *how)
            except NotThis:
                raise Unreadable(refused(column.wrong, column=column.title, cell=text(cell)[:80])) from None
            if column.limit and len(value) > column.limit:
                raise Unreadable(refused("too_long", column=column.title, limit=column.limit))
            if value is None or value == "" or value == ():
                if column.missing:
                    raise Unreadable(refused(column.missing, column=column.title, cell=""))
                if column.expected:
                    gaps = (*gaps, ("gap", {"column": column.title}))
            values.append(value)
        return tuple(values), gaps

    def rows(self, rows: Sequence[Sequence[Cell]]) -> tuple[list[Values], dict[int, Gaps], dict[int, Verdict]]:
        """The values of many rows, by place the gaps to be remarked and the verdicts on unreadable ones.

        Column by column, which is several times quicker; a row in which anything looks amiss is read on its own.
        """
        if min(map(len, rows)) < self.width:
            rows = [row if len(row) >= self.width else [*row, *[None] * (self.width - len(row))] for row in rows]
        columns: list[Sequence[Any]] = []
        doubtful: set[int] = set()
        for (column, at, _), read in zip(self.plan, self.columns, strict=True):
            values = read([None if at is None else row[at] for row in rows])
            doubtful.update(_doubtful(column, values))
            columns.append(values)
        found: list[Values] = list(zip(*columns, strict=True))
        gaps: dict[int, Gaps] = {}
        unreadable: dict[int, Verdict] = {}
        for place in sorted(doubtful):
            try:
                found[place], noted = self.row(rows[place])
            except Unreadable as fault:
                unreadable[place] = fault.verdict
            else:
                if noted:
                    gaps[place] = noted
        return found, gaps, unreadable


def _doubtful(column: Column, values: Sequence[Any]) -> Iterator[int]:
    """The places whose value may be wrong, missing or too long."""
    if not all(values):
        if column.missing or column.expected:
            yield from (place for place, value in enumerate(values) if not value)
        else:
            yield from (place for place, value in enumerate(values) if value is WRONG)
    if column.limit and max(map(len, values)) > column.limit:
        yield from (place for place, value in enumerate(values) if len(value) > column.limit)
