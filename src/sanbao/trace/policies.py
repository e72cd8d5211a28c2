"""What a factory lays down about lots: who approves a permit, and how long it may stay a debt."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Choice, Duration, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W
from sanbao.trace.models import PermitKind

PERMITS = Policy(
    "permits",
    title=W("放行审批", "Approval of permits"),
    clause="T-05",
    shape=Shape(
        inputs=[
            Choice("kind", {kind.value: (kind.zh, kind.en) for kind in PermitKind}, ("放行种类", "Kind of permit"))
        ],
        outputs=[
            Text("approver", r"[a-z_*]+\.[a-z_*]+", ("批准人", "Approver")),
            Duration("settled_within", ("多久以内由质检了结", "QC settles it within")),
        ],
    ),
)
