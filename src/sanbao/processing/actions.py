"""What happens to a processing order: opened for a customer, material put in, finished under its own labels (W-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from sanbao.catalog.models import Product
from sanbao.complaints.models import Complaint
from sanbao.goods import actions as goods
from sanbao.kernel import numbering, obligations, refusals
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal, in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.materials.actions import placing
from sanbao.parties.models import Customer
from sanbao.processing import queries
from sanbao.processing.lifecycle import PROCESSING_ORDER
from sanbao.processing.models import ProcessingLine, ProcessingOrder, Way
from sanbao.processing.policies import PROCESSING
from sanbao.processing.rules import Balance, Part
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot, LotKind, MovementKind, QualityStatus

_need = partial(refusals.need, clause="W-09")
MAKE = "processing.make"
#: What can be put in: finished goods, and material (glass, gaskets, fittings) that is kept by weight.
MATERIAL = (LotKind.LABEL, LotKind.RAW, LotKind.ITEM)


def order(
    *,
    by: Actor,
    customer: Customer,
    wanted: str,
    complaint: Complaint | None = None,
    product: Product | None = None,
    reference: str = "",
    due_on: date | None = None,
) -> ProcessingOrder:
    """Open an order (开深加工单): for which customer, what is to be made. The question it follows from stays open."""
    facts = {"customer": customer, "product": product, "wanted": wanted, "reference": reference, "due_on": due_on}
    with PROCESSING_ORDER.opening("order", by=by, **facts) as step:
        case = step.case
        _need(
            wanted.strip(), "processing.nothing_wanted", "请写明要做什么。", "Say what is to be made.", field="wanted"
        )
        if complaint is not None:
            _need_customer_of(complaint, customer)
            case.about = complaint.subject
        case.number, case.ordered_by, case.ordered_at = numbering.take("processing_order"), by.ref, now()
        step.insert()
        rule = PROCESSING.decide(on=today())
        step.record(**rule.as_facts())
        _owe(step, str(rule["maker"]))
        _hold_open(step, complaint)
    return step.case


def put_in(
    order: ProcessingOrder, *, by: Actor, code: str, weight: Decimal, expect: int | None = None
) -> ProcessingOrder:
    """So much of a lot goes into the work (投料): only what is 合格 and free, no more than is left, nobody else's."""
    with trace.writing(), PROCESSING_ORDER.move("put_in", order, by=by, expect=expect) as step:
        case = step.case
        source, milli = _source(code, by), int(weight * 1000)
        _need(
            milli > 0, "processing.no_weight", "重量须大于零。", "The weight must be more than nothing.", field="weight"
        )
        _need_not_picked(source)
        if case.lot is None:
            case.lot = trace.treatment(case.number, LotKind.PROCESSING, by=by, on=today())
        line = _line(step, Way.IN, source, case.lot, milli)
        permits = trace.go_in(line.pk, source, case.lot, milli, by=by, customer_id=case.customer_id)
        if permits:
            line.permits = " ".join(permit.number for permit in permits)
            line.save(update_fields=["permits"])
        placing.take(source, milli=milli)
        step.record(line=line.pk, lot=source.code, quantity_milli=milli, permits=line.permits)
    return step.case


def take_back(
    order: ProcessingOrder, *, by: Actor, line: ProcessingLine, reason: str, expect: int | None = None
) -> ProcessingOrder:
    """An input that was written wrongly, or was not worked after all, goes back to its lot."""
    with trace.writing(), PROCESSING_ORDER.move("take_back", order, by=by, expect=expect) as step:
        case = step.case
        line = ProcessingLine.objects.select_for_update(of=("self",)).select_related("lot", "into").get(pk=line.pk)
        _need(
            line.order_id == case.pk and line.what == Way.IN and line.struck_at is None,
            "processing.not_an_input",
            "这一行不是有效的投料。",
            "This is no input that stands.",
            field="line",
        )
        left = lots.account(line.into).left or 0
        _need(
            line.quantity_milli <= left,
            "processing.worked",
            "{lot} 已用于产出，只剩 {left}，不能冲销。",
            "{lot} went into what came out; only {left} is left to strike.",
            lot=line.lot.code,
            left=lots.exact(left, "kg"),
        )
        trace.take_out(line.pk, line.lot, line.into, line.quantity_milli, by=by)
        _strike(line, by, reason)
        step.record(line=line.pk, lot=line.lot.code, quantity_milli=line.quantity_milli, reason=reason)
    return step.case


def finish(
    order: ProcessingOrder,
    *,
    by: Actor,
    parts: Sequence[Part],
    place: str,
    scrap: Decimal = Decimal(0),
    remark: str = "",
    expect: int | None = None,
) -> ProcessingOrder:
    """What was made enters the store (完工入库), each part under a label of its own that QC signs; scrap is weighed.

    Output and scrap are no more than went in, within the tolerance of the policy; what is missing beyond it is
    said why.
    """
    with trace.writing(), PROCESSING_ORDER.move("finish", order, by=by, expect=expect) as step:
        case, scrap_milli = step.case, int(scrap * 1000)
        _need(parts, "processing.no_output", "请写产出的重量和件数。", "Write what came out.", field="parts")
        _need(place.strip(), "processing.no_place", "请写明放在哪个库位。", "Say where it stands.", field="place")
        batch = case.lot
        assert batch is not None  # nothing is in work before something was put in
        so_far = queries.lines(case)
        before = queries.balance(case, so_far)
        after = Balance(
            before.went_in, before.came_out + sum(part.milli for part in parts), before.scrapped + scrap_milli
        )
        _need_balance(step, after, remark)
        conceded = any(line.permits for line in so_far if line.struck_at is None)
        status = QualityStatus.UNDECIDED if conceded else QualityStatus.PASSED
        made = []
        for part in parts:
            label = goods.processed(
                by=by, product=case.product, milli=part.milli, pieces=part.pieces, place=place, status=status,
                order=case.number,
            )  # fmt: skip
            line = _line(step, Way.OUT, batch, label.lot, part.milli, part.pieces)
            trace.come_out(line.pk, batch, label.lot, part.milli, by=by)
            made.append(label.code)
        if scrap_milli:
            trace.move(
                by=by, lot=batch, what=MovementKind.SCRAPPED, quantity_milli=scrap_milli, number=case.number,
                reason=case.number, about=case.subject,
            )  # fmt: skip
        _book(case, by, left=0)
        case.scrap_milli = after.scrapped
        case.finished_by, case.finished_at, case.remark = by.ref, now(), remark
        step.record(made=made, unaccounted_milli=after.unaccounted)
        _ended(step, "")
    return step.case


def resume(line: ProcessingLine, *, by: Actor, reason: str) -> ProcessingOrder:
    """The label that a line made was struck: its goods stand in the order again, which goes on."""
    with trace.writing(), PROCESSING_ORDER.move("resume", line.order_id, by=by) as step:
        _strike(line, by, reason)
        _book(step.case, by, left=queries.balance(step.case).unaccounted)
        step.case.finished_by, step.case.finished_at = "", None
        step.record(line=line.pk, label=line.into.code, quantity_milli=line.quantity_milli)
        _owe(step, str(PROCESSING.setting("maker", on=today())))
        case = queries.case_of(step.case)
        _hold_open(step, None if case is None or case.ended else case)
    return step.case


def cancel(order: ProcessingOrder, *, by: Actor, reason: str, expect: int | None = None) -> ProcessingOrder:
    """Nothing is made after all; what was put in has been struck before."""
    with trace.writing(), PROCESSING_ORDER.move("cancel", order, by=by, expect=expect) as step:
        case = step.case
        standing = case.lines.filter(struck_at=None).select_related("lot").first()
        _need(
            standing is None,
            "processing.put_in",
            "还有投料（{lot}），请先冲销再取消。",
            "Something is still put in ({lot}); strike it before cancelling.",
            lot=standing.lot.code if standing else "",
        )
        case.reason = reason
        _ended(step, reason)
    return step.case


# -- what must hold ------------------------------------------------------------------------------------------------


def _need_customer_of(complaint: Complaint, customer: Customer) -> None:
    _need(
        not complaint.ended,
        "processing.case_ended",
        "{number} 已经结束，请先重新打开。",
        "{number} has ended; reopen it first.",
        field="complaint",
        number=complaint.number,
    )
    _need(
        complaint.customer_id in (None, customer.pk),
        "processing.other_customer",
        "{number} 的用户是{whose}，不是{customer}。",
        "{number} is of {whose}, not of {customer}.",
        field="customer",
        number=complaint.number,
        whose=complaint.complainant,
        customer=customer.name,
    )


def _source(code: str, by: Actor) -> Lot:
    """The one lot that a code names, of a kind that can be put in and kept by weight."""
    typed = code.strip()[:80]
    found = [lot for lot in lots.find(code, actor=by) if lot.kind in MATERIAL]
    if len(found) != 1:
        sentence = W(
            "没有标签或原料批“{typed}”，或它指多个。", "No label or material lot is named “{typed}”, or several are."
        )
        raise Refusal("processing.unknown_lot", sentence, "W-09", 422, "code", {"typed": typed})
    [lot] = found
    _need(
        lot.unit == "kg",
        "processing.not_by_weight",
        "{lot} 按{unit}计，深加工只投按重量计的料。",
        "{lot} is counted in {unit}; only what is kept by weight is put in.",
        field="code",
        lot=lot.code,
        unit=lot.unit,
    )
    return Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)


def _need_not_picked(lot: Lot) -> None:
    """Goods that stand on a pick list are promised to whom it goes."""
    pick = queries.picked_for(lot)
    _need(
        pick is None,
        "processing.picked",
        "{lot} 已在提货单 {number} 上。",
        "{lot} stands on the pick list {number}.",
        lot=lot.code,
        number=pick.pick_list.number if pick else "",
    )


def _need_balance(step: Step[ProcessingOrder], balance: Balance, remark: str) -> None:
    rule = PROCESSING.decide(on=today())
    step.record(**rule.as_facts())
    _need(
        not balance.gained_beyond(Decimal(str(rule["gain"]))),
        "processing.more_than_went_in",
        "产出加废料比投入 {went_in} 多 {over}，超过允许的 {gain}%。",
        "Output and scrap are {over} more than the {went_in} that went in; {gain}% is allowed.",
        field="parts",
        went_in=lots.exact(balance.went_in, "kg"),
        over=lots.exact(-balance.unaccounted, "kg"),
        gain=str(rule["gain"]),
    )
    _need(
        remark.strip() or not balance.lost_beyond(Decimal(str(rule["loss"]))),
        "processing.missing",
        "还有 {missing} 对不上，超过 {loss}%，请写明原因。",
        "{missing} is unaccounted for, more than {loss}%; say why.",
        field="remark",
        missing=lots.exact(balance.unaccounted, "kg"),
        loss=str(rule["loss"]),
    )


# -- what follows --------------------------------------------------------------------------------------------------


def _line(
    step: Step[ProcessingOrder], way: Way, lot: Lot, into: Lot, milli: int, pieces: int | None = None
) -> ProcessingLine:
    return ProcessingLine.objects.create(
        order=step.case, number=step.case.number, what=way, lot=lot, into=into, quantity_milli=milli, pieces=pieces,
        entered_by=step.by.ref, entered_at=now(),
    )  # fmt: skip


def _strike(line: ProcessingLine, by: Actor, reason: str) -> None:
    line.struck_by, line.struck_at, line.struck_why = by.ref, now(), reason[:300]
    line.save(update_fields=["struck_by", "struck_at", "struck_why"])


def _book(order: ProcessingOrder, by: Actor, *, left: int) -> None:
    """What nobody accounts for is written off the batch like a count difference, and back on when the work goes on."""
    assert order.lot is not None
    difference = left - (lots.account(order.lot).left or 0)
    if difference:
        trace.move(
            by=by, lot=order.lot, what=MovementKind.COUNTED, quantity_milli=difference, number=order.number,
            reason=order.number, about=order.subject,
        )  # fmt: skip


def _owe(step: Step[ProcessingOrder], maker: str) -> None:
    sentence = W("深加工单 {number} 投料、完工", "Make the processing order {number}", number=step.case.number)
    obligations.owe(subject=step.case.subject, code=MAKE, sentence=sentence, to=maker, by=step.by, clause="W-09")


def _holding(order: ProcessingOrder) -> str:
    return f"processing.{order.pk}"


def _hold_open(step: Step[ProcessingOrder], case: Complaint | None) -> None:
    """W-09: the question does not close, by page, API, bulk or rule, before what was promised is made or cancelled."""
    order = step.case
    if case is not None and in_force("W-09"):
        obligations.owe(
            subject=case.subject,
            code=_holding(order),
            sentence=W("了结深加工单 {number}", "Bring the processing order {number} to its end", number=order.number),
            to=queries.lead_of(case),
            by=step.by,
            clause="W-09",
            holds_closing=True,
        )


def _ended(step: Step[ProcessingOrder], outcome: str) -> None:
    order = step.case
    obligations.discharge(subject=order.subject, code=MAKE, by=step.by, outcome=outcome)
    if order.about:
        obligations.discharge(subject=order.about, code=_holding(order), by=step.by, outcome=outcome)
