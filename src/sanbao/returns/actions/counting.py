"""储运 counts: label by label on a phone, by weight where there is none (R-07); an agent's word abroad (R-09)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from sanbao.kernel import attachments, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal, in_force, need
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.returns import concerns, queries, rules
from sanbao.returns.actions import approving, crediting, duties
from sanbao.returns.actions.duties import next_duty
from sanbao.returns.lifecycle import RETURN
from sanbao.returns.models import Counted, Evidence, EvidenceKind, Reason, Return, ReturnLine, ReturnState
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot, MovementKind, QualityStatus

#: Goods move and are held by the house itself: whoever counts need not be one who may judge or move stock.
HOUSE = Actor.clockwork("returns")


def scan(case: Return, *, by: Actor, code: str, kilograms: Decimal | None = None, expect: int | None = None) -> Return:
    """One label that came back (R-07). One that lies there already is told, not counted twice; what the customer never
    got, or nobody applied to return, is refused. ``kilograms``: where only a part of the label came."""
    with transaction.atomic():
        seen = RETURN.locked(case, by=by)
        RETURN.allow(seen, "scan", by)
        _need_home(seen)
        lot = _label(code, by)
        if _lies_there(seen, lot):
            seen.scanned = (lot, True)
            return seen
        with RETURN.move("scan", seen, by=by, expect=expect) as step:
            Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
            line, milli = _place(step.case, lot, rules.to_milli(kilograms) if kilograms is not None else None)
            row = Counted.objects.create(case=step.case, line=line, lot=lot, quantity_milli=milli, by=by.ref, at=now())
            step.case.scanned = (lot, False)
            step.record(counted=row.pk, lot=lot.code, milli=milli, line=line.position)
    return step.case


def weigh(
    case: Return, *, by: Actor, line: ReturnLine, kilograms: Decimal, remark: str, expect: int | None = None
) -> Return:
    """What came without a label, onto the scale and onto its line, with why there is none."""
    with RETURN.move("weigh", case, by=by, expect=expect) as step:
        _need_home(step.case)
        _need_weight(kilograms)
        need(
            line.case_id == step.case.pk,
            "return.not_his_line",
            "这一行不在 {number} 上。",
            "That line is not one of {number}.",
            clause="R-07",
            field="line",
            number=step.case.number,
        )
        row = Counted.objects.create(
            case=step.case, line=line, quantity_milli=rules.to_milli(kilograms), remark=remark, by=by.ref, at=now()
        )
        step.record(counted=row.pk, milli=row.quantity_milli, line=line.position, remark=remark)
    return step.case


def undo(case: Return, *, by: Actor, counted: Counted, expect: int | None = None) -> Return:
    """Taken off again: scanned or weighed by mistake. The row stays, struck through."""
    with RETURN.move("undo", case, by=by, expect=expect) as step:
        done = Counted.objects.filter(pk=counted.pk, case=step.case, undone=False).update(undone=True, undone_by=by.ref)
        need(
            done,
            "return.not_counted",
            "这一件已经撤销。",
            "That was taken off already.",
            clause="R-07",
            field="counted",
        )
        step.record(counted=counted.pk)
    return step.case


def accept(
    case: Return, *, by: Actor, place: str, sign: str, difference: str = "", expect: int | None = None
) -> Return:
    """Counted and accepted: where the goods lie, under which sign, and why they differ from the application (R-07).

    Heavier goods may need a higher approver first (R-03); a lighter weight never lowers him.
    """
    with RETURN.move("accept", case, by=by, expect=expect) as step:
        case = step.case
        counted, lines = queries.standing(case), queries.lines_of(case)
        need(
            counted,
            "return.nothing_counted",
            "还没有验收任何货物。",
            "Nothing was counted yet.",
            clause="R-07",
        )
        off = queries.differences(lines, counted)
        need(
            difference.strip() or not (off or queries.other_labels(lines, counted)),
            "return.difference_unexplained",
            "验收数与申请不同，请说明差异：{lines}",
            "What came differs from what was applied for; explain it: {lines}",
            clause="R-07",
            field="difference",
            lines=_said(off),
        )
        case.place, case.sign, case.difference = place, sign, difference
        _accepted(step, sum(row.quantity_milli for row in counted))
        step.record(off=[[one.position, one.off] for one in off])
    return case


def certify(
    case: Return,
    *,
    by: Actor,
    agent: str,
    quantities: dict[int, Decimal],
    valuation: Decimal,
    files: Any = (),
    difference: str = "",
    expect: int | None = None,
) -> Return:
    """Goods that stay abroad: a named agent certifies the quantity, line by line, with his paper; they are sold there
    at ``valuation``, in the currency of the return (R-09)."""
    with RETURN.move("certify", case, by=by, expect=expect) as step:
        case = step.case
        need(case.local, "return.not_local", "这批货运回，由储运验收。", "These goods come back; 储运 counts them.",
             clause="R-09")  # fmt: skip
        need(files, "return.no_certificate", "请上传代理的核定凭证。", "Upload the agent's certificate.", clause="R-09",
             field="files")  # fmt: skip
        need(valuation >= 0, "return.negative_valuation", "作价不能是负数。", "A valuation is never negative.",
             clause="R-09", field="valuation")  # fmt: skip
        lines = queries.lines_of(case)
        _need_certified(lines, quantities, difference)
        attachments.attach(files, subject=case.subject, by=by, clause="R-09")
        Evidence.objects.create(case=case, kind=EvidenceKind.AGENT, remark=agent, files=len(files), by=by.ref, at=now())
        rows = Counted.objects.bulk_create(
            Counted(case=case, line=line, lot=line.lot, quantity_milli=milli, remark=agent[:200], by=by.ref, at=now())
            for line in lines
            if (milli := rules.to_milli(quantities[line.position])) > 0
        )
        step.record(counted=[[row.pk, row.quantity_milli] for row in rows])
        case.agent, case.difference, case.valuation = agent, difference, rules.in_cents(valuation)
        _accepted(step, sum(rules.to_milli(quantities[line.position]) for line in lines))
    return case


def recount(case: Return, *, by: Actor, reason: str, expect: int | None = None) -> Return:
    """Heavier than approved, and doubted: it is counted again before anything is booked."""
    with RETURN.move("recount", case, by=by, expect=expect) as step:
        case = step.case
        need(not case.local, "return.not_here", "代理核定的数量不能在本厂重新验收。",
             "A quantity that an agent certified abroad cannot be counted again here.", clause="R-09")  # fmt: skip
        case.accepted_milli, case.accepted_by, case.accepted_at = 0, "", None
        step.record(reason=reason)
        next_duty(step, duties.COUNT, "transport", "重新验收退货 {number}", "Count the goods of {number} again",
                  clause="R-07")  # fmt: skip
    return case


def confirm(case: Return, *, by: Actor, remark: str = "", expect: int | None = None) -> Return:
    """经营部 confirms the quantity that 储运 accepted; its value is owed in goods from now on (R-02, R-07)."""
    with RETURN.move("confirm", case, by=by, expect=expect) as step:
        case = step.case
        need(
            by.ref != case.accepted_by,
            "return.own_count",
            "验收人不能确认自己的数量。",
            "Whoever counted does not confirm his own count.",
            clause="R-07",
            status=403,
        )
        case.confirmed_by, case.confirmed_at = by.ref, now()
        step.record(remark=remark)
        crediting.book_return(step)
        next_duty(step, duties.REPLACE, duties.house_of(case), "为 {number} 补货", "Replace the goods of {number}",
                  clause="R-08")  # fmt: skip
    return case


def take_over(step: Step[Return]) -> None:
    """The goods are ours again: booked back, held, waiting for QC; never stock unseen (R-07, R-08). Where they stay
    abroad nothing comes into the store."""
    case = step.case
    case.receipt_number = case.receipt_number or numbering.take("return_receipt")
    if not case.local and in_force("R-07"):
        _into_quarantine(step)
    if case.reason == Reason.QUALITY and in_force("R-10"):
        for tell in concerns.accepted:
            tell(case, step.by)
    next_duty(step, duties.CONFIRM, duties.house_of(case), "确认 {number} 的验收数量",
              "Confirm the quantity of {number}", clause="R-07")  # fmt: skip


# -- what a count insists on ------------------------------------------------------------------------------------------


def _lies_there(case: Return, lot: Lot) -> bool:
    return Counted.objects.filter(case=case, lot=lot, undone=False).exists()


def _need_home(case: Return) -> None:
    need(
        not case.local,
        "return.stays_abroad",
        "{number} 的货在当地处理，不运回。",
        "The goods of {number} are disposed of abroad; they do not come back.",
        clause="R-09",
        number=case.number,
    )


def _need_weight(kilograms: Decimal) -> None:
    need(
        0 < kilograms <= rules.MOST_KG,
        "return.weightless",
        "重量须大于零。",
        "The weight must be more than nothing.",
        clause="R-07",
        field="kilograms",
    )


def _label(code: str, by: Actor) -> Lot:
    found = [lot for lot in lots.find(code, actor=by) if lot.kind in queries.GOODS]
    typed = code.strip()[:80]
    if len(found) == 1:
        return Lot.objects.select_related("product").get(pk=found[0].pk)
    sentence = W("没有编号为“{typed}”的标签。", "There is no label “{typed}”.")
    if found:
        sentence = W("“{typed}”对应 {n} 个标签，请扫标签本身。", "“{typed}” names {n} labels; scan the label itself.")
    raise Refusal("return.unknown_label", sentence, "R-07", 404, "code", {"typed": typed, "n": len(found)})


def _place(case: Return, lot: Lot, asked: int | None) -> tuple[ReturnLine, int]:
    """On which line a label lies: its own, else one of its product; and how much of it may come back."""
    lines = queries.lines_of(case)
    fitting = [line for line in lines if line.lot_id == lot.pk]
    fitting = fitting or [line for line in lines if line.product_id and line.product_id == lot.product_id]
    fitting = sorted(fitting, key=lambda line: line.lot_id is not None and line.lot_id != lot.pk)
    stand = queries.of_lot(case.customer, lot, beside=case)
    need(
        stand.delivered,
        "return.never_delivered",
        "{lot} 没有发给过{customer}，请放到一边。",
        "{lot} was never delivered to {customer}; put it aside.",
        clause="R-07",
        field="code",
        lot=lot.code,
        customer=case.customer.name,
    )
    if not fitting:
        raise Refusal(
            "return.not_applied_for",
            W("{lot}（{product}）不在 {number} 的申请内，请放到一边，另行申请。",
              "{lot} ({product}) was not applied for in {number}; put it aside, it needs a request of its own."),
            "R-07", 409, "code",
            {"lot": lot.code, "product": lot.product.code if lot.product else "—", "number": case.number},
        )  # fmt: skip
    _nobody_elses(case, lot)
    open_to_come = rules.can_come_back(stand.delivered, stand.returned, 0)
    own = fitting[0].quantity_milli if fitting[0].lot_id == lot.pk else open_to_come
    need(
        asked is not None or own >= open_to_come,
        "return.part_unweighed",
        "{lot} 有 {whole} kg，申请只退 {part} kg：请过磅，填公斤数。",
        "{lot} weighed {whole} kg and {part} kg are to come back: put it on the scale and enter the weight.",
        clause="R-07",
        field="kilograms",
        lot=lot.code,
        whole=rules.kilograms(open_to_come),
        part=rules.kilograms(own),
    )
    milli = open_to_come if asked is None else asked
    need(
        0 < milli <= open_to_come,
        "return.more_than_delivered",
        "{lot}：发货 {delivered} kg，已退 {returned} kg，收不了 {kg} kg。",
        "{lot}: {delivered} kg delivered, {returned} kg returned; {kg} kg cannot come back.",
        clause="R-07",
        field="kilograms" if asked is not None else "code",
        lot=lot.code,
        delivered=rules.kilograms(stand.delivered),
        returned=rules.kilograms(stand.returned),
        kg=rules.kilograms(milli),
    )
    return fitting[0], milli


def _nobody_elses(case: Return, lot: Lot) -> None:
    """A label lies on one return at a time; whoever scans it onto another waited for its row, and sees this one."""
    counting = (ReturnState.COUNTING, ReturnState.RAISED)
    there = Counted.objects.filter(lot=lot, undone=False, case__state__in=counting).exclude(case=case)
    other = there.select_related("case").order_by("id").first()
    need(
        other is None,
        "return.other_return",
        "{lot} 已在 {number} 上验收。",
        "{lot} was counted on {number} already.",
        clause="R-07",
        field="code",
        lot=lot.code,
        number=other.case.number if other else "",
    )


def _need_certified(lines: list[ReturnLine], quantities: dict[int, Decimal], difference: str) -> None:
    need(
        set(quantities) == {line.position for line in lines}
        and all(0 <= kg <= rules.MOST_KG for kg in quantities.values())
        and any(kg > 0 for kg in quantities.values()),
        "return.certified_lines",
        "每一行都要有核定数量（0 也要写），至少一行大于零。",
        "Every line needs its certified quantity, 0 included, and one must be more.",
        clause="R-09",
        field="quantities",
    )
    more = [line for line in lines if rules.to_milli(quantities.get(line.position, Decimal(0))) > line.quantity_milli]
    for line in more:
        if line.lot is not None:
            stand = queries.of_lot(line.case.customer, line.lot, beside=line.case)
            need(
                rules.to_milli(quantities[line.position]) <= stand.delivered - stand.returned,
                "return.more_than_delivered",
                "{lot}：只发过 {delivered} kg。",
                "{lot}: only {delivered} kg were delivered.",
                clause="R-07",
                field="quantities",
                lot=line.code,
                delivered=rules.kilograms(stand.delivered),
            )
    off = [line for line in lines if rules.to_milli(quantities.get(line.position, Decimal(0))) != line.quantity_milli]
    need(
        difference.strip() or not off,
        "return.difference_unexplained",
        "核定数与申请不同，请说明差异。",
        "The certified quantity differs from what was applied for; explain it.",
        clause="R-07",
        field="difference",
    )


def _said(off: list[rules.Difference]) -> W:
    zh = "；".join(f"第 {o.position} 行 {rules.kilograms(o.applied)} → {rules.kilograms(o.accepted)} kg" for o in off)
    en = "; ".join(f"line {o.position} {rules.kilograms(o.applied)} → {rules.kilograms(o.accepted)} kg" for o in off)
    return W(zh, en)


# -- after the count --------------------------------------------------------------------------------------------------


def _accepted(step: Step[Return], milli: int) -> None:
    """Weigh the approval again by what really came, then take the goods over, or wait for the higher post."""
    case = step.case
    case.accepted_milli, case.accepted_by, case.accepted_at = milli, step.by.ref, now()
    own, beside, numbers = duties.applied(case)
    weight = rules.to_decide(own, milli, beside)
    rule = approving.approver_for(case, weight)
    step.record(accepted=rules.kilograms(milli), decided_by=rules.kilograms(weight), **rule.as_facts())
    if weight > case.together_milli and str(rule["approver"]) != case.approver and in_force("R-03"):
        case.approver, case.together_milli, case.together_with = str(rule["approver"]), weight, numbers
        step.to(ReturnState.RAISED)
        approving.owe_more(step)
    else:
        step.to(ReturnState.ACCEPTED)
        take_over(step)


def _into_quarantine(step: Step[Return]) -> None:
    """Each label is booked back, waits for QC again and is held: nothing that came back slips into stock unchecked."""
    case = step.case
    came = [row for row in queries.standing(case) if row.lot is not None]
    for row in came:
        assert row.lot is not None
        trace.move(
            by=HOUSE,
            lot=row.lot,
            what=MovementKind.RETURNED,
            quantity_milli=row.quantity_milli,
            reason=f"{case.number} {case.receipt_number}",
            number=case.receipt_number,
            about=case.subject,
        )
    if came:
        ids = [row.lot_id for row in came if row.lot_id]
        reason = W("退货 {number}，待检", "Returned by {number}, to be inspected", number=case.number)
        said = reason.said_in("zh-hans")
        trace.hold(by=HOUSE, lots=ids, reason=said, about=case.subject, forward=False)
        trace.judge(by=HOUSE, lots=ids, status=QualityStatus.PENDING, basis=f"R-07 {case.number}", remark=said[:300])
        if case.reason != Reason.QUALITY and in_force("R-08"):
            duties.owe_recheck(step)
