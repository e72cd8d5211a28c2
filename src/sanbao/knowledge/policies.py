"""Who approves an article; the rows ship in ``policies/knowledge.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Choice, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W
from sanbao.knowledge.models import Reader

KNOWLEDGE = Policy(
    "knowledge",
    title=W("知识条目的批准", "Approval of articles"),
    clause="W-09",
    shape=Shape(
        inputs=[Choice("reader", {r.value: (r.zh, r.en) for r in Reader}, ("给谁看", "Written for"))],
        outputs=[Text("approver", r"[a-z_*]+\.[a-z_*]+", ("批准人", "Approver"))],
    ),
)
