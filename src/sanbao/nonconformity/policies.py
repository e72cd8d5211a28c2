"""Who reviews nonconforming product and until when, who approves each disposition, when a return counts as a batch.

The rows ship in ``policies/nonconformity.toml``, ``dispositions.toml`` and ``batch_returns.toml``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sanbao.kernel.decision_tables import Choice, Duration, Number, Several, Shape, Text, YesNo
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.base import Decision
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.nonconformity.models import Origin, Way

REVIEWS = Policy(
    "nonconformity",
    title=W("不合格品的评审", "Review of nonconforming product"),
    clause="Q-01",
    shape=Shape(
        inputs=[Choice("source", {o.value: (o.zh, o.en) for o in Origin}, ("来源", "Source"))],
        outputs=[
            Text("reviewer", ROLE, ("评审部门", "Reviewed by")),
            Duration("within", ("多久以内处置完", "Disposed of within")),
        ],
    ),
)
DISPOSITIONS = Policy(
    "dispositions",
    title=W("处置的批准", "Approval of dispositions"),
    clause="Q-01",
    shape=Shape(
        inputs=[
            Choice("way", {w.value: (w.zh, w.en) for w in Way}, ("处置", "Disposition")),
            Number("kg", "kg", Decimal(0), None, ("重量", "Weight")),
            Number("value", "CNY", Decimal(0), None, ("估值", "Value")),
        ],
        outputs=[
            Several("approvers", r"[a-z_*]+\.[a-z_*]+", title=("依次批准", "Approved by")),
            YesNo("consent", ("须用户同意", "User's consent needed")),
            YesNo("reinspect", ("须复检", "Re-inspected before release")),
        ],
    ),
)
BATCH_RETURNS = Policy(
    "batch_returns",
    title=W("批量退货", "Batch returns"),
    clause="C-14",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("from_kg", r"\d+(\.\d+)?", ("从多少公斤起", "From so many kg")),
            Text("from_percent", r"\d+(\.\d+)?", ("或占该批百分之几起", "Or from this share of the lot, %")),
        ],
    ),
)


def review_of(source: str) -> tuple[Decision, datetime]:
    """Who reviews what was found there, and until when it is disposed of."""
    rule = REVIEWS.decide(on=today(), source=source)
    span = rule["within"]
    return rule, calendar().counting(span.working).due(now(), span)


def approval_of(way: str, kg: Decimal, value: Decimal, on: date | None = None) -> Decision:
    return DISPOSITIONS.decide(on=on or today(), way=way, kg=kg, value=value)


def batch_limits() -> tuple[Decision, Decimal, Decimal]:
    rule = BATCH_RETURNS.decide(on=today())
    return rule, Decimal(rule["from_kg"]), Decimal(rule["from_percent"])
