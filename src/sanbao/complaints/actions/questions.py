"""使用咨询: a usage question is a case of its own kind, answered from the knowledge base or in writing (W-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanbao.complaints import timing
from sanbao.complaints.actions.contact import give_word, in_touch
from sanbao.complaints.actions.intake import register, report_to_gm, what
from sanbao.complaints.actions.quoting import quoted
from sanbao.complaints.actions.telling import tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, Matter, PromiseKind, Resolution, Satisfaction
from sanbao.complaints.planning import at_intake, form_due
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force, need
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.knowledge.models import Article


def register_question(*, by: Actor, source: str, channel: str, description: str, **facts: Any) -> Complaint:
    """Enter a usage question (登记使用咨询): owner, next step and clocks as every case, but nothing to grade (W-09)."""
    return register(
        by=by,
        source=source,
        channel=channel,
        description=description,
        opening="register_question",
        matter=Matter.QUESTION,
        **facts,
    )


def answer_question(
    complaint: Complaint,
    *,
    by: Actor,
    text: str = "",
    quotes: Sequence[Article] = (),
    resolution: str = Resolution.ANSWERED,
    visit_at: datetime | None = None,
    expect: int | None = None,
) -> Complaint:
    """Answer with quoted articles, in one's own words, or both; on-site service becomes a promised visit (W-09)."""
    with acting("answer_question", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            text.strip() or quotes,
            "complaint.answer_missing",
            "请写明答复，或引用知识库条目。",
            "Write an answer, or quote an article.",
            clause="W-09",
            field="text",
        )
        told = quoted(step, text, quotes)
        case.answer, case.answered_at, case.resolution = told, now(), resolution
        case.satisfaction = Satisfaction.NOT_ASKED
        heading = W("答复使用咨询：{how}", "Usage question answered: {how}", how=Resolution(resolution).title)
        tell(step, heading, told, audience=Audience.OUTWARD)
        if resolution == Resolution.ONSITE:
            need(
                visit_at,
                "complaint.visit_missing",
                "上门服务请约定时间。",
                "On-site service needs an agreed time.",
                clause="W-09",
                field="visit_at",
            )
            if visit_at is not None:
                give_word(step, PromiseKind.VISIT, visit_at, case.title, field="visit_at")
        timing.stop(case, "final", by=by)
        in_touch(step)
    return step.case


def turn_into_complaint(
    complaint: Complaint, *, by: Actor, reason: str, quality_related: bool = False, expect: int | None = None
) -> Complaint:
    """The user is not asking but complaining: from here on the case goes the way of every complaint (W-09, C-08)."""
    with acting("turn_into_complaint", complaint, by=by, expect=expect) as step:
        case = step.case
        case.matter, case.quality_related, case.resolution = Matter.COMPLAINT, quality_related, ""
        case.satisfaction, case.attitude, case.answer, case.answered_at = Satisfaction.NOT_ASKED, "", "", None
        what(case)
        timing.start(case, "final", *(["feedback_form"] if form_due(case) else []), by=by)
        if at_intake(case) and in_force("U-08"):
            report_to_gm(step)
        tell(step, W("使用咨询转为投诉", "The usage question is a complaint"), reason)
    return step.case
