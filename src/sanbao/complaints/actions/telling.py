"""What every action says on the timeline, and what all of them insist on."""

from __future__ import annotations

from typing import Any

from sanbao.complaints.models import Audience, Complaint, Entry, Participant
from sanbao.kernel import rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Department, Person


def tell(
    step: Step[Complaint],
    heading: W,
    text: str = "",
    *,
    audience: str = Audience.INWARD,
    kind: str = "",
    clause: str = "",
    key: str | None = None,
) -> Entry:
    """One line of the timeline; the words themselves enter the record as a digest only."""
    if text:
        step.private(text=text)
    line = Entry(
        complaint=step.case,
        at=now(),
        kind=kind or step.name,
        audience=audience,
        heading=plain(heading),
        text=text,
        clause=clause or step.move.clause,
        by=step.by.ref,
        person_id=step.by.person_id,
        key=key,
    )
    return rows.insert(line)


def belonging(row: Any, case: Complaint) -> None:
    """A row named in a request belongs to this case, or it is as if it were not there."""
    if row.complaint_id != case.pk:
        raise Refusal("not_found", W("这条记录不属于本件。", "This record does not belong to the case."), "M-02", 404)


def involve(case: Complaint, *codes: str, by: Actor) -> list[Department]:
    """These departments are in the case from now on and see it; being in twice is being in once."""
    departments = [department for code, department in parties.departments().items() if code in codes]
    rows.insert_many(
        [Participant(complaint=case, department=d, since=now(), by=by.ref) for d in departments], once=True
    )
    return departments


def person_of(by: Actor) -> Person | None:
    return rows.first(Person, pk=by.person_id)
