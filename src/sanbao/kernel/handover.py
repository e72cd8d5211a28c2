"""Whose cases are whose: nobody leaves while something of his would be left behind (M-02).

Upper rooms register what a person may be holding; ``parties.actions.deactivate`` asks here and hands over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W


@dataclass(frozen=True)
class Desk:
    """One kind of thing that lies on a person's desk.

    ``open_cases_of(person_id)`` lists its subjects (``complaint:12``); ``hand_over(from_id, to_id, by=…)``
    gives all of them to another and says how many. Both run in the caller's transaction.
    """

    kind: str
    title: W
    open_cases_of: Callable[[int], list[str]]
    hand_over: Callable[..., int]

    registry: ClassVar[dict[str, Desk]] = {}


def register(kind: str, title: W, *, open_cases_of: Callable[[int], list[str]], hand_over: Callable[..., int]) -> None:
    """Say what a person may be holding; registering a kind again replaces it."""
    Desk.registry[kind] = Desk(kind, title, open_cases_of, hand_over)


def open_cases_of(person_id: int) -> list[str]:
    """Every subject that would be left behind if this person went now."""
    return [subject for desk in Desk.registry.values() for subject in desk.open_cases_of(person_id)]


def hand_over(from_id: int, to_id: int, *, by: Actor) -> dict[str, int]:
    """Give everything to another person; how many of each kind. All or nothing."""
    with transaction.atomic():
        given = {kind: desk.hand_over(from_id, to_id, by=by) for kind, desk in Desk.registry.items()}
    return {kind: count for kind, count in given.items() if count}
