"""What only higher storeys know about a case; each room hands it down by registering here.

``parts`` tell what the case page shows of an upper room in its right column: a claim for a loss, a letter read;
``BESIDE`` knows the tables in which something of a case may stand, so that those that hold nothing are not asked;
``graded`` hear of a grade inside the move that gave it, ``settled_elsewhere`` know which duty is dealt with in their
room and not by word of mouth, ``before_settled`` keep a duty from being settled by word while it is in hand there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanbao.complaints.models import (
    Chase,
    Complaint,
    Demand,
    Entry,
    FeedbackForm,
    Link,
    Promise,
    Settlement,
)
from sanbao.dispatch.models import Escape
from sanbao.inspection.models import Sample
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.beside import Beside
from sanbao.kernel.refusals import Refusal, in_force
from sanbao.kernel.words import W
from sanbao.knowledge.models import Quotation


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


BESIDE = Beside()
for _name, _model, _column in (
    ("form", FeedbackForm, "complaint"),
    ("demands", Demand, "complaint"),
    ("promises", Promise, "complaint"),
    ("settlements", Settlement, "complaint"),
    ("chased", Chase, "complaint"),
    ("links", Link, "source"),
    ("linked_from", Link, "target"),
    ("followers", Complaint, "merged_into"),
    ("samples", Sample, "about"),
    ("escapes", Escape, "about"),
    ("quotations", Quotation, "about"),
    ("files", Attachment, "subject"),
):
    BESIDE.add(_name, _model, _column)
BESIDE.add("explained", Entry, "complaint", kind="explain")


def there(case: Complaint) -> frozenset[str]:
    """Which of these tables hold something of the case; asked once for each time that it was read."""
    found: frozenset[str] | None = case.__dict__.get("_there")
    if found is None:
        found = case.__dict__["_there"] = BESIDE.of(case)
    return found


#: Each takes a case, the code of a duty that somebody wants to settle by his word, and who; refuses, or stays silent.
before_settled: list[Callable[[Complaint, str, Actor], None]] = []

#: Takes a case and who looks; gives the section, or nothing.
parts: list[Callable[[Complaint, Actor], Part | None]] = []


def about(case: Complaint, by: Actor) -> list[Part]:
    """Every section of the upper rooms, in the order in which they registered."""
    return [found for tell in parts if (found := tell(case, by)) is not None]


#: Each hears of a case that was graded, or graded anew, within the move: what follows from the grade is there with it.
graded: list[Callable[[Complaint, Actor], object]] = []

#: What stands against calling a duty done by word of mouth, or nothing.
Elsewhere = Callable[[Complaint], Refusal | None]
#: Code of a duty → what stands against calling it done by word of mouth: the room in which it is dealt with.
settled_elsewhere: dict[str, Elsewhere] = {}


def has_grade(case: Complaint, by: Actor) -> None:
    for hear in graded:
        hear(case, by)


def need_settled_here(duty: str, case: Complaint) -> None:
    """Refuse to call a duty done here that an upper room discharges itself (W-05)."""
    ask = settled_elsewhere.get(duty)
    refusal = ask(case) if ask else None
    if refusal is not None and in_force(refusal.clause):
        raise refusal
