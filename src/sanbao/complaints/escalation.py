"""A case that is late goes up by itself: clocks, broken promises (M-04, U-09). Who hears of it is asked here."""

from __future__ import annotations

from sanbao.complaints.actions.contact import escalate
from sanbao.complaints.actions.telling import tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, Consultation, ConsultationState, Entry, Promise
from sanbao.complaints.planning import lead_of
from sanbao.kernel import rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks import Clock
from sanbao.kernel.ownership import Charge
from sanbao.kernel.refusals import in_force
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

#: Kind of clock → the clause that it serves; the others serve M-04 itself.
CLAUSES = {
    "transfer": "C-05",
    "feedback_form": "C-08",
    "inspection": "C-17",
    "interim": "C-21",
    "notice": "C-21",
    "corrective_action": "C-18",
    "silence": "U-09",
}


def in_charge(pk: int) -> Charge | None:
    """Who has an open case in hand: its owner, and whoever has the ball when that is another department."""
    case = rows.first(Complaint, pk=pk, legacy=None)
    if case is None or case.ended or case.owner_department_id is None:
        return None
    rows.along(case, "owner_department__parent")
    lead = lead_of(case)
    owner = f"person:{case.owner_id}" if case.owner_id else case.owner_department.code
    at_home = case.next_party in (case.owner_department.code, lead)
    return Charge(case.number, owner, lead, "" if at_home else case.next_party, CLAUSES)


def clock_escalated(case: Complaint, clock: Clock, *, by: Actor, level: int, to: list[str]) -> None:
    """The case remembers before whom it was laid, and the timeline says why."""
    key = f"clock.{clock.pk}.{level}.{clock.due_at:%Y%m%d%H%M}"
    if not to or Entry.objects.filter(complaint=case, key=key).exists():
        return
    roles = [parties.titled(role) for role in to]
    with acting("escalate", case, by=by) as step:
        step.case.escalated_to = to[0]
        step.record(clock=clock.kind, level=level, to=to)
        tell(
            step,
            W(
                "“{clock}”超时，第 {level} 级升级到{roles}",
                "“{clock}” is late: escalated, level {level}, to {roles}",
                clock=clock.title,
                level=level,
                roles=W("、".join(role.zh for role in roles), "; ".join(role.en for role in roles)),
            ),
            audience=Audience.SYSTEM,
            kind="escalated",
            key=key,
        )


def promise_broken(promise: Promise, *, by: Actor) -> None:
    """What was promised to the user was not done: the manager of the owning department gets it (U-09)."""
    key = f"{promise.code}.broken"
    if promise.kept_at or not in_force("U-09") or Entry.objects.filter(complaint=promise.complaint, key=key).exists():
        return
    with acting("break_promise", promise.complaint, by=by) as step:
        step.record(promise=promise.pk, due_at=promise.due_at)
        why = W("对用户的承诺到期未兑现", "A promise to the user was not kept")
        tell(step, why, promise.text, audience=Audience.SYSTEM, key=key)
        escalate(step, "{owner}.department_manager", key, why)


def consultation_in_charge(pk: int) -> Charge | None:
    """Who has an open pre-sales consultation in hand (U-02)."""
    case = (
        Consultation.objects.exclude(state=ConsultationState.CLOSED)
        .filter(pk=pk)
        .select_related("department__parent")
        .first()
    )
    if case is None:
        return None
    lead = (case.department.parent or case.department).code
    owner = f"person:{case.owner_id}" if case.owner_id else lead
    return Charge(case.number, owner, lead, clauses={"consultation": "U-02"})
