"""Lists on their way out: XLSX where codes stay text, CSV that Excel opens rightly; neither can carry a formula in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from sanbao.kernel.times import local

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay what they are."""
    text = _plain(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA_STARTS) else text


def _plain(value: Any) -> Any:
    """Numbers, dates and texts as cells hold them; a moment in factory time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float | Decimal):
        return value
    return str(value)


def csv_lines(titles: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel recognises it, one line at a time."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    for row in chain([titles], rows):
        writer.writerow([neutral(value) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def xlsx_file(path: Path, titles: Sequence[Any], rows: Iterable[Sequence[Any]], *, name: str = "") -> int:
    """Write a sheet in constant memory and tell how many rows it has. Every text is a text, never a formula or link."""
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True}
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(name[:31] or None)
        sheet.freeze_panes(1, 0)
        for at, title in enumerate(titles):
            sheet.write_string(0, at, str(title), bold)
        for count, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                _write(sheet, count, at, value)
    return count


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    plain = _plain(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    elif isinstance(plain, int | float | Decimal) and not isinstance(plain, bool):
        sheet.write_number(row, column, plain)
    elif plain != "":
        sheet.write_string(row, column, str(plain))
