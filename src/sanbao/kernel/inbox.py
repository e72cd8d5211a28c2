"""等我处理 (M-04): everything that waits for one actor, of whatever room, the nearest date first.

Open duties are one pile; a room adds its own with ``pile``, so that the desk, the rail and the API show the same
without knowing the room. What is owed by a department belongs to whoever of it leads the matter; his colleagues find
it under "my department". Where nobody of the department leads it, it waits for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet

from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.times import now
from sanbao.kernel.words import Vocabulary, W


class Whose(Vocabulary):
    """Mine to do, or a colleague's of my department."""

    MINE = "mine", "我的", "Mine"
    DEPARTMENT = "department", "本部门", "My department"


@dataclass(frozen=True)
class Task:
    """One thing to do: the sentence, on which subject, owed by whom (``qc``, ``*.gm``, ``person:7``), until when.

    ``leader`` is the person who leads the matter, when it is known; ``code`` tells the kinds of a pile apart.
    """

    pile: str
    code: str
    subject: str
    sentence: W
    owed_by: str
    due_at: datetime | None = None
    clause: str = ""
    holds_closing: bool = False
    leader: str = ""

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < now()

    @property
    def shared(self) -> bool:
        """Whether a whole department owes it and nobody of it leads the matter."""
        return not self.leader and ":" not in self.owed_by and "." not in self.owed_by


@dataclass(frozen=True)
class Pile:
    """Rows that may wait for an actor, and what each of them says. ``rows`` come with the nearest date first."""

    rows: Callable[[Actor, Whose], QuerySet[Any]]
    task: Callable[[Any], Task]

    registry: ClassVar[dict[str, Pile]] = {}


def pile(kind: str, *, rows: Callable[[Actor, Whose], QuerySet[Any]], task: Callable[[Any], Task]) -> None:
    """Say what else waits for people; registering a kind again replaces it."""
    Pile.registry[kind] = Pile(rows, task)


class Inbox:
    """What waits for an actor, as a sequence of which only the asked part is read: one query for each pile."""

    def __init__(self, actor: Actor, whose: Whose = Whose.MINE) -> None:
        self._piles = [(one, one.rows(actor, whose)) for one in Pile.registry.values()]

    def count(self) -> int:
        return sum(rows.order_by().count() for _, rows in self._piles)

    def __getitem__(self, part: slice) -> list[Task]:
        found = [one.task(row) for one, rows in self._piles for row in rows[: part.stop]]
        return sorted(found, key=_nearest)[part]


def _nearest(task: Task) -> datetime:
    return task.due_at or datetime.max.replace(tzinfo=UTC)


def _duties(actor: Actor, whose: Whose) -> QuerySet[Obligation]:
    """A duty is written to the one who owes it, so it is never a colleague's."""
    return obligations.open_for(actor) if whose == Whose.MINE else Obligation.objects.none()


def _duty(row: Obligation) -> Task:
    return Task(
        pile="duty",
        code=row.code,
        subject=row.subject,
        sentence=row.words,
        owed_by=row.owed_by,
        due_at=row.due_at,
        clause=row.clause,
        holds_closing=row.holds_closing,
    )


pile("duty", rows=_duties, task=_duty)
