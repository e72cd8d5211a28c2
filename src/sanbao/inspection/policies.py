"""What a factory may set about unknown labels; the row ships in ``policies/unknown_labels.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Duration, Several, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W

UNKNOWN_LABELS = Policy(
    "unknown_labels",
    title=W("未知标签", "Unknown labels"),
    clause="T-12",
    shape=Shape(
        inputs=[],
        outputs=[
            Duration("due", ("须查明的期限", "To be cleared up within")),
            Text("to", ROLE, ("由谁查明", "Cleared up by")),
            Several("alarm", ROLE, title=("疑似假冒时通知", "Told of a suspected counterfeit")),
        ],
    ),
)
