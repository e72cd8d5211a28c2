"""What may become of holds, verdicts, permits and counter-entries: who may, from which state, under which clause."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.trace.models import (
    Hold,
    HoldState,
    Permit,
    PermitState,
    Reversal,
    ReversalState,
    Verdict,
    VerdictState,
)

HOLD: Lifecycle[Hold] = Lifecycle(
    "hold",
    "trace.Hold",
    title=W("冻结", "Hold"),
    states=HoldState,
    tracked=("number", "about", "forward", "placed_by", "lots", "digest", "lifted_by"),
    searched=lambda hold: (hold.number, hold.reason),
    moves={
        "place": Move(
            (),
            HoldState.IN_FORCE,
            permission="trace.hold",
            clause="T-13",
            title=W("冻结批次", "Place a hold"),
        ),
        "release": Move(
            {HoldState.IN_FORCE},
            STAY,
            permission="trace.judge",
            clause="T-13",
            title=W("放出部分批次", "Release some lots"),
        ),
        "lift": Move(
            {HoldState.IN_FORCE},
            HoldState.LIFTED,
            permission="trace.judge",
            clause="T-13",
            title=W("解除冻结", "Lift the hold"),
        ),
    },
)

VERDICT: Lifecycle[Verdict] = Lifecycle(
    "verdict",
    "trace.Verdict",
    title=W("质量判定", "Verdict"),
    states=VerdictState,
    tracked=("number", "status", "given_by", "lots", "digest"),
    searched=lambda verdict: (verdict.number, verdict.basis),
    moves={
        "judge": Move(
            (),
            VerdictState.GIVEN,
            permission="trace.judge",
            clause="T-13",
            title=W("判定质量状态", "Give a verdict"),
        ),
    },
)

PERMIT: Lifecycle[Permit] = Lifecycle(
    "permit",
    "trace.Permit",
    title=W("放行单", "Permit"),
    states=PermitState,
    tracked=("number", "kind", "lot_id", "applied_by", "approver", "decided_by", "due_at"),
    searched=lambda permit: (permit.number, permit.lot.code, permit.reason),
    moves={
        "apply": Move(
            (),
            PermitState.APPLIED,
            permission="trace.apply_permit",
            clause="T-05",
            title=W("申请放行", "Apply for a permit"),
        ),
        "approve": Move(
            {PermitState.APPLIED},
            PermitState.IN_FORCE,
            permission="trace.approve_permit",
            clause="T-05",
            title=W("批准放行", "Approve the permit"),
        ),
        "refuse": Move(
            {PermitState.APPLIED},
            PermitState.REFUSED,
            permission="trace.approve_permit",
            clause="T-05",
            title=W("不批准放行", "Refuse the permit"),
        ),
        "mark": Move(
            {PermitState.IN_FORCE},
            STAY,
            permission="trace.receive",
            clause="T-05",
            title=W("补标识", "Re-mark the material"),
        ),
        "settle": Move(
            {PermitState.APPLIED, PermitState.IN_FORCE},
            PermitState.ENDED,
            permission="trace.judge",
            clause="T-05",
            title=W("了结放行", "Settle the permit"),
            internal=True,  # QC's verdict on the lot settles it
        ),
    },
)

REVERSAL: Lifecycle[Reversal] = Lifecycle(
    "reversal",
    "trace.Reversal",
    title=W("冲销", "Counter-entry"),
    states=ReversalState,
    tracked=("number", "record_kind", "record_id", "lot_id", "entered_by"),
    searched=lambda reversal: (reversal.number, reversal.lot.code, reversal.reason),
    moves={
        "reverse": Move(
            (),
            ReversalState.ENTERED,
            permission="trace.reverse",
            clause="T-06",
            title=W("冲销记录", "Strike a record"),
        ),
    },
)
