"""State diagrams drawn from the declared moves: a line for each state, a column for each move.

A complaint has a dozen states and many moves from several states at once; arrows between boxes would be a
tangle. Here each move is one vertical stroke from the states where it may begin (rings) to the state where
it ends (dot). Moves that leave the state as it is stand in the table below the diagram only. Server SVG:
works in print and without script.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move

ROW, COLUMN = 32, 30
LEFT, TOP, MARGIN = 168, 146, 18


@dataclass(frozen=True)
class State:
    title: str
    y: int
    text_y: int
    last: bool


@dataclass(frozen=True)
class Stroke:
    """One move: where its stroke runs, where it may begin, where it may end."""

    title: str
    clause: str
    x: int
    first: int
    last: int
    begins: list[int]
    ends: list[int]
    kind: str


@dataclass(frozen=True)
class Diagram:
    """Everything the template draws; all numbers are units of the view box."""

    width: int
    height: int
    right: int
    states: list[State]
    strokes: list[Stroke]


def draw(lifecycle: Lifecycle[Any]) -> Diagram:
    """The diagram of a lifecycle in the active language; states and moves in the order of their declaration."""
    lines = {str(state): TOP + number * ROW for number, state in enumerate(lifecycle.states)}
    moving = [move for move in lifecycle.moves.values() if move.target != STAY]
    strokes = [stroke(move, LEFT + MARGIN + n * COLUMN, lines) for n, move in enumerate(moving)]
    left_by = {state for move in moving for state in move.sources}
    states = [
        State(str(lifecycle.states.title_of(state)), y, y + 4, state not in left_by) for state, y in lines.items()
    ]
    right = LEFT + MARGIN + max(1, len(strokes)) * COLUMN
    # The slanting titles of the last moves reach beyond the last column.
    return Diagram(right + TOP - MARGIN, TOP + (len(states) - 1) * ROW + MARGIN, right, states, strokes)


def stroke(move: Move, x: int, lines: dict[str, int]) -> Stroke:
    targets = move.target if isinstance(move.target, tuple) else (move.target,)
    begins = sorted(lines[state] for state in move.sources if state in lines)
    ends = sorted(lines[state] for state in targets if state in lines)
    ys = [*begins, *ends] or [TOP]
    kind = "opens" if not move.sources else "internal" if move.internal else ""
    return Stroke(str(move.title), move.clause, x, min(ys), max(ys), begins, ends, kind)
