"""领料: the slip carries the incoming lot, the oldest goes first, only 合格 or released material goes out (T-07)."""

from __future__ import annotations

from typing import Any

from sanbao.catalog.models import Material
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import Refusal, in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.materials import stock
from sanbao.materials.actions import placing
from sanbao.materials.actions.telling import need, one_lot
from sanbao.materials.lifecycle import SLIP
from sanbao.materials.models import IssueSlip, Place, SlipLine
from sanbao.materials.rules import Offer, first_in_first_out, passed_over
from sanbao.parties.models import Customer, Department
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot, LotKind, MaterialIssue, MovementKind, Property, Purpose

RAW = frozenset({LotKind.RAW.value})
#: Into what material is issued.
INTO = (LotKind.HEAT, LotKind.OXIDATION, LotKind.COATING)


def open_slip(
    *,
    by: Actor,
    department: Department,
    into: str,
    into_kind: str,
    customer: Customer | None = None,
    remark: str = "",
) -> IssueSlip:
    """Open a slip: for which department, into which heat or batch, for which customer where the material is his."""
    with SLIP.opening("open", by=by, department=department, into=into.strip(), customer=customer) as step:
        case = step.case
        known = Lot.objects.filter(key=code_key(into)).first()
        need(
            known is None or known.kind == into_kind, "issue.other_kind", "编号“{into}”已是{kind}，不能用作{wanted}。",
            "“{into}” is a {kind} already, not a {wanted}.", clause="T-07", field="into", into=into.strip(),
            kind=LotKind.title_of(known.kind) if known else "", wanted=LotKind.title_of(into_kind),
        )  # fmt: skip
        case.number, case.into_kind, case.remark = numbering.take("issue_slip"), into_kind, remark
        case.opened_by, case.opened_at = by.ref, now()
    return case


def add(
    slip: IssueSlip,
    *,
    by: Actor,
    quantity: Quantity,
    material: Material | None = None,
    code: str = "",
    reason: str = "",
    place: Place | None = None,
    pieces: int | None = None,
    expect: int | None = None,
) -> IssueSlip:
    """Add a lot, or so much of a material from its lots in turn. A younger lot than is due needs a reason."""
    with SLIP.move("add", slip, by=by, expect=expect) as step:
        need(code.strip() or material, "issue.nothing_named", "请扫描批号，或选择材料。",
             "Scan a lot, or choose a material.", clause="T-07", field="code")  # fmt: skip
        need(quantity.milli > 0, "issue.no_quantity", "数量须大于零。", "The quantity must be more than nothing.",
             clause="T-07", field="quantity")  # fmt: skip
        if code.strip():
            lot = one_lot(code, by=by, clause="T-07", kinds=RAW)
            lines = [_chosen(step, lot, quantity, reason, place, pieces)]
        else:
            assert material is not None
            lines = _in_turn(step, material, quantity)
        step.record(
            lines=[{"lot": line.lot.code, "milli": line.quantity_milli, "reason": line.reason} for line in lines]
        )
    return step.case


def remove(slip: IssueSlip, *, by: Actor, line: SlipLine, expect: int | None = None) -> IssueSlip:
    with SLIP.move("remove", slip, by=by, expect=expect) as step:
        step.record(lot=line.lot.code, milli=line.quantity_milli)
        line.delete()
    return step.case


def issue(slip: IssueSlip, *, by: Actor, taken_by: str = "", expect: int | None = None) -> IssueSlip:
    """Hand out every line, all or none. The gate and the book are asked again for each, now."""
    with SLIP.move("issue", slip, by=by, expect=expect) as step:
        case = step.case
        lines = list(case.lines.select_related("lot__material", "place").order_by("id"))
        need(lines, "issue.empty", "领料单上还没有料。", "There is nothing on the slip yet.", clause="T-07")
        case.issued_by, case.issued_at, case.taken_by = by.ref, now(), taken_by
        for line in lines:
            record = trace.issue_material(_row(case, line), by=by, customer_id=case.customer_id)
            line.record_id = record.pk
            line.save(update_fields=["record_id"])
            placing.take(line.lot, milli=line.quantity_milli, place=line.place, pieces=line.pieces)
        step.record(records=[line.record_id for line in lines])
        step.private(taken_by=taken_by)
    return step.case


def give_back(
    slip: IssueSlip, *, by: Actor, line: SlipLine, quantity: Quantity, reason: str, expect: int | None = None
) -> IssueSlip:
    """What was handed out too much comes back to the store, and its lot's balance with it."""
    with SLIP.move("give_back", slip, by=by, expect=expect) as step:
        line = SlipLine.objects.select_for_update(of=("self",)).select_related("lot").get(pk=line.pk)
        placing.same_unit(line.lot, quantity)
        issued = MaterialIssue.standing.filter(pk=line.record_id).exists()
        out = line.quantity_milli - line.returned_milli if issued else 0
        need(
            0 < quantity.milli <= out, "issue.more_than_was_out", "{lot} 这一行还有 {out} 在外，退不了 {typed}。",
            "Of this line {out} of {lot} is out; {typed} cannot come back.", clause="T-07", field="quantity",
            lot=line.lot.code, out=str(Quantity.of_milli(out, line.lot.unit)), typed=str(quantity),
        )  # fmt: skip
        moved = trace.move(
            by=by, lot=line.lot, what=MovementKind.RETURNED, quantity_milli=quantity.milli, reason=reason[:200],
            number=step.case.number, about=step.case.subject,
        )  # fmt: skip
        line.returned_milli += quantity.milli
        line.save(update_fields=["returned_milli"])
        step.record(lot=line.lot.code, milli=quantity.milli, movement=moved.pk, reason=reason)
    return step.case


def cancel(slip: IssueSlip, *, by: Actor, reason: str, expect: int | None = None) -> IssueSlip:
    with SLIP.move("cancel", slip, by=by, expect=expect) as step:
        step.record(reason=reason)
    return step.case


def on_slip(slip: IssueSlip) -> dict[int, int]:
    """Lot → what the lines of the slip take of it already."""
    return dict(slip.lines.values_list("lot_id", "quantity_milli"))


def _chosen(
    step: Step[IssueSlip], lot: Lot, quantity: Quantity, reason: str, place: Place | None, pieces: int | None
) -> SlipLine:
    """One lot that somebody picked: the gate first, then the book, then whose turn it is."""
    slip = step.case
    placing.same_unit(lot, quantity)
    trace.pass_gate([lot], Purpose.ISSUE, customer_id=slip.customer_id)
    taken = on_slip(slip)
    need(lot.pk not in taken, "issue.on_the_slip", "{lot} 已在这张领料单上。", "{lot} is on this slip already.",
         clause="T-07", field="code", lot=lot.code)  # fmt: skip
    left = stock.left_of([lot.pk])[lot.pk]
    if left is not None and quantity.milli > left:
        refuse(
            "trace.not_enough",
            W("{lot} 只剩 {left}，不够 {wanted}。", "Only {left} of {lot} is left, not {wanted}."),
            clause="T-07",
            status=422,
            field="quantity",
            lot=lot.code,
            left=str(Quantity.of_milli(left, lot.unit)),
            wanted=str(quantity),
        )
    _its_turn(slip, lot, left or 0, taken, reason)
    return SlipLine.objects.create(
        slip=slip, lot=lot, quantity_milli=quantity.milli, place=place, pieces=pieces, reason=reason.strip()
    )


def _its_turn(slip: IssueSlip, lot: Lot, left: int, taken: dict[int, int], reason: str) -> None:
    """T-07: first in, first out, unless a reason is given, which stays on the slip."""
    name = stock.name_of(lot)
    if not name or reason.strip() or not in_force("T-07"):
        return
    owner = Property.objects.filter(lot=lot).values_list("customer_id", flat=True).first()
    found = stock.offers(stock.named(name), customer=slip.customer_id, taken=taken)
    older = passed_over(found, Offer(lot.pk, lot.made_on, left, owner))
    if older:
        lots = Lot.objects.filter(pk__in=[offer.lot for offer in older])
        codes = list(lots.order_by("made_on", "pk").values_list("code", flat=True))
        refuse(
            "issue.not_first_in",
            W("先进先出：{older} 比 {lot} 早进仓，还有存料；要发 {lot}，请写明原因。",
              "First in, first out: {older} came in before {lot} and is not used up; give a reason to issue {lot}."),
            clause="T-07", field="reason", lot=lot.code, older="、".join(codes[:5]), lots=codes,
        )  # fmt: skip


def _in_turn(step: Step[IssueSlip], material: Material, quantity: Quantity) -> list[SlipLine]:
    """So much of a material, from its lots first in, first out."""
    slip, taken = step.case, on_slip(step.case)
    rows = stock.of_material(material).filter(unit=quantity.base)
    found = stock.offers(rows, customer=slip.customer_id, taken=taken)
    parts = first_in_first_out(found, quantity.milli)
    there = sum(part for _, part in parts)
    if there < quantity.milli:
        raise Refusal(
            "issue.not_enough",
            W("{material} 可发的只有 {there}，不够 {wanted}。", "Only {there} of {material} can go, not {wanted}."),
            "T-07", 422, "quantity",
            {"material": material.name, "there": str(Quantity.of_milli(there, quantity.base)), "wanted": str(quantity)},
        )  # fmt: skip
    new = [SlipLine(slip=slip, lot_id=lot, quantity_milli=part) for lot, part in parts if lot not in taken]
    SlipLine.objects.bulk_create(new)
    for lot, part in parts:
        if lot in taken:
            slip.lines.filter(lot=lot).update(quantity_milli=taken[lot] + part)
    return list(slip.lines.filter(lot__in=[lot for lot, _ in parts]).select_related("lot"))


def _row(slip: IssueSlip, line: SlipLine) -> trace.IssueRow:
    facts: dict[str, Any] = {"into": slip.into, "into_kind": slip.into_kind}
    return trace.IssueRow(
        number=slip.number,
        lot=line.lot.code,
        quantity_milli=line.quantity_milli,
        unit=line.lot.unit,
        issued_on=today(),
        department=slip.department.name_zh,
        material_name=stock.name_of(line.lot)[:80],
        **facts,
    )
