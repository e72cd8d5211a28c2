"""What only higher storeys know about a case; each room hands it down by registering here.

``parts`` tell what the case page shows of an upper room in its right column: a claim for a loss, a letter read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W


@dataclass(frozen=True)
class Line:
    """One thing on the case: what it says, where it opens, its state in a pill."""

    title: Any
    href: str = ""
    note: Any = ""
    pill: Any = ""
    kind: str = ""


@dataclass(frozen=True)
class Part:
    """A section of the right column: its lines, and what can be begun there by whom may."""

    title: W
    clause: str
    lines: Sequence[Line] = field(default_factory=tuple)
    begin: str = ""
    begin_title: W | str = ""


#: Takes a case and who looks; gives the section, or nothing.
parts: list[Callable[[Complaint, Actor], Part | None]] = []


def about(case: Complaint, by: Actor) -> list[Part]:
    """Every section of the upper rooms, in the order in which they registered."""
    return [found for tell in parts if (found := tell(case, by)) is not None]
