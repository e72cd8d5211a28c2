"""What waits for one person: what he owes, what he leads, and the figures of the rail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sanbao.inspection import queries as inspection
from sanbao.kernel import handover, notices, obligations, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.policies.drafts import DraftState, PolicyDraft
from sanbao.kernel.words import W
from sanbao.web.subjects import Shown, shown

#: More than this is not a desk but a list; the page says how many it does not show.
AT_MOST = 200

#: Figures of the rail that a room's urls add: name → how many for this actor.
FIGURES: dict[str, Callable[[Actor], int]] = {"samples": lambda actor: inspection.shelf(actor).order_by().count()}


@dataclass(frozen=True)
class Duty:
    """An obligation with what it is about."""

    duty: Obligation
    about: Shown | None


@dataclass(frozen=True)
class Group:
    """Duties of one urgency, the most urgent group first."""

    title: W
    kind: str
    duties: list[Duty]


def groups(actor: Actor) -> list[Group]:
    """What waits for the actor, by urgency, nearest date first. Subjects he may not see are named by kind only."""
    duties = list(obligations.open_for(actor)[:AT_MOST])
    about = shown((duty.subject for duty in duties), actor)
    tomorrow = times.local(times.now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    parts = [
        (W("已超时", "Overdue"), "late", lambda at: at is not None and at < times.now()),
        (W("今天到期", "Due today"), "soon", lambda at: at is not None and times.now() <= at < tomorrow),
        (W("之后", "Later"), "", lambda at: at is not None and at >= tomorrow),
        (W("无期限", "No due time"), "", lambda at: at is None),
    ]
    found = [
        Group(title, kind, [Duty(duty, about.get(duty.subject)) for duty in duties if belongs(duty.due_at)])
        for title, kind, belongs in parts
    ]
    return [group for group in found if group.duties]


def led_by(actor: Actor) -> list[tuple[W, list[Shown]]]:
    """The open cases that lie on the actor's own desk, by kind."""
    if actor.person_id is None:
        return []
    piles = [(desk.title, desk.open_cases_of(actor.person_id)[:AT_MOST]) for desk in handover.Desk.registry.values()]
    seen = shown((subject for _, subjects in piles for subject in subjects), actor)
    found = [(title, [seen[subject] for subject in subjects if subject in seen]) for title, subjects in piles]
    return [(title, cases) for title, cases in found if cases]


def approvals(actor: Actor) -> list[PolicyDraft]:
    """Drafts of policies that await approval by somebody else than their author."""
    if not actor.may("policies.approve"):
        return []
    submitted = PolicyDraft.objects.visible_to(actor).filter(state=DraftState.SUBMITTED)
    return list(submitted.exclude(drafted_by=actor.ref).order_by("pk")[:AT_MOST])


def figures(actor: Actor) -> dict[str, int]:
    """How much waits in each room; one small query each."""
    return {
        "desk": obligations.open_for(actor).order_by().count() + len(approvals(actor)),
        "notices": notices.unread(actor).order_by().count(),
        **{name: count(actor) for name, count in FIGURES.items()},
    }
