"""Where lower rooms hear of this one: a grade opens a record, its hold is let go by what the record decides (C-14)."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from sanbao.complaints import concerns as complaints
from sanbao.complaints.models import Complaint
from sanbao.kernel import ownership
from sanbao.kernel.actor import Actor
from sanbao.kernel.ownership import Charge
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.actions.telling import CONTROL, HOUSE
from sanbao.nonconformity.models import NcState, Nonconformity
from sanbao.returns import concerns as returns
from sanbao.returns.models import Return
from sanbao.trace import concerns as trace
from sanbao.trace.models import Hold

KINDS = {NcState.CONTAINED: "soon", NcState.CLOSED: "fine"}


def graded(case: Complaint, by: Actor) -> None:
    actions.from_complaint(case, by=by)


def controlled_here(case: Complaint) -> Refusal:
    """C-14: the duty is discharged when the record is closed; only that nothing is needed is said on the case."""
    standing = queries.about(case.subject).filter(state=NcState.CONTAINED).first()
    sentence = W(
        "这件事由不合格记录 {number} 的处置了结，不能口头了结；确实无须办理的，申请免办由第二人批准。",
        "This is settled by the nonconformity {number}, not by word of mouth; where nothing is needed, a second person "
        "approves that.",
    )
    number = standing.number if standing else W("（尚未开立）", "(not opened yet)")
    return Refusal("complaint.by_nonconformity", sentence, "C-14", 409, facts={"number": number})


def keeps(hold: Hold, by: Actor) -> Refusal | None:
    """A hold of an open record is let go by its dispositions and its closing, never beside them (Q-01, R-08)."""
    kind, _, pk = hold.about.partition(":")
    if kind != Nonconformity.KIND or by.ref == HOUSE.ref:
        return None
    record = Nonconformity.objects.filter(pk=pk, state=NcState.CONTAINED).first()
    if record is None:
        return None
    sentence = W(
        "{hold} 由不合格记录 {number} 冻结：处置、复检放行后才解除。",
        "{hold} was placed by the nonconformity {number}: it is lifted by disposition, re-inspection and release.",
    )
    return Refusal("hold.kept_by_record", sentence, "R-08", 409, facts={"hold": hold.number, "number": record.number})


def part_of(case: Complaint, by: Actor) -> complaints.Part | None:
    """The records about a case; whoever may open one begins it there."""
    if not by.may("nonconformity.see"):
        return None
    lines = _lines(queries.about(case.subject) if "nonconformities" in complaints.there(case) else ())
    may = by.may("nonconformity.open") and case.quality_related and not case.ended
    return _part("C-14", lines, f"{reverse('nonconformity:open')}?source=complaint&about={case.number}" if may else "")


def part_of_return(case: Return, by: Actor) -> complaints.Part | None:
    """The records about a return, and those of its case that hold the same goods (R-08)."""
    if not by.may("nonconformity.see"):
        return None
    subjects = [subject for subject in (case.subject, case.about) if subject]
    lines = _lines(Nonconformity.objects.filter(about__in=subjects).order_by("-id"))
    may = by.may("nonconformity.open") and case.receipt_number
    return _part("R-08", lines, f"{reverse('nonconformity:open')}?source=return&about={case.number}" if may else "")


def _lines(records: Iterable[Nonconformity]) -> list[complaints.Line]:
    return [
        complaints.Line(
            one.number,
            one.get_absolute_url(),
            one.title,
            NcState.title_of(one.state),
            KINDS.get(NcState(one.state), ""),
        )
        for one in records
    ]


def _part(clause: str, lines: list[complaints.Line], begin: str) -> complaints.Part | None:
    if not lines and not begin:
        return None
    return complaints.Part(
        W("不合格记录", "Nonconformities"), clause, lines, begin, W("开不合格记录", "Open a nonconformity")
    )


def in_charge(pk: int) -> Charge | None:
    record = Nonconformity.objects.filter(pk=pk, state=NcState.CONTAINED).first()
    return Charge(record.number, "technology", "technology", clauses={}) if record else None


complaints.BESIDE.add("nonconformities", Nonconformity, "about")
complaints.graded.append(graded)
complaints.settled_elsewhere[CONTROL] = controlled_here
complaints.parts.append(part_of)
returns.accepted.append(actions.from_return)
returns.parts.append(part_of_return)
trace.keepers.append(keeps)
ownership.answers(Nonconformity.KIND, in_charge)
