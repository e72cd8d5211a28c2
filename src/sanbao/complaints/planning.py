"""The next step of a case: found by rule after every move, unless a person planned another (U-09)."""

from __future__ import annotations

from sanbao.complaints import rules, timing
from sanbao.complaints.models import ENDED, Complaint, PromiseKind, Satisfaction, Source, SpotCheck, State, Widespread
from sanbao.complaints.policies import REOPENING, SATISFACTION
from sanbao.inspection import queries as samples
from sanbao.inspection.models import SampleState
from sanbao.kernel.canonical import plain
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.parties import queries as parties
from sanbao.parties.models import Category

INTAKE = {Category.EXPORT: "export"}


def intake_of(case: Complaint) -> str:
    """C-01: the export department owns export complaints, sales every other."""
    return INTAKE.get(Category(case.category), "sales") if in_force("C-01") else "sales"


def lead_of(case: Complaint) -> str:
    """The department that answers for a case: the owning one or, for a group, the one that it is part of."""
    owner = case.owner_department
    return (owner.parent or owner).code if owner else intake_of(case)


def at_intake(case: Complaint) -> bool:
    """Whether the owning department is the one that owns intake, or a group in it."""
    owner = case.owner_department
    return owner is not None and intake_of(case) in {owner.code, owner.parent.code if owner.parent else ""}


def form_due(case: Complaint) -> bool:
    """C-07, C-08: whether a feedback form must be issued; never for a usage question (W-09)."""
    if case.is_question:
        return False
    return rules.needs_form(
        quality_related=case.quality_related,
        widespread=case.widespread == Widespread.CONFIRMED,
        unsatisfied=case.satisfaction == Satisfaction.NOT_SATISFIED,
    )


def closed_long_ago(case: Complaint) -> bool:
    """Whether a follow-up comes too late to reopen this case and becomes a new one (convention 27).

    What was withdrawn or entered twice may always be taken up again.
    """
    if case.state != State.CLOSED:
        return False
    within = REOPENING.setting("within", on=today())
    return now() > calendar().counting(within.working).due(case.closed_at or case.received_at, within)


def rounds_done(case: Complaint) -> bool:
    """Whether the user was tried or talked to as often as the policy wants, so that it is the GM's to decide (W-03)."""
    if case.satisfaction not in (Satisfaction.UNREACHABLE, Satisfaction.NOT_SATISFIED) or not in_force("W-03"):
        return False
    policy = SATISFACTION.decide(on=today())
    limits = {name: int(policy[name]) for name in ("attempts", "rounds")}
    return rules.rounds_done([(a.day, a.outcome) for a in case.attempts.all()], **limits)


def situation(case: Complaint, state: str, *, new: bool = False) -> rules.Situation:
    """What the next step follows from. A ``new`` case has nothing yet that would have to be asked for."""
    waiting = None if new else case.transfers.filter(accepted_at=None).select_related("to_department").last()
    sampling = state in (State.FED_BACK, State.SAMPLING, State.INSPECTING)
    sample = samples.samples_about(case.subject).first() if sampling else None
    person = parties.salesperson_for(case.customer) if sampling and case.customer else None
    return rules.Situation(
        state=state,
        channel=case.channel,
        read_back=case.read_back_at is not None,
        owner=case.owner_department.code,
        at_intake=at_intake(case),
        intake=intake_of(case),
        transfer_to=waiting.to_department.code if waiting else "",
        quality_related=case.quality_related,
        form_due=form_due(case),
        salesperson=f"person:{person.pk}" if person else "",
        sample=sample.number if sample else "",
        sample_lost=bool(sample) and sample.state == SampleState.LOST,
        grade=case.grade,
        blamed=bool(case.blame),
        d_choice=case.d_choice,
        attitude=case.attitude,
        satisfied=case.satisfaction == Satisfaction.SATISFIED,
        spot_to_locate=case.source == Source.SPOT_CHECK
        and in_force("C-10")
        and not SpotCheck.objects.filter(complaint=case).exists(),
        question=case.is_question,
        rounds_done=not new and rounds_done(case),
    )


def plan_next(step: Step[Complaint], *, state: str = "") -> None:
    """Write the next step onto the case; a person's own plan stays until the state changes."""
    case = step.case
    state = state or step.target
    if state in ENDED:
        case.next_step, case.next_party, case.next_clause, case.next_due = {}, "", "", None
        case.planned = False
        return
    if case.merged_into is not None:
        _follow(case, case.merged_into)
        return
    if case.owner_department is None or (case.planned and state == step.before.get("state")):
        return
    new = not step.before
    following = rules.next_step(situation(case, state, new=new))
    case.next_step = plain(W(*following.said))
    case.next_party, case.next_clause = following.party, following.clause
    case.next_due = timing.due(case, following.clock) or timing.due_of(case, following.clock)
    case.next_due = case.next_due or timing.due_of(case, "silence")
    case.planned = False
    if not new:
        _promise_first(case)


def _follow(case: Complaint, lead: Complaint) -> None:
    """A case that was merged into another has no step of its own (U-07)."""
    case.next_step = plain(W("随 {number} 一并办理", "handled together with {number}", number=lead.number))
    case.next_party, case.next_clause, case.next_due = lead.next_party, "U-07", lead.next_due
    case.planned = False


def need_a_plan(step: Step[Complaint]) -> None:
    """No act may leave an open case without an owner, a next step in one sentence and its date (U-07, M-04)."""
    case = step.case
    if step.target in ENDED or (case.imported and case.owner_id is None):
        return
    held = {
        "owner": case.owner_id and case.owner_department_id,
        "next_step": case.next_step.get("zh") and case.next_party,
        "next_due": case.next_due,
    }
    if missing := [name for name, value in held.items() if not value]:
        titles = {
            "owner": W("负责人", "an owner"),
            "next_step": W("下一步", "a next step"),
            "next_due": W("期限", "a date"),
        }
        refuse(
            "complaint.no_next_step",
            W(
                "未结的件须有负责人、下一步和期限，还缺：{lacking}。",
                "An open case has an owner, a next step and a date; missing: {lacking}.",
            ),
            clause="M-04",
            missing=missing,
            lacking=W("、".join(titles[m].zh for m in missing), ", ".join(titles[m].en for m in missing)),
        )


def _promise_first(case: Complaint) -> None:
    """What was promised to the user goes before a step that has longer; broken, it turns the case red (U-09)."""
    promise = case.promises.filter(kept_at=None).first()
    if promise is None or (case.next_due is not None and case.next_due <= promise.due_at) or not in_force("U-09"):
        return
    title = PromiseKind(promise.kind).title
    said = W("兑现承诺：{what} {text}", "Keep the promise: {what} {text}", what=title, text=promise.text)
    case.next_step = {language: said.said_in(language).strip() for language in ("zh", "en")}
    case.next_party, case.next_clause, case.next_due = case.owner_department.code, "U-09", promise.due_at
