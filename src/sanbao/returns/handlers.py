"""What the case page shows of returns (W-01), and what sales owes once QC has concluded (R-04)."""

from __future__ import annotations

from django.urls import reverse

from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint
from sanbao.inspection.models import Inspection
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.returns import queries, rules
from sanbao.returns.actions import duties
from sanbao.returns.models import NEVER_CAME, Return, ReturnState
from sanbao.trace.models import HeldLot, Hold, HoldState

HOUSE = Actor.clockwork("returns")


def kind_of(case: Return) -> str:
    """How a return's state looks in a pill."""
    if case.state in NEVER_CAME:
        return ""
    return {ReturnState.REPLACED: "fine", ReturnState.REFUNDED: "fine", ReturnState.CREDITED: "run"}.get(
        ReturnState(case.state), "soon"
    )


def returns_of(case: Complaint, by: Actor) -> concerns.Part | None:
    """The returns that a case led to; whoever may apply for one begins it there."""
    if not by.may("returns.see"):
        return None
    found = queries.about(case.subject, by) if "returns" in concerns.there(case) else []
    lines = [
        concerns.Line(
            row.number,
            row.get_absolute_url(),
            f"{rules.kilograms(row.accepted_milli or row.applied_milli)} kg",
            ReturnState.title_of(row.state),
            kind_of(row),
        )
        for row in found
    ]
    begin = ""
    if by.may("returns.apply") and not case.ended:
        customer = f"&customer={case.customer.code}" if case.customer else ""
        begin = f"{reverse('returns:apply')}?complaint={case.number}{customer}"
    if not lines and not begin:
        return None
    return concerns.Part(W("退换", "Returns"), "W-01", lines, begin, W("申请退换", "Apply for a return"))


concerns.parts.append(returns_of)
concerns.BESIDE.add("returns", Return, "about")


@listens("inspection.conclude")
def verdict_is_there(entry: JournalEntry) -> None:
    """QC's result goes to 经营部, which passes it on (R-04)."""
    found = Inspection.objects.select_related("sample").get(pk=int(entry.subject.partition(":")[2]))
    about = found.sample.about
    kind, _, pk = about.partition(":")
    waiting = Return.objects.filter(state=ReturnState.SAMPLING)
    own = waiting.filter(pk=int(pk)) if kind == Return.KIND else waiting.filter(about=about)
    for case in own:
        sentence = W("转告 {number} 的质检结论", "Pass QC's verdict on {number} on", number=case.number)
        obligations.owe(
            subject=case.subject, code=duties.TELL, sentence=sentence, to=duties.house_of(case), by=HOUSE, clause="R-04"
        )


@listens("hold.lift", "hold.release")
def let_go_by_qc(entry: JournalEntry) -> None:
    """QC has judged what came back once none of it is held for the return any more (R-08)."""
    hold = Hold.objects.get(pk=int(entry.subject.partition(":")[2]))
    kind, _, pk = hold.about.partition(":")
    if kind != Return.KIND:
        return
    held = hold.state == HoldState.IN_FORCE and HeldLot.objects.filter(hold=hold, released=False).exists()
    case = Return.objects.filter(pk=pk).first()
    if case is not None and not held:
        obligations.fulfil(case.subject, duties.RECHECK, by=HOUSE, outcome=hold.number)
