"""State diagrams drawn from the declared moves: states down the middle, forward arcs right, backward arcs left.

Server SVG without a layout engine: the declared order of the states is the layout. Works in print and without script.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sanbao.kernel.lifecycle import STAY, Lifecycle

ROW, TOP, BOX_W, BOX_H = 74, 20, 150, 34
FIRST_BEND, BEND = 34, 22
LABEL_W, LINE = 200, 15


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    title: str
    inner: int
    opens: str
    last: bool


@dataclass(frozen=True)
class Arc:
    path: str
    arrow: str
    lines: list[tuple[float, float, str]]
    anchor: str
    back: bool


@dataclass(frozen=True)
class Diagram:
    """Everything the template draws; all numbers are user units of the view box."""

    width: float
    height: float
    boxes: list[Box]
    arcs: list[Arc]


def edges(lifecycle: Lifecycle[Any]) -> dict[tuple[str, str], list[str]]:
    """(from, to) → titles of the moves between them; moves that stay are left to the list of moves."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for move in lifecycle.moves.values():
        targets = move.target if isinstance(move.target, tuple) else (move.target,)
        for source in move.sources:
            for target in targets:
                if target not in (STAY, source):
                    found[source, target].append(str(move.title))
    return found


def draw(lifecycle: Lifecycle[Any]) -> Diagram:
    """The diagram of a lifecycle in the active language."""
    states = [str(state) for state in lifecycle.states]
    place = {state: number for number, state in enumerate(states)}
    found = edges(lifecycle)
    spans = [abs(place[b] - place[a]) for a, b in found] or [1]
    reach = FIRST_BEND + BEND * max(spans)
    middle = reach + LABEL_W + BOX_W / 2 if any(place[b] < place[a] for a, b in found) else BOX_W / 2 + 20
    openings = opened_by(lifecycle)
    ends = {state for state in states if not any(a == state for a, _ in found)}
    boxes = [
        Box(
            middle - BOX_W / 2,
            TOP + place[state] * ROW,
            str(lifecycle.states.title_of(state)),
            sum(1 for m in lifecycle.moves.values() if state in m.sources and m.target == STAY),
            openings.get(state, ""),
            state in ends,
        )
        for state in states
    ]
    arcs = [arc(middle, place[a], place[b], titles) for (a, b), titles in sorted(found.items())]
    return Diagram(middle + BOX_W / 2 + reach + LABEL_W, TOP * 2 + len(states) * ROW, boxes, arcs)


def opened_by(lifecycle: Lifecycle[Any]) -> dict[str, str]:
    """state → the move that opens a new subject in it."""
    return {
        target: str(move.title)
        for move in lifecycle.moves.values()
        if not move.sources
        for target in (move.target if isinstance(move.target, tuple) else (move.target,))
    }


def arc(middle: float, start: int, end: int, titles: list[str]) -> Arc:
    """One curve from state to state with the moves' titles at its outermost point."""
    back = end < start
    side = -1 if back else 1
    edge = middle + side * BOX_W / 2
    y1 = TOP + start * ROW + BOX_H * (0.3 if back else 0.7)
    y2 = TOP + end * ROW + BOX_H * (0.7 if back else 0.3)
    bend = edge + side * (FIRST_BEND + BEND * abs(end - start))
    path = f"M{edge:.0f} {y1:.0f} C{bend:.0f} {y1:.0f} {bend:.0f} {y2:.0f} {edge:.0f} {y2:.0f}"
    arrow = f"M{edge:.0f} {y2:.0f} l{side * 8} -4 v8 z"
    x = edge + side * (FIRST_BEND + BEND * abs(end - start)) * 0.75 + side * 5
    first = (y1 + y2) / 2 - (len(titles) - 1) * LINE / 2 + 4
    lines = [(x, first + n * LINE, title) for n, title in enumerate(titles)]
    return Arc(path, arrow, lines, "end" if back else "start", back)
