"""The life of a signal: proposed by the house, judged by a person, answered with measures."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.signals.models import Signal, SignalState

S = SignalState

SIGNAL: Lifecycle[Signal] = Lifecycle(
    "signal",
    "signals.Signal",
    title=W("信号", "Signal"),
    states=SignalState,
    tracked=("defect_id", "level", "count", "users", "basis", "rejected_at"),
    searched=lambda s: (s.number, s.told.get("zh", ""), s.told.get("en", "")),
    moves={
        "propose": Move(
            (),
            S.PROPOSED,
            permission="signals.propose",
            clause="C-09",
            title=W("提示较为普遍", "Propose as widespread"),
            internal=True,
        ),
        "grow": Move(
            {S.PROPOSED, S.CONFIRMED, S.SETTLED},
            STAY,
            permission="signals.propose",
            clause="C-09",
            title=W("又有同类", "More of the same"),
            internal=True,
        ),
        "propose_again": Move(
            {S.REJECTED},
            S.PROPOSED,
            permission="signals.propose",
            clause="C-09",
            title=W("再次提示", "Propose again"),
            internal=True,
        ),
        "confirm": Move(
            {S.PROPOSED},
            S.CONFIRMED,
            permission="signals.judge",
            clause="C-09",
            title=W("确认较为普遍", "Confirm as widespread"),
        ),
        "reject": Move(
            {S.PROPOSED},
            S.REJECTED,
            permission="signals.judge",
            clause="C-09",
            title=W("否定", "Reject"),
        ),
        "settle": Move(
            {S.CONFIRMED},
            S.SETTLED,
            permission="signals.settle",
            clause="U-11",
            title=W("定措施", "Lay down measures"),
        ),
    },
)
