"""Ten ordered columns: boxes and links in, places and curves out. Pure; a template makes the SVG.

A column with more boxes than ``room`` folds the rest into one box that says how many and how much, and can be opened:
nothing is ever cut in silence. What stays visible: the start, the hot path, gaps and failures, then what hangs on
boxes already shown, then the largest.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

WIDTH, HEIGHT = 102, 40
ACROSS, APART = 118, 12
TOP, MARGIN = 34, 4
#: Box width in units of one Chinese character at the drawing's type size.
TITLE_EM, SUB_EM = 7.5, 8.6


@dataclass(slots=True)
class Box:
    """``marks``: ``here``, ``hot``, ``gap``, ``bad``, ``held``, ``permit``, ``fold``. ``opens`` is what it stands for
    (kind, id).

    ``href`` and ``panel`` (in a dialog) are filled in for the boxes that are shown.
    """

    key: str
    column: int
    title: str
    sub: str = ""
    milli: int = 0
    unit: str = "kg"
    marks: set[str] = field(default_factory=set)
    opens: tuple[str, Any] | None = None
    href: str = ""
    panel: bool = False
    folded: int = 0
    x: float = 0
    y: float = 0

    @property
    def name(self) -> str:
        return fit_end(self.title, TITLE_EM) if self.title.startswith(("urn:", "http")) else fit(self.title, TITLE_EM)

    @property
    def note(self) -> str:
        return fit(self.sub, SUB_EM)

    @property
    def classes(self) -> str:
        return " ".join(sorted(self.marks))

    @property
    def text_x(self) -> float:
        return self.x + 8

    @property
    def text_y(self) -> float:
        return round(self.y + (17 if self.sub else 24), 1)

    @property
    def sign(self) -> str:
        """The shape that stands for a hold (a lock) or a permit (a flag), as a path in the corner of the box."""
        x, y = self.x + WIDTH - 16, self.y + 7
        if "held" in self.marks:
            return f"M{x:g} {y + 4:g}h9v7h-9zM{x + 2:g} {y + 4:g}v-2a2.5 2.5 0 0 1 5 0v2"
        return f"M{x:g} {y + 11:g}v-11h9l-3 3 3 3h-9" if "permit" in self.marks else ""

    @property
    def said(self) -> str:
        """All of it, for the tooltip and for screen readers."""
        return " · ".join(part for part in (self.title, self.sub) if part)


class Edge(NamedTuple):
    src: str
    dst: str
    hot: bool = False
    gap: bool = False


@dataclass(slots=True, frozen=True)
class Curve:
    path: str
    mark: str


@dataclass(slots=True, frozen=True)
class Column:
    number: int
    x: float
    boxes: list[Box]
    total: int

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2


@dataclass(slots=True, frozen=True)
class Drawing:
    width: float
    height: float
    columns: list[Column]
    curves: list[Curve]

    @property
    def boxes(self) -> list[Box]:
        return [box for column in self.columns for box in column.boxes]


def fit(text: str, width: float) -> str:
    """The text, cut with an ellipsis where it would leave its box (the whole stands in the tooltip)."""
    used = 0.0
    for place, letter in enumerate(text):
        used += 1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.62
        if used > width:
            return text[: max(1, place - 1)].rstrip() + "…"
    return text


def fit_end(text: str, width: float) -> str:
    """The same from the other side: what tells one identifier from the next stands at its end."""
    turned = fit(text[::-1], width)
    return turned[::-1]


def draw(
    boxes: Iterable[Box],
    edges: Sequence[Edge],
    *,
    columns: int = 10,
    room: int = 7,
    opened: int | None = None,
    opened_room: int = 200,
    part: int = 1,
) -> Drawing:
    """Fold, order and place. ``opened`` is the column that was unfolded; it shows ``opened_room`` boxes, and of more
    than that the ``part`` asked for, the others still folded."""
    everything: list[list[Box]] = [[] for _ in range(columns)]
    for box in boxes:
        everything[box.column].append(box)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        neighbours[edge.src].add(edge.dst)
        neighbours[edge.dst].add(edge.src)
    order = _from_start(everything)
    standing: dict[str, str] = {}
    shown: dict[int, list[Box]] = {}
    for number in order:
        wide = number == opened
        limit, skip = (opened_room, (part - 1) * opened_room) if wide else (room, 0)
        shown[number] = _fold(everything[number], limit, standing, neighbours, skip)
    marks = _between(edges, standing)
    routes = {pair: _route(pair, shown) for pair in sorted(marks)}
    _place(order, shown, routes.values())
    placed = {box.key: box for column in shown.values() for box in column}
    bottom = max((box.y for box in placed.values()), default=TOP) + HEIGHT
    return Drawing(
        width=MARGIN * 2 + ACROSS * (columns - 1) + WIDTH,
        height=bottom + 14,
        columns=[
            Column(number, MARGIN + ACROSS * number, _visible(shown[number]), len(everything[number]))
            for number in range(columns)
        ],
        curves=[Curve(_curve([placed[key] for key in route]), marks[pair]) for pair, route in routes.items()],
    )


def _visible(column: list[Box]) -> list[Box]:
    return sorted((box for box in column if "via" not in box.marks), key=lambda box: box.y)


def _from_start(everything: list[list[Box]]) -> list[int]:
    """Columns in the order in which they are laid out: where the start stands first, then outwards."""
    here = next((n for n, column in enumerate(everything) if any("here" in box.marks for box in column)), 0)
    return sorted(range(len(everything)), key=lambda n: (abs(n - here), n))


def _fold(
    column: list[Box], limit: int, standing: dict[str, str], neighbours: dict[str, set[str]], skip: int = 0
) -> list[Box]:
    """The boxes to show; ``standing`` learns which box stands for each key."""
    hanging = {near for key, shown in standing.items() if key == shown for near in neighbours[key]}

    def rank(box: Box) -> tuple[bool, bool, bool, bool, int, str]:
        hangs, marks = box.key in hanging, box.marks
        if not marks:
            return (True, True, True, not hangs, -box.milli, box.title)
        return ("here" not in marks, "hot" not in marks, not marks & {"gap", "bad"}, not hangs, -box.milli, box.title)

    ranked = sorted(column, key=rank)
    # Folding a single box would save nothing.
    kept = ranked if len(ranked) <= limit + 1 else ranked[skip : skip + limit]
    shown = {box.key for box in kept}
    rest = [box for box in ranked if box.key not in shown]
    standing.update((box.key, box.key) for box in kept)
    if rest:
        number = rest[0].column
        fold = Box(f"fold:{number}", number, f"＋{len(rest)}", marks={"fold"}, folded=len(rest), unit=rest[0].unit)
        fold.milli = sum(box.milli for box in rest)
        fold.marks |= {mark for box in rest for mark in box.marks & {"gap", "hot", "bad", "held", "permit", "here"}}
        standing.update((box.key, fold.key) for box in rest)
        kept.append(fold)
    return kept


def _between(edges: Sequence[Edge], standing: dict[str, str]) -> dict[tuple[str, str], str]:
    """One curve per pair of shown boxes, with the strongest mark of the links that it stands for."""
    found: dict[tuple[str, str], str] = {}
    for edge in edges:
        ends = standing.get(edge.src), standing.get(edge.dst)
        if ends[0] and ends[1] and ends[0] != ends[1]:
            pair = (ends[0], ends[1])
            mark = "miss" if edge.gap else "hot" if edge.hot else ""
            found[pair] = max(found.get(pair, ""), mark, key=("", "hot", "miss").index)
    return found


def _route(pair: tuple[str, str], shown: dict[int, list[Box]]) -> list[str]:
    """The boxes of a curve; where it would run behind a column's boxes it gets a way of its own between them."""
    number_of = {box.key: number for number, column in shown.items() for box in column}
    src, dst = pair
    route = [src]
    for number in range(number_of[src] + 1, number_of[dst]):
        if shown[number]:
            # One way per source: what fans out later runs together through the column.
            key = f"via:{src}:{number}"
            if key not in number_of:
                shown[number].append(Box(key, number, "", marks={"via"}))
            route.append(key)
    return [*route, dst]


def _size(box: Box) -> int:
    return 0 if "via" in box.marks else HEIGHT


def _place(order: list[int], shown: dict[int, list[Box]], routes: Iterable[list[str]]) -> None:
    """Every box as near as possible to the middle of what it hangs on, and no two upon each other."""
    ends: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        for a, b in pairwise(route):
            ends[a].add(b)
            ends[b].add(a)
    level: dict[str, float] = {}
    for number in order:
        column = shown[number]
        wish = {box.key: _middle([level[key] for key in ends[box.key] if key in level]) for box in column}
        # A box that hangs on nothing yet keeps its rank, as if it stood in a list.
        standing = {box.key: _or(wish[box.key], float(rank * (HEIGHT + APART))) for rank, box in enumerate(column)}
        ordered = sorted(column, key=lambda box: ("fold" in box.marks, standing[box.key]))
        before: Box | None = None
        for box in ordered:
            least = -inf if before is None else level[before.key] + (_size(before) + _size(box)) / 2 + APART
            level[box.key] = max(least, standing[box.key])
            before = box
        _settle(ordered, wish, level)
    if not level:
        return
    lift = TOP - min(level[box.key] - _size(box) / 2 for column in shown.values() for box in column)
    for number, column in shown.items():
        for box in column:
            box.x, box.y = MARGIN + ACROSS * number, round(level[box.key] + lift - HEIGHT / 2, 1)


def _settle(column: list[Box], wish: dict[str, float | None], level: dict[str, float]) -> None:
    """Pushing apart moves everything down; bring the column back to the middle of its wishes."""
    drift = _middle([level[box.key] - w for box in column if (w := wish[box.key]) is not None])
    for box in column:
        level[box.key] -= drift or 0.0


def _middle(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _curve(route: list[Box]) -> str:
    """From the right edge of the first box to the left edge of the last; backwards (rework) round below."""
    a, b = route[0], route[-1]
    if b.x <= a.x:
        low = max(a.y, b.y) + HEIGHT + 10
        x1, y1, x2, y2 = a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2
        return f"M{x1:g} {y1:g} C{x1 + 24:g} {low:g} {x2 - 24:g} {low:g} {x2:g} {y2:g}"
    path = f"M{a.x + WIDTH:g} {a.y + HEIGHT / 2:g}"
    for here, there in pairwise(route):
        x1, y1, x2, y2 = here.x + WIDTH, here.y + HEIGHT / 2, there.x, there.y + HEIGHT / 2
        bend = (x2 - x1) / 2
        path += f" C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
        if "via" in there.marks:
            path += f" H{x2 + WIDTH:g}"
    return path
