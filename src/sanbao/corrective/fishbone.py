"""鱼骨图: the causes that were looked at, drawn as SVG on the server; the same picture for page and paper (Q-03). Pure."""

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
    arm = TOP + ROW * max(deepest, 2)
    middle, height = arm + 14, 2 * arm + 28
    step = (WIDTH - HEAD - 30) / max((len(names) + 1) // 2, 1)
    parts = [
        f'<line class="bone spine" x1="14" y1="{middle}" x2="{WIDTH - HEAD}" y2="{middle}" stroke="{INK}" stroke-width="3"/>',
        f'<rect class="bone-head" x="{WIDTH - HEAD}" y="{middle - 34}" width="{HEAD - 8}" height="68" rx="6" fill="#ffffff" stroke="{RED}" stroke-width="2"/>',
        *_lines(head, WIDTH - HEAD / 2 - 4, middle, 11, 3),
    ]
    for number, name in enumerate(names):
        above, column = number % 2 == 0, number // 2
        foot = 30 + step * (column + 1)
        tip, end = foot - min(step * 0.42, 110), middle - arm + 16 if above else middle + arm - 16
        parts.append(
            f'<line class="bone" x1="{tip:.0f}" y1="{end}" x2="{foot:.0f}" y2="{middle}" stroke="{INK}" stroke-width="1.6"/>'
        )
        label = end - 6 if above else end + 15
        parts.append(_text(titles[name], tip, label, anchor="middle", bold=True))
        for row, cause in enumerate(bones[name]):
            y = end + 20 + row * ROW if above else end - 12 - row * ROW
            share = abs(y - end) / max(abs(middle - end), 1)
            x = tip + (foot - tip) * share
            parts.append(
                f'<line class="bone thin" x1="{x - 92:.0f}" y1="{y}" x2="{x:.0f}" y2="{y}" stroke="{SOFT}" stroke-width="1"/>'
            )
            parts.append(_text(_cut(cause, 15), x - 6, y - 4, anchor="end"))
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Noto Sans CJK SC, sans-serif" font-size="12">{body}</svg>'
    )


def _lines(text: str, x: float, middle: float, per_line: int, most: int) -> list[str]:
    rows = [text[i : i + per_line] for i in range(0, len(text), per_line)]
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: per_line - 1] + "…"]
    first = middle - (len(rows) - 1) * 9 + 4
    return [_text(row, x, first + 18 * number, anchor="middle", bold=True) for number, row in enumerate(rows)]


def _text(text: str, x: float, y: float, *, anchor: str, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text class="bone-text" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{INK}"{weight}>{escape(text)}</text>'


def _cut(text: str, most: int) -> str:
    """What is too long for its branch is cut in the picture; the table beside it has it whole."""
    wide = sum(1 if ord(char) < 256 else 2 for char in text)
    return text if wide <= most * 2 else text[: most - 1] + "…"
