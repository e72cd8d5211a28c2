"""标识检查: production and QC walk through a shop, basket by basket; what is not in order is put right (T-09, T-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sanbao.kernel import attachments, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step as Act
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.production.actions.common import need_past
from sanbao.production.lifecycle import MARKING_AUDIT
from sanbao.production.models import AuditState, Marking, MarkingAudit, MarkSeen
from sanbao.production.policies import MARKING_AUDITS
from sanbao.trace import queries as trace

#: The duty of production: put the marking right.
CORRECT = "marking_audit.correct"


def begin_audit(*, by: Actor, place: str, audited_on: date | None = None, remark: str = "") -> MarkingAudit:
    """An audit of the marking in one shop begins; baskets are looked at one by one."""
    with MARKING_AUDIT.opening("begin", by=by, place=place, remark=remark) as act:
        need_past(audited_on or today(), "audited_on")
        act.case.number, act.case.audited_by = numbering.take("marking_audit"), by.ref
        act.case.audited_on = audited_on or today()
    return act.case


def see_mark(
    audit: MarkingAudit,
    *,
    by: Actor,
    found: str,
    code: str = "",
    remark: str = "",
    files: Sequence[Attachment] = (),
    expect: int | None = None,
) -> MarkingAudit:
    """One basket: the code that can be read on it, and how its marking was found; with photographs (T-11)."""
    with MARKING_AUDIT.move("see", audit, by=by, expect=expect) as act:
        case = act.case
        _need_told(code, found, remark)
        _need_new(case, code)
        lots = trace.find(code, actor=by) if code else []
        mark = MarkSeen.objects.create(
            audit=case, code=code.strip(), lot=lots[0] if len(lots) == 1 else None, found=found, remark=remark,
            seen_at=now(),
        )  # fmt: skip
        case.seen += 1
        case.faulty += found != Marking.COMPLETE
        act.record(mark=mark.pk, code=mark.code, found=found)
        attachments.attach(files, subject=case.subject, by=by, clause="T-11")
    return case


def finish_audit(audit: MarkingAudit, *, by: Actor, expect: int | None = None) -> MarkingAudit:
    """The walk is over. What is missing, illegible or wrong becomes a duty of production, with its due time (T-11)."""
    with MARKING_AUDIT.move("finish", audit, by=by, expect=expect) as act:
        case = act.case
        if not case.seen:
            sentence = W("还没有查过一框。", "No basket was looked at yet.")
            refuse("audit.nothing_seen", sentence, clause="T-11", number=case.number)
        if not case.faulty or not in_force("T-11"):
            act.to(AuditState.CLOSED)
            return case
        rule = MARKING_AUDITS.decide(on=case.audited_on)
        span = rule["corrected_within"]
        case.due_at = calendar().counting(span.working).due(now(), span)
        act.to(AuditState.CORRECTING)
        act.record(**rule.as_facts())
    obligations.owe(
        subject=case.subject,
        code=CORRECT,
        sentence=W("{place}：纠正 {n} 处标识", "{place}: put {n} markings right", place=case.place, n=case.faulty),
        to="production",
        by=by,
        clause="T-11",
        due=case.due_at,
    )
    return case


def correct_mark(
    audit: MarkingAudit, *, by: Actor, mark: MarkSeen, correction: str, expect: int | None = None
) -> MarkingAudit:
    """One marking was put right: by whom, when, how. With the last of them the audit is closed (T-11)."""
    with MARKING_AUDIT.move("correct", audit, by=by, expect=expect) as act:
        row = _need_open(act, mark)
        row.corrected_by, row.corrected_at, row.correction = by.ref, now(), correction
        row.save(update_fields=["corrected_by", "corrected_at", "correction"])
        left = act.case.marks.exclude(found=Marking.COMPLETE).filter(corrected_at=None).exists()
        act.to(AuditState.CORRECTING if left else AuditState.CLOSED)
        act.record(mark=row.pk)
    if not left:
        obligations.discharge(subject=act.case.subject, code=CORRECT, by=by)
    return act.case


def _need_told(code: str, found: str, remark: str) -> None:
    """A basket that nobody can tell is told by where it stands."""
    if not code.strip() and (found == Marking.COMPLETE or len(remark.strip()) < 2):
        refuse(
            "audit.which_basket",
            W("读不出编号的，请写明是哪一框、在哪里。", "Where no code can be read, say which basket it is and where."),
            clause="T-11",
            status=422,
            field="code",
        )


def _need_new(audit: MarkingAudit, code: str) -> None:
    key = code_key(code)
    if key and key in {code_key(seen) for seen in audit.marks.values_list("code", flat=True)}:
        sentence = W("{basket} 这次已经查过。", "{basket} was looked at already.")
        refuse("audit.seen_already", sentence, clause="T-11", field="code", basket=code)


def _need_open(act: Act[MarkingAudit], mark: MarkSeen) -> MarkSeen:
    row: MarkSeen | None = act.case.marks.exclude(found=Marking.COMPLETE).filter(pk=mark.pk, corrected_at=None).first()
    if row is None:
        sentence = W("没有这处待纠正的标识。", "There is no such marking to put right.")
        refuse("audit.not_open", sentence, clause="T-11", status=422, field="mark")
        return mark
    return row
