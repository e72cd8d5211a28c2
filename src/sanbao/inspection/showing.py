"""A sheet as page and report show it: limits in words, what was counted, the grid of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sanbao.inspection import schemes
from sanbao.inspection.models import Characteristic, InspectionSheet, Result, SamplingState
from sanbao.inspection.rules import units_counted
from sanbao.inspection.sampling import chance
from sanbao.inspection.switching import Why
from sanbao.kernel.words import W

#: Pieces on one page of the grid; the others are a click away.
PAGE = 50
CHANGES: dict[str, W] = {
    Why.REFUSALS: W("规定批数内多批不接收，转加严", "Tightened: too many of the last lots were refused"),
    Why.STREAK: W("加严下连续接收，转正常", "Normal again: enough lots accepted in a row"),
    Why.SCORE: W("转移得分达到，转放宽", "Reduced: the switching score was reached"),
    Why.REFUSED_WHILE_REDUCED: W("放宽下有一批不接收，转正常", "Normal again: a lot was refused while reduced"),
    Why.IRREGULAR: W("生产不稳定等，恢复正常", "Normal again: irregular production or the like"),
    Why.TOO_MANY_REFUSED: W("加严下累计不接收过多，暂停", "Discontinued: too many refused while tightened"),
    Why.RESUMED: W("措施有效，恢复加严检验", "Resumed, tightened: the action has helped"),
}


def number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


def limits(line: Characteristic) -> W | str:
    """``40–120 µm (60)``, ``≥ 40 µm``; of what is judged by looking, nothing."""
    if not line.measured:
        return ""
    low, high = number(line.low), number(line.high)
    said = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
    middle = f"（{number(line.nominal)}）" if line.nominal is not None else ""
    return f"{said} {line.unit}{middle}".strip()


def groups(sheet: InspectionSheet, lines: Sequence[Characteristic], rows: Iterable[Result]) -> list[dict[str, Any]]:
    """Each weight and AQL of a sheet: its plan, why, and what has been counted so far."""
    good = {(row.characteristic_id, row.piece): row.good for row in rows}
    return [
        {
            "title": schemes.title_of(group),
            "strictness": SamplingState(group["strictness"]).title if group["strictness"] else "",
            "why": W(group["why"]["zh"], group["why"]["en"]),
            "size": group["size"],
            "accept": group["accept"],
            "reject": group["reject"],
            "found": count.found,
            "missing": count.missing,
            "odds": odds(group),
            "verdict": count.verdict,
        }
        for group, count in schemes.counts(lines, sheet.scheme, good)
    ]


def odds(group: dict[str, Any]) -> W | str:
    """What the sample can tell: how often a lot whose quality is just at the AQL is accepted."""
    _, aql = schemes.key_of(group)
    if aql is None or group["whole"]:
        return ""
    often = chance(group["size"], group["accept"], aql, units=units_counted(aql))
    return W(
        "质量正好在 AQL 的批，约 {percent} % 被接收",
        "of lots exactly at the AQL about {percent} % are accepted",
        percent=f"{often * 100:.0f}",
    )


@dataclass(frozen=True)
class Field:
    """One cell of the grid; ``off``: not looked at at this piece."""

    line: Characteristic
    text: str
    bad: bool
    off: bool


@dataclass(frozen=True)
class Grid:
    """A page of the results: the heading, a row a piece, and where the other pieces are."""

    lines: list[tuple[Characteristic, W | str]]
    rows: list[tuple[int, list[Field]]]
    pages: list[tuple[int, int, bool]]


def grid(sheet: InspectionSheet, lines: Sequence[Characteristic], rows: Iterable[Result], start: int) -> Grid:
    """The pieces from ``start`` on, as many as go on a page."""
    found = {(row.characteristic_id, row.piece): row for row in rows}
    sizes = {column.id: column.pieces for column in schemes.columns(lines, sheet.scheme)}
    pages = range(1, sheet.pieces + 1, PAGE)
    begin = max((page for page in pages if page <= start), default=1)
    end = min(begin + PAGE - 1, sheet.pieces)
    return Grid(
        [(line, limits(line)) for line in lines],
        [
            (piece, [_field(line, found.get((line.pk, piece)), piece > sizes[line.pk]) for line in lines])
            for piece in range(begin, end + 1)
        ],
        [(page, min(page + PAGE - 1, sheet.pieces), page == begin) for page in pages],
    )


def _field(line: Characteristic, row: Result | None, off: bool) -> Field:
    if row is None:
        return Field(line, "", False, off)
    return Field(line, number(row.value) if row.value is not None else "OK" if row.good else "NG", not row.good, off)
