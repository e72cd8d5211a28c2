"""What may become of cards, steps, castings and marking audits: who may, from which state, under which clause."""

from __future__ import annotations

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.production.models import (
    AuditState,
    Card,
    CardState,
    Casting,
    CastingState,
    MarkingAudit,
    Operation,
    Step,
    StepState,
)
from sanbao.trace.models import QualityStatus

S = CardState
ALIVE = (S.IN_WORK, S.REWORK)
#: What takes kilograms away may empty the basket.
LEFT = (S.IN_WORK, S.REWORK, S.ENDED)


def _card(sources: tuple[str, ...], target: str | tuple[str, ...], does: str, clause: str, zh: str, en: str) -> Move:
    return Move(sources, target, permission=f"production.{does}", clause=clause, title=W(zh, en))


def _inner(sources: tuple[str, ...], target: str | tuple[str, ...], does: str, clause: str, zh: str, en: str) -> Move:
    """Made by the house, or by an act on another card."""
    return Move(sources, target, permission=f"production.{does}", clause=clause, title=W(zh, en), internal=True)


CARD: Lifecycle[Card] = Lifecycle(
    "card",
    "production.Card",
    title=W("随行卡", "Traveller card"),
    states=CardState,
    tracked=("number", "lot_id", "record_id", "customer_id", "route", "brought", "round", "rework_to", "at"),
    searched=lambda card: (card.number, card.order, card.die, card.record.basket),
    moves={
        "start": _card((), S.IN_WORK, "start", "T-09", "开卡", "Start a card"),
        "adopt": _card((), ALIVE, "start", "T-09", "接续旧卡", "Take up an imported card"),
        "merge": _card((), ALIVE, "transfer", "T-09", "并框", "Merge baskets"),
        "record_step": _card(ALIVE, STAY, "record", "T-09", "记工序", "Record a step"),
        "inspect": _card(ALIVE, ALIVE, "inspect", "W-06", "检验", "Inspect"),
        "split": _card(ALIVE, LEFT, "transfer", "T-09", "拆框", "Split the basket"),
        "pour": _card(ALIVE, LEFT, "transfer", "T-09", "并入另一框", "Add to another basket"),
        "send_to_rework": _card(ALIVE, S.REWORK, "rework", "W-06", "退回返工", "Send to rework"),
        "scrap": _card(ALIVE, LEFT, "scrap", "T-09", "报废", "Scrap"),
        "sample": _card(ALIVE, LEFT, "sample", "T-09", "取样", "Take a sample"),
        "settle": _card(ALIVE, S.ENDED, "transfer", "T-09", "结清", "Settle"),
        "fill": _inner((), ALIVE, "transfer", "T-09", "由拆框开卡", "Opened by a split"),
        "take": _inner(ALIVE, STAY, "transfer", "T-09", "并入", "Added to"),
        "give": _inner(ALIVE, LEFT, "transfer", "T-09", "并出", "Poured out"),
        "step_back": _inner(ALIVE, STAY, "strike", "T-09", "工序冲销", "Step struck"),
        "finish_rework": _inner((S.REWORK,), S.IN_WORK, "inspect", "W-06", "返工合格", "Rework passed"),
        "run_out": _inner(ALIVE, S.ENDED, "transfer", "T-09", "用完", "Used up"),
        "come_back": _inner((S.ENDED,), S.IN_WORK, "transfer", "T-09", "恢复在制", "Back in work"),
        "strike": _inner(LEFT, S.STRUCK, "strike", "T-09", "随行卡冲销", "Card struck"),
    },
)

CHECKABLE = (StepState.TO_CHECK, StepState.PASSED, StepState.FAILED)
STEP: Lifecycle[Step] = Lifecycle(
    "step",
    "production.Step",
    title=W("工序", "Process step"),
    states=StepState,
    tracked=(
        "card_id", "operation", "round", "machine", "shift", "operator_id", "done_on", "treatment_id", "in_milli",
        "out_milli", "scrap_milli", "measured", "recorded_by", "lead_needed", "lead_outcome", "lead_by", "qc_needed",
        "qc_outcome", "qc_by",
    ),
    moves={
        "record": Move(
            (),
            (StepState.TO_CHECK, StepState.PASSED),
            permission="production.record",
            clause="T-09",
            title=W("记下工序", "Write down a step"),
            internal=True,  # written by the card's own move
        ),
        "check_lead": Move(
            (StepState.TO_CHECK,),
            CHECKABLE,
            permission="production.check_lead",
            clause="W-06",
            title=W("班长检查", "Team leader's check"),
        ),
        "check_qc": Move(
            (StepState.TO_CHECK,),
            CHECKABLE,
            permission="production.check_qc",
            clause="W-06",
            title=W("质检检查", "QC's check"),
        ),
        "strike": Move(
            CHECKABLE,
            StepState.STRUCK,
            permission="production.strike",
            clause="T-09",
            title=W("冲销工序", "Strike the step"),
        ),
    },
)  # fmt: skip

CASTING: Lifecycle[Casting] = Lifecycle(
    "casting",
    "production.Casting",
    title=W("熔铸单", "Casting"),
    states=CastingState,
    tracked=("number", "record_id", "machine", "shift", "operator_id", "scrap_milli", "recorded_by"),
    searched=lambda casting: (casting.number, casting.record.lot.code, casting.record.billet.code),
    moves={
        "cast": Move(
            (),
            CastingState.CAST,
            permission="production.cast",
            clause="T-09",
            title=W("记熔铸", "Record a casting"),
        ),
    },
)

A = AuditState
MARKING_AUDIT: Lifecycle[MarkingAudit] = Lifecycle(
    "marking_audit",
    "production.MarkingAudit",
    title=W("标识检查", "Marking audit"),
    states=AuditState,
    tracked=("number", "place", "audited_on", "audited_by", "seen", "faulty", "due_at"),
    searched=lambda audit: (audit.number, audit.place),
    moves={
        "begin": Move(
            (),
            A.RUNNING,
            permission="production.audit",
            clause="T-11",
            title=W("开始标识检查", "Begin a marking audit"),
        ),
        "see": Move(
            (A.RUNNING,),
            STAY,
            permission="production.audit",
            clause="T-11",
            title=W("查一框", "Look at a basket"),
        ),
        "finish": Move(
            (A.RUNNING,),
            (A.CORRECTING, A.CLOSED),
            permission="production.audit",
            clause="T-11",
            title=W("结束检查", "Finish the audit"),
        ),
        "correct": Move(
            (A.CORRECTING,),
            (A.CORRECTING, A.CLOSED),
            permission="production.correct_marking",
            clause="T-11",
            title=W("已纠正", "Put right"),
        ),
    },
)


@CARD.guard
def still_work_to_do(card: Card, name: str, move: Move, by: Actor) -> None:
    """Once the route is done, QC inspects and the store packs (T-09)."""
    if name == "record_step" and card.at == Operation.INSPECT:
        refuse(
            "card.work_done",
            W("{card} 的工序已经做完，接下来是检验。", "All work on {card} is done; inspection comes next."),
            clause="T-09",
            card=card.number,
        )


@CARD.guard
def only_what_failed_is_reworked(card: Card, name: str, move: Move, by: Actor) -> None:
    """W-06: a basket is sent back because it failed, or because a check of one of its steps did."""
    if name != "send_to_rework" or card.lot.status in (QualityStatus.FAILED, QualityStatus.UNDECIDED):
        return
    if not card.steps.filter(state=StepState.FAILED, round=card.round).exists():
        refuse(
            "card.not_failed",
            W("{card} 没有判为不合格，不用返工。", "{card} has not failed; there is nothing to rework."),
            clause="W-06",
            card=card.number,
            status_now=QualityStatus.title_of(card.lot.status),
        )
