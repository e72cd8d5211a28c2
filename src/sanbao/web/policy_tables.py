"""A policy table as people read it: cells in words, flaws where they stand, and what a draft changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

from sanbao.kernel.calendars import Span
from sanbao.kernel.decision_tables import Duration, Flaw, Number, Row, Shape
from sanbao.kernel.words import W
from sanbao.web import subjects

COMMA = W("、", ", ")
ANYTHING = W("任意", "any")
SHORT = 8
YES_NO = {"yes": W("是", "Yes"), "no": W("否", "No")}


@dataclass(frozen=True)
class Cell:
    """One cell: what the text says, what it means in words, and what is wrong with it."""

    column: str
    text: str
    words: str
    flaw: str = ""

    @property
    def short(self) -> bool:
        """Whether it reads better on one line."""
        return len(self.words) <= SHORT


@dataclass(frozen=True)
class Line:
    """One row, numbered from 1. ``change`` is new, gone or nothing against the version in force."""

    number: int
    cells: list[Cell]
    flaw: str = ""
    change: str = ""


@dataclass(frozen=True)
class Head:
    name: str
    title: str
    unit: str
    asks: bool
    options: list[tuple[str, str]]


def heads(shape: Shape) -> list[Head]:
    """The columns: first those that are asked, then those that answer."""
    asked = [head(column, True) for column in shape.inputs]
    return [*asked, *(head(column, False) for column in shape.outputs)]


def spoken(shape: Shape, rows: Sequence[Row]) -> tuple[Shape, list[Row]]:
    """The table without the columns that say in the other language what a column beside them says in this one."""
    other, own = str(W("_en", "_zh")), str(W("_zh", "_en"))
    twice = {name for name in shape.columns if name.removesuffix(other) + own in shape.columns}
    kept = [not (name.endswith(other) and name in twice) for name in shape.columns]
    outputs = [c for c, keep in zip(shape.outputs, kept[len(shape.inputs) :], strict=True) if keep]
    return replace(shape, outputs=outputs), [tuple(compress(row, kept)) for row in rows]


def head(column: Any, asks: bool) -> Head:
    title = str(W(*column.title)) if any(column.title) else column.name
    choices = getattr(column, "choices", None) or {}
    options = [(code, str(W(*choices[code])) if isinstance(choices, Mapping) else code) for code in choices]
    return Head(column.name, title, getattr(column, "unit", ""), asks, options)


def lines(
    shape: Shape, rows: Sequence[Row], flaws: Sequence[Flaw] = (), before: Sequence[Row] | None = None
) -> list[Line]:
    """Every row in words; a flaw stands at its cell, or at its row when it is about the whole of it."""
    columns = [*shape.inputs, *shape.outputs]
    known = set(before or ())
    found = []
    for number, row in enumerate(rows, start=1):
        mine = [flaw for flaw in flaws if number in flaw.rows]
        at = {flaw.column: said(flaw) for flaw in mine if flaw.column}
        cells = [
            Cell(column.name, cell, in_words(column, cell), at.get(column.name, ""))
            for column, cell in zip(columns, row, strict=False)
        ]
        rest = " ".join(said(flaw) for flaw in mine if not flaw.column)
        found.append(Line(number, cells, rest, "new" if before is not None and row not in known else ""))
    return found


def gone(shape: Shape, before: Sequence[Row], rows: Sequence[Row]) -> list[Line]:
    """Rows in force that a draft no longer holds."""
    columns = [*shape.inputs, *shape.outputs]
    kept = set(rows)
    return [
        Line(
            number,
            [Cell(c.name, cell, in_words(c, cell)) for c, cell in zip(columns, row, strict=False)],
            change="gone",
        )
        for number, row in enumerate(before, start=1)
        if row not in kept
    ]


def gaps(flaws: Sequence[Flaw]) -> list[tuple[str, dict[str, str]]]:
    """What no row answers: the sentence, and the cells that a row for it would begin with."""
    return [(said(flaw), dict(flaw.example)) for flaw in flaws if not flaw.rows]


def said(flaw: Flaw) -> str:
    return str(W(*flaw.said))


def in_words(column: Any, cell: str) -> str:
    """What a cell means: titles for codes, comparison for intervals, the unit for numbers."""
    text = cell.strip()
    if text == "*":
        return str(ANYTHING)
    if text == "-":
        return "—"
    if isinstance(column, Duration):
        try:
            return str(W(*Span.parse(text).said))
        except ValueError:
            return text
    if isinstance(column, Number):
        return interval(text, column.unit)
    choices = getattr(column, "choices", None)
    if isinstance(choices, Mapping):
        return str(COMMA).join(
            str(W(*choices[part])) if part in choices else part for part in map(str.strip, text.split("|"))
        )
    if text in YES_NO and type(column).__name__ in ("Flag", "YesNo"):
        return str(YES_NO[text])
    parts = [part.strip() for part in text.split("|")]
    if all(said := [subjects.role(part) for part in parts]):
        return str(COMMA).join(said)
    if "|" in text:
        return " | ".join(parts)
    unit = getattr(column, "unit", "")
    return f"{text} {unit}" if unit and text else text


def interval(text: str, unit: str) -> str:
    """``[500,1000)`` → 500 ≤ … < 1000 kg."""
    low, _, high = text.strip("[()] ").partition(",")
    low, high, after = low.strip(), high.strip(), f" {unit}" if unit else ""
    if low and high:
        return f"{low} ≤ … < {high}{after}"
    if low:
        return f"≥ {low}{after}"
    return f"< {high}{after}" if high else text
