"""How long, how often asked why, who approves, when the effect is verified; rows in ``policies/corrective.toml``."""

from __future__ import annotations

from datetime import datetime

from sanbao.corrective.models import ActionKind
from sanbao.kernel.decision_tables import Amount, Choice, Duration, OneOf, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.base import Decision
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar

CORRECTIVE = Policy(
    "corrective",
    title=W("纠正与预防措施", "Corrective and preventive action"),
    clause="Q-03",
    shape=Shape(
        inputs=[Choice("kind", {k.value: (k.zh, k.en) for k in ActionKind}, ("种类", "Kind"))],
        outputs=[
            Duration("within", ("查明原因或答复", "Cause found, or answered, within")),
            Amount("whys", "", 1, 9, ("至少问几个为什么", "Asked why at least so often")),
            Text("approver", ROLE, ("措施的批准人", "Measures approved by")),
            Text("verifier", ROLE, ("效果的验证", "Effect verified by")),
            Amount("effect_days", "d", 1, 730, ("实施后多少天验证", "Verified so many days after")),
            Text("alpha", r"0\.\d+", ("显著性界线", "Threshold of p")),
            OneOf(
                "recurrence",
                {"reopen": ("重新打开", "Taken up again"), "propose": ("提请质检决定", "Proposed to QC")},
                ("复发时", "On recurrence"),
            ),
            Amount("watch_days", "d", 1, 3650, ("关闭后看多少天", "Watched for so many days")),
            Amount("link_days", "d", 1, 365, ("供方链接有效", "Supplier's link valid for")),
        ],
    ),
)


def rule_of(kind: str) -> Decision:
    return CORRECTIVE.decide(on=today(), kind=kind)


def due(rule: Decision) -> datetime:
    span = rule["within"]
    return calendar().counting(span.working).due(now(), span)
