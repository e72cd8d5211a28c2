"""The life of a recall and of each holder in it: who may, from which state, under which clause (Q-06, C-13)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.recall.models import SILENT, HolderState, Recall, RecallHolder, RecallState

S, H = RecallState, HolderState


def _m(
    sources: Iterable[str],
    target: str | tuple[str, ...],
    verb: str,
    zh: str,
    en: str,
    *,
    clause: str = "Q-06",
    internal: bool = False,
) -> Move:
    return Move(sources, target, permission=f"recall.{verb}", clause=clause, title=W(zh, en), internal=internal)


RECALL: Lifecycle[Recall] = Lifecycle(
    "recall",
    "recall.Recall",
    title=W("召回", "Recall"),
    states=RecallState,
    tracked=(
        "title", "rehearsal", "origin", "statutory", "statutory_basis", "first_label", "last_label", "hold_id", "lots",
        "labels", "digest", "gaps", "decided_by",
    ),
    searched=lambda r: (r.number, r.title, r.danger),
    moves={
        "propose": _m((), S.PROPOSED, "propose", "提出召回", "Propose a recall", clause="C-13"),
        "order": _m((), S.IN_FORCE, "decide", "决定召回", "Order a recall"),
        "rehearse": _m((), S.REHEARSING, "rehearse", "召回演练", "Rehearse a recall"),
        "define": _m({S.PROPOSED}, STAY, "propose", "写明范围", "Define the scope"),
        "confirm": _m({S.PROPOSED}, S.IN_FORCE, "decide", "启动召回", "Start the recall", clause="C-13"),
        "reject": _m({S.PROPOSED}, S.REJECTED, "decide", "不启动召回", "Reject", clause="C-13"),
        "widen": _m({S.IN_FORCE}, STAY, "run", "扩大范围", "Widen the scope"),
        "grow": _m({S.IN_FORCE}, STAY, "run", "范围变化", "The scope has changed", internal=True),
        "send_letters": _m({S.IN_FORCE}, STAY, "run", "发召回通知", "Send the letters"),
        "report": _m({S.IN_FORCE, S.ENDED}, STAY, "report", "登记已报送", "Record a report as sent"),
        "end": _m({S.IN_FORCE}, S.ENDED, "decide", "结束召回", "End the recall"),
        "finish": _m({S.REHEARSING}, S.REHEARSED, "rehearse", "结束演练", "Finish the rehearsal"),
    },
)  # fmt: skip

EVERY = tuple(HolderState)

HOLDER: Lifecycle[RecallHolder] = Lifecycle(
    "recall_holder",
    "recall.RecallHolder",
    title=W("召回持有人", "Holder in a recall"),
    states=HolderState,
    tracked=(
        "customer_id", "site_id", "unit", "labels", "digest", "issued_milli", "held_milli", "installed_milli",
        "disposed_milli", "returned_milli", "scrapped_milli", "notified_way", "declared_milli",
        "excused_milli", "excused_by",
    ),
    moves={
        "list": _m((), H.NOT_NOTIFIED, "run", "列入召回", "List in the recall", internal=True),
        "relist": _m(EVERY, STAY, "run", "数量变化", "The quantity has changed", internal=True),
        "notify": _m((*SILENT, H.UNREACHABLE), H.NOTIFIED, "run", "登记已通知", "Record as notified"),
        "post": _m(EVERY, STAY, "run", "寄出通知", "A letter was written", internal=True),
        "posted": _m(EVERY, (H.NOTIFIED, H.ACKNOWLEDGED), "run", "通知已发出", "The letter was sent", internal=True),
        "undelivered": _m(EVERY, STAY, "run", "通知未送达", "The letter did not arrive", internal=True),
        "send_again": _m(EVERY, STAY, "run", "重发通知", "Send the letter again"),
        "attempt": _m((*SILENT, H.UNREACHABLE), STAY, "run", "登记未联系上", "Record a vain attempt"),
        "give_up": _m(SILENT, H.UNREACHABLE, "run", "联系不上", "Unreachable"),
        "acknowledge": _m((*SILENT, H.UNREACHABLE), H.ACKNOWLEDGED, "answer", "持有人已确认", "Acknowledged"),
        "declare": _m({H.ACKNOWLEDGED}, STAY, "answer", "持有人填报数量", "The holder states quantities"),
        "enter": _m(EVERY, STAY, "enter", "登记去向", "Enter what became of it"),
        "strike": _m(EVERY, STAY, "enter", "冲销一笔", "Strike an entry"),
        "explain": _m(EVERY, STAY, "run", "说明未查明数量", "Explain what is unaccounted"),
        "excuse": _m(EVERY, STAY, "decide", "批准说明", "Approve the explanation"),
    },
)  # fmt: skip
