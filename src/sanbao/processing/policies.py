"""Who makes what a customer wants of our goods, and how closely the weights must agree (W-09)."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W

PROCESSING = Policy(
    "processing",
    title=W("深加工", "Further processing"),
    clause="W-09",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("maker", ROLE, ("由谁加工", "Who makes it")),
            Amount("loss", "%", 0, 100, ("不写原因可少的 %", "Missing without a reason, %")),
            Amount("gain", "%", 0, 1000, ("允许多出的 %", "More than went in allowed, %")),
        ],
    ),
)
