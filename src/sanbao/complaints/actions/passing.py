"""移交、报告、指派、更正、拆分: how a case passes from hand to hand and is never lost (C-05, U-07, U-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sanbao.complaints import queries, timing
from sanbao.complaints.actions.intake import INTAKES, WAYS, join, register, report_to_gm, traceable, what
from sanbao.complaints.actions.telling import involve, person_of, tell
from sanbao.complaints.lifecycle import acting
from sanbao.complaints.models import ORAL, Audience, Complaint, LinkKind, Transfer
from sanbao.complaints.planning import intake_of
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force, need
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Category, Department, Person

CORRECTABLE = (
    "source", "channel", "authority", "authority_document", "customer", "contact_name", *WAYS, "title", "description",
    "contract", "stage", "product", "product_text", "code", "quantity", "unit", "quality_related", "reported_class",
)  # fmt: skip


def transfer(
    complaint: Complaint, *, by: Actor, to: Department, reason: str = "", expect: int | None = None
) -> Complaint:
    """Pass the case to the department that owns intake; the same act reports it to the general manager (C-05)."""
    with acting("transfer", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            to.code in INTAKES,
            "complaint.not_an_intake",
            "投诉只移交经营部或出口部；请其他部门参加办理用“指派部门”。",
            "A complaint is passed to sales or export; to bring in another department, assign it.",
            clause="C-05",
            field="to",
        )
        need(
            to != case.owner_department and not queries.pending_transfer(case),
            "complaint.already_there",
            "本件已在该部门，或移交还没有被接收。",
            "The case is there already, or its transfer has not been accepted yet.",
            clause="C-05",
        )
        last = case.transfers.filter(accepted_at__isnull=False).last()
        sent = Transfer.objects.create(
            complaint=case,
            from_department=case.owner_department,
            to_department=to,
            reason=reason,
            held_since=last.accepted_at if last else case.received_at,
            sent_at=now(),
            sent_by=by.ref,
        )
        if (to.code == "export") != (case.category == Category.EXPORT):
            case.category = Category.EXPORT if to.code == "export" else Category.DOMESTIC
        involve(case, to.code, by=by)
        timing.stop(case, "transfer", by=by)
        step.record(to=to.code, minutes_held=sent.minutes_held)
        tell(step, W("移交 {to}", "Passed to {to}", to=to.title), reason)
        if in_force("C-05"):
            report_to_gm(step)
    return step.case


def accept_transfer(
    complaint: Complaint, *, by: Actor, owner: Person | None = None, expect: int | None = None
) -> Complaint:
    """The receiving department takes the case over and names its owner."""
    with acting("accept_transfer", complaint, by=by, expect=expect) as step:
        case, sent = step.case, queries.pending_transfer(step.case)
        need(
            sent,
            "complaint.nothing_to_accept",
            "没有等待接收的移交。",
            "No transfer is waiting to be accepted.",
            clause="C-05",
        )
        if not sent:
            return case
        need(
            by.all_powerful or sent.to_department.code in by.departments,
            "complaint.not_your_transfer",
            "本件移交给 {to}，由该部门的人接收。",
            "The case was passed to {to}; somebody there accepts it.",
            clause="C-05",
            to=sent.to_department.title,
        )
        sent.accepted_at, sent.accepted_by = now(), by.ref
        sent.save(update_fields=["accepted_at", "accepted_by"])
        case.owner_department = sent.to_department
        case.owner = owner or person_of(by) or case.owner
        step.record(minutes_under_way=int((sent.accepted_at - sent.sent_at).total_seconds() // 60))
        tell(step, W("{to} 已接收", "Accepted by {to}", to=sent.to_department.title), audience=Audience.SYSTEM)
    return step.case


def report(complaint: Complaint, *, by: Actor, remark: str = "", expect: int | None = None) -> Complaint:
    """Lay the case before the general manager, who assigns the departments (U-08)."""
    with acting("report", complaint, by=by, expect=expect) as step:
        tell(step, W("报告总经理", "Reported to the general manager"), remark)
        report_to_gm(step)
    return step.case


def assign(
    complaint: Complaint,
    *,
    by: Actor,
    departments: Iterable[Department],
    instruction: str = "",
    expect: int | None = None,
) -> Complaint:
    """The general manager assigns departments; a matter of product quality also goes to the production VP (U-08)."""
    with acting("assign", complaint, by=by, expect=expect) as step:
        case = step.case
        assigned = involve(case, *(d.code for d in departments), by=by)
        sentence = W("研究并参加办理", "Study the case and take part")
        timing.stop(case, "assign", by=by)
        due = timing.due_of(case, "interim")
        for department in assigned:
            obligations.owe(
                subject=case.subject, code="study", sentence=sentence, to=department.code, clause="U-08", due=due, by=by
            )
        if case.quality_related and in_force("U-08"):
            lead = W("组织质量问题的分析和处理", "Organise the analysis and handling of the quality matter")
            obligations.owe(
                subject=case.subject,
                code="organise",
                sentence=lead,
                to="management.production_vp",
                clause="U-08",
                due=due,
                by=by,
            )
        obligations.discharge(subject=case.subject, code="assign", by=by)
        step.record(departments=sorted(d.code for d in assigned))
        names = W("、".join(d.name_zh for d in assigned), ", ".join(d.name_en for d in assigned))
        tell(step, W("指派 {names}", "Assigned: {names}", names=names), instruction)
    return step.case


def hand_over(
    complaint: Complaint,
    *,
    by: Actor,
    owner: Person,
    department: Department | None = None,
    reason: str = "",
    expect: int | None = None,
) -> Complaint:
    """Give the case to another owner; it is never without one."""
    with acting("hand_over", complaint, by=by, expect=expect) as step:
        case = step.case
        case.owner = parties.employed(owner.pk, field="owner")
        if department is None and case.owner_department is None:
            department = queries.home_of(by, intake_of(case))
        if department:
            case.owner_department = department
            involve(case, department.code, by=by)
        tell(step, W("负责人改为 {name}", "Owner is now {name}", name=owner.name), reason, audience=Audience.SYSTEM)
    return step.case


def correct(complaint: Complaint, *, by: Actor, expect: int | None = None, **facts: Any) -> Complaint:
    """Correct what was entered; old and new stay in the record. A changed oral text must be read back again (C-06)."""
    with acting("correct", complaint, by=by, expect=expect) as step:
        case = step.case
        changed = {k: v for k, v in facts.items() if k in CORRECTABLE and v != getattr(case, k)}
        for name, value in changed.items():
            setattr(case, name, value)
        if "description" in changed:
            step.private(description_before=step.before["description"], description=case.description)
            if case.channel in ORAL and in_force("C-06"):
                case.read_back_at, case.read_back_missing = None, str(W("内容已更正", "The text was corrected"))
        if "code" in changed:
            case.lot = None
        case.contact_key = queries.contact_key(case.contact_phone)
        traceable(case)
        what(case)
        step.record(corrected=sorted(changed))
        tell(
            step,
            W("更正登记：{fields}", "Entry corrected: {fields}", fields=", ".join(sorted(changed))),
            audience=Audience.SYSTEM,
        )
    return step.case


def split(complaint: Complaint, *, by: Actor, matters: Sequence[str], expect: int | None = None) -> list[Complaint]:
    """One message, several matters (拆分): each becomes a case of its own with an owner, pointing back (U-07)."""
    with acting("split", complaint, by=by, expect=expect) as step:
        case = step.case
        need(
            matters,
            "complaint.no_matters",
            "请逐行写明要拆出的事项。",
            "Write the matters to split off, one to a line.",
            clause="U-07",
            field="matters",
        )
        kept = ("customer", "category", "region", "contact_name", *WAYS, "contact_unknown", "contract", "stage",
                "read_back_at", "read_back_by", "read_back_asked_by", "received_in")  # fmt: skip
        shared = {name: getattr(case, name) for name in kept}
        parts = [
            register(
                by=by,
                source=case.source,
                channel=case.channel,
                description=matter,
                received_at=case.received_at,
                owner=case.owner,
                split_from=case,
                **shared,
            )
            for matter in matters
        ]
        step.record(into=[p.pk for p in parts])
        tell(step, W("拆出 {numbers}", "Split off {numbers}", numbers=", ".join(p.number for p in parts)))
    return parts


def link(complaint: Complaint, *, by: Actor, other: Complaint, expect: int | None = None) -> Complaint:
    """Say that two cases belong together."""
    with acting("link", complaint, by=by, expect=expect) as step:
        join(step.case, other, LinkKind.RELATED, by)
        step.record(other=other.pk)
        tell(step, W("关联 {number}", "Linked with {number}", number=other.number), audience=Audience.SYSTEM)
    return step.case
