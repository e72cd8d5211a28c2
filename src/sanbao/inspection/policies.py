"""What a factory may set about samples, sampling, instruments, unknown labels; rows ship in ``policies/*.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Duration, OneOf, Several, Shape, Text, YesNo
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

SAMPLING = Policy(
    "sampling",
    title=W("抽样与转移规则", "Sampling and switching rules"),
    clause="Q-07",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("refused", "", 1, 10, ("转加严：不接收批数", "Tightened after lots not accepted")),
            Amount("within", "", 2, 20, ("转加严：连续多少批之内", "Tightened: within so many lots")),
            Amount("streak", "", 1, 20, ("加严转正常：连续接收批数", "Normal again after lots accepted")),
            YesNo("reduced", ("允许转放宽检验", "Reduced inspection allowed")),
            Amount("score", "", 10, 100, ("转放宽：转移得分", "Reduced at a switching score of")),
            Amount("stop", "", 1, 20, ("加严下暂停：累计不接收批数", "Discontinued after lots not accepted")),
        ],
    ),
)
MEASURING = Policy(
    "measuring",
    title=W("计量器具", "Instruments"),
    clause="Q-07",
    shape=Shape(
        inputs=[],
        outputs=[
            OneOf(
                "overdue",
                {"refuse": ("拒绝", "Refuse"), "warn": ("提醒并记录", "Warn and record")},
                ("用过期器具测得的结果", "A result measured with an overdue instrument"),
            ),
            Amount("recall_days", "d", 0, 365, ("校准到期前多少天送校", "Calibrated so many days before it ends")),
            Duration("assess", ("校准不合格后多久评定已测结果", "Earlier results assessed within")),
            Text("keeper", ROLE, ("由谁送校", "Calibration is seen to by")),
        ],
    ),
)
SAMPLE_KEEPING = Policy(
    "sample_keeping",
    title=W("样品流转与留样", "Custody and retention of samples"),
    clause="C-22",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("keep_days", "d", 1, 3650, ("留样天数", "Retention in days")),
            Duration("collect", ("未定期限的样品多久收到", "A sample without a due date comes within")),
            Text("keeper", ROLE, ("由谁保管", "Kept by")),
            Duration("dispose", ("留样到期后多久处置", "Disposed of after the retention within")),
        ],
    ),
)
