"""How a balance looks: a bar of what came back and what is still out, and the sum in words."""

from __future__ import annotations

from typing import Any

from sanbao.kernel.words import W
from sanbao.recall.queries import Line
from sanbao.recall.rules import Balance
from sanbao.trace.queries import exact

#: The width of the drawing; nothing in a page may carry a style of its own.
WIDTH = 1000
ORDER = ("returned", "disposed", "installed", "held", "out")
TITLES = {
    "returned": W("退回", "Returned"),
    "disposed": W("现场销毁", "Destroyed on the spot"),
    "installed": W("已安装，已确认", "Installed, confirmed"),
    "held": W("在持有人处，已确认", "With the holder, confirmed"),
    "out": W("未查明", "Unaccounted"),
}


def bar(balance: Balance) -> list[tuple[str, int, int]]:
    """(what, from, width) of each part that is there, in thousandths of the whole."""
    if balance.issued <= 0:
        return []
    drawn, at = [], 0
    for name in ORDER:
        milli = max(getattr(balance, name), 0)
        if not milli:
            continue
        width = max(min(round(milli * WIDTH / balance.issued), WIDTH - at), 2)
        drawn.append((name, at, width))
        at += width
    return drawn


def parts(line: Line) -> list[tuple[str, Any, str]]:
    """(what, title, quantity) of every part, so that the reader can add them up."""
    return [(name, TITLES[name], exact(getattr(line.balance, name), line.unit)) for name in ORDER]
