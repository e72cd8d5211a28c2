"""A customer's property that was lost, damaged or found unsuitable: reported, and told to its owner (T-08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanbao.kernel import attachments, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.materials import policies
from sanbao.materials.actions.placing import same_unit
from sanbao.materials.actions.telling import keeper, need, one_lot, owe
from sanbao.materials.lifecycle import PROPERTY
from sanbao.materials.models import PropertyEvent, PropertyReport
from sanbao.materials.stock import left_of
from sanbao.parties.models import Category
from sanbao.trace import actions as trace
from sanbao.trace.models import MovementKind, Property

TELL = "property.tell"


def report(
    *,
    by: Actor,
    code: str,
    what: str,
    description: str,
    quantity: Quantity | None = None,
    files: Sequence[Any] = (),
) -> PropertyReport:
    """Report what befell a customer's property. What is lost leaves the book; sales owes the owner the news."""
    lot = one_lot(code, by=by, clause="T-08")
    owned = Property.objects.select_related("customer").filter(lot=lot).first()
    need(owned, "property.not_a_customers", "{lot} 不是顾客提供的。", "{lot} is no customer's property.", clause="T-08",
         field="code", lot=lot.code)  # fmt: skip
    assert owned is not None
    with PROPERTY.opening("report", by=by, lot=lot, customer=owned.customer, what=what) as step:
        case = step.case
        if quantity is not None:
            same_unit(lot, quantity)
            case.quantity_milli = quantity.milli
        need(what != PropertyEvent.LOST or quantity, "property.how_much", "丢失的请填数量。", "Say how much was lost.",
             clause="T-08", field="quantity")  # fmt: skip
        left = left_of([lot.pk])[lot.pk]
        need(
            what != PropertyEvent.LOST or quantity is None or left is None or quantity.milli <= left,
            "property.more_than_there_is", "{lot} 账面只有 {left}，丢不了这么多。",
            "The book has only {left} of {lot}; no more can be lost.", clause="T-08", field="quantity",
            lot=lot.code, left=str(Quantity.of_milli(left or 0, lot.unit)),
        )  # fmt: skip
        case.number, case.description = numbering.take("property_report"), description
        case.reported_by, case.reported_at, case.due_at = by.ref, now(), policies.due("owner_told_within")
        step.insert()
        if what == PropertyEvent.LOST and quantity is not None:
            moved = trace.move(
                by=keeper(by, "trace.move"), lot=lot, what=MovementKind.COUNTED, quantity_milli=-quantity.milli,
                reason=f"顾客财产丢失 {case.number}", number=case.number, about=case.subject,
            )  # fmt: skip
            case.movement_id = moved.pk
        attachments.attach(files, subject=case.subject, by=by)
        if in_force("T-08"):
            to = "export" if owned.customer.category == Category.EXPORT else "sales"
            sentence = W("告知 {owner}：其财产 {lot} {what}", "Tell {owner}: his property {lot} was {what}")
            sentence = sentence.format(owner=owned.customer.name, lot=lot.code, what=PropertyEvent(what).title)
            owe(case, TELL, to, sentence, by=by, clause="T-08", due=case.due_at)
    return case


def tell(case: PropertyReport, *, by: Actor, how: str, answer: str = "", expect: int | None = None) -> PropertyReport:
    """Sales has told the owner, and writes down how, and what he said."""
    with PROPERTY.move("tell", case, by=by, expect=expect) as step:
        step.case.told_by, step.case.told_at = by.ref, now()
        step.case.told_how, step.case.answer = how, answer
        step.private(how=how, answer=answer)
        fulfil(step.case.subject, TELL, by=by)
    return step.case
