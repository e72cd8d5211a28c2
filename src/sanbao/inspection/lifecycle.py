"""The life of a sample, an instrument, a plan, a sheet and a series of lots; an inspection has one act: to conclude."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.inspection.models import (
    Inspection,
    InspectionPlan,
    InspectionSheet,
    InspectionState,
    Instrument,
    PlanState,
    Sample,
    SampleState,
    SamplingSeries,
    SamplingState,
    SheetState,
    UnknownLabel,
    UnknownState,
)
from sanbao.kernel.keeping import InUse, kept
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

S, P, H, R = SampleState, PlanState, SheetState, SamplingState
HELD = {S.RECEIVED, S.INSPECTED, S.STORED}

SAMPLE: Lifecycle[Sample] = Lifecycle(
    "sample",
    "inspection.Sample",
    title=W("样品", "Sample"),
    states=SampleState,
    tracked=("label", "place", "waybill", "due_at", "kept_until"),
    searched=lambda s: (s.number, s.label, s.wanted),
    moves={
        "request": Move(
            (),
            S.REQUESTED,
            permission="inspection.request_sample",
            clause="C-22",
            title=W("要求取样", "Request sample"),
            internal=True,  # asked for on behalf of a case, by that case's own move
        ),
        "register": Move(
            (),
            S.RECEIVED,
            permission="inspection.receive_sample",
            clause="C-22",
            title=W("登记样品", "Register sample"),
        ),
        "send": Move(
            {S.REQUESTED},
            S.IN_TRANSIT,
            permission="inspection.send_sample",
            clause="C-22",
            title=W("寄出样品", "Send sample"),
        ),
        "receive": Move(
            {S.REQUESTED, S.IN_TRANSIT, S.LOST},
            S.RECEIVED,
            permission="inspection.receive_sample",
            clause="C-22",
            title=W("收样", "Receive sample"),
        ),
        "hand_over": Move(
            HELD,
            STAY,
            permission="inspection.keep_sample",
            clause="C-22",
            title=W("交接样品", "Hand over sample"),
        ),
        "inspect": Move(
            HELD,
            (S.INSPECTED, S.STORED),
            permission="inspection.conclude",
            clause="C-17",
            title=W("检验", "Inspect"),
            internal=True,
        ),
        "store": Move(
            {S.RECEIVED, S.INSPECTED},
            S.STORED,
            permission="inspection.keep_sample",
            clause="C-22",
            title=W("留样", "Store sample"),
        ),
        "give_back": Move(
            HELD,
            S.RETURNED,
            permission="inspection.keep_sample",
            clause="C-22",
            title=W("退还样品", "Return sample"),
        ),
        "scrap": Move(
            {S.INSPECTED, S.STORED},
            S.SCRAPPED,
            permission="inspection.keep_sample",
            clause="C-22",
            title=W("报废样品", "Scrap sample"),
        ),
        "lose": Move(
            {S.REQUESTED, S.IN_TRANSIT, *HELD},
            S.LOST,
            permission="inspection.report_lost",
            clause="C-22",
            title=W("登记遗失", "Report lost"),
        ),
    },
)

INSPECTION: Lifecycle[Inspection] = Lifecycle(
    "inspection",
    "inspection.Inspection",
    title=W("检验", "Inspection"),
    states=InspectionState,
    tracked=("sample_id", "severity", "ours", "used_rightly", "basis"),
    searched=lambda i: (i.number, i.sample.number, i.conclusion),
    moves={
        "conclude": Move(
            (),
            InspectionState.CONCLUDED,
            permission="inspection.conclude",
            clause="C-17",
            title=W("出检验结论", "Conclude inspection"),
        ),
    },
)

UNKNOWN_LABEL: Lifecycle[UnknownLabel] = Lifecycle(
    "unknown_label",
    "inspection.UnknownLabel",
    title=W("未知标签", "Unknown label"),
    states=UnknownState,
    tracked=("code", "origin", "true_code", "basis"),
    searched=lambda label: (label.number, label.code, label.true_code),
    moves={
        "report": Move(
            (),
            UnknownState.OPEN,
            permission="inspection.report_unknown",
            clause="T-12",
            title=W("登记未知标签", "Report an unknown label"),
        ),
        "see_again": Move(
            {UnknownState.OPEN},
            STAY,
            permission="inspection.report_unknown",
            clause="T-12",
            title=W("再次发现", "Found again"),
        ),
        "clear_up": Move(
            {UnknownState.OPEN},
            UnknownState.CLEARED,
            permission="inspection.clear_unknown",
            clause="T-12",
            title=W("查明", "Clear up"),
        ),
    },
)


def _m(
    sources: Iterable[str], target: str | tuple[str, ...], verb: str, zh: str, en: str, *, internal: bool = False
) -> Move:
    """A move of Q-07."""
    return Move(sources, target, permission=f"inspection.{verb}", clause="Q-07", title=W(zh, en), internal=internal)


INSTRUMENT: Lifecycle[Instrument] = Lifecycle(
    "instrument",
    "inspection.Instrument",
    title=W("计量器具", "Instrument"),
    states=InUse,
    tracked=("number", "name", "kind", "measures", "place", "calibrated_on", "due_on", "certificate"),
    searched=lambda i: (i.number, i.name, i.kind, i.certificate),
    moves={
        **kept("inspection.keep_instruments", "Q-07"),
        "calibrate": _m(set(InUse), tuple(InUse), "keep_instruments", "登记校准", "Enter calibration"),
        "assess": _m(set(InUse), STAY, "keep_instruments", "评定已测结果", "Assess earlier results"),
    },
)

INSPECTION_PLAN: Lifecycle[InspectionPlan] = Lifecycle(
    "inspection_plan",
    "inspection.InspectionPlan",
    title=W("检验计划", "Inspection plan"),
    states=PlanState,
    tracked=("number", "edition", "title", "product_id", "material_id", "material_class", "level", "since", "digest"),
    searched=lambda p: (p.number, p.title, str(p.of_what)),
    moves={
        "draft": _m((), P.DRAFT, "draft_plan", "拟定检验计划", "Draft an inspection plan"),
        "revise": _m({P.IN_FORCE}, STAY, "draft_plan", "拟新版", "Draft a new edition"),
        "edit": _m({P.DRAFT}, STAY, "draft_plan", "修改", "Edit"),
        "approve": _m({P.DRAFT}, P.IN_FORCE, "approve_plan", "批准", "Approve"),
        "supersede": _m({P.IN_FORCE}, P.REPLACED, "approve_plan", "由新版取代", "Replaced", internal=True),
        "withdraw": _m({P.DRAFT, P.IN_FORCE}, P.WITHDRAWN, "approve_plan", "撤销", "Withdraw"),
    },
)

SAMPLING_SERIES: Lifecycle[SamplingSeries] = Lifecycle(
    "sampling_series",
    "inspection.SamplingSeries",
    title=W("批系列", "Series of lots"),
    states=SamplingState,
    tracked=("key", "why"),
    searched=lambda s: (str(s),),
    moves={
        "begin": _m((), R.NORMAL, "inspect", "开始批系列", "Begin a series", internal=True),
        "advance": _m(
            {R.NORMAL, R.TIGHTENED, R.REDUCED}, tuple(R), "inspect", "再检一批", "One more lot", internal=True
        ),
        "end_reduced": _m({R.REDUCED}, R.NORMAL, "inspect", "恢复正常检验", "Back to normal inspection"),
        "resume": _m({R.STOPPED}, R.TIGHTENED, "approve_plan", "恢复检验（加严）", "Resume, tightened"),
    },
)

INSPECTION_SHEET: Lifecycle[InspectionSheet] = Lifecycle(
    "inspection_sheet",
    "inspection.InspectionSheet",
    title=W("检验单", "Inspection sheet"),
    states=SheetState,
    tracked=("plan_id", "lot_id", "sample_id", "units", "rest_follows", "original", "conclusion"),
    searched=lambda s: (s.number, s.lot.code if s.lot else "", s.sample.number if s.sample else "", s.plan.title),
    moves={
        "open": _m((), H.OPEN, "inspect", "开检验单", "Open an inspection sheet"),
        "enter": _m({H.OPEN}, STAY, "inspect", "填写结果", "Enter results"),
        "conclude": _m({H.OPEN}, (H.ACCEPTED, H.REJECTED), "inspect", "下结论", "Conclude"),
        "cancel": _m({H.OPEN}, H.CANCELLED, "inspect", "作废", "Cancel"),
    },
)
