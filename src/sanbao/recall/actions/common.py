"""What every act of a recall insists on, and what it makes somebody owe."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sanbao.kernel import obligations, refusals
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Move, Step
from sanbao.kernel.refusals import in_force
from sanbao.kernel.words import W
from sanbao.recall.lifecycle import HOLDER
from sanbao.recall.models import RecallHolder, RecallState

HOUSE = Actor.clockwork("recall")
#: Refuse unless the condition holds; Q-06 where the caller names no other clause.
need = partial(refusals.need, clause="Q-06")
#: What is owed on a recall.
DECIDE, NOTIFY, SILENT = "recall.decide", "recall.notify", "recall.silent"


def need_words(text: str, field: str, zh: str, en: str, *, clause: str = "Q-06") -> None:
    need(len(text.strip()) >= 2, "recall.words_missing", zh, en, field=field, clause=clause)


def owe(
    step: Step[Any], code: str, sentence: W, to: str, due: datetime, *, holds: bool = False, clause: str = "Q-06"
) -> None:
    if in_force(clause):
        obligations.owe(
            subject=step.case.subject, code=code, sentence=sentence, to=to, by=step.by, clause=clause, due=due,
            holds_closing=holds,
        )  # fmt: skip


def ready(holder: RecallHolder, name: str, move: Move, by: Actor) -> None:
    """Nothing is done to a holder but while his recall runs: a rehearsal blocks, sends and books nothing (Q-06)."""
    if move.internal:
        return
    recall = holder.recall
    need(
        not recall.rehearsal,
        "recall.rehearsal",
        "{number} 是演练，不冻结、不通知、不登记去向。",
        "{number} is a rehearsal: it blocks nothing, notifies nobody and books nothing.",
        number=recall.number,
    )
    need(
        recall.state == RecallState.IN_FORCE,
        "recall.not_running",
        "召回 {number} 不在进行中。",
        "The recall {number} is not in force.",
        number=recall.number,
    )
    need(
        name != "excuse" or holder.explanation,
        "recall.not_explained",
        "还没有说明，不能批准。",
        "There is no explanation to approve yet.",
    )
    need(
        name != "explain" or holder.balance.out,
        "recall.nothing_unaccounted",
        "该持有人没有未查明的数量。",
        "Nothing of this holder is unaccounted for.",
    )


HOLDER.guard(ready)
