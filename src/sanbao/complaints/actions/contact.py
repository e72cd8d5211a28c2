"""与用户往来: notes, calls, promises, demands, the plan and the pauses (U-08, U-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sanbao.complaints import rules, timing
from sanbao.complaints.actions.telling import belonging, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import Audience, Complaint, Demand, Promise, PromiseKind, Waiting
from sanbao.complaints.planning import lead_of
from sanbao.kernel import attachments, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import need, need_basis
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Department


def note(
    complaint: Complaint, *, by: Actor, text: str, files: Sequence[Any] = (), expect: int | None = None
) -> Complaint:
    """An internal note (内部备注); it never leaves the house."""
    with acting("note", complaint, by=by, expect=expect) as step:
        tell(step, W("内部备注", "Internal note"), text)
        attachments.attach(files, subject=step.case.subject, by=by)
    return step.case


def call(
    complaint: Complaint,
    *,
    by: Actor,
    text: str,
    outgoing: bool = False,
    with_whom: str = "",
    expect: int | None = None,
) -> Complaint:
    """A call with the user (通话记录): it ends his silence and keeps the promise to call."""
    with acting("call", complaint, by=by, expect=expect) as step:
        heading = W("致电用户", "Call to the user") if outgoing else W("用户来电", "Call from the user")
        if with_whom:
            step.private(with_whom=with_whom)
            heading = W(f"{heading.zh} · {{who}}", f"{heading.en} · {{who}}", who=with_whom)
        tell(step, heading, text, audience=Audience.OUTWARD)
        in_touch(step)
    return step.case


def in_touch(step: Step[Complaint]) -> None:
    """There was contact with the user: the silence starts anew, chases and promises of contact are met (U-09)."""
    timing.user_was_told(step.case, step.by)
    obligations.discharge(subject=step.case.subject, code="chased", by=step.by)
    for promise in step.case.promises.filter(kind=PromiseKind.CONTACT, kept_at=None):
        _keep(promise, step.by)


def escalate(step: Step[Complaint], to: str, code: str, why: W) -> str:
    """Put the case on a superior's desk, and say so on the timeline; whose desk it is. A case that has gone higher
    already stays there."""
    case = step.case
    role = _held(to.replace("{owner}", lead_of(case)), lead_of(case))
    if rules.rung(role) >= rules.rung(case.escalated_to):
        case.escalated_to = role
    obligations.owe(
        subject=case.subject, code=code, sentence=why, to=role, clause=step.move.clause, due=now(), by=step.by
    )
    tell(
        step,
        W("{why}，升级到{role}", "{why}: escalated to {role}", why=why, role=parties.titled(role)),
        audience=Audience.SYSTEM,
        kind="escalated",
    )
    return role


def _held(role: str, lead: str) -> str:
    """A role that somebody holds: a department without a team leader sends its cases to its manager, then upward."""
    ladder = (role, f"{lead}.department_manager", "management.gm")
    return next((one for one in ladder if parties.holders(one)), role)


def attach(complaint: Complaint, *, by: Actor, files: Sequence[Any], expect: int | None = None) -> Complaint:
    """Keep originals with the case; nobody can change or replace them (C-03)."""
    with acting("attach", complaint, by=by, expect=expect) as step:
        need(files, "complaint.no_files", "请选择文件。", "Choose a file.", clause="C-03", field="files")
        attachments.attach(files, subject=step.case.subject, by=by)
        tell(step, W("添加附件 {n} 个", "{n} files attached", n=len(files)), audience=Audience.SYSTEM)
    return step.case


def promise(
    complaint: Complaint, *, by: Actor, kind: str, due_at: datetime, text: str = "", expect: int | None = None
) -> Complaint:
    """What was promised to the user, and by when (U-09). Not kept by then, the case turns red by itself."""
    with acting("promise", complaint, by=by, expect=expect) as step:
        give_word(step, kind, due_at, text)
    return step.case


def give_word(step: Step[Complaint], kind: str, due_at: datetime, text: str, field: str = "due_at") -> None:
    """Inside any move: from now on this is owed to the user, and the case does not close before it is kept."""
    case = step.case
    need(
        due_at > now(),
        "complaint.promise_past",
        "约定时间应在将来。",
        "A promise is for a time to come.",
        clause="U-09",
        field=field,
    )
    made = Promise.objects.create(
        complaint=case, kind=kind, text=text, due_at=due_at, made_at=now(), made_by=step.by.ref
    )
    title = PromiseKind(kind).title
    obligations.owe(
        subject=case.subject,
        code=made.code,
        sentence=W("{what}：{text}", "{what}: {text}", what=title, text=text) if text else title,
        to=f"person:{case.owner_id}" if case.owner_id else case.owner_department.code,
        clause="U-09",
        due=due_at,
        holds_closing=True,
        by=step.by,
    )
    step.record(promise=made.pk, kind=kind, due_at=due_at)
    tell(step, title, text, audience=Audience.OUTWARD)


def keep_promise(
    complaint: Complaint, *, by: Actor, promise: Promise, text: str = "", expect: int | None = None
) -> Complaint:
    """A promise was kept; late is late and stays so in the record."""
    with acting("keep_promise", complaint, by=by, expect=expect) as step:
        belonging(promise, step.case)
        _keep(promise, by)
        step.record(promise=promise.pk, late=promise.broken)
        late = W("承诺已兑现（逾期）", "Promise kept (late)") if promise.broken else W("承诺已兑现", "Promise kept")
        tell(step, late, text or promise.text, audience=Audience.OUTWARD)
    return step.case


def _keep(promise: Promise, by: Actor) -> None:
    if promise.kept_at is None:
        promise.kept_at = now()
        promise.save(update_fields=["kept_at"])
        for code in (promise.code, f"{promise.code}.broken"):
            obligations.discharge(subject=f"complaint:{promise.complaint_id}", code=code, by=by)


def add_demand(complaint: Complaint, *, by: Actor, text: str, expect: int | None = None) -> Complaint:
    """One more thing the user asks for (U-08)."""
    with acting("add_demand", complaint, by=by, expect=expect) as step:
        demand = Demand.objects.create(complaint=step.case, text=text)
        step.record(demand=demand.pk)
        tell(step, W("用户要求", "The user demands"), text, audience=Audience.OUTWARD)
    return step.case


def judge_demand(
    complaint: Complaint, *, by: Actor, demand: Demand, reasonable: bool, basis: str, expect: int | None = None
) -> Complaint:
    """Reasonable or not, with the basis (U-08, U-13)."""
    with acting("judge_demand", complaint, by=by, expect=expect) as step:
        belonging(demand, step.case)
        need_basis(basis)
        demand.reasonable, demand.basis, demand.judged_at, demand.judged_by = reasonable, basis, now(), by.ref
        demand.save(update_fields=["reasonable", "basis", "judged_at", "judged_by"])
        step.record(demand=demand.pk, reasonable=reasonable, basis=basis)
        verdict = (
            W("要求判为合理", "Demand judged reasonable")
            if reasonable
            else W("要求判为不合理", "Demand judged unreasonable")
        )
        tell(step, verdict, f"{demand.text}（{basis}）")
    return step.case


def meet_demand(complaint: Complaint, *, by: Actor, demand: Demand, how: str, expect: int | None = None) -> Complaint:
    """A reasonable demand has been met: how."""
    with acting("meet_demand", complaint, by=by, expect=expect) as step:
        belonging(demand, step.case)
        demand.met_at, demand.met_how, demand.met_by = now(), how, by.ref
        demand.save(update_fields=["met_at", "met_how", "met_by"])
        step.record(demand=demand.pk)
        tell(step, W("要求已满足", "Demand met"), f"{demand.text}：{how}", audience=Audience.OUTWARD)
    return step.case


def plan(
    complaint: Complaint, *, by: Actor, sentence: str, due_at: datetime, party: str = "", expect: int | None = None
) -> Complaint:
    """A person plans the next step himself: one sentence, who, by when."""
    with acting("plan", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            due_at > now(),
            "complaint.plan_past",
            "下一步的时间应在将来。",
            "The next step lies in the future.",
            clause="U-09",
            field="due_at",
        )
        need(
            not party or Department.objects.filter(code=party).exists(),
            "complaint.plan_for_nobody",
            "没有代码为“{party}”的部门。",
            "There is no department “{party}”.",
            clause="M-04",
            field="party",
            party=party,
        )
        case.next_step, case.next_due, case.planned = {"zh": sentence, "en": sentence}, due_at, True
        case.next_party, case.next_clause = party or case.owner_department.code, "U-09"
        tell(step, W("下一步", "Next step"), sentence, audience=Audience.SYSTEM)
    return step.case


def pause(complaint: Complaint, *, by: Actor, reason: str, expected_on: date, expect: int | None = None) -> Complaint:
    """The solution clock stands still, for a reason and until an expected date (convention 30)."""
    with acting("pause", complaint, by=by, expect=expect) as step:
        title = Waiting(reason).title
        timing.pause(step.case, title, expected_on, by=by)
        step.record(reason=reason, expected_on=expected_on)
        tell(
            step,
            W("{why}，预计 {day}", "{why}, expected {day}", why=title, day=expected_on.isoformat()),
            audience=Audience.SYSTEM,
        )
    return step.case


def resume(complaint: Complaint, *, by: Actor, expect: int | None = None) -> Complaint:
    """What was waited for has come: the clocks run again."""
    with acting("resume", complaint, by=by, expect=expect) as step:
        timing.resume(step.case, by=by)
        tell(step, W("恢复计时", "The clocks run again"), audience=Audience.SYSTEM)
    return step.case
