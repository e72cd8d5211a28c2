"""The life of a pre-sales consultation (U-02): asked, answered by every department, concluded."""

from __future__ import annotations

from sanbao.complaints.models import Consultation, ConsultationState
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W

S = ConsultationState
OPEN = frozenset({S.ASKED, S.ANSWERED})

CONSULTATION: Lifecycle[Consultation] = Lifecycle(
    "consultation",
    "complaints.Consultation",
    title=W("售前咨询", "Pre-sales consultation"),
    states=ConsultationState,
    tracked=("paper", "customer_id", "department_id", "owner_id", "due_at", "unanswered"),
    searched=lambda c: (c.number, c.title, c.wanted, c.reference, c.of_whom),
    moves={
        "consult": Move(
            (),
            S.ASKED,
            permission="complaints.consult",
            clause="U-02",
            title=W("开售前咨询", "Open a consultation"),
        ),
        "answer_consultation": Move(
            {S.ASKED},
            (S.ASKED, S.ANSWERED),
            permission="complaints.answer_consultation",
            clause="U-02",
            title=W("答复咨询", "Answer the consultation"),
        ),
        "conclude_consultation": Move(
            OPEN,
            S.CLOSED,
            permission="complaints.consult",
            clause="U-02",
            title=W("答复用户并结束", "Reply and conclude"),
        ),
        "ask_also": Move(
            OPEN,
            S.ASKED,
            permission="complaints.consult",
            clause="U-02",
            title=W("加问部门", "Ask another department"),
        ),
        "take_over_consultation": Move(
            OPEN,
            STAY,
            permission="complaints.consult",
            clause="U-02",
            title=W("更换负责人", "Change the owner"),
        ),
    },
)


@CONSULTATION.guard
def only_who_was_asked(case: Consultation, name: str, move: Move, by: Actor) -> None:
    """U-02: a department answers once, and only when it was asked."""
    if name != "answer_consultation":
        return
    if not case.opinions.filter(answered_at=None, department__code__in=by.departments).exists():
        refuse(
            "consultation.not_asked",
            W(
                "没有向您的部门征询，或您的部门已经答复。",
                "Your department was not asked, or has answered already.",
            ),
            clause="U-02",
        )
