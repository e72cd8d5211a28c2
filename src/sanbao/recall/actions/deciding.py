"""提出、决定、结束: who proposes a recall, who starts or rejects it, and when it may end (Q-06, C-13)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint, Settling
from sanbao.complaints.rules import RECALL as ASSESS
from sanbao.kernel import numbering, obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need_basis
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.recall import queries, scoping
from sanbao.recall.actions import reports, scope
from sanbao.recall.actions.common import DECIDE, HOUSE, NOTIFY, SILENT, need, need_words, owe
from sanbao.recall.lifecycle import RECALL
from sanbao.recall.models import Recall, RecallHolder
from sanbao.recall.policies import decided, due
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot


def propose(
    *,
    by: Actor,
    title: str,
    lots: Sequence[Lot] = (),
    first_label: str = "",
    last_label: str = "",
    danger: str = "",
    measure: str = "",
    statutory: bool | None = None,
    statutory_basis: str = "",
    origin: str = "",
) -> Recall:
    """Production or technology propose a recall; the general manager decides at once (C-13)."""
    with RECALL.opening("propose", by=by) as step:
        _begin(step, title, origin)
        _define(step, lots, first_label, last_label, danger, measure, statutory, statutory_basis)
        rule = decided(today(), statutory)
        step.record(**rule.as_facts())
        step.case.due_at = due(now(), rule["decide_within"])
        step.insert()
        step.case.starts.set(lots)
        scope.take(step)
        said = W("决定是否启动召回 {number}：{title}", "Decide on the recall {number}: {title}")
        words = said.format(number=step.case.number, title=title)
        owe(step, DECIDE, words, str(rule["decider"]), step.case.due_at, clause="C-13")
    return step.case


def order(
    *,
    by: Actor,
    title: str,
    danger: str,
    measure: str,
    statutory: bool,
    lots: Sequence[Lot] = (),
    first_label: str = "",
    last_label: str = "",
    statutory_basis: str = "",
) -> Recall:
    """The general manager orders a recall that nobody proposed."""
    with RECALL.opening("order", by=by) as step:
        _begin(step, title, "")
        _define(step, lots, first_label, last_label, danger, measure, statutory, statutory_basis)
        step.insert()
        step.case.starts.set(lots)
        _start(step)
    return step.case


def define(
    recall: Recall,
    *,
    by: Actor,
    title: str,
    lots: Sequence[Lot] = (),
    first_label: str = "",
    last_label: str = "",
    danger: str = "",
    measure: str = "",
    statutory: bool | None = None,
    statutory_basis: str = "",
    expect: int | None = None,
) -> Recall:
    """Which lots, what danger, what the holders shall do: before it is decided."""
    with RECALL.move("define", recall, by=by, expect=expect) as step:
        step.case.title = title
        _define(step, lots, first_label, last_label, danger, measure, statutory, statutory_basis)
        step.case.starts.set(lots)
        scope.take(step)
    return step.case


def confirm(recall: Recall, *, by: Actor, expect: int | None = None) -> Recall:
    """The general manager starts it, with his signature: everything is stopped at once, every holder is listed."""
    with RECALL.move("confirm", recall, by=by, expect=expect) as step:
        signatures.not_the_same(by, others=[step.case.proposed_by], code="recall.own")
        _start(step)
        _assessed(step, W("已启动召回 {number}", "Recall {number} was started"))
    return step.case


def reject(recall: Recall, *, by: Actor, reason: str, expect: int | None = None) -> Recall:
    """The general manager does not start it, and says why; that stands on the case it came from (C-13)."""
    with RECALL.move("reject", recall, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=[case.proposed_by], code="recall.own")
        need_words(reason, "reason", "不启动召回须写明理由。", "State why no recall is started.", clause="C-13")
        case.reason, case.decided_by, case.decided_at, case.due_at = reason, by.ref, now(), None
        step.record(reason=reason)
        obligations.discharge(subject=case.subject, code=DECIDE, by=by, outcome=reason)
        _assessed(step, W("不启动召回（{number}）：{why}", "No recall ({number}): {why}"))
    return step.case


def widen(recall: Recall, *, by: Actor, lots: Sequence[Lot], reason: str, expect: int | None = None) -> Recall:
    """Further lots turn out to be concerned: they are stopped too, and their holders listed."""
    with RECALL.move("widen", recall, by=by, expect=expect) as step:
        case = step.case
        need(lots, "recall.no_starts", "请写明批次。", "Name the lots.", field="lots")
        need_words(reason, "reason", "请写明为什么扩大。", "State why the scope is widened.")
        case.starts.add(*lots)
        if in_force("Q-06"):
            hold = trace.hold(by=HOUSE, lots=lots, reason=f"召回 {case.number} 扩大范围", about=case.subject)
            step.record(hold=hold.number, held=hold.lots)
        new, changed = scope.list_holders(step, scope.take(step))
        step.record(reason=reason, added=[lot.code for lot in lots], new_holders=new, changed_holders=changed)
    return step.case


def end(recall: Recall, *, by: Actor, summary: str, expect: int | None = None) -> Recall:
    """Everything is accounted for, or its absence explained and approved: the recall ends, the end report is owed."""
    with RECALL.move("end", recall, by=by, expect=expect) as step:
        case = step.case
        need_words(summary, "summary", "请写明召回的结果。", "State what the recall came to.")
        rest = RecallHolder.objects.filter(recall=case).annotate(open_milli=queries.OUT - F("excused_milli"))
        left = list(rest.exclude(open_milli=0).order_by("-open_milli", "id").values_list("open_milli", "unit")[:1])
        need(
            not left,
            "recall.unaccounted",
            "还有 {n} 个持有人的数量没有查明，也没有经总经理批准的说明（最多的一处 {most} {unit}）。",
            "The quantities of {n} holders are neither accounted for nor explained with the GM's approval "
            "(the largest {most} {unit}).",
            n=rest.exclude(open_milli=0).count(),
            most=f"{left[0][0] / 1000:g}" if left else "",
            unit=left[0][1] if left else "",
        )
        case.summary, case.ended_at = summary, now()
        case.result = queries.result_of(case)
        step.record(result=case.result)
        step.private(summary=summary)
        for code in (NOTIFY, SILENT):
            obligations.discharge(subject=case.subject, code=code, by=by, outcome="ended")
        reports.owe_final(step)
    return step.case


# -- how it begins -------------------------------------------------------------------------------------------------


def _begin(step: Step[Recall], title: str, origin: str) -> None:
    case = step.case
    case.number, case.title, case.origin = numbering.take("recall"), title, origin
    case.proposed_by, case.proposed_at = step.by.ref, now()


def _define(
    step: Step[Recall],
    lots: Sequence[Lot],
    first_label: str,
    last_label: str,
    danger: str,
    measure: str,
    statutory: bool | None,
    basis: str,
) -> None:
    case = step.case
    case.danger, case.measure, case.statutory, case.statutory_basis = danger, measure, statutory, basis
    case.first_label, case.last_label = first_label, last_label or first_label
    need(
        not first_label or scoping.labels_between(case.first_label, case.last_label),
        "recall.no_labels",
        "没有编号从 {first} 到 {last} 的标签。",
        "There are no labels from {first} to {last}.",
        field="first_label",
        first=case.first_label,
        last=case.last_label,
    )
    step.record(starts=[lot.code for lot in lots])
    step.private(danger=danger, measure=measure)


def _start(step: Step[Recall]) -> None:
    """Stop everything at once, list every holder, let the periods run (Q-06)."""
    case, by = step.case, step.by
    _ready(case)
    starts = scoping.starts_of(case)
    content = {"recall": case.number, "starts": starts, "danger": case.danger, "statutory": case.statutory}
    signatures.sign(subject=case.subject, meaning="order", content=content, by=by, clause="Q-06")
    rule = decided(today(), case.statutory)
    case.rule = rule.as_facts()["decision"]
    case.decided_by, case.decided_at = by.ref, now()
    step.record(**rule.as_facts())
    obligations.discharge(subject=case.subject, code=DECIDE, by=by, outcome="in force")
    if in_force("Q-06"):
        case.hold = trace.hold(
            by=HOUSE, lots=starts, reason=f"召回 {case.number}：{case.title}"[:300], about=case.subject
        )
        step.record(hold=case.hold.number, held=case.hold.lots)
    new, _ = scope.list_holders(step, scope.take(step))
    step.record(holders=new)
    reports.owe_first(step)


def _ready(case: Recall) -> None:
    need(
        scoping.starts_of(case),
        "recall.no_starts",
        "还没有写明从哪些批次开始，不能启动召回。",
        "No lots are named from which the recall begins.",
    )
    need_words(case.danger, "danger", "请写明缺陷和危险。", "State the defect and the danger.")
    need_words(case.measure, "measure", "请写明要持有人做什么。", "State what the holders shall do.")
    need(
        case.statutory is not None,
        "recall.statutory_unsaid",
        "请写明是否法定召回及依据。",
        "State whether the recall is statutory, and on what basis.",
        field="statutory",
    )
    if case.statutory:
        need_basis(case.statutory_basis, "statutory_basis")


def _assessed(step: Step[Recall], said: W) -> None:
    """The case that the recall came from owed its assessment; now it stands there what became of it (C-13)."""
    kind, _, pk = step.case.origin.partition(":")
    if kind != Complaint.KIND or not obligations.open_on(step.case.origin).filter(code=ASSESS.code).exists():
        return
    complaint = Complaint.objects.get(pk=pk)
    if complaint.ended:
        return
    words = said.format(number=step.case.number, why=step.case.reason)
    complaints.settle_duty(
        complaint,
        by=HOUSE,
        duty=ASSESS.code,
        how=Settling.DONE,
        reason=words.said_in("zh-hans"),
        reference=step.case.number,
    )
