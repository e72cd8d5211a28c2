"""What waits for one person: what is his to do, what he leads, and the figures of the rail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sanbao.kernel import handover, notices, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.inbox import Inbox, Task, Whose
from sanbao.kernel.policies.drafts import DraftState, PolicyDraft
from sanbao.kernel.words import W
from sanbao.web.subjects import Shown, shown

#: More than this is not a desk but a list; the page says how many it does not show.
AT_MOST = 200
#: So many of the cases that one leads are shown beside it.
LED = 25

#: Figures of the rail that a room's urls add: name → how many for this actor.
FIGURES: dict[str, Callable[[Actor], int]] = {}


@dataclass(frozen=True)
class Group:
    """Tasks of one urgency, each with what it is about; the most urgent group first."""

    title: W
    kind: str
    tasks: list[tuple[Task, Shown | None]]


def groups(actor: Actor, whose: Whose = Whose.MINE) -> list[Group]:
    """What waits for the actor, by urgency, nearest date first. Subjects he may not see are named by kind only."""
    tasks = Inbox(actor, whose)[:AT_MOST]
    about = shown((task.subject for task in tasks), actor)
    tomorrow = times.local(times.now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    parts = [
        (W("已超时", "Overdue"), "late", lambda at: at is not None and at < times.now()),
        (W("今天", "Today"), "soon", lambda at: at is not None and times.now() <= at < tomorrow),
        (W("以后", "Later"), "", lambda at: at is not None and at >= tomorrow),
        (W("无期限", "No due time"), "", lambda at: at is None),
    ]
    found = [
        Group(title, kind, [(task, about.get(task.subject)) for task in tasks if belongs(task.due_at)])
        for title, kind, belongs in parts
    ]
    return [group for group in found if group.tasks]


@dataclass(frozen=True)
class Led:
    """The open cases of one kind that lie on somebody's desk: how many, and the nearest of them."""

    title: W
    count: int
    cases: list[Shown]


def led_by(actor: Actor) -> list[Led]:
    """The open cases that lie on the actor's own desk, by kind, the nearest deadline first."""
    if actor.person_id is None:
        return []
    piles = {kind: desk.open_cases_of(actor.person_id) for kind, desk in handover.Desk.registry.items()}
    seen = shown((subject for subjects in piles.values() for subject in subjects[:LED]), actor)
    found = [
        Led(handover.Desk.registry[kind].title, len(subjects), [seen[one] for one in subjects[:LED] if one in seen])
        for kind, subjects in piles.items()
    ]
    return [led for led in found if led.cases]


def approvals(actor: Actor) -> list[PolicyDraft]:
    """Drafts of policies that await approval by somebody else than their author."""
    if not actor.may("policies.approve"):
        return []
    submitted = PolicyDraft.objects.visible_to(actor).filter(state=DraftState.SUBMITTED)
    return list(submitted.exclude(drafted_by=actor.ref).order_by("pk")[:AT_MOST])


def figures(actor: Actor) -> dict[str, int]:
    """How much waits in each room; one small query each."""
    return {
        "desk": Inbox(actor).count() + len(approvals(actor)),
        "notices": notices.unread(actor).order_by().count(),
        **{name: count(actor) for name, count in FIGURES.items()},
    }
