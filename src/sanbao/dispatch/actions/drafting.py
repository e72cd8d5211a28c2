"""Sales says what goes to whom, where and who receives it, and releases it to the warehouse (W-08, N-04)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q

from sanbao.catalog.models import Product
from sanbao.dispatch import queries
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import Fate, Pick, PickLine, PickList
from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties.models import Contact, Customer, Site
from sanbao.trace.models import Lot

#: The warehouse's duty from the release on, and that of the second man from the first signature on.
PICK, LET_GO = "pick_list.pick", "pick_list.ship"
MOST_LINES = 500


@dataclass(frozen=True)
class Wanted:
    """One line of an order: so much of a product, or one named label."""

    product: Product | None = None
    label: Lot | None = None
    pieces: int | None = None
    quantity_milli: int | None = None


def draft(
    *,
    by: Actor,
    customer: Customer,
    lines: Iterable[Wanted] = (),
    site: Site | None = None,
    contact: Contact | None = None,
    order: str = "",
    vehicle: str = "",
    planned_on: date | None = None,
    remark: str = "",
) -> PickList:
    """开提货单: who gets what. Where the customer has one site or one contact only, it is that one."""
    with PICK_LIST.opening("draft", by=by, customer=customer) as step:
        case = step.case
        case.number, case.drafted_by = numbering.take("pick_list"), by.ref
        case.order, case.vehicle, case.planned_on, case.remark = order, vehicle, planned_on, remark
        case.site = site or _only(Site.objects.filter(customer=customer, state=InUse.IN_USE))
        case.contact = contact or _only(contacts_of(customer, case.site).filter(state=InUse.IN_USE))
        _need_his(case)
        step.insert()
        _put_lines(step, list(lines), first=1)
        _record_lines(step)
    return case


def add_line(
    case: PickList,
    *,
    by: Actor,
    product: Product | None = None,
    label: Lot | None = None,
    pieces: int | None = None,
    quantity_milli: int | None = None,
    expect: int | None = None,
) -> PickList:
    with PICK_LIST.move("add_line", case, by=by, expect=expect) as step:
        last = PickLine.objects.filter(pick_list=step.case).aggregate(last=Max("position"))["last"] or 0
        _put_lines(step, [Wanted(product, label, pieces, quantity_milli)], first=last + 1)
        _record_lines(step)
    return step.case


def remove_line(case: PickList, *, by: Actor, line: PickLine, expect: int | None = None) -> PickList:
    with PICK_LIST.move("remove_line", case, by=by, expect=expect) as step:
        if Pick.objects.filter(line=line).exists():
            # It was on the way once: the line stays for the record of what was scanned onto it.
            refuse(
                "pick_list.line_used",
                W("这一行已经扫过标签，不能删。", "Labels were scanned onto this line; it stays."),
                clause="W-08",
                position=line.position,
            )
        PickLine.objects.filter(pick_list=step.case, pk=line.pk).delete()
        _record_lines(step)
    return step.case


def place(
    case: PickList, *, by: Actor, site: Site, contact: Contact | None = None, expect: int | None = None
) -> PickList:
    """Where the goods end, and who receives them there (N-04)."""
    with PICK_LIST.move("place", case, by=by, expect=expect) as step:
        step.case.site, step.case.contact = site, contact
        _need_his(step.case)
    return step.case


def revise(
    case: PickList,
    *,
    by: Actor,
    order: str = "",
    vehicle: str = "",
    planned_on: date | None = None,
    remark: str = "",
    expect: int | None = None,
) -> PickList:
    with PICK_LIST.move("revise", case, by=by, expect=expect) as step:
        step.case.order, step.case.vehicle, step.case.planned_on = order, vehicle, planned_on
        step.case.remark = remark
    return step.case


def release(case: PickList, *, by: Actor, expect: int | None = None) -> PickList:
    """下发: from now on the warehouse picks. A shipment ends at a place and a contact, not at an invoice (N-04)."""
    with PICK_LIST.move("release", case, by=by, expect=expect) as step:
        case = step.case
        if not PickLine.objects.filter(pick_list=case).exists():
            refuse("pick_list.empty", W("提货单上没有货。", "There is nothing on the list."), clause="W-08", status=422)
        need_place(case)
        case.released_by, case.released_at = by.ref, now()
        owe(case, PICK, W("拣货 {number}：{customer}", "Pick {number}: {customer}"), by)
    return case


def take_back(case: PickList, *, by: Actor, expect: int | None = None) -> PickList:
    """Back to sales, to be changed, as long as nothing was scanned."""
    with PICK_LIST.move("take_back", case, by=by, expect=expect) as step:
        if Pick.objects.filter(pick_list=step.case, fate=Fate.PICKED).exists():
            refuse("pick_list.begun", W("仓库已经开始拣货。", "The warehouse has begun picking."), clause="W-08")
        step.case.released_by, step.case.released_at = "", None
        obligations.discharge(subject=step.case.subject, code=PICK, by=by, outcome=step.move.title.zh)
    return step.case


def owe(case: PickList, code: str, sentence: W, by: Actor) -> None:
    """The warehouse's next duty on this list."""
    obligations.owe(
        subject=case.subject,
        code=code,
        sentence=sentence.format(number=case.number, customer=case.customer.name),
        to="warehouse",
        by=by,
        clause="W-08",
        due=case.planned_until,
    )


def need_place(case: PickList) -> None:
    missing = [
        title
        for title, there in ((W("收货地点", "place"), case.site_id), (W("联系人", "contact"), case.contact_id))
        if there is None
    ]
    if missing:
        refuse(
            "pick_list.no_place",
            W(
                "发货要落到一个地点和一位联系人；还缺{missing}。",
                "A shipment ends at a place and a contact; missing: {missing}.",
            ),
            clause="N-04",
            status=422,
            field="site" if case.site_id is None else "contact",
            missing=W("、".join(m.zh for m in missing), ", ".join(m.en for m in missing)),
        )


def contacts_of(customer: Customer, site: Site | None = None) -> Any:
    """Those whom one meets at a customer's, at the site before the office."""
    there = Q(site=site) if site else Q(site__customer=customer)
    return Contact.objects.filter(Q(customer=customer) | there).order_by("name", "pk")


def _only(rows: Any) -> Any:
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _need_his(case: PickList) -> None:
    """The place and the contact are this customer's."""
    if case.site is not None and case.site.customer_id != case.customer_id:
        _stranger("site", case.site.name, case)
    contact = case.contact
    if contact is not None and not contacts_of(case.customer).filter(pk=contact.pk).exists():
        _stranger("contact", contact.name, case)


def _stranger(field: str, name: str, case: PickList) -> None:
    refuse(
        "pick_list.not_his",
        W("“{name}”不属于客户 {customer}。", "“{name}” does not belong to {customer}."),
        clause="N-04",
        status=422,
        field=field,
        name=name,
        customer=case.customer.name,
    )


def _put_lines(step: Step[PickList], lines: list[Wanted], *, first: int) -> None:
    if first + len(lines) - 1 > MOST_LINES:
        sentence = W("一张提货单最多 {most} 行。", "A pick list has at most {most} lines.")
        refuse("pick_list.too_long", sentence, status=422, field="lines", most=MOST_LINES)
    for wanted in lines:
        _need_measure(wanted)
    PickLine.objects.bulk_create(
        [
            PickLine(
                pick_list=step.case,
                position=position,
                product=wanted.product,
                label=wanted.label,
                pieces=wanted.pieces,
                quantity_milli=wanted.quantity_milli,
            )
            for position, wanted in enumerate(lines, start=first)
        ]
    )


def _need_measure(wanted: Wanted) -> None:
    if wanted.label is not None and wanted.label.kind not in queries.GOODS:
        refuse(
            "gate.not_a_label",
            W("{lot} 不是成品标签。", "{lot} is no product label."),
            clause="W-08",
            status=422,
            field="label",
            lot=wanted.label.code,
        )
    measured = wanted.pieces is not None or wanted.quantity_milli is not None
    if (wanted.product is None) == (wanted.label is None) or (wanted.product is not None and not measured):
        refuse(
            "pick_list.line",
            W(
                "一行写一个产品和支数或公斤，或者写一个标签。",
                "A line names a product with pieces or kg, or one label.",
            ),
            clause="W-08",
            status=422,
            field="product",
        )


def lines_digest(case: PickList) -> str:
    """What was ordered, in 64 digits: how ``sanbao verify`` tells that nobody changed the lines by hand."""
    rows = PickLine.objects.filter(pick_list=case).order_by("position")
    fields = ("position", "product_id", "label_id", "pieces", "quantity_milli")
    return digest(text_of([list(row) for row in rows.values_list(*fields)]))


def _record_lines(step: Step[PickList]) -> None:
    step.record(lines=lines_digest(step.case), count=PickLine.objects.filter(pick_list=step.case).count())
