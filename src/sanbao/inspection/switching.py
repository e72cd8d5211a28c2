"""Switching rules of GB/T 2828.1 clause 9 / ISO 2859-1 clause 9: a series of lots, one after the other. No Django.

A lot inspected again after it was not accepted is no new lot and does not count (clause 9.3, "original inspection").
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from sanbao.inspection.sampling import Strictness


class Why(StrEnum):
    """Why a series went from one strictness to another, or stays."""

    STAYS = "stays"
    REFUSALS = "refusals"
    STREAK = "streak"
    SCORE = "score"
    REFUSED_WHILE_REDUCED = "refused_while_reduced"
    IRREGULAR = "irregular"
    TOO_MANY_REFUSED = "too_many_refused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the switching rules; the standard's own are the defaults, a factory sets its own in the policy."""

    refused: int = 2
    within: int = 5
    streak: int = 5
    score: int = 30
    stop: int = 5
    reduced: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one lot on original inspection. ``tighter``: whether it would have been accepted one AQL step
    tighter; None where that cannot be said."""

    accepted: bool
    accept: int
    tighter: bool | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Where a series of lots stands. ``recent`` are the last lots under normal inspection, the newest last."""

    strictness: Strictness = Strictness.NORMAL
    recent: tuple[bool, ...] = ()
    score: int = 0
    streak: int = 0
    refused: int = 0
    stopped: bool = False

    def as_facts(self) -> dict[str, Any]:
        return asdict(self) | {"strictness": self.strictness.value, "recent": [int(one) for one in self.recent]}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        recent = tuple(bool(one) for one in facts["recent"])
        return cls(**{**facts, "strictness": Strictness(facts["strictness"]), "recent": recent})


class Stopped(ValueError):
    """Nothing is accepted from a series that was discontinued until it is resumed."""


def after(series: Series, outcome: Outcome, rules: Rules = Rules()) -> tuple[Series, Why]:
    """The series after one more lot, and why."""
    if series.stopped:
        raise Stopped
    match series.strictness:
        case Strictness.TIGHTENED:
            return _tightened(series, outcome, rules)
        case Strictness.REDUCED:
            if outcome.accepted:
                return series, Why.STAYS
            return Series(recent=(False,)), Why.REFUSED_WHILE_REDUCED
    return _normal(series, outcome, rules)


def _normal(series: Series, outcome: Outcome, rules: Rules) -> tuple[Series, Why]:
    recent = (*series.recent, outcome.accepted)[-rules.within :]
    if recent.count(False) >= rules.refused:
        return Series(Strictness.TIGHTENED), Why.REFUSALS
    score = scored(series.score, outcome)
    if rules.reduced and score >= rules.score:
        return Series(Strictness.REDUCED), Why.SCORE
    return replace(series, recent=recent, score=score), Why.STAYS


def scored(score: int, outcome: Outcome) -> int:
    """The switching score after one more lot under normal inspection (clause 9.3.3.2, single sampling)."""
    if not outcome.accepted:
        return 0
    if outcome.accept <= 1:
        return score + 2
    return score + 3 if outcome.tighter else 0


def _tightened(series: Series, outcome: Outcome, rules: Rules) -> tuple[Series, Why]:
    if outcome.accepted:
        if series.streak + 1 >= rules.streak:
            return Series(), Why.STREAK
        return replace(series, streak=series.streak + 1), Why.STAYS
    refused = series.refused + 1
    if refused >= rules.stop:
        return replace(series, streak=0, refused=refused, stopped=True), Why.TOO_MANY_REFUSED
    return replace(series, streak=0, refused=refused), Why.STAYS


def irregular(series: Series) -> tuple[Series, Why]:
    """Production went irregular, or another condition asks for it: reduced inspection ends."""
    return (Series(), Why.IRREGULAR) if series.strictness is Strictness.REDUCED else (series, Why.STAYS)


def resumed(series: Series) -> tuple[Series, Why]:
    """The supplier has acted and that was found to help: inspection begins again, tightened."""
    if not series.stopped:
        raise ValueError("the series was not discontinued")
    return Series(Strictness.TIGHTENED), Why.RESUMED
