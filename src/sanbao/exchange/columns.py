"""What a kind of ledger consists of: its columns, by which titles they go, and how a cell of each is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sanbao.exchange import cells
from sanbao.kernel.words import W

type Units = dict[str, int | Decimal]


@dataclass(frozen=True)
class Column:
    """One column. ``title`` and ``aliases`` are header texts as :func:`headers.plain` leaves them.

    ``needed``: without this column in the header the ledger is not recognised.
    ``missing``: refusal code of a row whose cell is empty; "" when it may be. ``expected``: an empty cell is a gap,
    and the row is taken with that remark.
    ``wrong``: refusal code of a row whose cell cannot be read. ``limit``: longest text that can be kept, 0 for any.
    """

    name: str
    title: W
    aliases: tuple[str, ...]
    read: Callable[..., Any] = cells.text
    needed: bool = False
    missing: str = ""
    expected: bool = False
    wrong: str = "not_readable"
    limit: int = 0
    units: Units = field(default_factory=dict)

    @property
    def measured(self) -> bool:
        """Whether a unit may stand in the header and change what a number means."""
        return bool(self.units)


def text(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    return Column(name, W(zh, en), (zh, en, *aliases), **how)


def code(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    return text(name, zh, en, *aliases, read=cells.code, **how)


def codes(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    return text(name, zh, en, *aliases, read=cells.codes, **how)


def day(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    return text(name, zh, en, *aliases, read=cells.day, wrong="not_a_date", **how)


def weight(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    """Kilograms, kept as whole grams."""
    return text(name, zh, en, *aliases, read=cells.milli, wrong="not_a_quantity", units=cells.WEIGHTS, **how)


def count(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    """Pieces."""
    return text(name, zh, en, *aliases, read=cells.whole, wrong="not_a_quantity", units=cells.COUNTS, **how)


def measure(name: str, zh: str, en: str, *aliases: str, **how: Any) -> Column:
    """A measured value in the unit that the column's title names."""
    return text(name, zh, en, *aliases, read=cells.number, wrong="not_a_number", **how)


@dataclass(frozen=True)
class Table:
    """A kind of ledger as its headers show it. ``key``: the column without which a row is nothing.

    ``once``: two lines of one file that agree in these columns repeat each other; lines without the first of them
    do so only when they agree in everything.
    """

    code: str
    title: W
    columns: tuple[Column, ...]
    key: str
    once: tuple[str, ...]

    def place(self, name: str) -> int:
        return next(place for place, column in enumerate(self.columns) if column.name == name)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
