"""答复、满意、关闭: from the answer to the satisfied user (C-11, C-15, W-03, U-08, U-13)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.complaints import papers, queries, rules, spots, timing
from sanbao.complaints.actions.contact import escalate, in_touch
from sanbao.complaints.actions.intake import WAYS, register
from sanbao.complaints.actions.investigation import took
from sanbao.complaints.actions.merging import leave
from sanbao.complaints.actions.quoting import quoted
from sanbao.complaints.actions.telling import person_of, tell
from sanbao.complaints.lifecycle import COMPLAINT, acting
from sanbao.complaints.models import (
    Attitude,
    Audience,
    Complaint,
    Demand,
    Ending,
    FeedbackForm,
    Link,
    LinkKind,
    Satisfaction,
    State,
)
from sanbao.complaints.planning import closed_long_ago, plan_next
from sanbao.complaints.policies import SATISFACTION
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal, in_force, need, need_basis
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.knowledge.models import Article


def answer(
    complaint: Complaint,
    *,
    by: Actor,
    text: str,
    basis: str,
    care: str = "",
    quotes: Sequence[Article] = (),
    expect: int | None = None,
) -> Complaint:
    """Answer the user with the conclusion and its basis (答复); for grade D with right storage and use (C-11, C-15).

    Storage and use are written, or quoted from articles of the knowledge base, by number and edition (W-09).
    """
    with acting("answer", complaint, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        need(
            not spots.missing(case).get("spot_not_signed"),
            "complaint.joint_answer_missing",
            "监督抽查由生产科、技术部会签联合答复后才能答复。",
            "A spot check is answered only once production and technology have signed the joint answer.",
            clause="C-10",
        )
        care = quoted(step, care, quotes)
        if case.grade == "D":
            need(
                case.d_choice,
                "complaint.d_undecided",
                "D 级请先由经营部决定换货或存档。",
                "For grade D, sales first decides on exchange or filing.",
                clause="C-15",
            )
            need(
                care.strip(),
                "complaint.care_missing",
                "D 级答复须附正确的保管和使用方法：写明，或引用知识库条目。",
                "An answer for grade D explains correct storage and use: write it, or quote an article.",
                clause="C-15",
                field="care",
            )
        case.answer, case.care, case.answered_at = text, care, now()
        # What he said about an explanation or an earlier answer says nothing about this one.
        case.satisfaction = Satisfaction.NOT_ASKED
        step.record(basis=basis)
        told = "\n".join(part for part in (text, care) if part)
        tell(
            step,
            W("答复用户（依据 {basis}）", "Answer to the user (basis {basis})", basis=basis),
            told,
            audience=Audience.OUTWARD,
        )
        timing.stop(case, "final", by=by)
        in_touch(step)
    return step.case


def record_view(
    complaint: Complaint, *, by: Actor, view: str, attitude: str, demand: str = "", expect: int | None = None
) -> Complaint:
    """The user's own words about the outcome, and how he takes it (C-11). Not accepted, it is negotiated again."""
    with acting("record_view", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            view.strip(),
            "complaint.view_missing",
            "请记录用户的原话。",
            "Note what the user said.",
            clause="C-11",
            field="view",
        )
        case.view, case.attitude = view, attitude
        again = State.REGISTERED if case.is_question else State.DECIDED
        step.to(State.HEARD if attitude == Attitude.ACCEPTS else again)
        if case.is_question and attitude == Attitude.ACCEPTS:
            # Whoever takes an answer to his question is satisfied with it; he is not asked a second time.
            took(step, Satisfaction.SATISFIED, "")
        if attitude != Attitude.ACCEPTS:
            timing.start(case, "final", by=by)
        if demand:
            Demand.objects.create(complaint=case, text=demand)
        tell(
            step,
            W("用户意见：{title}", "The user's view: {title}", title=Attitude(attitude).title),
            view,
            audience=Audience.OUTWARD,
        )
        in_touch(step)
    return step.case


def ask_satisfaction(
    complaint: Complaint, *, by: Actor, outcome: str, words: str = "", channel: str = "", expect: int | None = None
) -> Complaint:
    """Ask whether the user is satisfied (满意回访). Not satisfied goes up; not reachable is tried again (W-03)."""
    with acting("ask_satisfaction", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            case.state != State.ANSWERED or outcome == Satisfaction.UNREACHABLE,
            "complaint.view_first",
            "用户对答复有话要说：请先记录他的意见，再问是否满意。",
            "The user has something to say about the answer: record his view first, then ask whether he is satisfied.",
            clause="C-11",
        )
        took(step, outcome, words, channel)
        if outcome != Satisfaction.UNREACHABLE:
            in_touch(step)
        step.to(State(case.state))
        if outcome == Satisfaction.NOT_SATISFIED and in_force("W-03"):
            if case.state == State.HEARD:
                step.to(State.REGISTERED if case.is_question else State.DECIDED)
                case.attitude = Attitude.REFUSES
                timing.start(case, "final", by=by)
            else:
                timing.start(case, "feedback_form", by=by)
            why = W("用户对结果不满意", "The user is not satisfied with the outcome")
            escalate(step, "{owner}.department_manager", "unsatisfied", why)
    return step.case


def gaps(case: Complaint, *, but: tuple[str, ...] = ()) -> list[rules.Gap]:
    """What is missing before the case may close, by the clauses in force."""
    return [g for g in rules.closing_gaps(queries.closing_of(case)) if g.code not in but and in_force(g.clause)]


def _refuse_gaps(found: list[rules.Gap]) -> None:
    if found:
        first, *others = [Refusal(f"complaint.{g.code}", W(*g.said), g.clause, 409) for g in found]
        first.others = others
        raise first


def close(complaint: Complaint, *, by: Actor, basis: str, remark: str = "", expect: int | None = None) -> Complaint:
    """Close when the user is satisfied and nothing is owed (W-03, W-05, U-08). All that is missing is said at once."""
    with acting("close", complaint, by=by, expect=expect) as step:
        _refuse_gaps(gaps(step.case))
        _nothing_owed(step.case)
        _end(step, Ending.SATISFIED, basis, remark)
    return step.case


def close_unsatisfied(
    complaint: Complaint, *, by: Actor, basis: str, remark: str = "", expect: int | None = None
) -> Complaint:
    """The general manager decides, with a basis, after the policy's rounds; counted as closed unsatisfied (W-03)."""
    with acting("close_unsatisfied", complaint, by=by, expect=expect) as step:
        case = step.case
        policy = SATISFACTION.decide(on=today())
        outcomes = [(a.day, a.outcome) for a in case.attempts.all()]
        limits = {name: int(policy[name]) for name in ("attempts", "rounds")}
        need(
            rules.rounds_done(outcomes, **limits),
            "complaint.rounds_not_done",
            "联系不上须在不同日期试满 {attempts} 次，不满意须协商满 {rounds} 轮。",
            "Try on {attempts} different days, or negotiate {rounds} rounds, before deciding.",
            clause="W-03",
            **limits,
        )
        step.record(**policy.as_facts())
        _refuse_gaps(gaps(case, but=("not_asked", "demands_unmet")))
        _nothing_owed(case)
        _end(step, Ending.UNSATISFIED, basis, remark)
    return step.case


def _nothing_owed(case: Complaint) -> None:
    """Nothing may be owed on the case, nor on those that were handled under it (W-05, U-07)."""
    for subject in (case.subject, *(follower.subject for follower in case.followers.open())):
        obligations.need_none(subject)


def _end(step: Step[Complaint], ending: Ending, basis: str, remark: str) -> None:
    need_basis(basis)
    case = step.case
    case.closed_at, case.ending, case.closing_basis = now(), ending, basis
    _file_form(step)
    timing.stop_all(case, by=step.by)
    obligations.withdraw_all(subject=case.subject, by=step.by, reason=ending)
    step.record(basis=basis)
    tell(step, W("关闭：{why}（依据 {basis}）", "Closed: {why} (basis {basis})", why=ending.title, basis=basis), remark)
    _end_followers(step, ending)


def _end_followers(step: Step[Complaint], ending: Ending) -> None:
    """What was handled under this case ends with it, by the same answer (U-07); withdrawn alone, it would be lost."""
    followers = list(step.case.followers.open())
    need(
        not followers or ending in (Ending.SATISFIED, Ending.UNSATISFIED),
        "complaint.leads_others",
        "还有 {n} 件并在本件办理，请先解除合并。",
        "{n} cases are handled under this one; undo the merges first.",
        clause="U-07",
        n=len(followers),
    )
    for follower in followers:
        with COMPLAINT.move("end_with_lead", follower, by=HOUSE) as onward:
            case = onward.case
            case.answer, case.answered_at = case.answer or step.case.answer, case.answered_at or step.case.answered_at
            case.satisfaction, case.closed_at = step.case.satisfaction, now()
            case.ending, case.closing_basis = ending, step.case.number
            _file_form(onward)
            timing.stop_all(case, by=HOUSE)
            obligations.withdraw_all(subject=case.subject, by=HOUSE, reason=ending)
            onward.record(lead=step.case.pk, by=step.by.ref)
            plan_next(onward)
            tell(onward, W("随 {number} 关闭", "Closed with {number}", number=step.case.number))


HOUSE = Actor.clockwork("complaints")


def _file_form(step: Step[Complaint]) -> None:
    """The form is filed complete: its last revision says what became of the case (C-19)."""
    form = FeedbackForm.objects.filter(complaint=step.case).first()
    if form and in_force("C-19"):
        remark = form.revisions.order_by("-revision").values_list("content__remark", flat=True)[0]
        content = papers.snapshot(step.case, remark or "")
        filed = papers.revise(form, content, reason="结案归档 Filed at closing", by=step.by.ref)
        step.record(form=form.number, revision=filed.revision, digest=filed.digest)


def reopen(complaint: Complaint, *, by: Actor, reason: str, expect: int | None = None) -> Complaint:
    """Take the case up again, with its owner, where it stood (W-03).

    A case that was closed longer ago than the policy allows stays closed: the follow-up becomes a case of its own,
    linked to it, and that one is returned (convention 27).
    """
    if closed_long_ago(complaint) and in_force("W-03"):
        return _follow_up(complaint, by=by, reason=reason, expect=expect)
    with acting("reopen", complaint, by=by, expect=expect) as step:
        case = step.case
        step.to(State.DECIDED if case.opinion else State.REGISTERED)
        case.owner = case.owner or person_of(by)
        case.owner_department = case.owner_department or queries.home_of(by, "sales")
        case.light, case.closed_at, case.ending, case.closing_basis = False, None, "", ""
        case.satisfaction, case.attitude = Satisfaction.NOT_SATISFIED, Attitude.REFUSES if case.opinion else ""
        Link.objects.filter(source=case, kind=LinkKind.DUPLICATE).delete()
        leave(case, by=by, reason=reason)
        timing.start(case, "final", "silence", by=by)
        tell(step, W("重新打开", "Reopened"), reason)
    return step.case


#: What a follow-up takes over from the case that it comes back to.
SAME = ("source", "channel", "authority", "authority_document", "customer", "category", "region", "contact_name", *WAYS,
        "contact_unknown", "contract", "stage", "product", "product_text", "code", "lot", "unit", "quality_related",
        "reported_class")  # fmt: skip


def _follow_up(complaint: Complaint, *, by: Actor, reason: str, expect: int | None) -> Complaint:
    """A new case about the same goods of the same user, linked to the closed one, with its last owner."""
    with COMPLAINT.move("follow_up", complaint, by=by, expect=expect) as step:
        closed = step.case
        new = register(
            by=by,
            description=reason,
            received_in=closed.owner_department,
            owner=closed.owner if closed.owner and closed.owner.is_active else None,
            read_back_missing=str(W("关闭后再次反映，待复述", "Follow-up on a closed case, still to be read back")),
            related=closed,
            **{name: getattr(closed, name) for name in SAME},
        )
        step.record(into=new.pk)
        heading = W("关闭已久，再次反映另立 {number}", "Closed long ago: the follow-up is {number}", number=new.number)
        tell(step, heading, audience=Audience.SYSTEM)
    return new


def cancel(complaint: Complaint, *, by: Actor, reason: str, expect: int | None = None) -> Complaint:
    """The user takes the complaint back before anything was sent out; the reason is the basis (U-13)."""
    with acting("cancel", complaint, by=by, expect=expect) as step:
        obligations.need_none(step.case.subject)
        _end(step, Ending.WITHDRAWN, reason, "")
    return step.case


def mark_duplicate(complaint: Complaint, *, by: Actor, of: Complaint, expect: int | None = None) -> Complaint:
    """The same matter was entered twice: this case points at the other from now on. Reopening undoes it."""
    with acting("mark_duplicate", complaint, by=by, expect=expect) as step:
        need(
            of.pk != step.case.pk,
            "complaint.duplicate_of_itself",
            "不能标为自身的重复。",
            "A case cannot repeat itself.",
            clause="U-07",
            field="of",
        )
        Link.objects.get_or_create(
            source=step.case, target=of, kind=LinkKind.DUPLICATE, defaults={"at": now(), "by": by.ref}
        )
        obligations.need_none(step.case.subject)
        step.record(of=of.pk)
        _end(step, Ending.DUPLICATE, of.number, "")
    return step.case
