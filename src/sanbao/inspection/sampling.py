"""Sampling by attributes, GB/T 2828.1 / ISO 2859-1: which sample, how many may fail, and how good that is. No Django.

The numbers stand in ``aql/*.tsv``, each file with its source and what it was checked against.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from math import comb, exp, factorial
from pathlib import Path

FOLDER = Path(__file__).parent / "aql"
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
#: Up to here the AQL counts nonconforming units in a hundred; above it nonconformities, and a unit may have several.
UNITS_UP_TO = Decimal(10)
DOWN, UP, NONE = "v", "^", "."


class Strictness(StrEnum):
    """How hard a lot is looked at: the three master tables."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class Plan:
    """A single sampling plan as it is carried out. ``asked`` is the letter of the lot size, ``letter`` that of the plan
    at which the arrows end; ``whole`` says that the sample is the whole lot."""

    asked: str
    letter: str
    size: int
    accept: int
    reject: int
    whole: bool = False

    @property
    def by_arrow(self) -> bool:
        return self.asked != self.letter


@dataclass(frozen=True, slots=True)
class Table:
    """One master table: letters in their order, their sample sizes, the AQLs, the cells as they are printed."""

    letters: tuple[str, ...]
    sizes: dict[str, int]
    aqls: tuple[Decimal, ...]
    cells: dict[tuple[str, Decimal], str]


def _lines(name: str) -> list[list[str]]:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def table(strictness: Strictness) -> Table:
    """A master table, read once."""
    head, *rows = _lines(strictness.value)
    aqls = tuple(Decimal(text) for text in head[2:])
    return Table(
        tuple(row[0] for row in rows),
        {row[0]: int(row[1]) for row in rows},
        aqls,
        {(row[0], aql): cell for row in rows for aql, cell in zip(aqls, row[2:], strict=True)},
    )


def aqls() -> tuple[Decimal, ...]:
    """The preferred AQLs; the tables know no others."""
    return table(Strictness.NORMAL).aqls


def said(aql: Decimal) -> str:
    """An AQL as the tables print it: ``4.0``, not ``4``."""
    return next((f"{one:f}" for one in aqls() if one == aql), f"{aql.normalize():f}")


@cache
def _letters() -> list[tuple[int | None, dict[str, str]]]:
    head, *rows = _lines("letters")
    return [(None if row[0] == "-" else int(row[0]), dict(zip(head[1:], row[1:], strict=True))) for row in rows]


def letter_of(lot: int, level: str) -> str:
    """The sample size code letter of a lot; a lot of one is looked at as the smallest range."""
    if lot < 1:
        raise ValueError(f"a lot has at least one unit, not {lot}")
    if level not in LEVELS:
        raise ValueError(f"no such inspection level: {level!r}")
    return next(letters[level] for most, letters in _letters() if most is None or lot <= most)


def landing(letter: str, aql: Decimal, strictness: Strictness) -> tuple[str, int, int, int]:
    """Letter, sample size, Ac and Re of the plan at which the arrows end."""
    of = table(strictness)
    if (letter, aql) not in of.cells:
        raise ValueError(f"no plan for letter {letter!r} and AQL {aql}")
    place, turned = of.letters.index(letter), ""
    while (cell := of.cells[of.letters[place], aql]) in (DOWN, UP):
        if turned not in ("", cell):
            raise ValueError(f"the arrows of AQL {aql} at {letter} lead nowhere")
        place, turned = place + (1 if cell == DOWN else -1), cell
        if not 0 <= place < len(of.letters):
            raise ValueError(f"the arrows of AQL {aql} at {letter} leave the table")
    if cell == NONE:
        raise ValueError(f"no plan for letter {letter!r} and AQL {aql}")
    accept, _, reject = cell.partition("/")
    found = of.letters[place]
    return found, of.sizes[found], int(accept), int(reject)


def plan(lot: int, level: str, aql: Decimal, strictness: Strictness = Strictness.NORMAL) -> Plan:
    """The plan for a lot. Where the sample would be as large as the lot, all of it is looked at, by the same Ac."""
    asked = letter_of(lot, level)
    letter, size, accept, reject = landing(asked, aql, strictness)
    return Plan(asked, letter, min(size, lot), accept, reject, size >= lot)


def critical(lot: int, level: str, strictness: Strictness = Strictness.NORMAL) -> Plan:
    """What may not fail once: the sample of the lot's own letter, and none of it may fail."""
    letter = letter_of(lot, level)
    size = table(strictness).sizes[letter]
    return Plan(letter, letter, min(size, lot), 0, 1, size >= lot)


def one_step_tighter(letter: str, aql: Decimal) -> int | None:
    """Ac of normal inspection at the next smaller AQL for the same letter, None where its sample is another.

    The switching score asks whether a lot would have been accepted there; with another sample that cannot be said.
    """
    of = table(Strictness.NORMAL)
    at = of.aqls.index(aql)
    if at == 0:
        return None
    found, size, accept, _ = landing(letter, of.aqls[at - 1], Strictness.NORMAL)
    return accept if (found, size) == (letter, of.sizes[letter]) else None


def chance(size: int, accept: int, percent: Decimal, *, units: bool = True) -> float:
    """The operating characteristic: how often a lot of this quality is accepted. ``units``: nonconforming units,
    binomial; otherwise nonconformities per hundred units, Poisson."""
    p = float(percent) / 100
    if not units:
        mean = size * p
        return sum(exp(-mean) * mean**k / factorial(k) for k in range(accept + 1))
    return sum(comb(size, k) * p**k * (1 - p) ** (size - k) for k in range(min(accept, size) + 1))
