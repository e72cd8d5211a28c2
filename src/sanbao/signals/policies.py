"""What a factory may set about signals; the row ships in ``policies/signals.toml``."""

from __future__ import annotations

from datetime import date

from sanbao.complaints.queries import widespread_line
from sanbao.kernel.decision_tables import Amount, Duration, Several, Shape, Text
from sanbao.kernel.policies import Decision, Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W
from sanbao.signals.models import Dimension
from sanbao.signals.rules import Line

_DIMENSIONS = {d.value: (d.zh, d.en) for d in Dimension}

SIGNALS = Policy(
    "signals",
    title=W("信号", "Signals"),
    clause="C-09",
    shape=Shape(
        inputs=[],
        outputs=[
            Several("count", choices=_DIMENSIONS, title=("数件数的维度（黄）", "Dimensions counted (amber)")),
            Several("compare", choices=_DIMENSIONS, title=("与平常比较的维度（红）", "Dimensions compared (red)")),
            Amount("share", "%", 1, 50, ("红色提示中误报的比例不超过", "Share of false discoveries among the red")),
            Amount("strength", "", 1, 100, ("总体水平相当于几起", "How many cases the base rate weighs")),
            Amount("risk_days", "d", 30, 3650, ("发货后多少天内会被投诉", "Days for which a delivery is at risk")),
            Amount("cold_days", "d", 0, 3650, ("红色提示至少要有的历史（天）", "History that red needs, in days")),
            Amount(
                "overlap", "%", 1, 100, ("共有多少比例的件算同一件事", "Share of cases in common that makes one matter")
            ),
            Amount("regrowth", "", 1, 1000, ("否定后再增几起重新提示", "More cases that bring a rejected one back")),
            Text("judge", ROLE, ("由谁判定", "Judged by")),
            Duration("due", ("判定期限", "To be judged within")),
            Several("told", ROLE, title=("确认后通知", "Told once confirmed")),
            Text("measures", ROLE, ("由谁定措施", "Measures laid down by")),
            Duration("measures_due", ("定措施期限", "Measures within")),
        ],
    ),
)


def decided(on: date) -> tuple[Decision, Decision]:
    """Both tables in force on a day: the count and the signals."""
    return widespread_line(on), SIGNALS.decide(on=on)


def line(on: date) -> Line:
    """The published line of a day, as the rules take it."""
    count, rest = decided(on)
    return Line(
        days=int(count["days"]),
        cases=int(count["cases"]),
        users=int(count["users"]),
        share=float(rest["share"]) / 100,
        strength=float(rest["strength"]),
        risk_days=int(rest["risk_days"]),
        cold_days=int(rest["cold_days"]),
        overlap=float(rest["overlap"]) / 100,
        regrowth=int(rest["regrowth"]),
        count=frozenset(rest["count"]),
        compare=frozenset(rest["compare"]),
    )
