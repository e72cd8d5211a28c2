"""What may become of a marking notice, a delivery and its lots, a slip, a place, a count, a customer's property."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.keeping import InUse, kept
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.materials.marking import need_complete
from sanbao.materials.models import (
    CountState,
    Delivery,
    DeliveryState,
    IncomingLot,
    IncomingState,
    IssueSlip,
    MarkingNotice,
    MarkingState,
    Place,
    PropertyReport,
    PropertyState,
    SlipState,
    StockCount,
)

M, D, G, S, C, P = MarkingState, DeliveryState, IncomingState, SlipState, CountState, PropertyState


def _m(
    sources: Iterable[str],
    target: str | tuple[str, ...],
    verb: str,
    clause: str,
    zh: str,
    en: str,
    *,
    internal: bool = False,
) -> Move:
    permission = verb if "." in verb else f"materials.{verb}"
    return Move(sources, target, permission=permission, clause=clause, title=W(zh, en), internal=internal)


MARKING_NOTICE: Lifecycle[MarkingNotice] = Lifecycle(
    "marking_notice",
    "materials.MarkingNotice",
    title=W("标识要求告知", "Marking notice"),
    states=MarkingState,
    tracked=(
        "number", "supplier_id", "material_class", "rule_version", "rule_digest", "sent_by", "sendings", "link_hash",
        "due_at", "acknowledged_at",
    ),
    searched=lambda n: (n.number, n.supplier.code, n.supplier.name, n.material_class),
    moves={
        "send": _m((), M.SENT, "tell_supplier", "T-01", "告知供方标识要求", "Tell a supplier what to mark"),
        "send_again": _m(set(M), M.SENT, "tell_supplier", "T-01", "再次告知", "Tell him again"),
        "acknowledge": _m({M.SENT}, M.ACKNOWLEDGED, "acknowledge_marking", "T-01", "供方确认", "Acknowledge",
                          internal=True),  # on the supplier's own link, without a log-in
        "record_acknowledgement": _m({M.SENT}, M.ACKNOWLEDGED, "tell_supplier", "T-01", "登记供方书面确认",
                                     "Record a written acknowledgement"),
        "outdate": _m({M.SENT, M.ACKNOWLEDGED}, M.STALE, "tell_supplier", "T-01", "要求已变", "Outdated",
                      internal=True),  # a new version of the rule says something else
    },
)  # fmt: skip

DELIVERY: Lifecycle[Delivery] = Lifecycle(
    "delivery",
    "materials.Delivery",
    title=W("来料登记", "Delivery"),
    states=DeliveryState,
    tracked=("number", "supplier_id", "owner_id", "paper", "arrived_on", "registered_by"),
    searched=lambda d: (
        d.number, d.paper, d.vehicle, d.supplier.name if d.supplier else "", d.owner.name if d.owner else ""
    ),
    moves={
        "register": _m((), D.OPEN, "receive", "T-04", "登记来料", "Register a delivery"),
        "enter": _m({D.OPEN}, STAY, "receive", "T-04", "核对一批", "Check one lot"),
        "take_in": _m({D.OPEN}, STAY, "receive", "T-06", "收进齐全的各批", "Take in all that is complete"),
        "close": _m({D.OPEN}, D.CLOSED, "receive", "T-04", "核对完毕", "Finish the check"),
    },
)  # fmt: skip

WAITING = frozenset({G.REFUSED, G.SAMPLING, G.NONCONFORMING})
INCOMING: Lifecycle[IncomingLot] = Lifecycle(
    "incoming",
    "materials.IncomingLot",
    title=W("来料批", "Incoming lot"),
    states=IncomingState,
    tracked=(
        "delivery_id", "material_id", "model", "specification", "supplier_lot", "made_on", "quantity_milli", "unit",
        "present", "certificate", "report", "report_number", "rule_version", "missing", "cleared", "tightened",
        "entered_by", "lot_id", "receipt_id", "permit_id",
    ),
    searched=lambda i: (
        i.delivery.number, i.material.code, i.material.name, i.supplier_lot, i.certificate, i.report_number,
        i.lot.code if i.lot else "",
    ),
    moves={
        "enter": _m((), (G.COMPLETE, G.REFUSED), "receive", "T-04", "核对标识", "Check the marking",
                    internal=True),  # by the delivery's own move
        "correct": _m({G.COMPLETE, G.REFUSED}, (G.COMPLETE, G.REFUSED), "receive", "T-04", "更正登记", "Correct"),
        "accept": _m({G.COMPLETE, G.REFUSED}, G.ACCEPTED, "receive", "T-04", "收进仓库", "Take into store"),
        "collect_history": _m({G.REFUSED, G.URGENT}, (G.COMPLETE, G.REFUSED, G.URGENT, G.ACCEPTED), "handle_refused",
                              "T-04", "甲 补查该批来历", "A Collect the lot's history"),
        "supply": _m({G.REFUSED, G.URGENT}, (G.COMPLETE, G.REFUSED, G.URGENT, G.ACCEPTED), "handle_refused", "T-04",
                     "乙 补来合格证和标识", "B Certificate and marking from the supplier"),
        "ask_sampling": _m({G.REFUSED}, G.SAMPLING, "handle_refused", "T-04", "丙 请质检加严抽样",
                           "C Ask for tightened sampling"),
        "agree_sampling": _m({G.SAMPLING}, (G.COMPLETE, G.REFUSED), "judge_incoming", "T-04", "同意加严抽样",
                             "Agree to tightened sampling"),
        "decline_sampling": _m({G.SAMPLING}, G.REFUSED, "judge_incoming", "T-04", "不同意加严抽样",
                               "Decline tightened sampling"),
        "use_nonconforming": _m({G.REFUSED, G.SAMPLING}, G.NONCONFORMING, "handle_refused", "T-04",
                                "丁 按不合格品程序", "D Nonconforming procedure"),
        "settle_nonconforming": _m({G.NONCONFORMING}, (G.COMPLETE, G.REFUSED), "judge_incoming", "T-04",
                                   "处置不合格来料", "Settle the nonconformity"),
        "ask_urgent": _m({G.COMPLETE, *WAITING, G.URGENT, G.ACCEPTED}, G.URGENT, "ask_urgent", "T-05",
                         "申请紧急放行", "Ask urgent release"),
        "mark": _m({G.URGENT}, STAY, "trace.receive", "T-05", "补标识", "Re-mark the material"),
        "settle": _m({G.URGENT}, G.ACCEPTED, "judge_incoming", "T-05", "质检已判定", "Judged by QC", internal=True),
        "send_back": _m({G.COMPLETE, G.REFUSED, G.URGENT, G.ACCEPTED}, G.RETURNED, "send_back", "T-04", "退回供方",
                        "Send back to the supplier"),
        "strike": _m({G.ACCEPTED, G.URGENT}, (G.COMPLETE, G.REFUSED), "receive", "T-06", "进仓已冲销", "Receipt struck",
                     internal=True),  # the counter-entry in the trace store brings it back to the gate
        "cancel": _m({G.COMPLETE, G.REFUSED}, G.CANCELLED, "receive", "T-04", "作废（录错）", "Cancel (wrong entry)"),
    },
)  # fmt: skip

SLIP: Lifecycle[IssueSlip] = Lifecycle(
    "issue_slip",
    "materials.IssueSlip",
    title=W("领料单", "Issue slip"),
    states=SlipState,
    tracked=("number", "department_id", "into", "into_kind", "customer_id", "opened_by", "issued_by", "issued_at"),
    searched=lambda s: (s.number, s.into, s.department.name_zh, s.taken_by, *(line.lot.code for line in s.lines.all())),
    moves={
        "open": _m((), S.OPEN, "ask_issue", "T-07", "开领料单", "Open an issue slip"),
        "add": _m({S.OPEN}, STAY, "ask_issue", "T-07", "加一行", "Add a line"),
        "remove": _m({S.OPEN}, STAY, "ask_issue", "T-07", "去掉一行", "Remove a line"),
        "issue": _m({S.OPEN}, S.ISSUED, "trace.issue", "T-07", "发料", "Issue"),
        "give_back": _m({S.ISSUED}, STAY, "trace.move", "T-07", "退回仓库", "Return to store"),
        "cancel": _m({S.OPEN}, S.CANCELLED, "ask_issue", "T-07", "作废领料单", "Cancel the slip"),
    },
)

PLACE: Lifecycle[Place] = Lifecycle(
    "place",
    "materials.Place",
    title=W("库位", "Place"),
    states=InUse,
    tracked=("code", "name", "kind", "sign", "spacing_cm", "capacity", "customer_id"),
    searched=lambda p: (p.code, p.name, p.sign),
    moves={
        **kept("materials.keep_places", "W-07"),
        "put": _m({InUse.IN_USE}, STAY, "put", "W-07", "放到这里", "Put here"),
    },
)

COUNT: Lifecycle[StockCount] = Lifecycle(
    "stock_count",
    "materials.StockCount",
    title=W("盘点", "Stock-taking"),
    states=CountState,
    tracked=("number", "material_class", "opened_by", "submitted_by", "rounds", "digest", "decided_by"),
    searched=lambda c: (c.number, c.material_class, c.remark),
    moves={
        "open": _m((), C.OPEN, "count", "W-07", "开始盘点", "Begin a count"),
        "scan": _m({C.OPEN}, STAY, "count", "W-07", "盘一批", "Count one lot"),
        "submit": _m({C.OPEN}, C.COUNTED, "count", "W-07", "交盘点结果", "Hand the result in"),
        "recount": _m({C.COUNTED}, C.OPEN, "approve_count", "W-07", "退回复盘", "Count again"),
        "approve": _m({C.COUNTED}, C.APPROVED, "approve_count", "W-07", "批准入账", "Approve and book"),
        "cancel": _m({C.OPEN, C.COUNTED}, C.CANCELLED, "count", "W-07", "作废盘点", "Cancel the count"),
    },
)

PROPERTY: Lifecycle[PropertyReport] = Lifecycle(
    "property_report",
    "materials.PropertyReport",
    title=W("顾客财产报告", "Report on a customer's property"),
    states=PropertyState,
    tracked=("number", "lot_id", "customer_id", "what", "quantity_milli", "reported_by", "told_by", "told_at"),
    searched=lambda r: (r.number, r.lot.code, r.customer.name),
    moves={
        "report": _m((), P.REPORTED, "report_property", "T-08", "报告丢失损坏", "Report loss or damage"),
        "tell": _m({P.REPORTED}, P.TOLD, "tell_owner", "T-08", "告知客户", "Tell the owner"),
    },
)


@INCOMING.guard
def only_what_is_complete_comes_in(case: IncomingLot, name: str, move: Move, by: object) -> None:
    """T-03, T-04: a lot that lacks marking or a required report is not taken in; the refusal says what it lacks."""
    if name == "accept":
        need_complete(case)
