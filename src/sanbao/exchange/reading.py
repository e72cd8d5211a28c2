"""From the cells of a row to the values of its columns, once a layout is settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanbao.exchange.cells import Cell, NotThis, text
from sanbao.exchange.headers import Layout
from sanbao.exchange.outcomes import Note, Verdict, refused

#: The values in the order of the table's columns, and the gaps to be remarked.
type Values = tuple[Any, ...]


class Unreadable(Exception):
    """A row that its own cells refuse; ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


def reader(layout: Layout) -> Callable[[Sequence[Cell]], tuple[Values, tuple[Note, ...]]]:
    """A function from cells to values; it raises :class:`Unreadable`, telling the first fault in column order."""
    assert layout.table is not None
    plan = [
        (
            column,
            layout.mapping.get(column.name, 1 << 20),  # a column that the sheet lacks reads as empty
            column.read,
            (column.units, layout.factors.get(column.name, 1)) if column.measured else (),
        )
        for column in layout.table.columns
    ]

    def read(cells: Sequence[Cell]) -> tuple[Values, tuple[Note, ...]]:
        width = len(cells)
        values = []
        gaps: tuple[Note, ...] = ()
        for column, at, read_cell, how in plan:
            try:
                value = read_cell(cells[at] if at < width else None, *how)
            except NotThis:
                raise Unreadable(refused(column.wrong, column=column.title, cell=text(cells[at])[:80])) from None
            if column.limit and len(value) > column.limit:
                raise Unreadable(refused("too_long", column=column.title, limit=column.limit))
            if value is None or value == "" or value == ():
                if column.missing:
                    raise Unreadable(refused(column.missing, column=column.title, cell=""))
                if column.expected:
                    gaps = (*gaps, ("gap", {"column": column.title}))
            values.append(value)
        return tuple(values), gaps

    return read
