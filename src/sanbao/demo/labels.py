"""Unknown labels of the demonstration: one that QC still has to clear up, one that was a counterfeit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sanbao.inspection import actions
from sanbao.inspection.models import Origin
from sanbao.kernel import times
from sanbao.kernel.actor import Actor

Moment = Callable[[int, str], datetime]


def play(actors: dict[str, Actor], moment: Moment) -> None:
    """The last days; ``moment(days, hour)`` is so many working days ago."""
    with times.frozen(moment(6, "15:30")):
        label = actions.report(
            by=actors["sales-south"],
            code="BQ9800417",
            place="建材市场 B 区",
            holder="门店老板，称从外地批发来",
            remark="合格证字体偏粗，没有喷码，包装膜偏薄",
        )
    with times.frozen(moment(5, "10:10")):
        actions.see_again(label, by=actors["sales-south"], place="建材市场 C 区", holder="另一门店")
        actions.clear_up(
            label,
            by=actors["inspector-1"],
            origin=Origin.COUNTERFEIT,
            basis="SB-T T-12",
            finding="与同型号样标比对：纸张、油墨和二维码内容都不同，编号不在本厂号段",
        )
    with times.frozen(moment(1, "16:20")):
        actions.report(by=actors["storekeeper"], code="BQ9800533", place="成品仓 A3", remark="退回的一捆，外标签破损")
