"""售前咨询: a draft contract, an order or an inquiry goes to the departments before anything is promised (U-02)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sanbao.complaints import queries
from sanbao.complaints.actions.telling import person_of
from sanbao.complaints.consulting import CONSULTATION
from sanbao.complaints.models import Consultation, ConsultationState, Opinion
from sanbao.kernel import attachments, clocks, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, need_basis
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Customer, Department, Person


def consult(
    *,
    by: Actor,
    paper: str,
    wanted: str,
    departments: Iterable[Department],
    customer: Customer | None = None,
    inquirer: str = "",
    reference: str = "",
    title: str = "",
    due_at: datetime | None = None,
    files: Sequence[Any] = (),
) -> Consultation:
    """Open a consultation: what the user wants, which departments are asked, by when (U-02)."""
    asked = list(departments)
    first = wanted.strip().splitlines()[0] if wanted.strip() else ""
    facts = {"paper": paper, "wanted": wanted, "customer": customer, "inquirer": inquirer, "reference": reference}
    with CONSULTATION.opening("consult", by=by, **facts, title=(title or first.split("。")[0])[:120]) as step:
        case = step.case
        need(
            customer or inquirer.strip(),
            "consultation.nobody",
            "请选客户，或写明是谁来问。",
            "Choose the customer or say who asks.",
            clause="U-02",
            field="customer",
        )
        need(
            asked,
            "consultation.nobody_asked",
            "请至少选一个要征询的部门。",
            "Choose at least one department to ask.",
            clause="U-02",
            field="departments",
        )
        need(
            due_at is None or due_at > now(),
            "consultation.due_past",
            "期限应在将来。",
            "The due time lies in the future.",
            clause="U-02",
            field="due_at",
        )
        export = customer is not None and customer.category == "export"
        case.department = queries.home_of(by, "export" if export else "sales")
        case.owner = person_of(by)
        case.due_at = due_at or clocks.due_if_started("consultation") or now()
        case.number = numbering.take("consultation")
        step.insert()
        step.private(wanted=wanted)
        clocks.start(case.subject, "consultation", by=by)
        _ask(step, asked)
        attachments.attach(files, subject=case.subject, by=by)
    return case


def _ask(step: Step[Consultation], departments: Iterable[Department]) -> None:
    case = step.case
    asked = []
    for department in departments:
        opinion, new = Opinion.objects.get_or_create(
            consultation=case, department=department, defaults={"asked_at": now()}
        )
        if new or opinion.answered_at is None:
            asked.append(department.code)
            obligations.owe(
                subject=case.subject,
                code="opine",
                sentence=W("答复售前咨询：{what}", "answer the consultation: {what}", what=case.title),
                to=department.code,
                clause="U-02",
                due=case.due_at,
                by=step.by,
            )
    step.record(asked=sorted(asked))


def ask_also(
    consultation: Consultation, *, by: Actor, departments: Iterable[Department], expect: int | None = None
) -> Consultation:
    """Ask further departments; the consultation waits for them too (U-02)."""
    with CONSULTATION.move("ask_also", consultation, by=by, expect=expect) as step:
        new = [d for d in departments if not step.case.opinions.filter(department=d).exists()]
        need(
            new,
            "consultation.asked_already",
            "这些部门已经在征询之列。",
            "These departments have been asked already.",
            clause="U-02",
            field="departments",
        )
        _ask(step, new)
        clocks.start(step.case.subject, "consultation", by=by)
    return step.case


def answer_consultation(
    consultation: Consultation,
    *,
    by: Actor,
    able: str,
    answer: str,
    department: Department | None = None,
    expect: int | None = None,
) -> Consultation:
    """A department says what it can do (U-02). The last answer sends the consultation back to its owner."""
    with CONSULTATION.move("answer_consultation", consultation, by=by, expect=expect) as step:
        case = step.case
        mine = case.opinions.filter(answered_at=None, department__code__in=by.departments)
        opinion = (mine.filter(department=department) if department else mine).first()
        need(
            opinion,
            "consultation.not_asked",
            "没有向您的部门征询，或您的部门已经答复。",
            "Your department was not asked, or has answered already.",
            clause="U-02",
        )
        if opinion:
            opinion.able, opinion.answer, opinion.answered_at, opinion.answered_by = able, answer, now(), by.ref
            opinion.save()
            obligations.discharge(subject=case.subject, code="opine", to=opinion.department.code, by=by)
            step.record(department=opinion.department.code, able=able)
            step.private(answer=answer)
        waiting = case.opinions.filter(answered_at=None).exists()
        step.to(ConsultationState.ASKED if waiting else ConsultationState.ANSWERED)
        if not waiting:
            clocks.stop(case.subject, "consultation", by=by)
            obligations.owe(
                subject=case.subject,
                code="reply",
                sentence=W("各部门已答齐，答复用户", "every department has answered: reply to the user"),
                to=f"person:{case.owner_id}" if case.owner_id else case.department.code,
                clause="U-02",
                due=case.due_at,
                by=by,
            )
    return step.case


def conclude_consultation(
    consultation: Consultation,
    *,
    by: Actor,
    reply: str,
    basis: str,
    unanswered: str = "",
    expect: int | None = None,
) -> Consultation:
    """Reply to the user and end it; while a department has not answered only with a reason and no promise (U-02)."""
    with CONSULTATION.move("conclude_consultation", consultation, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        waiting = list(case.opinions.filter(answered_at=None).select_related("department"))
        need(
            not waiting or unanswered.strip(),
            "consultation.answers_missing",
            "还有部门没有答复：{who}；答复不齐不能对外承诺，不等的须写明原因。",
            "Not all have answered: {who}. Nothing is promised meanwhile; say why it ends without them.",
            clause="U-02",
            field="unanswered",
            who=W("、".join(o.department.name_zh for o in waiting), ", ".join(o.department.name_en for o in waiting)),
        )
        refused = [o for o in case.opinions.all() if o.able == "no"]
        case.reply, case.basis, case.closed_at = reply, basis, now()
        case.unanswered = unanswered if waiting else ""
        clocks.stop_all(case.subject, by=by)
        if in_force("U-02"):
            for code in ("opine", "reply"):
                obligations.discharge(subject=case.subject, code=code, by=by, outcome=unanswered)
        step.record(basis=basis, unanswered=[o.department.code for o in waiting], against=len(refused))
        step.private(reply=reply)
    return step.case


def take_over_consultation(
    consultation: Consultation, *, by: Actor, owner: Person, expect: int | None = None
) -> Consultation:
    """Somebody else leads it from now on."""
    with CONSULTATION.move("take_over_consultation", consultation, by=by, expect=expect) as step:
        step.case.owner = parties.employed(owner.pk, field="owner")
    return step.case
