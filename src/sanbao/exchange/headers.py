"""Which ledger is this, where does its header stand, and which of the rows below are data?

A mapping that is not beyond doubt is proposed, never taken: :attr:`Layout.sure` is False, and the page asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from sanbao.exchange.cells import Cell, text
from sanbao.exchange.columns import Table

#: A header stands within the first so many filled rows.
HEADER_WITHIN = 30
#: No ledger has more columns; a sheet of 16,384 would keep whoever hands it in waiting.
WIDEST = 400

_BRACKETS = re.compile(r"[(\[【〔{][^)\]】〕}]*[)\]】〕}]")
_UNIT_BEHIND = re.compile(r"(?<=[\u3400-\u9fff])(?:kg/m|kg|mm|um|μm|hw|hv|mpa|公斤|吨|%)$")
_DECORATION = re.compile(r"[\s*:：#._、]+")
_UNIT_IN_BRACKETS = re.compile(r"[(\[【]\s*([^)\]】]+?)\s*[)\]】]")
_SUM = re.compile(
    r"(?:.{0,12}?(?:合计|小计|总计|累计|共计|总和|本页计|本月计|承前页|过次页)(?:数|量|额)?"
    r"|(?:sub|grand)?total|sum)\W*\d*\W*",
    re.I,
)
_FOOTER = re.compile(
    r"(?:制表|编制|填表|审核|批准|打印|复核)(?:人|日期|时间)?\s*[:：].*"
    r"|第\s*\d+\s*页.*|共\s*\d+\s*页|以下空白|(?:备注|说明|注)\s*[:：].*"
)


def plain(title: Cell) -> str:
    """A header's text without what differs between factories: width, case, blanks, units, stars, colons."""
    folded = unicodedata.normalize("NFKC", text(title)).lower()
    return _UNIT_BEHIND.sub("", _DECORATION.sub("", _BRACKETS.sub("", folded)))


@dataclass(frozen=True)
class Layout:
    """How a sheet is to be read. ``mapping``: column name → index in the row; ``factors``: unit of the header."""

    table: Table | None
    header_row: int = 0
    header: tuple[Cell, ...] = ()
    mapping: dict[str, int] = field(default_factory=dict)
    factors: dict[str, Any] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    confidence: float = 0.0
    sure: bool = False
    unmatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    def is_data(self, cells: Sequence[Cell]) -> bool:
        """Whether a row below the header is a line of the ledger: not the header again, a sum, a title, a foot."""
        assert self.table is not None
        at = self.mapping[self.table.key]
        key = cells[at] if at < len(cells) else None
        if isinstance(key, str):
            if key.isascii() and key[:1].isalnum() and key[-1:].isdigit():
                return True  # a plain code: nearly every row ends here
        elif key is not None and not isinstance(key, bool):
            return True
        return not (self._is_header(cells) or self._is_sum(cells, at) or self._is_margin(cells))

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        again = sum(
            at < len(cells) and isinstance(cells[at], str) and plain(cells[at]) == plain(self.header[at])
            for at in self.mapping.values()
        )
        return again >= 2 and 2 * again > len(self.mapping)

    def _is_sum(self, cells: Sequence[Cell], at: int) -> bool:
        """``合计`` in the key's place, or elsewhere in a row that has no key."""
        if at < len(cells) and text(cells[at]):
            return _SUM.fullmatch(re.sub(r"\s", "", text(cells[at]))) is not None
        return any(isinstance(cell, str) and _SUM.fullmatch(re.sub(r"\s", "", cell)) for cell in cells)

    def _is_margin(self, cells: Sequence[Cell]) -> bool:
        """A title repeated on a new page, or who drew up and checked the sheet."""
        filled = [text(cell) for cell in cells if text(cell)]
        return all(_FOOTER.fullmatch(cell) for cell in filled) or (len(filled) == 1 and filled[0] in self.titles)


def recognise(lines: Iterable[tuple[int, list[Cell]]], tables: Sequence[Table]) -> Layout:
    """The layout of a sheet from its first rows (numbered as the sheet counts them)."""
    head = [(number, cells[:WIDEST]) for number, cells in islice(lines, HEADER_WITHIN)]
    found = [layout for table in tables if (layout := _best_row(head, table)) is not None]
    found.sort(key=lambda layout: (not layout.missing, layout.confidence, len(layout.mapping)), reverse=True)
    if not found:
        number, widest = max(head, key=lambda line: sum(bool(text(cell)) for cell in line[1]), default=(0, []))
        return Layout(None, number, tuple(widest), unmatched=tuple(filter(None, map(text, widest))))
    best, rest = found[0], found[1:]
    rivals = tuple(
        other.table.code
        for other in rest
        if other.table and not other.missing and best.confidence - other.confidence < 0.15
    )
    return _replace(best, rivals=rivals, sure=not (best.missing or best.doubtful or rivals) and best.confidence >= 0.5)


def chosen(lines: Iterable[tuple[int, list[Cell]]], table: Table, header_row: int, mapping: dict[str, int]) -> Layout:
    """The layout that a person has chosen on the page; refusing an incomplete one is the page's business."""
    head = list(islice(lines, HEADER_WITHIN))
    header = next((row for number, row in head if number == header_row), [])
    return _layout(table, header_row, header, mapping, _texts_above(head, header_row), sure=True)


def _best_row(head: list[tuple[int, list[Cell]]], table: Table) -> Layout | None:
    names = {plain(alias): (column.name, rank) for column in table.columns for rank, alias in enumerate(column.aliases)}
    best: Layout | None = None
    for number, row in head:
        claims: dict[str, list[tuple[int, int]]] = {}
        for at, cell in enumerate(row):
            if isinstance(cell, str) and (known := names.get(plain(cell))):
                claims.setdefault(known[0], []).append((known[1], at))
        # Of two columns that could be meant the one with the more exact title is; two of one title are asked.
        mapping = {name: min(places)[1] for name, places in claims.items() if _settled(places)}
        if len(mapping) >= 2 and (best is None or len(mapping) > len(best.mapping)):
            best = _layout(table, number, row, mapping, _texts_above(head, number))
    return best


def _settled(places: list[tuple[int, int]]) -> bool:
    ranks = [rank for rank, _ in places]
    return ranks.count(min(ranks)) == 1


def _layout(
    table: Table, number: int, row: Sequence[Cell], mapping: dict[str, int], titles: frozenset[str], sure: bool = False
) -> Layout:
    filled = [at for at, cell in enumerate(row) if text(cell)]
    taken = set(mapping.values())
    units = {name: _factor(table, name, row[at] if at < len(row) else "") for name, at in mapping.items()}
    return Layout(
        table,
        number,
        tuple(row),
        mapping,
        {name: factor for name, factor in units.items() if factor not in (None, 1)},
        titles,
        confidence=len(taken) / max(1, len(filled)),
        sure=sure,
        unmatched=tuple(text(row[at]) for at in filled if at not in taken),
        missing=tuple(column.name for column in table.columns if column.needed and column.name not in mapping),
        doubtful=tuple(name for name, factor in units.items() if factor is None),
    )


def _factor(table: Table, name: str, title: Cell) -> int | Decimal | None:
    """``重量(吨)`` → 1000: what one of the header's unit is in the base unit; None for a unit nobody knows."""
    column = table.column(name)
    found = _UNIT_IN_BRACKETS.search(unicodedata.normalize("NFKC", text(title)).lower())
    return column.units.get(found[1]) if column.measured and found else 1


def _texts_above(head: list[tuple[int, list[Cell]]], number: int) -> frozenset[str]:
    return frozenset(text(cell) for at, row in head if at < number for cell in row if text(cell))


def _replace(layout: Layout, **changes: Any) -> Layout:
    return Layout(**{**layout.__dict__, **changes})
