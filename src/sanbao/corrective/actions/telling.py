"""What every action of the room insists on, and what it owes: to its own people, and to the complaint behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanbao.corrective import queries
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W

HOUSE = Actor.clockwork("corrective")
CAUSE, PLAN, APPROVE, VERIFY = "corrective.cause", "corrective.plan", "corrective.approve", "corrective.verify"
ANSWER, REVIEW, RECURRENCE = "corrective.answer", "corrective.review", "corrective.recurrence"
#: What a graded complaint owes, and what discharges it here (W-05, C-18).
CAUSE_FOUND, ACTED = "cause.found", "corrective.action"


def need(
    condition: Any, code: str, zh: str, en: str, *, clause: str = "Q-03", field: str = "", status: int = 0, **facts: Any
) -> None:
    """Refuse unless the condition holds; with a field it is bad input (422), without one a conflict (409)."""
    if not condition:
        refuse(code, W(zh, en), clause=clause, status=status or (422 if field else 409), field=field, **facts)


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
) -> None:
    sentence = W(zh, en).format(number=case.number, title=case.title)
    obligations.owe(subject=case.subject, code=code, sentence=sentence, to=to, by=by, clause=clause, due=due)


def done(case: CorrectiveAction, *codes: str, by: Actor, outcome: str = "") -> None:
    for code in codes:
        obligations.discharge(subject=case.subject, code=code, by=by, outcome=outcome)


def lead_of(case: CorrectiveAction) -> str:
    return f"person:{case.lead_id}"


def pay(case: CorrectiveAction, duty: str, *, by: Actor) -> None:
    """The complaint behind it owes this no longer (W-05, C-18)."""
    complaint = queries.complaint_behind(case.origin)
    if complaint is not None:
        hold(complaint.subject)
        obligations.discharge(subject=complaint.subject, code=duty, by=by, outcome=case.number)
