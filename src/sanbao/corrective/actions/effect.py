"""Whether it helped: judged on tonnes, after the period, by who did not do it; and what if it comes back (Q-03)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sanbao.complaints.models import Complaint
from sanbao.corrective import queries, rules
from sanbao.corrective.actions.telling import ANSWER, CAUSE, RECURRENCE, VERIFY, lead_of, need, owe
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import ActionKind, ActionState, CorrectiveAction, Metric
from sanbao.corrective.policies import due, rule_of
from sanbao.kernel import signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.refusals import need_basis
from sanbao.kernel.times import end_of, local, now, today

A = ActionState


def present_effect(case: CorrectiveAction) -> rules.Effect | None:
    """The comparison as it stands today, from the day after the implementation on; None where none was agreed."""
    if case.metric != Metric.RATE or case.implemented_at is None:
        return None
    first, last = local(case.implemented_at).date() + timedelta(days=1), today()
    if last < first:
        return None
    after = queries.counted(case.product, case.defect, first, last)
    return rules.effect(queries.read(case.before), after, alpha=Decimal(case.before["alpha"]))


def verify(
    case: CorrectiveAction, *, by: Actor, effective: bool, verdict: str, basis: str, expect: int | None = None
) -> CorrectiveAction:
    """QC verifies after the period (效果验证, D6, D8): effective closes it, anything else takes it up again.

    Where the rate was agreed at opening, effective is what the exact test says, not what anybody feels.
    """
    with ACTION.move("verify", case, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        _need_time(case)
        doers = [one.done_by for one in queries.measures(case)]
        signatures.not_the_same(by, others=[*filter(None, doers), lead_of(case)], code="corrective.own_work")
        need(len(verdict.strip()) >= 4, "corrective.no_verdict", "请写明验证的经过和结论。",
             "Say what was looked at and what was found.", field="verdict")  # fmt: skip
        found = present_effect(case)
        if found is not None:
            case.after = {**queries.told(found.after, today()), "p": None if found.p is None else float(found.p),
                          "verdict": found.verdict, "zh": found.words[0], "en": found.words[1]}  # fmt: skip
            need(
                not effective or found.verdict == "effective",
                "corrective.not_shown",
                "按立项时写定的界线还不能算有效：{told}",
                "By the threshold fixed at opening it is not effective: {told}",
                field="effective",
                told=found.words[0],
            )
        case.verdict, case.verdict_basis, case.verified_by, case.verified_at = verdict.strip(), basis, by.ref, now()
        step.record(effect=case.after, effective=effective, basis=basis)
        fulfil(case.subject, VERIFY, by=by, outcome="effective" if effective else "not effective")
        if effective:
            case.outcome = "effective"
            step.to(A.EFFECTIVE)
        else:
            case.outcome = "ineffective"
            _again(step)
    return step.case


def _need_time(case: CorrectiveAction) -> None:
    need(
        case.verify_on is not None and today() >= case.verify_on, "corrective.too_early",
        "实施后要过 {days} 天，{day} 起才能验证。", "The effect is verified {days} days after, from {day} on.",
        days=case.window_days, day=case.verify_on.isoformat() if case.verify_on else "",
    )  # fmt: skip


def prolong(
    case: CorrectiveAction, *, by: Actor, until: date, reason: str, expect: int | None = None
) -> CorrectiveAction:
    """Too little went out to tell: it is watched until a later day, never until an earlier one."""
    with ACTION.move("prolong", case, by=by, expect=expect) as step:
        case = step.case
        need(
            case.verify_on is None or until > case.verify_on,
            "corrective.earlier",
            "只能往后延。",
            "Only to a later day.",
            field="until",
        )
        case.verify_on = until
        case.due_at = end_of(until)
        step.record(reason=reason)
        fulfil(case.subject, VERIFY, by=by, outcome=reason)
        owe(case, VERIFY, str(rule_of(case.kind)["verifier"]), "验证 {number} 的效果：{title}",
            "Verify the effect of {number}: {title}", by=by, due=case.due_at)  # fmt: skip
    return step.case


def reopen(case: CorrectiveAction, *, by: Actor, reason: str, expect: int | None = None) -> CorrectiveAction:
    """It came back, or is doubted: cause and measures are thought over in a new round; the old ones stay on record."""
    with ACTION.move("reopen", case, by=by, expect=expect) as step:
        step.case.reason = reason[:300]
        step.record(reason=reason)
        fulfil(step.case.subject, RECURRENCE, by=by, outcome=reason)
        _again(step)
    return step.case


def _again(step: Step[CorrectiveAction]) -> None:
    case, by = step.case, step.by
    supplier = case.kind == ActionKind.SUPPLIER
    step.to(A.ASKED if supplier else A.ANALYSING)
    case.round += 1
    case.implemented_at, case.verify_on, case.approved_by, case.approved_at = None, None, "", None
    case.due_at = due(rule_of(case.kind))
    if supplier:
        owe(
            case,
            ANSWER,
            "purchasing",
            "{number} 再次取得供方答复：{title}",
            "Get the supplier to answer {number} again: {title}",
            by=by,
            clause="Q-05",
            due=case.due_at,
        )
    else:
        owe(case, CAUSE, lead_of(case), "{number} 无效或复发，重新分析：{title}",
            "{number} did not help or came back; analyse again: {title}", by=by, due=case.due_at)  # fmt: skip


def note_recurrence(case: CorrectiveAction, complaint: Complaint, *, by: Actor) -> CorrectiveAction:
    """A complaint of the same fault at the same product after it was closed: taken up again, or proposed, by policy."""
    rule = rule_of(case.kind)
    known = complaint.pk in case.recurrences
    closed = case.verified_at is not None and now() <= case.verified_at + timedelta(days=int(rule["watch_days"]))
    if not rules.recurs(
        implemented=case.implemented_at is not None, closed=closed, known=case.recurrences, case=complaint.pk
    ):
        return case
    with ACTION.move("note_recurrence", case, by=by) as step:
        step.case.recurrences = [*step.case.recurrences, complaint.pk]
        step.record(complaint=complaint.subject, **rule.as_facts())
        if rule["recurrence"] == "propose":
            owe(step.case, RECURRENCE, "qc", "{number} 复发（{complaint}），决定是否重新打开",
                "{number} came back ({complaint}): decide whether to take it up again", by=by,
                complaint=complaint.number)  # fmt: skip
    if rule["recurrence"] == "reopen" and not known:
        return reopen(step.case, by=by, reason=f"{complaint.number} 复发 came back")
    return step.case
