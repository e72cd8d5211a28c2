"""往来邮件: what a mail that came, or a letter that was written, is to the case (C-03, U-09).

The mail itself is kept by the room above; here stands what it says on the timeline, once, and whether the user was
told.
"""

from __future__ import annotations

from sanbao.complaints.actions.contact import in_touch
from sanbao.complaints.actions.telling import tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, Entry
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W


def mail_in(
    complaint: Complaint, *, by: Actor, heading: W, text: str, key: str, audience: str = Audience.OUTWARD
) -> Complaint:
    """A mail came that belongs to the case (来信). It changes neither state nor owner; ``key`` makes it one line."""
    return _line("mail_in", complaint, by=by, heading=heading, text=text, key=key, audience=audience)


def mail_out(
    complaint: Complaint, *, by: Actor, heading: W, text: str, key: str, told: bool, audience: str = Audience.OUTWARD
) -> Complaint:
    """A letter to the user was written (去信). Where it tells him how things stand, the silence starts anew (U-09)."""
    return _line("mail_out", complaint, by=by, heading=heading, text=text, key=key, audience=audience, told=told)


def _line(
    move: str, complaint: Complaint, *, by: Actor, heading: W, text: str, key: str, audience: str, told: bool = False
) -> Complaint:
    with acting(move, complaint, by=by) as step:
        if not Entry.objects.filter(complaint=step.case, key=key).exists():
            step.record(key=key)
            tell(step, heading, text, audience=audience, key=key)
            if told:
                in_touch(step)
    return step.case
