"""Where lower rooms hear of this one: what a complaint owes is paid here, and a fault that comes back is noticed."""

from __future__ import annotations

from django.urls import reverse

from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint
from sanbao.corrective import actions, queries
from sanbao.corrective.actions.telling import ACTED, CAUSE_FOUND
from sanbao.corrective.models import OPEN, ActionKind, ActionState, CorrectiveAction
from sanbao.kernel import handover, ownership, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.ownership import Charge
from sanbao.kernel.refusals import Refusal, in_force
from sanbao.kernel.words import W
from sanbao.parties.models import Person

CLOCKWORK = Actor.clockwork("corrective")
KINDS = {ActionState.EFFECTIVE: "fine", ActionState.CANCELLED: "", ActionState.WAITING: "run"}


def _elsewhere(clause: str, zh: str, en: str) -> concerns.Elsewhere:
    """A graded complaint's cause and action are paid by a corrective action, not by word of mouth (W-05, C-18)."""

    def ask(case: Complaint) -> Refusal:
        standing = queries.about(case.subject).exclude(state=ActionState.CANCELLED).first()
        number = standing.number if standing else W("（尚未立项）", "(not opened yet)")
        return Refusal("complaint.by_corrective_action", W(zh, en), clause, 409, facts={"number": number})

    return ask


def part_of(case: Complaint, by: Actor) -> concerns.Part | None:
    """The actions that come from a case; whoever may open one begins it there."""
    if not by.may("corrective.see"):
        return None
    there = concerns.there(case) & {"corrective", "nonconformities"}
    lines = [
        concerns.Line(
            one.number,
            one.get_absolute_url(),
            ActionKind.title_of(one.kind),
            ActionState.title_of(one.state),
            KINDS.get(ActionState(one.state), "soon"),
        )
        for one in (queries.about(case.subject) if there else ())
    ]
    may = by.may("corrective.open") and case.quality_related and not case.ended
    begin = f"{reverse('corrective:open')}?origin={case.number}" if may else ""
    if not lines and not begin:
        return None
    title = W("纠正措施", "Corrective action")
    return concerns.Part(title, "W-05", lines, begin, W("立项", "Open a corrective action"))


@listens("complaint.register", "complaint.classify", "complaint.correct", "complaint.give_opinion")
def it_may_have_come_back(entry: JournalEntry) -> None:
    """The same fault at the same product after an action was closed as effective (Q-03). May run twice."""
    kind, _, pk = entry.subject.partition(":")
    case = rows.first(Complaint, pk=int(pk)) if kind == Complaint.KIND else None
    if case is None or case.ended or not in_force("Q-03"):
        return
    for action in queries.recurring(case):
        actions.note_recurrence(action, case, by=CLOCKWORK)


def in_charge(pk: int) -> Charge | None:
    """Who has an open action in hand: whoever leads it; the clock on it serves C-18."""
    case = CorrectiveAction.objects.filter(pk=pk, state__in=OPEN).select_related("lead").first()
    if case is None:
        return None
    return Charge(case.number, f"person:{case.lead_id}", "qc", clauses={"corrective_action": "C-18"})


def _held_by(person_id: int) -> list[str]:
    """Actions that this person leads, or in which a measure of his is still to be done."""
    return [f"{CorrectiveAction.KIND}:{pk}" for pk in queries.held_by(person_id).values_list("pk", flat=True)]


def _hand_over(from_id: int, to_id: int, *, by: Actor) -> int:
    """Whoever lets a person go need not deal with quality; the house hands his actions and measures over."""
    former, to = Person.objects.get(pk=from_id), Person.objects.get(pk=to_id)
    held = list(queries.held_by(from_id))
    for case in held:
        actions.hand_over(case, by=CLOCKWORK, lead=to if case.lead_id == from_id else case.lead)
        actions.opening.pass_on(case, former, to, by=CLOCKWORK)
    return len(held)


handover.register(
    CorrectiveAction.KIND, W("纠正措施", "Corrective actions"), open_cases_of=_held_by, hand_over=_hand_over
)
concerns.BESIDE.add("corrective", CorrectiveAction, "origin")
concerns.settled_elsewhere[CAUSE_FOUND] = _elsewhere(
    "W-05",
    "根本原因在纠正措施 {number} 里写明后才了结；确实无须采取的，申请免办由第二人批准。",
    "The cause is settled once {number} states it; where none is needed, a second person approves that.",
)
concerns.settled_elsewhere[ACTED] = _elsewhere(
    "C-18",
    "纠正措施 {number} 全部实施后才了结；确实无须采取的，申请免办由第二人批准。",
    "It is settled once the measures of {number} are implemented; where none is needed, a second person approves that.",
)
concerns.parts.append(part_of)
ownership.answers(CorrectiveAction.KIND, in_charge)
