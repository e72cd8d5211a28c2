"""受理: how a complaint comes in, is read back, passed on, assigned and split (C-01 … C-06, U-07, U-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sanbao.complaints import queries, rules, timing
from sanbao.complaints.actions.telling import involve, person_of, tell
from sanbao.complaints.lifecycle import COMPLAINT, acting
from sanbao.complaints.models import (
    ORAL,
    Audience,
    Channel,
    Complaint,
    Demand,
    Ending,
    Link,
    LinkKind,
    Satisfaction,
    SatisfactionAttempt,
    Source,
    Widespread,
)
from sanbao.complaints.planning import at_intake, form_due, intake_of, plan_next
from sanbao.complaints.policies import WIDESPREAD
from sanbao.kernel import attachments, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, need_basis
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Category, Customer, Person

WAYS = ("contact_phone", "contact_address", "contact_fax", "contact_email")
#: Departments that may own the intake (C-01), with the group in sales that does the work.
INTAKES = ("sales", "after_sales", "export")


def register(
    *,
    by: Actor,
    source: str,
    channel: str,
    description: str,
    title: str = "",
    demands: Sequence[str] = (),
    files: Sequence[Any] = (),
    read_back_by: str = "",
    read_back_missing: str = "",
    received_at: datetime | None = None,
    owner: Person | None = None,
    related: Complaint | None = None,
    split_from: Complaint | None = None,
    opening: str = "register",
    **facts: Any,
) -> Complaint:
    """Register a complaint (受理). ``facts`` are who complains and what about, by the names of the model's fields.

    It gets a number, an owner, a next step with a date and its clocks; oral ones wait for the read-back (C-06).
    """
    with COMPLAINT.opening(opening, by=by, source=source, channel=channel, **facts) as step:
        case = step.case
        _describe(case, description, title, received_at)
        _who(case, by)
        what(case)
        _own(step, owner)
        case.number = numbering.take("complaint")
        step.insert()
        step.private(description=description, contact=f"{case.contact_name} {case.contact_phone}")
        involve(case, case.received_in.code, case.owner_department.code, intake_of(case), by=by)
        told = W(
            "{source}·{channel}", "{source} · {channel}", source=Source(source).title, channel=Channel(channel).title
        )
        tell(step, told, description, audience=Audience.OUTWARD)
        for text in demands:
            Demand.objects.create(complaint=case, text=text)
        attachments.attach(files, subject=case.subject, by=by)
        if related:
            join(case, related, LinkKind.RELATED, by)
        if split_from:
            join(case, split_from, LinkKind.SPLIT, by)
        elif channel in ORAL and not case.is_question:
            _read_back(step, read_back_by, read_back_missing)
        _start(step)
        plan_next(step)
    return case


def register_light(
    *,
    by: Actor,
    source: str,
    channel: str,
    description: str,
    explanation: str,
    basis: str,
    satisfied: bool,
    received_at: datetime | None = None,
    **facts: Any,
) -> Complaint:
    """One line for a minor matter that was explained and left the user satisfied (轻微登记); it is still counted."""
    with COMPLAINT.opening("register_light", by=by, source=source, channel=channel, light=True, **facts) as step:
        case = step.case
        need_basis(basis)
        _describe(case, description, "", received_at)
        case.contact_unknown = not (case.customer or any(getattr(case, way) for way in WAYS))
        _who(case, by)
        what(case)
        _only_if_minor(case, satisfied)
        case.owner, case.owner_department = person_of(by), case.received_in
        case.number = numbering.take("complaint")
        case.satisfaction, case.ending = Satisfaction.SATISFIED, Ending.SATISFIED
        case.closed_at, case.closing_basis = now(), basis
        step.insert()
        step.record(basis=basis)
        step.private(description=description, explanation=explanation)
        involve(case, case.received_in.code, intake_of(case), by=by)
        tell(step, W("轻微登记", "Light entry"), description, audience=Audience.OUTWARD)
        tell(step, W("已解释，用户满意", "Explained; the user is satisfied"), explanation, audience=Audience.OUTWARD)
        SatisfactionAttempt.objects.create(
            complaint=case, at=now(), day=today(), outcome=Satisfaction.SATISFIED, channel=channel, by=by.ref
        )
    return case


def _only_if_minor(case: Complaint, satisfied: bool) -> None:
    need(
        not case.quality_related,
        "complaint.touches_quality",
        "涉及产品质量的投诉不能只作轻微登记，请正式受理。",
        "A complaint that touches product quality cannot be a light entry; register it.",
        clause="C-04",
    )
    need(
        case.widespread == Widespread.NO,
        "complaint.looks_widespread",
        "近 {days} 天同类已有 {cases} 起、{users} 个用户，请正式受理。",
        "{cases} of the same kind from {users} users within {days} days; register it.",
        clause="C-04",
        **case.widespread_facts,
    )
    need(
        satisfied,
        "complaint.not_satisfied",
        "用户对解释不满意的，请正式受理。",
        "The user is not satisfied with the explanation; register it.",
        clause="C-04",
    )


def confirm_read_back(
    complaint: Complaint, *, by: Actor, confirmed_by: str, description: str = "", expect: int | None = None
) -> Complaint:
    """The user confirms what was written down (复述确认): who, when, asked by whom. A correction is kept (C-06)."""
    with acting("confirm_read_back", complaint, by=by, expect=expect) as step:
        if description and description != step.case.description:
            step.private(description_before=step.case.description, description=description)
            step.case.description = description
        _read_back(step, confirmed_by, "")
    return step.case


def _read_back(step: Step[Complaint], confirmed_by: str, missing: str) -> None:
    case = step.case
    if not confirmed_by:
        need(
            missing,
            "complaint.read_back_or_reason",
            "口头投诉请当场复述：写明由谁确认；暂时不能确认的写明原因。",
            "Read an oral complaint back: say who confirmed it, or why nobody could yet.",
            clause="C-06",
            field="read_back_missing",
        )
        case.read_back_missing = missing
        return
    case.read_back_at, case.read_back_by, case.read_back_missing = now(), confirmed_by, ""
    case.read_back_asked_by = person_of(step.by)
    step.private(confirmed_by=confirmed_by)
    heading = W("已复述，{who} 口头确认", "Read back and confirmed by {who}", who=confirmed_by)
    tell(step, heading, case.description, audience=Audience.OUTWARD, kind="confirm_read_back", clause="C-06")
    timing.user_was_told(case, step.by)


# -- how a new case gets what every case has ---------------------------------------------------------


def _describe(case: Complaint, description: str, title: str, received_at: datetime | None) -> None:
    case.description = description
    first = description.strip().splitlines()[0] if description.strip() else ""
    case.title = (title or first.split("。")[0])[:40]
    case.received_at = received_at or now()


def _who(case: Complaint, by: Actor) -> None:
    traceable(case)
    if isinstance(case.customer, Customer):
        case.category = case.category or case.customer.category
        case.region_id = case.region_id or case.customer.region_id
    case.category = case.category or Category.DOMESTIC
    case.contact_key = queries.contact_key(case.contact_phone)
    case.received_by = person_of(by)
    if case.received_in is None:
        case.received_in = queries.home_of(by, intake_of(case))


def traceable(case: Complaint) -> None:
    """The user can be reached in some way (C-03), and a spot check names its authority (C-02)."""
    need(
        case.customer or case.contact_unknown or any(getattr(case, way) for way in WAYS),
        "complaint.no_contact",
        "请选客户，或留下任意一种联系方式；实在没有的选“联系方式不详”。",
        "Choose the customer or note any one way to reach him; tick “contact unknown” if there is none.",
        clause="C-03",
        field="contact_phone",
    )
    need(
        case.source != Source.SPOT_CHECK or (case.authority and case.authority_document),
        "complaint.no_authority",
        "监督抽查请写明抽查机关和文书编号。",
        "For a spot check, note the authority and the number of its document.",
        clause="C-02",
        field="authority",
    )


def what(case: Complaint) -> None:
    if case.lot is None and case.code:
        case.lot = queries.lot_of(case.code)
    if case.product is None and case.lot is not None:
        case.product_id = case.lot.product_id
    if case.widespread == Widespread.NO and not case.is_question:
        found = propose_widespread(case)
        if found and found.reached:
            case.widespread = Widespread.PROPOSED
            case.widespread_facts = {"cases": found.cases, "users": found.users, "days": found.days}


def propose_widespread(case: Complaint) -> rules.Proposal | None:
    """Count complaints of the same class on the same product or lot by the policy; None without class or product."""
    if not case.reported_class_id or not (case.product_id or case.lot_id):
        return None
    day = local(case.received_at).date()
    line = {name: int(value) for name, value in WIDESPREAD.decide(on=day).answer.items()}
    alike = queries.alike(case, since=case.received_at - timedelta(days=line["days"]))
    mine = [] if case.pk else [rules.Alike(day, queries.user_key(case))]
    return rules.propose_widespread([*alike, *mine], day, **line)


def _own(step: Step[Complaint], owner: Person | None) -> None:
    """C-01: whoever received it owns it until the owning department has taken it over."""
    case = step.case
    case.owner_department = case.received_in
    case.owner = owner or case.received_by or queries.somebody_in(case.owner_department)
    need(
        case.owner,
        "complaint.no_owner",
        "部门 {name} 没有人可以负责本件。",
        "Nobody in {name} can own this case.",
        clause="C-01",
        name=case.owner_department.title,
    )
    # The step and its date follow once the clocks run; an open case cannot be stored without them.
    case.next_party, case.next_due = case.owner_department.code, now()


def _start(step: Step[Complaint]) -> None:
    case, kinds = step.case, ["final"]
    if case.read_back_at is None:
        kinds += ["first_response", "silence"]
    if report := at_intake(case) and not case.is_question and in_force("U-08"):
        kinds.append("assign")
    elif not at_intake(case):
        kinds.append("transfer")
    if form_due(case):
        kinds.append("feedback_form")
    if case.source == Source.SPOT_CHECK and in_force("C-10"):
        kinds.append("sample")
    running = timing.start(case, *kinds, by=step.by)
    if report:
        report_to_gm(step, running["assign"].due_at if running else None)


def join(case: Complaint, other: Complaint, kind: str, by: Actor) -> None:
    Link.objects.get_or_create(source=case, target=other, kind=kind, defaults={"at": now(), "by": by.ref})


def report_to_gm(step: Step[Complaint], due: datetime | None = None) -> None:
    """Put the case on the general manager's desk, who assigns the departments (U-08); ``due`` if that clock runs."""
    case = step.case
    case.reported_at = now()
    if due is None:
        timing.start(case, "assign", by=step.by)
        due = timing.due_of(case, "assign")
    obligations.owe(
        subject=case.subject,
        code="assign",
        sentence=W("指定研究和办理的部门", "Assign the departments that study it and act"),
        to="management.gm",
        clause="U-08",
        due=due,
        by=step.by,
    )
