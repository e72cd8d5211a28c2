"""Plans as they are typed, results as they are pasted, and what they come to. Plain values, no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sanbao.inspection.sampling import UNITS_UP_TO, aqls

CRITICAL = "critical"
WEIGHTS = {
    "致命": CRITICAL, "关键": CRITICAL, "critical": CRITICAL, "a": CRITICAL,
    "严重": "major", "major": "major", "b": "major",
    "轻微": "minor", "minor": "minor", "c": "minor",
}  # fmt: skip
GOOD = frozenset({"合格", "合", "ok", "√", "✓", "✔", "y", "yes", "good", "pass", "符合", "是", "true"})
BAD = frozenset({"不合格", "不合", "不", "ng", "×", "x", "✗", "✘", "n", "no", "bad", "fail", "不符合", "否", "false"})
EMPTY = frozenset({"", "-", "—", "/"})
_APART = re.compile(r" *[\t|｜] *")
_COMMAS = re.compile(r" *[,，;；] *")
#: More digits than any instrument shows, and no more than the column holds.
DECIMALS, LARGEST = 4, Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line of what was typed, counted from 1."""

    line: int
    zh: str
    en: str


class Unreadable(ValueError):
    """What was typed cannot be taken; every line that is wrong, with why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.en}" for fault in faults))
        self.faults = tuple(faults)


class _Wrong(ValueError):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Line:
    """One characteristic of a plan, as it was typed."""

    name: str
    weight: str
    aql: Decimal | None
    nominal: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    method: str
    instrument_kind: str


# -- plans --------------------------------------------------------------------------------------------


def lines_of(text: str) -> list[Line]:
    """The characteristics of a plan, one a line: name, weight, AQL, nominal, lower limit, upper limit, unit, method,
    kind of instrument; what comes after the AQL may be left out."""
    found: list[Line] = []
    faults: list[Fault] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = _line([part.strip() for part in _APART.split(raw.strip("\r\n "))])
            if line.name in {other.name for other in found}:
                raise _Wrong(f"“{line.name}”已有一行", f"“{line.name}” stands there already")
            found.append(line)
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.zh, wrong.en))
    if not found and not faults:
        faults = [Fault(1, "至少写一个检验项目", "give at least one characteristic")]
    if faults:
        raise Unreadable(faults)
    return found


def _line(cells: list[str]) -> Line:
    if len(cells) > 9:
        raise _Wrong("多于 9 列", "more than 9 columns")
    name, weight, aql, nominal, low, high, unit, method, kind = (*cells, *[""] * (9 - len(cells)))
    for text, most, zh, en in ((name, 80, "项目名称", "name"), (unit, 20, "单位", "unit"),
                               (method, 120, "方法", "method"), (kind, 40, "仪器类别", "instrument kind")):  # fmt: skip
        if len(text) > most:
            raise _Wrong(f"{zh}超过 {most} 字", f"the {en} has more than {most} characters")
    if not name:
        raise _Wrong("缺项目名称", "the name is missing")
    weight = unicodedata.normalize("NFKC", weight).lower()
    if weight not in WEIGHTS:
        raise _Wrong(f"类别“{weight}”须为致命、严重或轻微", f"weight “{weight}” must be critical, major or minor")
    heavy = WEIGHTS[weight]
    numbers = [None if cell in EMPTY else number_of(cell) for cell in (nominal, low, high)]
    middle, least, most_ = numbers
    if least is not None and most_ is not None and least > most_:
        raise _Wrong("下限大于上限", "the lower limit is above the upper one")
    if middle is not None and ((least is not None and middle < least) or (most_ is not None and middle > most_)):
        raise _Wrong("标称值在界限之外", "the nominal value is outside the limits")
    if middle is not None and least is None and most_ is None:
        raise _Wrong("有标称值而没有界限", "a nominal value without a limit")
    return Line(name, heavy, _aql(aql, heavy), middle, least, most_, unit, method, kind)


def _aql(text: str, weight: str) -> Decimal | None:
    if weight == CRITICAL:
        if text not in EMPTY and text != "0":
            raise _Wrong("致命项目不设 AQL（一个也不允许）", "a critical characteristic has no AQL: none may fail")
        return None
    if text in EMPTY:
        raise _Wrong("缺 AQL", "the AQL is missing")
    found = number_of(text)
    if found not in aqls():
        known = "、".join(f"{aql:f}" for aql in aqls())
        raise _Wrong(f"AQL {text} 不是优先值：{known}", f"AQL {text} is none of the preferred ones: {known}")
    return found


def number_of(text: str) -> Decimal:
    """A decimal number, as exact as it was written; :class:`ValueError` for what is none."""
    try:
        number = Decimal(unicodedata.normalize("NFKC", text).replace("−", "-").strip())
    except InvalidOperation:
        raise _Wrong(f"“{text}”不是数", f"“{text}” is no number") from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise _Wrong(f"“{text}”太大", f"“{text}” is too large")
    if round(number, DECIMALS) != number:
        raise _Wrong(f"“{text}”多于 {DECIMALS} 位小数", f"“{text}” has more than {DECIMALS} decimals")
    return number


# -- results ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """One column of a sheet: up to which piece it is looked at, and its limits where it is measured."""

    id: int
    name: str
    pieces: int
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def measured(self) -> bool:
        return self.low is not None or self.high is not None

    def within(self, value: Decimal) -> bool:
        """A value on the limit is within it."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Cell:
    """What was found of one characteristic at one piece."""

    id: int
    piece: int
    value: Decimal | None
    good: bool


def cells_of(text: str, columns: Sequence[Wanted]) -> list[Cell]:
    """Results as they are typed or pasted: a line a piece, its number first, then the columns; an empty cell says
    nothing. A heading is passed over."""
    found: dict[tuple[int, int], Cell] = {}
    faults: list[Fault] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        parts = _cut(raw)
        if number == 1 and not parts[0].isdecimal():
            continue
        try:
            for cell in _row(parts, columns):
                if found.setdefault((cell.id, cell.piece), cell) != cell:
                    raise _Wrong(f"第 {cell.piece} 件写了两次", f"piece {cell.piece} stands there twice")
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.zh, wrong.en))
    if faults:
        raise Unreadable(faults)
    return list(found.values())


def _cut(raw: str) -> list[str]:
    text = unicodedata.normalize("NFKC", raw)
    for separator in (_APART, _COMMAS):
        if len(parts := separator.split(text.rstrip("\r\n"))) > 1:
            return [part.strip() for part in parts]
    return text.split()


def _row(parts: list[str], columns: Sequence[Wanted]) -> list[Cell]:
    if not parts[0].isdecimal() or int(parts[0]) < 1:
        raise _Wrong(f"“{parts[0]}”不是件号", f"“{parts[0]}” is no piece number")
    if len(parts) - 1 > len(columns):
        raise _Wrong(f"多于 {len(columns)} 个项目", f"more than {len(columns)} characteristics")
    piece = int(parts[0])
    return [
        _cell(column, piece, text)
        for column, text in zip(columns, parts[1:], strict=False)
        if text.strip() not in EMPTY
    ]


def _cell(column: Wanted, piece: int, text: str) -> Cell:
    if piece > column.pieces:
        raise _Wrong(
            f"“{column.name}”只检 {column.pieces} 件，没有第 {piece} 件",
            f"“{column.name}” is looked at in {column.pieces} pieces; there is no piece {piece}",
        )
    if column.measured:
        value = number_of(text)
        return Cell(column.id, piece, value, column.within(value))
    said = text.strip().lower()
    if said not in GOOD | BAD:
        raise _Wrong(
            f"“{column.name}”第 {piece} 件“{text}”须写 合格 或 不合格",
            f"“{column.name}”, piece {piece}: “{text}” must be OK or NG",
        )
    return Cell(column.id, piece, None, said in GOOD)


# -- what it comes to ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted for one weight and AQL: nonconforming units, above AQL 10 nonconformities; cells not filled."""

    found: int
    missing: int
    accept: int
    reject: int

    @property
    def verdict(self) -> bool | None:
        """Accepted, not accepted, or not to be said yet. What has failed enough needs no more looking."""
        if self.found >= self.reject:
            return False
        return True if self.missing == 0 and self.found <= self.accept else None


def units_counted(aql: Decimal | None) -> bool:
    """Whether nonconforming units are counted; above AQL 10 it is nonconformities, several at one unit."""
    return aql is None or aql <= UNITS_UP_TO


def counted(
    aql: Decimal | None, size: int, accept: int, reject: int, ids: Collection[int], good: Mapping[tuple[int, int], bool]
) -> Count:
    """One group of a sheet: ``ids`` are its characteristics, ``good`` what was found by (characteristic, piece)."""
    said = [(piece, good.get((one, piece))) for one in ids for piece in range(1, size + 1)]
    bad = [piece for piece, fine in said if fine is False]
    found = len(set(bad)) if units_counted(aql) else len(bad)
    return Count(found, sum(1 for _, fine in said if fine is None), accept, reject)


def concluded(counts: Iterable[Count]) -> bool | None:
    """The lot: refused when one group refuses, accepted when all accept, otherwise open."""
    said = [count.verdict for count in counts]
    if False in said:
        return False
    return True if said and None not in said else None
