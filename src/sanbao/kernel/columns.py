"""Columns of a decision table: what an input cell may ask and an output cell may answer; pure, no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from sanbao.kernel.calendars import Both, Span

type Value = str | bool | Decimal
type Answer = str | bool | Decimal | Span | tuple[str, ...] | None

ANY = "*"
NONE = "-"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
INTERVAL = re.compile(rf"\[(?P<low>{NUMBER.pattern}),(?P<high>{NUMBER.pattern})?\)|\(,(?P<below>{NUMBER.pattern})\)")


CODE = re.compile(r"[\w.:-]+")


class Unusable(ValueError):
    """An input is missing, unknown, of the wrong kind or out of its range; ``column`` names it."""

    def __init__(self, column: str, value: object) -> None:
        super().__init__(f"{column}={value!r}")
        self.column = column


class Condition(Protocol):
    """A cell that has been read."""

    def __contains__(self, value: object, /) -> bool: ...


class Anything:
    def __contains__(self, value: object, /) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Interval:
    """``low`` belongs to it, ``high`` does not; None is without end."""

    low: Decimal | None
    high: Decimal | None

    def __contains__(self, value: object, /) -> bool:
        return (
            isinstance(value, Decimal)
            and (self.low is None or self.low <= value)
            and (self.high is None or value < self.high)
        )


class Input(Protocol):
    """A column that a decision is asked with."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Both: ...
    def read(self, cell: str) -> Condition:
        """The condition that a cell states; ValueError when it cannot be read."""

    def accept(self, value: object) -> Value:
        """A value of this input; :class:`Unusable` for anything else."""

    def samples(self, conditions: Iterable[Condition]) -> list[Value]:
        """Values among which each that these conditions can tell apart is represented."""

    def closed(self, cells: Iterable[str]) -> Input:
        """The column as it stands over these cells; only an open choice differs."""


@dataclass(frozen=True)
class Choice:
    """One of a list. ``choices`` maps each code to its title, or is just the codes.

    An ``open`` list also takes whatever codes the rows name, as a factory adds permissions or dates of its own;
    the declared codes must be answered all the same.
    """

    name: str
    choices: Mapping[str, Both] | Sequence[str]
    title: Both = ("", "")
    open: bool = False

    def read(self, cell: str) -> Condition:
        if cell == ANY:
            return Anything()
        parts = [part.strip() for part in cell.split("|")]
        if len(set(parts)) < len(parts) or not all(part in self.choices for part in parts):
            raise ValueError(cell)
        return frozenset(parts)

    def accept(self, value: object) -> Value:
        if not isinstance(value, str) or value not in self.choices:
            raise Unusable(self.name, value)
        return str(value)

    def samples(self, conditions: Iterable[Condition]) -> list[Value]:
        return list(self.choices)

    def closed(self, cells: Iterable[str]) -> Choice:
        if not self.open:
            return self
        named = (part.strip() for cell in cells if cell != ANY for part in cell.split("|"))
        return replace(self, choices=list(dict.fromkeys([*self.choices, *filter(CODE.fullmatch, named)])), open=False)


@dataclass(frozen=True)
class Number:
    """A decimal number in a unit, from ``low`` to ``high``, both included; None is without end."""

    name: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    title: Both = ("", "")

    def read(self, cell: str) -> Condition:
        if cell == ANY:
            return Anything()
        found = INTERVAL.fullmatch(cell.replace(" ", ""))
        if found is None:
            raise ValueError(cell)
        low, high, below = (Decimal(part) if part else None for part in found.group("low", "high", "below"))
        high = high if below is None else below
        if low is not None and high is not None and low >= high:
            raise ValueError(cell)
        if any(b is not None and not self._within(b) for b in (low, high)):
            raise ValueError(cell)
        return Interval(low, high)

    def accept(self, value: object) -> Value:
        if isinstance(value, bool | float) or not isinstance(value, int | Decimal):
            raise Unusable(self.name, value)
        number = Decimal(value)
        if not number.is_finite() or not self._within(number):
            raise Unusable(self.name, value)
        return number

    def samples(self, conditions: Iterable[Condition]) -> list[Value]:
        bounds = {b for c in conditions if isinstance(c, Interval) for b in (c.low, c.high) if b is not None}
        lowest = self.low if self.low is not None else min(bounds, default=Decimal(0)) - 1
        return sorted(bounds | {lowest})

    def closed(self, cells: Iterable[str]) -> Number:
        return self

    def _within(self, number: Decimal) -> bool:
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Flag:
    """``yes`` or ``no``."""

    name: str
    title: Both = ("", "")

    def read(self, cell: str) -> Condition:
        if cell == ANY:
            return Anything()
        return frozenset([{"yes": True, "no": False}[cell]]) if cell in ("yes", "no") else _unread(cell)

    def accept(self, value: object) -> Value:
        if not isinstance(value, bool):
            raise Unusable(self.name, value)
        return value

    def samples(self, conditions: Iterable[Condition]) -> list[Value]:
        return [True, False]

    def closed(self, cells: Iterable[str]) -> Flag:
        return self


def _unread(cell: str) -> Condition:
    raise ValueError(cell)


class Output(Protocol):
    """A column that answers. ``-`` says "none" where the column allows it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Both: ...
    def read(self, cell: str) -> Answer:
        """The answer that a cell states; ValueError when it cannot be read."""


@dataclass(frozen=True)
class Text:
    """Words, or anything that matches the pattern as a whole."""

    name: str
    pattern: str = ".+"
    title: Both = ("", "")
    optional: bool = False

    def read(self, cell: str) -> Answer:
        if self.optional and cell == NONE:
            return None
        return cell if re.fullmatch(self.pattern, cell) else _no_answer(cell)


@dataclass(frozen=True)
class OneOf:
    """One of a closed list."""

    name: str
    choices: Mapping[str, Both] | Sequence[str]
    title: Both = ("", "")

    def read(self, cell: str) -> Answer:
        return cell if cell in self.choices else _no_answer(cell)


@dataclass(frozen=True)
class YesNo:
    """``yes`` or ``no``, answered as a truth value."""

    name: str
    title: Both = ("", "")

    def read(self, cell: str) -> Answer:
        return cell == "yes" if cell in ("yes", "no") else _no_answer(cell)


@dataclass(frozen=True)
class Amount:
    """A decimal number from ``low`` to ``high``, both included."""

    name: str
    unit: str = ""
    low: Decimal | int = 0
    high: Decimal | int | None = None
    title: Both = ("", "")
    optional: bool = False

    def read(self, cell: str) -> Answer:
        if self.optional and cell == NONE:
            return None
        if not NUMBER.fullmatch(cell):
            return _no_answer(cell)
        number = Decimal(cell)
        fits = self.low <= number and (self.high is None or number <= self.high)
        return number if fits else _no_answer(cell)


@dataclass(frozen=True)
class Several:
    """A list ``a|b``, each part matching the pattern or among the choices; ``-`` is the empty list."""

    name: str
    pattern: str = "[^|]+"
    choices: Mapping[str, Both] | Sequence[str] | None = None
    title: Both = ("", "")

    def read(self, cell: str) -> Answer:
        if cell == NONE:
            return ()
        parts = tuple(part.strip() for part in cell.split("|"))
        legal = all(re.fullmatch(self.pattern, part) for part in parts) and len(set(parts)) == len(parts)
        known = self.choices is None or all(part in self.choices for part in parts)
        return parts if legal and known else _no_answer(cell)


@dataclass(frozen=True)
class Duration:
    """A span of time such as ``4 wh``."""

    name: str
    title: Both = ("", "")
    optional: bool = False

    def read(self, cell: str) -> Answer:
        return None if self.optional and cell == NONE else Span.parse(cell)


def _no_answer(cell: str) -> Answer:
    raise ValueError(cell)


def shown(value: Value | Answer) -> str:
    """A value as its cell states it."""
    match value:
        case None | ():
            return NONE
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case tuple():
            return "|".join(value)
        case _:
            return str(value)


def titled(column: Input | Output) -> Both:
    """A column's title, or its name where it has none."""
    zh, en = column.title
    return zh or column.name, en or column.name
