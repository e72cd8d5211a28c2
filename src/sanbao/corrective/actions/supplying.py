"""Where the trace ends at a supplier, he is asked, answers by link, and his answer is reviewed (Q-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sanbao.catalog.models import DefectClass, Product
from sanbao.corrective import links, rules
from sanbao.corrective.actions.opening import begin
from sanbao.corrective.actions.telling import ANSWER, CAUSE_FOUND, REVIEW, need, owe, pay
from sanbao.corrective.actions.working import implemented
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import ActionKind, CorrectiveAction, Measure
from sanbao.corrective.policies import rule_of
from sanbao.kernel import attachments, notices, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.notices import Addressee
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties.models import Contact, ContactState, Person, Supplier


def ask_supplier(
    *,
    by: Actor,
    supplier: Supplier,
    title: str,
    problem: str,
    lead: Person,
    metric: str,
    origin: str = "",
    product: Product | None = None,
    defect: DefectClass | None = None,
    threshold: str = "",
    files: Sequence[Any] = (),
) -> CorrectiveAction:
    """Ask a supplier for corrective action (供方纠正措施): by mail where he has an address, and always by a link."""
    with ACTION.opening(
        "ask_supplier", by=by, kind=ActionKind.SUPPLIER, origin=origin, lead=lead, supplier=supplier
    ) as step:
        begin(step, title=title, problem=problem, metric=metric, product=product, defect=defect, threshold=threshold,
              files=files)  # fmt: skip
        _send(step)
    return step.case


def ask_again(case: CorrectiveAction, *, by: Actor, expect: int | None = None) -> CorrectiveAction:
    """A new link; the one that he had leads nowhere from now on."""
    with ACTION.move("ask_again", case, by=by, expect=expect) as step:
        _send(step)
    return step.case


def _send(step: Step[CorrectiveAction]) -> None:
    case, by, rule = step.case, step.by, rule_of(ActionKind.SUPPLIER)
    case.asked_at, case.link_until = now(), now() + timedelta(days=int(rule["link_days"]))
    case.link_nonce = links.new_nonce()
    case.link_hash = links.hashed(links.token_of(case))
    sentence = W(
        "贵司所供物料发生质量问题（{number}），请打开链接答复原因和纠正措施。",
        "There is a quality problem with what you supplied ({number}); please open the link and answer.",
        number=case.number,
    )
    contacts = Contact.objects.filter(supplier=case.supplier_id, state=ContactState.IN_USE).exclude(email="")
    people = {f"contact:{c.pk}": Addressee(f"contact:{c.pk}", c.email, "zh-hans") for c in contacts.order_by("pk")}
    about = f"corrective:{case.pk}:{case.round}:{int(case.asked_at.timestamp())}"
    notices.tell_these(people, about=about, subject=case.subject, sentence=sentence, clause="Q-05")
    step.record(mailed=len(people), until=case.link_until)
    fulfil(case.subject, ANSWER, by=by)
    owe(
        case,
        ANSWER,
        "purchasing",
        "{number} 取得供方答复：{title}",
        "Get the supplier to answer {number}: {title}",
        by=by,
        clause="Q-05",
        due=case.due_at,
    )


def answer(
    case: CorrectiveAction,
    *,
    by: Actor,
    name: str,
    containment: str,
    occurrence_whys: str,
    occurrence_cause: str,
    escape_cause: str,
    measure: str,
    due_on: date,
) -> CorrectiveAction:
    """The supplier answers on his link, with the name of whoever did (only its digest enters the record)."""
    with ACTION.move("answer", case, by=by) as step:
        _answered(step, name, containment, occurrence_whys, occurrence_cause, escape_cause, measure, due_on)
    return step.case


def record_answer(
    case: CorrectiveAction,
    *,
    by: Actor,
    name: str,
    containment: str,
    occurrence_whys: str,
    occurrence_cause: str,
    escape_cause: str,
    measure: str,
    due_on: date,
    files: Sequence[Any] = (),
    expect: int | None = None,
) -> CorrectiveAction:
    """He answered on paper or by mail; it is entered as he wrote it, with the paper."""
    with ACTION.move("record_answer", case, by=by, expect=expect) as step:
        attachments.attach(files, subject=step.case.subject, by=by, clause="Q-05")
        _answered(step, name, containment, occurrence_whys, occurrence_cause, escape_cause, measure, due_on)
    return step.case


def _answered(
    step: Step[CorrectiveAction],
    name: str,
    containment: str,
    whys: str,
    cause: str,
    escape: str,
    measure: str,
    due_on: date,
) -> None:
    case = step.case
    need(
        len(name.strip()) > 1,
        "corrective.no_name",
        "请写答复人的姓名。",
        "Write the name of who answers.",
        clause="Q-05",
        field="name",
    )
    for field, text in (("occurrence_cause", cause), ("measure", measure), ("containment", containment)):
        need(len(text.strip()) > 1, "corrective.answer_incomplete", "答复须写明临时措施、原因和纠正措施。",
             "The answer states containment, cause and corrective action.", clause="Q-05", field=field)  # fmt: skip
    case.containment, case.occurrence_whys = containment.strip(), rules.chain(whys)
    case.occurrence_cause, case.escape_cause = cause.strip()[:300], escape.strip()[:300]
    case.answered_at, case.answered_by, case.found_by = now(), name.strip()[:80], step.by.ref
    case.found_at = now()
    Measure.objects.filter(action=case, round=case.round).delete()
    Measure.objects.create(action=case, round=case.round, text=measure.strip(), owner=None, due_on=due_on)
    step.private(name=name.strip(), cause=case.occurrence_cause, measure=measure)
    fulfil(case.subject, ANSWER, by=step.by)
    owe(
        case,
        REVIEW,
        case.approver,
        "评审 {number} 的供方答复：{title}",
        "Review the supplier's answer to {number}: {title}",
        by=step.by,
        clause="Q-05",
    )


def accept_answer(
    case: CorrectiveAction, *, by: Actor, remark: str = "", expect: int | None = None
) -> CorrectiveAction:
    """The answer convinces: what he does is watched like our own, and the complaint behind it owes no cause more."""
    with ACTION.move("accept_answer", case, by=by, expect=expect) as step:
        case = step.case
        _need_reviewer(case, by)
        content = {"action": case.number, "round": case.round, "cause": case.occurrence_cause}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="Q-05")
        case.approved_by, case.approved_at = by.ref, now()
        Measure.objects.filter(action=case, round=case.round).update(
            done_by=f"supplier:{case.supplier_id}", evidence=remark
        )
        fulfil(case.subject, REVIEW, by=by)
        if in_force("Q-05"):
            pay(case, CAUSE_FOUND, by=by)
        implemented(step)
        case.link_until = now()
    return step.case


def return_answer(case: CorrectiveAction, *, by: Actor, reason: str, expect: int | None = None) -> CorrectiveAction:
    """The answer does not convince: he reads why on the same link, whose time begins anew."""
    with ACTION.move("return_answer", case, by=by, expect=expect) as step:
        case, rule = step.case, rule_of(ActionKind.SUPPLIER)
        _need_reviewer(case, by)
        case.returned_because, case.link_until = reason, now() + timedelta(days=int(rule["link_days"]))
        fulfil(case.subject, REVIEW, by=by, outcome=reason)
        owe(case, ANSWER, "purchasing", "{number} 取得供方重新答复：{title}",
            "Get the supplier to answer {number} anew: {title}", by=by, clause="Q-05", due=case.due_at)  # fmt: skip
    return step.case


def _need_reviewer(case: CorrectiveAction, by: Actor) -> None:
    """The post that the policy names, and never who entered the answer himself (R-11)."""
    signatures.not_the_same(by, others=[case.found_by], code="corrective.own")
    need(
        by.all_powerful or by.plays(case.approver), "corrective.not_approver", "供方答复由 {approver} 评审。",
        "A supplier's answer is reviewed by {approver}.", clause="Q-05", status=403, approver=case.approver,
    )  # fmt: skip
