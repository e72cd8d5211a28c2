"""What a factory may set about its pages; the row ships in ``policies/scans.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Shape
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W

SCANS = Policy(
    "scans",
    title=W("扫码记录", "Record of scans"),
    clause="M-02",
    shape=Shape(inputs=[], outputs=[Amount("kept_days", "d", 1, 3650, ("保留天数", "Days kept"))]),
)
