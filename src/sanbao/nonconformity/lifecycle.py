"""The life of a nonconformity and of each disposition: contained, reviewed, carried out, re-inspected (Q-01, Q-02)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.nonconformity.models import Disposition, DispositionState, NcState, Nonconformity

S, D = NcState, DispositionState


def _m(
    sources: Iterable[str],
    target: str | tuple[str, ...],
    verb: str,
    zh: str,
    en: str,
    *,
    clause: str = "Q-01",
    internal: bool = False,
) -> Move:
    permission = f"nonconformity.{verb}"
    return Move(sources, target, permission=permission, clause=clause, title=W(zh, en), internal=internal)


NONCONFORMITY: Lifecycle[Nonconformity] = Lifecycle(
    "nonconformity",
    "nonconformity.Nonconformity",
    title=W("不合格记录", "Nonconformity"),
    states=NcState,
    tracked=("source", "about", "opened_by", "due_at", "closed_by", "basis"),
    searched=lambda n: (n.number, n.title, n.description, n.conclusion),
    moves={
        "open": _m((), S.CONTAINED, "open", "开不合格记录", "Open a nonconformity"),
        "add_line": _m({S.CONTAINED}, STAY, "open", "补充批次", "Add a lot"),
        "add_evidence": _m({S.CONTAINED}, STAY, "open", "补充证据", "Add evidence"),
        "propose": _m({S.CONTAINED}, STAY, "propose", "提出处置", "Propose a disposition"),
        "close": _m({S.CONTAINED}, S.CLOSED, "close", "处置完毕", "Close as disposed of", clause="Q-02"),
        "withdraw": _m({S.CONTAINED}, S.WITHDRAWN, "close", "撤销：并非不合格", "Withdraw: it conforms"),
    },
)

DISPOSITION: Lifecycle[Disposition] = Lifecycle(
    "disposition",
    "nonconformity.Disposition",
    title=W("处置", "Disposition"),
    states=DispositionState,
    tracked=(
        "number", "way", "quantity_milli", "kg", "estimate", "basis", "consent", "department", "due_on", "proposed_by",
        "approvals", "reinspect", "permit_id", "executed_by", "paper", "good_milli", "scrapped_milli", "cost",
        "currency", "verified_by", "sheet", "released_milli", "failed_milli",
    ),
    searched=lambda d: (d.number or "", d.record.number, d.line.name, d.instruction),
    moves={
        "begin": _m((), D.PROPOSED, "propose", "提出处置", "Propose", internal=True),
        "approve": _m({D.PROPOSED}, (D.PROPOSED, D.APPROVED), "approve", "批准处置", "Approve the disposition"),
        "refuse_disposition": _m({D.PROPOSED}, D.REFUSED, "approve", "不批准处置", "Refuse the disposition"),
        "execute": _m(
            {D.APPROVED}, (D.EXECUTED, D.DONE), "execute", "登记执行结果", "Enter what was done", clause="Q-02"
        ),
        "verify": _m({D.EXECUTED}, D.DONE, "verify", "复检并放行", "Re-inspect and release", clause="R-08"),
        "cancel": _m({D.PROPOSED, D.APPROVED}, D.CANCELLED, "propose", "取消处置", "Cancel the disposition"),
    },
)  # fmt: skip
