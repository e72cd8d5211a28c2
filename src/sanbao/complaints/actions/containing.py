"""当即封存: grade A with a safety fault blocks the goods at once, before anybody has to think of it (C-13)."""

from __future__ import annotations

from sanbao.complaints import rules
from sanbao.complaints.actions.telling import tell
from sanbao.complaints.models import Audience, Complaint
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Hold, HoldState

HOUSE = Actor.clockwork("complaints")
#: What QC owes while nobody knows which goods are meant.
NAME_LOT = "contain.name_lot"


def contain(step: Step[Complaint]) -> None:
    """Hold what the goods complained of were packed from, with everything made from that; only QC lifts it (T-13).

    Where no lot is known, QC owes it, and the case stays open until the hold stands or the grade is another.
    """
    case, by = step.case, step.by
    if not rules.blocks(case.grade, case.severity) or not in_force("C-13"):
        obligations.discharge(subject=case.subject, code=NAME_LOT, by=by, outcome=f"grade {case.grade}")
        return
    if held(case) is not None:
        return
    if case.lot is None:
        obligations.owe(
            subject=case.subject,
            code=NAME_LOT,
            sentence=W(
                "查明涉及的批次并立即冻结（A 级安全隐患）", "Find the lots and hold them at once (grade A, safety)"
            ),
            to="qc",
            clause="C-13",
            holds_closing=True,
            by=by,
        )
        return
    reason = f"{case.number} 定为 A 级，有安全隐患"
    hold = trace.hold(by=HOUSE, lots=lots.with_baskets([case.lot]), reason=reason, about=case.subject)
    step.record(hold=hold.number, held=hold.lots)
    tell(
        step,
        W("已冻结 {n} 个批次：{hold}", "{n} lots are held: {hold}", n=hold.lots, hold=hold.number),
        reason,
        audience=Audience.SYSTEM,
        clause="C-13",
    )


def named(case: Complaint, *, by: Actor) -> None:
    """QC has found the lots and held them: what it owed is done."""
    obligations.discharge(subject=case.subject, code=NAME_LOT, by=by, outcome=getattr(held(case), "number", ""))


def held(case: Complaint) -> Hold | None:
    """The hold that stands for this case."""
    return Hold.objects.filter(about=case.subject, state=HoldState.IN_FORCE).first()
