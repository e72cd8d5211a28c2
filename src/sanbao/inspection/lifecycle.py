"""The life of a sample, and the one act of an inspection: to conclude."""

from __future__ import annotations

from sanbao.inspection.models import (
    Inspection,
    InspectionState,
    Sample,
    SampleState,
    UnknownLabel,
    UnknownState,
)
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

S = SampleState
HELD = {S.RECEIVED, S.INSPECTED, S.STORED}

SAMPLE: Lifecycle[Sample] = Lifecycle(
    "sample",
    "inspection.Sample",
    title=W("样品", "Sample"),
    states=SampleState,
    tracked=("label", "place", "waybill", "due_at"),
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
