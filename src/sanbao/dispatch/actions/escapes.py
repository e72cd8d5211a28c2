"""What got past the gate all the same: reported, counted, and put right in the record (W-08)."""

from __future__ import annotations

from datetime import date

from sanbao.dispatch.lifecycle import ESCAPE
from sanbao.dispatch.models import Escape, PickList
from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Contact, Customer, Site
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot, RecordKind, Shipment

CORRECT = "escape.correct"


def report(
    *,
    by: Actor,
    label: Lot,
    mistake: str,
    found_at: str,
    found_on: date | None = None,
    delivery: str = "",
    description: str = "",
    about: str = "",
) -> Escape:
    """登记错发: a customer or one of ours found that wrong goods had left. ``about``: the complaint, if there is one.

    Refuses ``escape.not_shipped`` for a label that, by the record, is still here, and ``escape.stands``.
    """
    with ESCAPE.opening("report", by=by, lot=label, mistake=mistake, found_at=found_at) as step:
        sent = _sent(label, delivery)
        if standing := Escape.objects.filter(shipment=sent.pk).first():
            refuse(
                "escape.stands",
                W("这次发货已登记错发 {number}。", "This shipment was reported already: {number}."),
                clause="W-08",
                number=standing.number,
            )
        case = step.case
        case.number, case.shipment, case.delivery = numbering.take("escape"), sent.pk, sent.number
        case.customer_id, case.found_on = sent.customer_id, found_on or today()
        case.pick_list = PickList.objects.filter(number=sent.number).first()
        case.description, case.about = description, about
        case.reported_by, case.reported_at = by.ref, now()
        step.insert()
        obligations.owe(
            subject=case.subject,
            code=CORRECT,
            sentence=W("更正错发 {number}：{label}", "Put the wrong shipment {number} right: {label}").format(
                number=case.number, label=label.code
            ),
            to="warehouse.department_manager",
            by=by,
            clause="W-08",
        )
    return case


def correct(
    case: Escape,
    *,
    by: Actor,
    measure: str,
    strike: bool = False,
    went_label: Lot | None = None,
    went_to: Customer | None = None,
    site: Site | None = None,
    contact: Contact | None = None,
    replacement: PickList | None = None,
    expect: int | None = None,
) -> Escape:
    """Put it right. Where the books say something that did not happen, the shipment is struck by a counter-entry and
    what really left is written (``went_label``, ``went_to``). ``replacement``: by which list the right goods follow."""
    with ESCAPE.move("correct", case, by=by, expect=expect) as step:
        case = step.case
        if (went_label or went_to) and not strike:
            refuse(
                "escape.strike_first",
                W(
                    "要写明实际发货，须先冲销原记录。",
                    "What really left can only be written once the record is struck.",
                ),
                clause="W-08",
                status=422,
                field="strike",
            )
        if strike:
            _rewrite(case, measure, went_label, went_to, site, contact, by=by)
        case.measure, case.replacement = measure, replacement
        case.corrected_by, case.corrected_at = by.ref, now()
        step.record(measure=measure, replacement=replacement.number if replacement else "")
        obligations.discharge(subject=case.subject, code=CORRECT, by=by, outcome=measure)
    return case


def _rewrite(
    case: Escape,
    measure: str,
    label: Lot | None,
    customer: Customer | None,
    site: Site | None,
    contact: Contact | None,
    *,
    by: Actor,
) -> None:
    """The counter-entry, and the shipment as it was in truth."""
    wrong = Shipment.objects.get(pk=case.shipment)
    reversal = trace.reverse(by=by, record_kind=RecordKind.SHIPMENT, record_id=wrong.pk, reason=measure[:300])
    case.reversal = reversal.subject
    if label is None and customer is None:
        return
    same_customer = customer is None or customer.pk == wrong.customer_id
    row = trace.ShipmentRow(
        number=wrong.number,
        label=(label or case.lot).code,
        customer_id=customer.pk if customer else wrong.customer_id,
        site_id=site.pk if site else wrong.site_id if same_customer else None,
        contact_id=contact.pk if contact else wrong.contact_id if same_customer else None,
        quantity_milli=wrong.quantity_milli if label is None else label.quantity_milli,
        unit=case.lot.unit,
        shipped_on=wrong.shipped_on,
        vehicle=wrong.vehicle,
    )
    case.right_shipment = trace.ship(row, by=by).pk


def _sent(label: Lot, delivery: str) -> Shipment:
    """The shipment of this label: the last one that holds, or that of the delivery named."""
    rows = Shipment.standing.filter(lot=label).order_by("-id")
    found: Shipment | None = (rows.filter(number_key=code_key(delivery)) if delivery.strip() else rows).first()
    if found is None:
        raise Refusal(
            "escape.not_shipped",
            W(
                "按记录 {label} 没有发出，没有可更正的发货。",
                "By the record {label} has not left; there is no shipment.",
            ),
            "W-08",
            422,
            "label",
            {"label": label.code, "delivery": delivery},
        )
    return found
