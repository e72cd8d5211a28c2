"""How often the register is analysed, by whom, within what time (U-11), and what follows from it (U-01, U-12)."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Duration, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W

TALLY = Policy(
    "tally",
    title=W("登记表的定期分析", "Regular analysis of the register"),
    clause="U-11",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("months", "", 1, 12, ("每几个月一次（1、3、6、12）", "Every so many months: 1, 3, 6 or 12")),
            Text("to", ROLE, ("由谁分析", "Analysed by")),
            Duration("due", ("几日内完成", "Concluded within")),
        ],
    ),
)

IMPROVEMENT = Policy(
    "improvement",
    title=W("改进与管理评审", "Improvement and management review"),
    clause="U-12",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("organiser", ROLE, ("由谁组织落实措施", "Who organises the measures")),
            Duration("organise_within", ("几日内排定", "Within")),
            Text("reviewer", ROLE, ("由谁纳入管理评审", "Who takes it into the management review")),
            Duration("review_within", ("几日内", "Within")),
        ],
    ),
)
