"""Decision tables: typed columns, rows of small cells, and a proof that exactly one row always answers.

Pure; no Django. The whole language of an input cell is ``*`` (anything), ``a|b`` (one of these) and, for
numbers, ``[low, high)``, ``[low,)`` and ``(,high)``. A table is sound when every combination of inputs hits
exactly one row: :func:`check` tries every combination that can behave differently and names each gap, overlap
and unreadable cell. A cell that cannot be read is a flaw, never a row that quietly does not match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sanbao.kernel.calendars import Both
from sanbao.kernel.columns import (
    ANY,
    Amount,
    Answer,
    Choice,
    Condition,
    Duration,
    Flag,
    Input,
    Number,
    OneOf,
    Output,
    Several,
    Text,
    Unusable,
    Value,
    YesNo,
    shown,
    titled,
)

__all__ = [
    "Amount",
    "Answer",
    "Choice",
    "Duration",
    "Flag",
    "Flaw",
    "Hit",
    "Number",
    "OneOf",
    "Several",
    "Shape",
    "Table",
    "Text",
    "Unsound",
    "Unusable",
    "Value",
    "YesNo",
    "check",
    "overlapping",
    "shown",
]

type Row = tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The columns of a table. A table without inputs is a sheet of settings: one row, complete by proof."""

    inputs: Sequence[Input]
    outputs: Sequence[Output]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(i.name for i in self.inputs), *(o.name for o in self.outputs))

    def closed(self, rows: Sequence[Row]) -> Shape:
        """The shape with its open lists closed over what the rows name."""
        return Shape([column.closed(cells) for column, cells in self._cells(rows)], self.outputs)

    def at_least(self, rows: Sequence[Row]) -> Shape:
        """The shape with its open lists declaring what the rows name, and still open."""
        inputs = [
            replace(column.closed(cells), open=True) if isinstance(column, Choice) and column.open else column
            for column, cells in self._cells(rows)
        ]
        return Shape(inputs, self.outputs)

    def _cells(self, rows: Sequence[Row]) -> list[tuple[Input, list[str]]]:
        return [(c, [row[n].strip() for row in rows if n < len(row)]) for n, c in enumerate(self.inputs)]


@dataclass(frozen=True)
class Flaw:
    """Why a table may not be put in force. Rows are counted from 1.

    ``code`` is one of ``gap``, ``overlap``, ``unreadable`` (an input cell), ``answer`` (an output cell),
    ``width`` (a row with too few or too many cells).
    """

    code: str
    said: Both
    rows: tuple[int, ...] = ()
    column: str = ""
    example: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.said[1]


class Unsound(ValueError):
    """A table that may not decide anything, with its flaws."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__("; ".join(str(flaw) for flaw in flaws))
        self.flaws = tuple(flaws)


@dataclass(frozen=True)
class Hit:
    """The one row that answers: its number from 1, the answer by output name, the inputs as understood."""

    row: int
    answer: Mapping[str, Answer]
    inputs: Mapping[str, Value]


class Table:
    """A sound table. Raises :class:`Unsound` when it is not.

    ``proved`` once, a table is not proved again: questions may have been added to its shape since, and only they
    find no answer.
    """

    def __init__(self, shape: Shape, rows: Sequence[Row], *, proved: bool = False) -> None:
        self.rows = tuple(tuple(row) for row in rows)
        self.shape = shape.closed(self.rows)
        self._conditions, self._answers, flaws = _read(self.shape, self.rows)
        if flaws := flaws or ([] if proved else _combinations(self.shape, self._conditions)):
            raise Unsound(flaws)

    def decide(self, **inputs: object) -> Hit:
        """The row that these inputs hit; :class:`Unusable` when one is missing, unknown or unfit."""
        names = {column.name for column in self.shape.inputs}
        for name in sorted(names ^ inputs.keys()):
            raise Unusable(name, inputs.get(name))
        values = {column.name: column.accept(inputs[column.name]) for column in self.shape.inputs}
        for number, conditions in enumerate(self._conditions, start=1):
            if all(value in condition for value, condition in zip(values.values(), conditions, strict=True)):
                return Hit(number, self._answers[number - 1], values)
        name = next(iter(values), "")
        raise Unusable(name, inputs.get(name))

    def hits(self) -> list[tuple[Row, Mapping[str, Answer]]]:
        """Every row with its answers read."""
        return list(zip(self.rows, self._answers, strict=True))

    def explain(self, hit: Hit) -> Both:
        """Which row answered, and because of what, in words."""
        cells = self.rows[hit.row - 1]
        because = [
            (f"{zh}“{value}”符合“{cell}”", f"{en} “{value}” meets “{cell}”")
            for column, cell in zip(self.shape.inputs, cells, strict=False)
            if cell != ANY
            for zh, en in [titled(column)]
            for value in [shown(hit.inputs[column.name])]
        ]
        zh = "；".join(zh for zh, _ in because) or "任何情形"
        en = "; ".join(en for _, en in because) or "always"
        return f"第 {hit.row} 行：{zh}", f"Row {hit.row}: {en}"


def check(shape: Shape, rows: Sequence[Row]) -> list[Flaw]:
    """Every flaw of a table; an empty list proves that exactly one row answers every possible question."""
    shape = shape.closed(rows)
    conditions, _, flaws = _read(shape, rows)
    return flaws or _combinations(shape, conditions)


def overlapping(shape: Shape, one: Row, other: Row) -> bool:
    """Whether some combination of inputs would hit both rows."""
    shape = shape.closed([one, other])
    conditions, _, flaws = _read(shape, [one, other])
    if flaws:
        raise Unsound(flaws)
    first, second = conditions
    return all(
        any(value in a and value in b for value in column.samples([a, b]))
        for column, a, b in zip(shape.inputs, first, second, strict=True)
    )


def _read(shape: Shape, rows: Sequence[Row]) -> tuple[list[tuple[Condition, ...]], list[dict[str, Answer]], list[Flaw]]:
    """Read all cells; whatever cannot be read is a flaw with its row and column."""
    conditions: list[tuple[Condition, ...]] = []
    answers: list[dict[str, Answer]] = []
    flaws: list[Flaw] = []
    width, inputs = len(shape.columns), len(shape.inputs)
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            said = (
                f"第 {number} 行应有 {width} 格，实有 {len(row)} 格。",
                f"Row {number} has {len(row)} cells, not {width}.",
            )
            flaws.append(Flaw("width", said, (number,)))
            continue
        read: list[Condition] = []
        answer: dict[str, Answer] = {}
        for column, cell in zip(shape.inputs, row[:inputs], strict=True):
            try:
                read.append(column.read(cell.strip()))
            except ValueError:
                flaws.append(_unreadable("unreadable", number, column, cell))
        for output, cell in zip(shape.outputs, row[inputs:], strict=True):
            try:
                answer[output.name] = output.read(cell.strip())
            except ValueError:
                flaws.append(_unreadable("answer", number, output, cell))
        conditions.append(tuple(read))
        answers.append(answer)
    return conditions, answers, flaws


def _unreadable(code: str, number: int, column: Input | Output, cell: str) -> Flaw:
    zh, en = titled(column)
    said = (f"第 {number} 行“{zh}”栏的“{cell}”读不懂。", f"Row {number}, “{en}”: “{cell}” cannot be read.")
    return Flaw(code, said, (number,), column.name, {column.name: cell})


def _combinations(shape: Shape, rows: Sequence[tuple[Condition, ...]]) -> list[Flaw]:
    """Gaps and overlaps, found by walking the columns with the set of rows still alive as a bit mask.

    Values that the same rows accept behave alike, so each column shrinks to its distinct masks; a walk
    that reaches a column with rows already seen there cannot find anything new.
    """
    columns: list[dict[int, str]] = []
    for position, column in enumerate(shape.inputs):
        conditions = [row[position] for row in rows]
        masks: dict[int, str] = {}
        for value in column.samples(conditions):
            mask = sum(1 << n for n, condition in enumerate(conditions) if value in condition)
            masks.setdefault(mask, shown(value))
        columns.append(masks)
    flaws: dict[tuple[int, ...] | str, Flaw] = {}
    seen: set[tuple[int, int]] = set()

    def walk(depth: int, alive: int, values: tuple[str, ...]) -> None:
        if (depth, alive) in seen:
            return
        seen.add((depth, alive))
        if alive == 0 or depth == len(columns):
            if alive == 0 or alive.bit_count() > 1:
                flaw = _flaw(shape, alive, values)
                flaws.setdefault(flaw.rows or repr(flaw.example), flaw)
            return
        for mask, value in columns[depth].items():
            walk(depth + 1, alive & mask, (*values, value))

    walk(0, (1 << len(rows)) - 1, ())
    return list(flaws.values())


def _flaw(shape: Shape, alive: int, values: tuple[str, ...]) -> Flaw:
    hit = tuple(n + 1 for n in range(alive.bit_length()) if alive >> n & 1)
    example = {column.name: value for column, value in zip(shape.inputs, values, strict=False)}
    where = ", ".join(f"{name}={value}" for name, value in example.items()) or ANY
    if not hit:
        return Flaw("gap", (f"没有一行回答：{where}。", f"No row answers: {where}."), (), "", example)
    rows = "、".join(map(str, hit))
    said = (f"第 {rows} 行同时回答：{where}。", f"Rows {', '.join(map(str, hit))} all answer: {where}.")
    return Flaw("overlap", said, hit, "", example)
