"""From the root cause to measures that are implemented with evidence (Q-03: D4 to D7; W-05, C-18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sanbao.corrective import queries, rules
from sanbao.corrective.actions.telling import (
    ACTED,
    APPROVE,
    CAUSE,
    CAUSE_FOUND,
    PLAN,
    VERIFY,
    lead_of,
    need,
    owe,
    pay,
)
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import ActionState, CorrectiveAction, Measure
from sanbao.corrective.policies import rule_of
from sanbao.kernel import attachments, clocks, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.refusals import in_force, need_basis
from sanbao.kernel.times import end_of, now, today
from sanbao.parties.models import Person

A = ActionState


def find_cause(
    case: CorrectiveAction,
    *,
    by: Actor,
    occurrence_whys: str,
    occurrence_cause: str,
    escape_whys: str,
    escape_cause: str,
    basis: str,
    similar: str = "",
    expect: int | None = None,
) -> CorrectiveAction:
    """Why it came about, and why nobody noticed: two chains of whys, each down to its root (D4).

    The search along the chain must have named who is responsible first (C-16); then the complaint owes no cause more.
    """
    with ACTION.move("find_cause", case, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        _need_traced(case)
        enough = int(rule_of(case.kind)["whys"])
        case.occurrence_whys, case.occurrence_cause = _rooted("occurrence", occurrence_whys, occurrence_cause, enough)
        case.escape_whys, case.escape_cause = _rooted("escape", escape_whys, escape_cause, enough)
        case.cause_basis, case.similar, case.found_by, case.found_at = basis, similar.strip(), by.ref, now()
        step.record(basis=basis, whys=[len(case.occurrence_whys), len(case.escape_whys)])
        fulfil(case.subject, CAUSE, by=by)
        owe(case, PLAN, lead_of(case), "{number} 定措施：{title}", "Lay down measures for {number}: {title}", by=by)
        pay(case, CAUSE_FOUND, by=by)
    return step.case


def _need_traced(case: CorrectiveAction) -> None:
    """W-05: where a complaint stands behind it, its origin along the chain comes before the root cause (C-16)."""
    complaint = queries.complaint_behind(case.origin)
    need(
        complaint is None or complaint.blame,
        "corrective.no_origin",
        "{number} 还没有沿链查清责任（C-16），不能定根本原因。",
        "The responsibility for {number} has not been traced (C-16), so there is no root cause yet.",
        clause="W-05",
        number=complaint.number if complaint else "",
    )


def _rooted(name: str, text: str, root: str, enough: int) -> tuple[list[str], str]:
    """A chain of whys and its root; refused while it is too short to be one."""
    whys = rules.chain(text)
    need(
        len(whys) >= enough and len(root.strip()) > 1,
        "corrective.too_few_whys",
        "发生和流出各至少追问 {enough} 个为什么，并写出根本原因。",
        "Ask why at least {enough} times for both chains, and name the root.",
        clause="W-05",
        field=f"{name}_whys",
        enough=enough,
    )
    return whys, root.strip()


def draw_bones(case: CorrectiveAction, *, by: Actor, expect: int | None = None, **branches: str) -> CorrectiveAction:
    """The fishbone: causes that were looked at, by man, machine, material, method, measurement, environment."""
    with ACTION.move("draw_bones", case, by=by, expect=expect) as step:
        found = rules.bones(branches)
        need(found, "corrective.no_bones", "至少写一项原因。", "Write at least one cause.", field="man")
        step.case.bones = found
        step.record(bones={name: len(causes) for name, causes in found.items()})
    return step.case


def plan_measure(
    case: CorrectiveAction, *, by: Actor, text: str, owner: Person, due_on: date, expect: int | None = None
) -> CorrectiveAction:
    """One measure with who does it and until when (D5)."""
    with ACTION.move("plan_measure", case, by=by, expect=expect) as step:
        case = step.case
        need(due_on >= today(), "corrective.past", "期限已经过去。", "The day is past.", field="due_on")
        made = Measure.objects.create(action=case, round=case.round, text=text.strip(), owner=owner, due_on=due_on)
        case.planned_by = by.ref
        step.record(measure=made.pk, owner=owner.pk, due_on=due_on)
        fulfil(case.subject, PLAN, by=by)
        owe(
            case,
            APPROVE,
            case.approver,
            "批准 {number} 的措施：{title}",
            "Approve the measures of {number}: {title}",
            by=by,
        )
    return step.case


def approve_measures(case: CorrectiveAction, *, by: Actor, expect: int | None = None) -> CorrectiveAction:
    """The post that the policy names agrees to the measures as a whole; each owner owes his from now on."""
    with ACTION.move("approve_measures", case, by=by, expect=expect) as step:
        case = step.case
        planned = queries.measures(case)
        need(planned, "corrective.no_measures", "还没有定措施。", "No measure has been laid down yet.")
        _need_approver(case, by)
        content = {"action": case.number, "measures": [[m.pk, m.text, m.owner_id, m.due_on] for m in planned]}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="Q-03")
        case.approved_by, case.approved_at = by.ref, now()
        fulfil(case.subject, APPROVE, by=by)
        for measure in planned:
            what = measure.text.strip().splitlines()[0][:60]
            owe(
                case, measure.code, f"person:{measure.owner_id}", "{number} 措施：{what}",
                "Measure of {number}: {what}", by=by, clause="C-18", due=end_of(measure.due_on), what=what,
            )  # fmt: skip
    return step.case


def return_measures(case: CorrectiveAction, *, by: Actor, reason: str, expect: int | None = None) -> CorrectiveAction:
    """The approver is not convinced: the cause, or what is to be done about it, is thought over again."""
    with ACTION.move("return_measures", case, by=by, expect=expect) as step:
        _need_approver(step.case, by)
        step.case.reason = reason
        fulfil(step.case.subject, APPROVE, PLAN, by=by, outcome=reason)
        owe(
            step.case, CAUSE, lead_of(step.case), "{number} 重新分析：{title}", "Analyse {number} again: {title}", by=by
        )
    return step.case


def _need_approver(case: CorrectiveAction, by: Actor) -> None:
    """R-11 and the policy: the post that it names, never who found the cause or laid down the measures."""
    signatures.not_the_same(by, others=[case.found_by, case.planned_by], code="corrective.own")
    need(
        by.all_powerful or by.plays(case.approver), "corrective.not_approver", "按规则表，措施由 {approver} 批准。",
        "By the policy the measures are approved by {approver}.", status=403, approver=case.approver,
    )  # fmt: skip


def report_done(
    case: CorrectiveAction,
    *,
    by: Actor,
    measure: Measure,
    evidence: str,
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> CorrectiveAction:
    """A measure is done, and this shows it (D6). With the last one the time of watching begins."""
    with ACTION.move("report_done", case, by=by, expect=expect) as step:
        case = step.case
        need(
            measure.action_id == case.pk and measure.round == case.round,
            "corrective.other_measure",
            "这项措施不属于本单。",
            "This measure belongs elsewhere.",
            field="measure",
        )
        need(
            not measure.done_at, "corrective.done_already", "这项措施已经完成。", "It is done already.", field="measure"
        )
        need(
            by.all_powerful or by.person_id in (measure.owner_id, case.lead_id), "corrective.not_your_measure",
            "措施由责任人或组长报告完成。", "A measure is reported by its owner or by who leads.", status=403,
        )  # fmt: skip
        need(
            len(evidence.strip()) >= 4,
            "corrective.no_evidence",
            "请写明实施的证据。",
            "Say what shows that it was done.",
            field="evidence",
        )
        measure.done_at, measure.done_by, measure.evidence = now(), by.ref, evidence.strip()
        measure.save(update_fields=["done_at", "done_by", "evidence"])
        attachments.attach(files, subject=case.subject, by=by, clause="Q-03")
        step.record(measure=measure.pk)
        fulfil(case.subject, measure.code, by=by)
        if all(one.done_at for one in queries.measures(case)):
            implemented(step)
        else:
            step.to(A.DOING)
    return step.case


def implemented(step: Step[CorrectiveAction]) -> None:
    """Everything is in place: the complaint owes no action any more, and QC looks at the effect after the period."""
    case, by = step.case, step.by
    rule = rule_of(case.kind)
    if isinstance(step.move.target, tuple):
        step.to(A.WAITING)
    case.implemented_at, case.verify_on = now(), today() + timedelta(days=int(rule["effect_days"]))
    case.due_at = end_of(case.verify_on)
    step.record(**rule.as_facts())
    if in_force("C-18"):
        pay(case, ACTED, by=by)
    clocks.stop(case.subject, "corrective_action", by=by)
    owe(
        case, VERIFY, str(rule["verifier"]), "验证 {number} 的效果：{title}", "Verify the effect of {number}: {title}",
        by=by, due=case.due_at,
    )  # fmt: skip


def spread_out(case: CorrectiveAction, *, by: Actor, spread: str, expect: int | None = None) -> CorrectiveAction:
    """Where else the same may happen, and which documents were changed (D7)."""
    with ACTION.move("spread_out", case, by=by, expect=expect) as step:
        step.case.spread = spread.strip()
        step.private(spread=step.case.spread)
    return step.case
