"""The tables of the complaints room that a factory may change; their rows ship in ``policies/*.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sanbao.complaints.models import Complaint, Grade, Spread
from sanbao.inspection.models import Severity
from sanbao.kernel.decision_tables import Amount, Choice, Duration, Number, OneOf, Shape, Text
from sanbao.kernel.policies import PastCase, Policy
from sanbao.kernel.times import local
from sanbao.kernel.words import W


def _graded(first: date, last: date) -> Iterator[PastCase]:
    """Complaints that the table has graded, by the day that decided (the day of receipt).

    What counts is what the table answered, also where a person then departed from it.
    """
    found = Complaint.objects.filter(received_at__date__range=(first, last), legacy=None).exclude(grade_proposed="")
    for case in found.order_by("received_at", "pk").iterator(chunk_size=2000):
        yield PastCase(
            case.number,
            local(case.received_at).date(),
            {"severity": case.severity, "spread": case.spread},
            {"grade": case.grade_proposed},
        )


GRADING = Policy(
    "grading",
    title=W("投诉分级", "Grading of complaints"),
    clause="C-12",
    rehearsal=_graded,
    shape=Shape(
        inputs=[
            Choice("severity", {s.value: (s.zh, s.en) for s in Severity}, ("严重度", "Severity")),
            Choice("spread", {s.value: (s.zh, s.en) for s in Spread}, ("市场影响", "Market impact")),
        ],
        outputs=[
            OneOf("grade", {g.value: (g.zh, g.en) for g in Grade}, ("等级", "Grade")),
            Text("why_zh", title=("为什么", "Why, in Chinese")),
            Text("why_en", title=("英文说明", "Why")),
        ],
    ),
)

WIDESPREAD = Policy(
    "widespread",
    title=W("较为普遍的判定", "When a matter counts as widespread"),
    clause="C-09",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("days", "d", 1, 365, ("时间窗（天）", "Window in days")),
            Amount("cases", "", 2, 1000, ("同类件数", "Cases of the same kind")),
            Amount("users", "", 1, 1000, ("不同用户数", "Distinct users")),
        ],
    ),
)

CHASES = Policy(
    "chases",
    title=W("催办升级", "Escalation of chases"),
    clause="U-09",
    shape=Shape(
        inputs=[Number("chases", "", Decimal(0), None, ("期间内的催办次数", "Chases within the window"))],
        outputs=[Text("to", r"[a-z_*]+\.[a-z_*]+|\{owner\}\.[a-z_]+", ("升级到", "Escalates to"), optional=True)],
    ),
)

CHASE_WINDOW = Policy(
    "chase_window",
    title=W("催办计数期间", "Window of chases"),
    clause="U-09",
    shape=Shape(inputs=[], outputs=[Amount("days", "d", 1, 90, ("几天以内的算在一起", "Days that count together"))]),
)

SATISFACTION = Policy(
    "satisfaction",
    title=W("满意回访", "Satisfaction calls"),
    clause="W-03",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("attempts", "", 1, 20, ("联系不上须试的天数", "Days of attempts when unreachable")),
            Amount("rounds", "", 1, 20, ("不满意须协商的轮数", "Rounds when not satisfied")),
        ],
    ),
)

REOPENING = Policy(
    "reopening",
    title=W("关闭后再次反映", "Follow-up on a closed case"),
    clause="W-03",
    shape=Shape(
        inputs=[],
        outputs=[Duration("within", ("多久以内重新打开原件，过后另立新件", "Reopens within; later a new linked case"))],
    ),
)
