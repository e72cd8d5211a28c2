"""What a cell says: text, code, date, quantity, list. Spreadsheets write each in a dozen ways.

Every reader takes the cell as the sheet gives it and answers ``None`` for an empty one; a cell that says
something else than asked raises :class:`NotThis`. Nothing is guessed: ``3/5/26`` is no date, ``约5吨`` no quantity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from sanbao.kernel.codes import code_key

type Cell = str | float | bool | date | None

_DATE = re.compile(
    r"(\d{4})\s*(?:[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?)"
    r"(?:[T\s]\s*\d{1,2}[:时点]\d{1,2}.*)?"
)
_COMPACT = re.compile(r"\d{8}")
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)\s*([^\d\s.,][^\d\s]*)?")
_SEPARATORS = re.compile(r"[,，、;；/|+\s]+")
_ONE_CODE = re.compile(r"[0-9A-Z-]+")
_FORMULA = frozenset("=+-@\t\r")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LARGEST = Decimal(10) ** 12
#: Days counted from 1899-12-30, as a date looks when its format was lost: 1980 to 2100.
_SERIALS = range(29221, 73051)
#: Unit words and what one of them is in the base unit of its kind (kg for weights, pieces for counts).
WEIGHTS = {
    "kg": 1,
    "kgs": 1,
    "公斤": 1,
    "千克": 1,
    "t": 1000,
    "吨": 1000,
    "g": Decimal("0.001"),
    "克": Decimal("0.001"),
    "斤": Decimal("0.5"),
}
COUNTS = {"支": 1, "根": 1, "条": 1, "件": 1, "pcs": 1, "只": 1, "个": 1}


class NotThis(ValueError):
    """The cell holds something, but not what its column is for."""


def text(cell: Cell) -> str:
    """Trimmed, ideographic spaces too; a number as a person would write it (``13543377739``, not ``…9.0``)."""
    if isinstance(cell, str):
        if not cell.isprintable():  # no database keeps NUL, and nobody typed the others
            cell = _CONTROLS.sub("", cell)
        if cell[:1] == "'" and cell[1:2] in _FORMULA:
            cell = cell[1:]  # the mark by which an export keeps a text from being taken for a formula
        return cell.strip().strip("\ufeff\u200b")
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return cell.isoformat()


def lowered(cell: Cell) -> str:
    """A word whose case tells nothing."""
    return text(cell).lower()


@dataclass(eq=False)
class OneOf:
    """Reads a cell that holds one of a few words, in any case, as what the word stands for."""

    meanings: Mapping[str, str]
    empty: str

    def __call__(self, cell: Cell) -> str:
        written = lowered(cell)
        if written and written not in self.meanings:
            raise NotThis(cell)
        return self.meanings.get(written, self.empty)


def code(cell: Cell) -> str:
    """A code in the one form that codes are compared in: ``" bq００００００６ "`` → ``BQ0000006``."""
    return cell if isinstance(cell, str) and _ONE_CODE.fullmatch(cell) else code_key(text(cell))


def codes(cell: Cell) -> tuple[str, ...]:
    """Several codes in one cell, whatever stands between them; each once, in the order written."""
    if isinstance(cell, str) and _ONE_CODE.fullmatch(cell):
        return (cell,)
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text(cell)))
    return tuple(dict.fromkeys(key for part in parts if (key := code_key(part))))


def day(cell: Cell) -> date | None:
    """A date; of a moment its day."""
    if isinstance(cell, str):
        return _day_of_text(cell)
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    if cell == int(cell) and not isinstance(cell, bool):
        if int(cell) in _SERIALS:
            return date(1899, 12, 30) + timedelta(int(cell))
        return _day_of_text(str(int(cell)))
    raise NotThis(cell)


@lru_cache(1 << 14)
def _day_of_text(cell: str) -> date | None:
    written = unicodedata.normalize("NFKC", cell).strip().replace("。", ".").replace("．", ".")
    if not written:
        return None
    try:
        if found := _DATE.fullmatch(written):
            year, *rest = (int(part) for part in found.groups() if part)
            found_day = date(year, *rest)
        elif _COMPACT.fullmatch(written):
            found_day = date(int(written[:4]), int(written[4:6]), int(written[6:]))
        elif written.isdigit() and int(written) in _SERIALS:
            found_day = date(1899, 12, 30) + timedelta(int(written))
        else:
            raise NotThis(cell)
    except ValueError:
        raise NotThis(cell) from None
    if not 1980 <= found_day.year < 2100:
        raise NotThis(cell)
    return found_day


def number(cell: Cell, units: dict[str, int | Decimal] | None = None) -> Decimal | None:
    """A number, negative ones too; a unit behind it is converted when it is one of ``units``, else refused."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | date):
        raise NotThis(cell)
    if isinstance(cell, int | float):
        return Decimal(repr(cell + 0))  # of minus nothing, nothing
    if cell.isdecimal() and cell.isascii():
        return Decimal(cell)
    written = unicodedata.normalize("NFKC", cell).strip()
    if not written:
        return None
    found = _NUMBER.fullmatch(written)
    if found is None:
        raise NotThis(cell)
    value = Decimal(found[1].replace(",", ""))
    if found[2]:
        factor = (units or {}).get(found[2].lower())
        if factor is None:
            raise NotThis(cell)
        value *= factor
    return value


def whole(cell: Cell, units: dict[str, int | Decimal] | None = None, factor: int | Decimal = 1) -> int | None:
    """A positive number of pieces; half a piece is none."""
    value = number(cell, units)
    if value is None:
        return None
    value *= factor
    if not 0 < value < _LARGEST or value != int(value):
        raise NotThis(cell)
    return int(value)


def milli(cell: Cell, units: dict[str, int | Decimal] | None = None, factor: int | Decimal = 1) -> int | None:
    """A positive quantity in thousandths of the base unit; ``factor`` is the unit of the column's header."""
    if factor == 1:  # nearly every cell; the rest takes three times as long
        if type(cell) is float and 0 < cell < 1e12:
            return round(cell * 1000)
        if type(cell) is str and cell.isdecimal() and cell.isascii() and 0 < len(cell.lstrip("0")) <= 12:
            return int(cell) * 1000
    value = number(cell, units)
    if value is None:
        return None
    value = (value * factor * 1000).to_integral_value(ROUND_HALF_UP) if abs(value) < _LARGEST else Decimal(0)
    if value <= 0:
        raise NotThis(cell)
    return int(value)
