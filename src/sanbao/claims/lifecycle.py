"""The life of a claim: filed, assessed, approved by amount, settled; or refused with a reason (W-02)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.claims.models import OPEN, Claim, ClaimState
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

S = ClaimState


def _m(sources: Iterable[str], target: str, verb: str, zh: str, en: str) -> Move:
    return Move(sources, target, permission=f"claims.{verb}", clause="W-02", title=W(zh, en))


CLAIM: Lifecycle[Claim] = Lifecycle(
    "claim",
    "claims.Claim",
    title=W("索赔", "Claim"),
    states=ClaimState,
    tracked=(
        "loss", "claimed", "currency", "basis", "accepted", "assessment_basis", "assessed_by", "approver", "decided_by",
        "reason", "decision_basis", "payment", "settled_on", "reference",
    ),
    searched=lambda c: (c.number, c.description, c.basis, c.reference, c.complaint.number, c.complaint.complainant),
    moves={
        "file": _m((), S.FILED, "file", "登记索赔", "File a claim"),
        "add_evidence": _m(OPEN, STAY, "file", "补充证据", "Add evidence"),
        "assess": _m({S.FILED}, S.ASSESSED, "assess", "评估", "Assess"),
        "return_claim": _m({S.ASSESSED}, S.FILED, "approve", "退回评估", "Send back for assessment"),
        "approve": _m({S.ASSESSED}, S.APPROVED, "approve", "批准赔付", "Approve the payment"),
        "refuse_claim": _m({S.ASSESSED}, S.REFUSED, "approve", "拒赔", "Refuse the claim"),
        "settle": _m({S.APPROVED}, S.SETTLED, "settle", "结清", "Settle"),
        "withdraw": _m(OPEN, S.WITHDRAWN, "file", "用户撤回索赔", "Taken back by the user"),
    },
)  # fmt: skip
