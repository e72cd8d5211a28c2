"""By when a recall's reports are due, who decides and runs it, when silent holders are reminded; rehearsal targets."""

from __future__ import annotations

from datetime import date, datetime

from sanbao.kernel.calendars import Span
from sanbao.kernel.decision_tables import Amount, Choice, Duration, Shape, Text
from sanbao.kernel.policies import Decision, Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar

RECALL = Policy(
    "recall",
    title=W("召回", "Recall"),
    clause="Q-06",
    shape=Shape(
        inputs=[
            Choice("statutory", {"yes": ("法定", "Statutory"), "no": ("自愿", "Voluntary")}, ("是否法定", "Statutory"))
        ],
        outputs=[
            Text("decider", ROLE, ("由谁决定", "Decided by")),
            Duration("decide_within", ("多久以内决定", "Decided within")),
            Duration("report", ("报告期限", "Report within")),
            Duration("plan", ("提交计划期限", "Plan within")),
            Duration("stage", ("阶段报告间隔", "Stage report every")),
            Duration("final", ("结束后总结报告期限", "End report within, after the end")),
            Text("reporter", ROLE, ("由谁报告", "Reports made by")),
            Text("runner", ROLE, ("没有业务员时由谁通知", "Holders without a salesperson")),
            Duration("notify_within", ("多久以内通知持有人", "Holders notified within")),
            Amount("attempts", "", 1, 20, ("在几个不同日子联系不上", "Days of vain attempts")),
            Duration("remind", ("多久未确认再提醒", "Reminded after")),
            Amount("reminders", "", 0, 20, ("最多提醒几次", "Reminders at most")),
            Text("escalate", ROLE, ("仍未确认报给谁", "Silence is laid before")),
            Text("hotline", r"[\d+() -]{3,40}", ("召回热线", "Telephone for holders"), optional=True),
            Amount("link_days", "d", 1, 3650, ("链接有效天数", "Days that a link opens")),
        ],
    ),
)

REHEARSAL = Policy(
    "recall_rehearsal",
    title=W("召回演练", "Mock recall"),
    clause="Q-06",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("target", "%", 1, 100, ("去向清楚的重量至少", "Weight accounted for at least")),
            Duration("within", ("用时不超过", "Within")),
        ],
    ),
)


def decided(on: date, statutory: bool | None) -> Decision:
    return RECALL.decide(on=on, statutory="yes" if statutory else "no")


def due(since: datetime, span: Span) -> datetime:
    return calendar().counting(span.working).due(since, span)
