"""The one text of a policy table: TOML that reads as a table; pure, no Django.

What is drafted, approved, hashed, exported and kept beside the code is this text, byte for byte.
"""

from __future__ import annotations

import json
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sanbao.kernel.calendars import Both
from sanbao.kernel.decision_tables import Row, Shape

#: What a person can oversee and approve; a proof over more would keep the house waiting.
LONGEST, MOST = 200_000, 1_000


@dataclass(frozen=True)
class Sheet:
    """What a text says: for which policy, why so, and the rows in the order of the shape's columns."""

    policy: str
    note: str
    rows: tuple[Row, ...]


class Illegible(ValueError):
    """A text that is not a policy table; ``said`` tells why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said: Both = (zh, en)


def write(policy: str, title: Both, note: str, shape: Shape, rows: Sequence[Row]) -> str:
    """The canonical text: columns aligned as they are seen, a Chinese character being two wide."""
    cells = [[_quoted(cell.strip()) for cell in row] for row in rows]
    names = [_quoted(name) for name in shape.columns]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)] if cells else []
    lines = [f"# {title[0]} · {title[1]}", f"policy = {_quoted(policy)}", f"note = {_quoted(note.strip())}"]
    lines += [f"columns = [{', '.join(names)}]", "rows = ["]
    for row in cells:
        padded = [f"{cell}," + " " * (width - _width(cell)) for cell, width in zip(row[:-1], widths, strict=False)]
        lines.append(f"  [{' '.join([*padded, row[-1]])}],")
    return "\n".join([*lines, "]", ""])


def read(text: str, shape: Shape, policy: str) -> Sheet:
    """Read a text; columns may stand in any order. :class:`Illegible` when it is not a table of this policy."""
    if len(text) > LONGEST:
        raise Illegible(f"超过 {LONGEST} 个字符。", f"More than {LONGEST} characters.")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Illegible(f"不是有效的 TOML：{error}", f"Not valid TOML: {error}") from None
    if unknown := sorted(data.keys() - {"policy", "note", "columns", "rows"}):
        raise Illegible(f"不认识的项：{', '.join(unknown)}", f"Unknown keys: {', '.join(unknown)}")
    if data.get("policy") != policy:
        raise Illegible(f"这不是“{policy}”的规则表。", f"This is not a table of “{policy}”.")
    columns, rows, note = data.get("columns"), data.get("rows"), data.get("note", "")
    if not isinstance(columns, list) or sorted(map(str, columns)) != sorted(shape.columns):
        needed = ", ".join(shape.columns)
        raise Illegible(f"列应为：{needed}", f"The columns must be: {needed}")
    if not isinstance(rows, list) or not isinstance(note, str):
        raise Illegible("缺少 rows。", "There are no rows.")
    if len(rows) > MOST:
        raise Illegible(f"超过 {MOST} 行。", f"More than {MOST} rows.")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(columns) or not all(_is_cell(cell) for cell in row):
            zh = f"第 {number} 行应是 {len(columns)} 个单行文字格。"
            raise Illegible(zh, f"Row {number} must be {len(columns)} cells of one line of text.")
    order = [columns.index(name) for name in shape.columns]
    return Sheet(policy, note.strip(), tuple(tuple(row[n].strip() for n in order) for row in rows))


def _is_cell(cell: object) -> bool:
    return isinstance(cell, str) and all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in cell)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
