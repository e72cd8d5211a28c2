"""News from the gate to the salesperson of the customer's region. Handlers may run twice."""

from __future__ import annotations

from sanbao.dispatch import rules
from sanbao.dispatch.models import Escape, PickList
from sanbao.kernel import notices
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.parties.queries import salesperson_for


def _of(entry: JournalEntry) -> int:
    return int(entry.subject.partition(":")[2])


def _salesperson(customer: Customer, drafted_by: str) -> str:
    """He who answers for the region; where nobody does, he who made the list."""
    person = salesperson_for(customer)
    return f"person:{person.pk}" if person else drafted_by


@listens("pick_list.ship")
def goods_have_left(entry: JournalEntry) -> None:
    case = PickList.objects.select_related("customer").get(pk=_of(entry))
    notices.tell(
        to=_salesperson(case.customer, case.drafted_by),
        about=f"{case.subject}:shipped",
        subject=case.subject,
        sentence=W(
            "{number} 已出门：{customer}，{n} 个标签，{kg} kg，车号 {vehicle}",
            "{number} has left: {customer}, {n} labels, {kg} kg, vehicle {vehicle}",
            number=case.number,
            customer=case.customer.name,
            n=case.labels,
            kg=rules.kilograms(case.net_milli),
            vehicle=case.vehicle or "—",
        ),
        clause="W-08",
    )


@listens("escape.report")
def wrong_goods_have_left(entry: JournalEntry) -> None:
    case = Escape.objects.select_related("customer", "lot", "pick_list").get(pk=_of(entry))
    drafted_by = case.pick_list.drafted_by if case.pick_list else ""
    if to := _salesperson(case.customer, drafted_by):
        notices.tell(
            to=to,
            about=f"{case.subject}:reported",
            subject=case.subject,
            sentence=W(
                "登记了错发 {number}：{customer} {label}",
                "A wrong shipment was reported, {number}: {customer} {label}",
                number=case.number,
                customer=case.customer.name,
                label=case.lot.code,
            ),
            clause="W-08",
        )
