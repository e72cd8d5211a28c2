"""What may become of a pick list and of a wrong shipment: who may, from which state, under which clause."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.dispatch.models import Escape, EscapeState, PickList, PickListState
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

S = PickListState


def _m(
    sources: Iterable[str], target: str, permission: str, zh: str, en: str, clause: str = "W-08", internal: bool = False
) -> Move:
    return Move(sources, target, permission=f"dispatch.{permission}", clause=clause, title=W(zh, en), internal=internal)


PICK_LIST: Lifecycle[PickList] = Lifecycle(
    "pick_list",
    "dispatch.PickList",
    title=W("提货单", "Pick list"),
    states=PickListState,
    tracked=(
        "number",
        "customer_id",
        "site_id",
        "contact_id",
        "order",
        "vehicle",
        "planned_on",
        "drafted_by",
        "released_by",
        "storekeeper",
        "short_reason",
        "checker",
        "labels",
        "net_milli",
        "digest",
        "cancelled_because",
    ),
    searched=lambda case: (case.number, case.customer.name, case.order, case.vehicle),
    moves={
        "draft": _m((), S.DRAFT, "draft", "开提货单", "Draft a pick list"),
        "add_line": _m({S.DRAFT}, STAY, "draft", "加一行", "Add a line"),
        "remove_line": _m({S.DRAFT}, STAY, "draft", "删一行", "Remove a line"),
        "place": _m({S.DRAFT}, STAY, "draft", "定收货地点和联系人", "Set place and contact", "N-04"),
        "revise": _m({S.DRAFT, S.RELEASED, S.PICKING}, STAY, "draft", "改单头", "Change the heading"),
        "release": _m({S.DRAFT}, S.RELEASED, "draft", "下发仓库", "Release to the warehouse", "N-04"),
        "take_back": _m({S.RELEASED}, S.DRAFT, "draft", "收回修改", "Take back to change"),
        "scan": _m({S.RELEASED, S.PICKING}, S.PICKING, "gate", "扫描核对", "Scan a label"),
        "undo": _m({S.PICKING}, STAY, "gate", "撤销扫描", "Undo a scan"),
        "weigh": _m({S.PICKING}, STAY, "gate", "称重", "Weigh"),
        "accept_weight": _m({S.PICKING}, STAY, "accept_weight", "准予超差放行", "Accept a weight out of tolerance"),
        "catch": _m({S.RELEASED, S.PICKING}, STAY, "gate", "拦下", "Stop at the gate", internal=True),
        "check_out": _m({S.PICKING}, S.READY, "gate", "检查签字", "Check and sign"),
        "reopen": _m({S.READY}, S.PICKING, "gate", "退回拣货", "Back to picking"),
        "ship": _m({S.READY}, S.SHIPPED, "ship", "复核出门", "Check again and let go"),
        "cancel": _m(
            {S.DRAFT, S.RELEASED, S.PICKING, S.READY}, S.CANCELLED, "cancel", "取消提货单", "Cancel the pick list"
        ),
    },
)

ESCAPE: Lifecycle[Escape] = Lifecycle(
    "escape",
    "dispatch.Escape",
    title=W("错发", "Wrong shipment"),
    states=EscapeState,
    tracked=(
        "number",
        "lot_id",
        "shipment",
        "customer_id",
        "mistake",
        "found_on",
        "about",
        "reversal",
        "right_shipment",
    ),
    searched=lambda case: (case.number, case.lot.code, case.delivery, case.customer.name, case.description),
    moves={
        "report": _m((), EscapeState.REPORTED, "report", "登记错发", "Report a wrong shipment"),
        "correct": _m({EscapeState.REPORTED}, EscapeState.CORRECTED, "correct", "更正错发", "Correct it"),
    },
)
