"""What a factory may set about imports; the row ships in ``policies/imports.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Shape
from sanbao.kernel.policies import Policy
from sanbao.kernel.times import today
from sanbao.kernel.words import W

IMPORTS = Policy(
    "imports",
    title=W("台账导入", "Import of ledgers"),
    clause="T-14",
    shape=Shape(inputs=[], outputs=[Amount("limit_mb", "MB", 1, 10_000, ("文件大小上限", "Size limit of a file"))]),
)


def limit_mb() -> int:
    return int(IMPORTS.decide(on=today())["limit_mb"])
