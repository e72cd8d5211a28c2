"""催办: the user asks again about an open case (U-09). Counted once, carried up by the policy, offered a reopening."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from sanbao.complaints.actions.contact import escalate
from sanbao.complaints.actions.telling import tell
from sanbao.complaints.lifecycle import COMPLAINT, acting
from sanbao.complaints.models import Audience, Channel, Chase, Complaint
from sanbao.complaints.policies import CHASE_WINDOW, CHASES
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W


def chase(
    complaint: Complaint,
    *,
    by: Actor,
    text: str = "",
    channel: str = "",
    key: str = "",
    expect: int | None = None,
) -> Complaint:
    """The user asks again (催办 +1); so many within the policy's days carry the case up, clock or no clock (U-09).

    ``key`` names this one chase: the same again is the chase that is there already. A case that has ended is not
    chased but reopened; one that is handled under another is chased there, and both say so.
    """
    with transaction.atomic():
        case = COMPLAINT.locked(complaint, by=by)
        if key and Chase.objects.filter(complaint__in=[case.pk, case.merged_into_id or case.pk], key=key).exists():
            return case
        if case.ended:
            _offer_reopening(case)
        lead = case.merged_into
        with acting("chase", case, by=by, expect=expect) as step:
            if lead is None:
                _count(step, text, channel, key)
            else:
                heading = W("用户催办，记在 {number}", "The user asks again; counted at {number}", number=lead.number)
                tell(step, heading, text, audience=Audience.OUTWARD)
        if lead is not None:
            # Who follows a case handled under another may not be in that one; the house passes his words on.
            with acting("chase", lead, by=HOUSE) as onward:
                onward.record(through=case.pk, by=by.ref)
                _count(onward, text, channel, key, said_to=by)
    return step.case


HOUSE = Actor.clockwork("complaints")


def _offer_reopening(case: Complaint) -> None:
    refuse(
        "complaint.chase_of_ended",
        W(
            "{number} 已结束，催办不再计数；用户仍不满意的，请“重新打开”。",
            "{number} has ended, so it is not chased; if the user is not content, reopen it.",
        ),
        clause="W-03",
        number=case.number,
        id=case.pk,
        offered="reopen",
    )


def _count(step: Step[Complaint], text: str, channel: str, key: str, *, said_to: Actor | None = None) -> None:
    case, who = step.case, said_to or step.by
    days = int(CHASE_WINDOW.setting("days", on=today()))
    recent = 1 + case.chased.filter(at__gt=now() - timedelta(days=days)).count()
    decision = CHASES.decide(on=today(), chases=recent)
    case.chases += 1
    heading = W("用户催办，第 {n} 次", "The user asks again, for the {n}. time", n=case.chases)
    if channel:
        title = Channel(channel).title
        heading = W(f"{heading.zh} · {{how}}", f"{heading.en} · {{how}}", n=case.chases, how=title)
    tell(step, heading, text, audience=Audience.OUTWARD)
    step.record(recent=recent, days=days, channel=channel, **decision.as_facts())
    raised = ""
    if decision["to"] and in_force("U-09"):
        why = W("用户 {days} 天内已催办 {n} 次", "The user has asked {n} times within {days} days", n=recent, days=days)
        raised = escalate(step, decision["to"], "chased", why)
    Chase.objects.create(
        complaint=case,
        at=now(),
        by=who.ref,
        person_id=who.person_id,
        channel=channel,
        words=text,
        escalated_to=raised,
        key=key or None,
    )
