"""Many cells of one column at once: what ``cells`` says of one, at a tenth of the cost for the usual ones.

A ledger's dates, products, places and weights repeat, so each different cell is read once and remembered; codes
and texts mostly need nothing done to them, which one look at all of them together shows. Whatever is unusual is
read cell by cell. A cell that holds something else than asked becomes ``WRONG``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanbao.exchange import cells
from sanbao.exchange.cells import Cell, NotThis

#: Different cells of one column that are remembered; a column of more begins anew.
REMEMBERED = 1 << 15
_BETWEEN = "\x1f"
_PLAIN = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-" + _BETWEEN.encode()


class _Wrong:
    """As empty as a cell can be, so that whoever looks for gaps stumbles over it."""

    def __len__(self) -> int:
        return 0


WRONG = _Wrong()

type Column = Callable[[Sequence[Cell]], Sequence[Any]]


class _Remembering(dict[Cell, Any]):
    """Cell → value, filled as cells turn up."""

    def __init__(self, read: Callable[..., Any], how: tuple[Any, ...]) -> None:
        super().__init__()
        self.read, self.how = read, how

    def __missing__(self, cell: Cell) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[cell] = self._value(cell)
        return value

    def _value(self, cell: Cell) -> Any:
        try:
            return self.read(cell, *self.how)
        except NotThis:
            return WRONG

    def __call__(self, column: Sequence[Cell]) -> list[Any]:
        if bool in set(map(type, column)):  # True is 1 to a dictionary, and not to a reader
            return list(map(self._value, column))
        return list(map(self.__getitem__, column))


def _plain_codes(column: Sequence[Cell]) -> bool:
    try:
        joined = _BETWEEN.join(column)  # type: ignore[arg-type]
    except TypeError:  # numbers or empty cells of a spreadsheet
        return False
    return (
        joined.isascii() and joined.count(_BETWEEN) == len(column) - 1 and not joined.encode().translate(None, _PLAIN)
    )


def _code(column: Sequence[Cell]) -> Sequence[Any]:
    return column if _plain_codes(column) else list(map(cells.code, column))


def _codes(column: Sequence[Cell]) -> Sequence[Any]:
    if _plain_codes(column):
        return [(cell,) if cell else () for cell in column]
    return list(map(cells.codes, column))


def _text(column: Sequence[Cell]) -> Sequence[Any]:
    try:
        joined = "".join(column)  # type: ignore[arg-type]
    except TypeError:
        return list(map(cells.text, column))
    if joined.isprintable() and "'" not in joined:
        return list(map(str.strip, column))  # type: ignore[arg-type]
    return list(map(cells.text, column))


_AT_ONCE: dict[Callable[..., Any], Column] = {cells.code: _code, cells.codes: _codes, cells.text: _text}


def column_reader(read: Callable[..., Any], how: tuple[Any, ...]) -> Column:
    """What reads a column whose single cells are read by ``read(cell, *how)``."""
    return _AT_ONCE.get(read) or _Remembering(read, how)
