"""Who has a subject in hand. The clocks ask; the room whose subject it is answers.

The kernel knows that a clock on ``complaint:12`` is late, not who must hear of it. A room registers an answer for
its kind of subject, as it registers what lies on a person's desk (``handover``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Charge:
    """Who answers for an open subject.

    ``name`` is how people call it (TS-2026-000012). ``owner`` and ``next_party`` are a person, a role pattern or a
    department; ``department`` is the code that ``{owner}`` in a policy stands for. ``clauses`` says which clause a
    kind of clock serves, where that is not M-04 itself.
    """

    name: str
    owner: str
    department: str
    next_party: str = ""
    clauses: Mapping[str, str] = field(default_factory=dict)

    def role(self, pattern: str) -> str:
        """``{owner}.department_manager`` → ``sales.department_manager``."""
        return pattern.replace("{owner}", self.department)


_ANSWERS: dict[str, Callable[[int], Charge | None]] = {}


def answers(kind: str, answer: Callable[[int], Charge | None]) -> None:
    """Let a room answer for its kind of subject; None for one that has ended. Registering again replaces it."""
    _ANSWERS[kind] = answer


def of(subject: str) -> Charge | None:
    """Who has a subject in hand; None when it has ended or its kind is not answered for."""
    kind, _, key = subject.partition(":")
    answer = _ANSWERS.get(kind)
    return answer(int(key)) if answer and key.isdigit() else None
