"""What every action of the room insists on, and what it owes: to its own people, and to the complaint behind it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sanbao.corrective import queries
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import obligations, refusals
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.words import W

HOUSE = Actor.clockwork("corrective")
#: Refuse unless the condition holds; Q-03 where the caller names no other clause.
need = partial(refusals.need, clause="Q-03")
CAUSE, PLAN, APPROVE, VERIFY = "corrective.cause", "corrective.plan", "corrective.approve", "corrective.verify"
ANSWER, REVIEW, RECURRENCE = "corrective.answer", "corrective.review", "corrective.recurrence"
#: What a graded complaint owes, and what discharges it here (W-05, C-18).
CAUSE_FOUND, ACTED = "cause.found", "corrective.action"


def owe(
    case: CorrectiveAction,
    code: str,
    to: str,
    zh: str,
    en: str,
    *,
    by: Actor,
    clause: str = "Q-03",
    due: datetime | None = None,
    **facts: str,
) -> None:
    sentence = W(zh, en).format(number=case.number, title=case.title, **facts)
    obligations.owe(subject=case.subject, code=code, sentence=sentence, to=to, by=by, clause=clause, due=due)


def lead_of(case: CorrectiveAction) -> str:
    return f"person:{case.lead_id}"


def pay(case: CorrectiveAction, duty: str, *, by: Actor) -> None:
    """The complaint behind it owes this no longer (W-05, C-18)."""
    complaint = queries.complaint_behind(case.origin)
    if complaint is not None:
        hold(complaint.subject)
        obligations.discharge(subject=complaint.subject, code=duty, by=by, outcome=case.number)
