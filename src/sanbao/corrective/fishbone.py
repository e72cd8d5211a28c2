"""鱼骨图: the causes that were looked at, as SVG; the same picture for page and paper (Q-03). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEAD = 900, 170
ROW, TOP = 19, 34
INK, SOFT, RED = "#1a2226", "#87949a", "#b3261e"


def drawn(bones: Mapping[str, Sequence[str]], titles: Mapping[str, str], head: str) -> str:
    """Branches alternate above and below the spine; every cause stands on its branch. Colours are attributes, which a
    style sheet may override by class."""
    names = list(bones)
    deepest = max((len(causes) for causes in bones.values()), default=1)
    arm = TOP + ROW * max(deepest, 3)
    middle, height = arm + 14, 2 * arm + 28
    step = (WIDTH - HEAD - 30) / max((len(names) + 1) // 2, 1)
    parts = [
        _line("bone spine", 14, middle, WIDTH - HEAD, middle, INK, 3),
        f'<rect class="bone-head" x="{WIDTH - HEAD}" y="{middle - 34}" width="{HEAD - 8}" height="68" rx="6" '
        f'fill="#ffffff" stroke="{RED}" stroke-width="2"/>',
        *_lines(head, WIDTH - HEAD / 2 - 4, middle, 11, 3),
    ]
    for number, name in enumerate(names):
        above, column = number % 2 == 0, number // 2
        foot = 30 + step * (column + 1)
        tip, end = foot - min(step * 0.3, 70), middle - arm + 16 if above else middle + arm - 16
        parts.append(_line("bone", tip, end, foot, middle, INK, 1.6))
        parts.append(_text(titles[name], tip, end - 6 if above else end + 15, anchor="middle", bold=True))
        for row, cause in enumerate(bones[name]):
            y = end + 20 + row * ROW if above else end - 12 - row * ROW
            slope = (foot - tip) / max(abs(middle - end), 1)
            x = tip + slope * abs(y - end)
            parts.append(_line("bone thin", x - 130, y, x, y, SOFT, 1))
            # Above the spine the branch leans back over its causes: they stand clear of it.
            parts.append(_text(_cut(cause, 13), x - 6 - (slope * 16 if above else 0), y - 4, anchor="end"))
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Noto Sans CJK SC, sans-serif" font-size="12">{body}</svg>'
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    ends = f'x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"'
    return f'<line class="{kind}" {ends} stroke="{colour}" stroke-width="{width}"/>'


def _lines(text: str, x: float, middle: float, per_line: int, most: int) -> list[str]:
    rows = [text[i : i + per_line] for i in range(0, len(text), per_line)]
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: per_line - 1] + "…"]
    first = middle - (len(rows) - 1) * 9 + 4
    return [_text(row, x, first + 18 * number, anchor="middle", bold=True) for number, row in enumerate(rows)]


def _text(text: str, x: float, y: float, *, anchor: str, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text class="bone-text" {place} fill="{INK}"{weight}>{escape(text)}</text>'


def _cut(text: str, most: int) -> str:
    """What is too long for its branch is cut in the picture; the table beside it has it whole."""
    wide = sum(1 if ord(char) < 256 else 2 for char in text)
    return text if wide <= most * 2 else text[: most - 1] + "…"
