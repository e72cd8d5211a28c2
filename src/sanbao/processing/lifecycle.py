"""The life of a processing order: ordered, in work with the first input, finished with its labels; or cancelled."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.processing.models import OPEN, OrderState, ProcessingOrder

S = OrderState


def _m(sources: Iterable[str], target: str, verb: str, zh: str, en: str, *, internal: bool = False) -> Move:
    return Move(sources, target, permission=f"processing.{verb}", clause="W-09", title=W(zh, en), internal=internal)


PROCESSING_ORDER: Lifecycle[ProcessingOrder] = Lifecycle(
    "processing_order",
    "processing.ProcessingOrder",
    title=W("深加工单", "Processing order"),
    states=OrderState,
    tracked=(
        "number", "customer_id", "about", "product_id", "reference", "due_on", "lot_id", "scrap_milli", "finished_by",
        "remark", "reason",
    ),
    searched=lambda o: (o.number, o.customer.name, o.wanted, o.reference),
    moves={
        "order": _m((), S.ORDERED, "order", "开深加工单", "Open a processing order"),
        "put_in": _m(OPEN, S.IN_WORK, "work", "投料", "Put in"),
        "take_back": _m({S.IN_WORK}, STAY, "work", "冲销投料", "Strike an input"),
        "finish": _m({S.IN_WORK}, S.DONE, "finish", "完工入库", "Finish"),
        "resume": _m({S.IN_WORK, S.DONE}, S.IN_WORK, "work", "产出冲销，继续加工", "In work again", internal=True),
        "cancel": _m(OPEN, S.CANCELLED, "order", "取消", "Cancel"),
    },
)  # fmt: skip
