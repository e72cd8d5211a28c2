"""报告: what the authority and the house are owed, by when, and what was sent (消费品召回管理暂行规定)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.recall import queries
from sanbao.recall.actions.common import need, owe
from sanbao.recall.lifecycle import RECALL
from sanbao.recall.models import Recall, RecallReport, RecallState, ReportKind
from sanbao.recall.policies import decided, due

K = ReportKind


def owe_first(step: Step[Recall]) -> None:
    """With the start: the report, the plan and the first stage report."""
    for kind in (K.REPORT, K.PLAN, K.STAGE):
        _owe(step, kind, step.case.decided_at or now())


def owe_final(step: Step[Recall]) -> None:
    """With the end: the end report; no further stage report is owed."""
    RecallReport.objects.filter(recall=step.case, kind=K.STAGE, sent_at=None).delete()
    obligations.discharge(subject=step.case.subject, code=_code(K.STAGE), by=step.by, outcome="ended")
    _owe(step, K.FINAL, step.case.ended_at or now())
    _next_date(step.case)


def _owe(step: Step[Recall], kind: ReportKind, since: datetime) -> None:
    case = step.case
    rule = decided(today(), case.statutory)
    row = RecallReport.objects.create(recall=case, kind=kind, due_at=due(since, rule[kind.value]))
    said = W("召回 {number}：{what}", "Recall {number}: {what}", number=case.number, what=kind.title)
    owe(step, _code(kind), said, str(rule["reporter"]), row.due_at)
    _next_date(case)


def _code(kind: str) -> str:
    return f"recall.{kind}"


def _next_date(case: Recall) -> None:
    waiting = RecallReport.objects.filter(recall=case, sent_at=None).order_by("due_at")
    case.due_at = waiting.values_list("due_at", flat=True).first()


def report(
    recall: Recall,
    *,
    by: Actor,
    kind: str,
    sent_on: date,
    reference: str = "",
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> Recall:
    """A report was sent: when, under which number, with the figures as they stood. The next stage is owed from then."""
    with RECALL.move("report", recall, by=by, expect=expect) as step:
        case = step.case
        need(
            sent_on <= today(),
            "recall.sent_later",
            "报送日期不能晚于今天。",
            "It cannot have been sent after today.",
            field="sent_on",
        )
        row = RecallReport.objects.select_for_update().filter(recall=case, kind=kind, sent_at=None).first()
        if row is None:
            need(
                False,
                "recall.no_such_report",
                "现在没有要报送的“{what}”。",
                "No “{what}” is owed now.",
                field="kind",
                what=ReportKind.title_of(kind),
            )
            return step.case
        row.sent_at, row.sent_by, row.reference = now(), by.ref, reference
        row.figures = {**queries.result_of(case), "sent_on": sent_on.isoformat()}
        row.save()
        attachments.attach(files, subject=case.subject, by=by, clause="Q-06")
        step.record(kind=kind, sent_on=sent_on, reference=reference, late=row.sent_at > row.due_at)
        obligations.discharge(subject=case.subject, code=_code(kind), by=by, outcome=reference)
        if kind == K.STAGE and case.state == RecallState.IN_FORCE:
            _owe(step, K.STAGE, row.due_at)
        _next_date(case)
    return step.case
