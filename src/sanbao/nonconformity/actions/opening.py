"""A nonconformity is opened and contained in one act, whatever its source (Q-01, C-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanbao.complaints.models import Complaint
from sanbao.kernel import attachments, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.quantities import MixedUnits, Quantity
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.nonconformity import queries
from sanbao.nonconformity.actions.telling import HOUSE, NAME_LOTS, REVIEW, milli_of, need, owe, whole_of
from sanbao.nonconformity.lifecycle import NONCONFORMITY
from sanbao.nonconformity.models import Line, NcState, Nonconformity, Origin
from sanbao.nonconformity.policies import review_of
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot


@dataclass(frozen=True)
class Goods:
    """What does not conform: a lot, or words where none is known; without a quantity the whole lot is meant."""

    lot: Lot | None = None
    words: str = ""
    quantity: Quantity | None = None


def open_record(
    *,
    by: Actor,
    source: str,
    description: str,
    lines: Sequence[Goods] = (),
    about: str = "",
    title: str = "",
    files: Sequence[Any] = (),
    with_baskets: bool = False,
) -> Nonconformity:
    """Open a nonconformity (开不合格记录): its lots are held at once, with everything made from them (Q-01).

    ``with_baskets``: the sisters from the same baskets are held too, as the same fault may be in them.
    """
    with NONCONFORMITY.opening("open", by=by, source=source, about=about) as step:
        case = step.case
        need(
            len(description.strip()) >= 4, "nonconformity.no_description", "请描述不合格的事实。",
            "Say what does not conform.", field="description",
        )  # fmt: skip
        rule, due = review_of(source)
        case.number, case.description = numbering.take("nonconformity"), description.strip()
        case.title = (title or description).strip().splitlines()[0][:120]
        case.opened_by, case.opened_at, case.due_at = by.ref, now(), due
        step.insert()
        step.record(**rule.as_facts())
        step.private(description=case.description)
        attachments.attach(files, subject=case.subject, by=by, clause="Q-01")
        for goods in lines:
            _write(case, goods)
        _contain(step, [goods.lot for goods in lines if goods.lot], with_baskets=with_baskets)
        sentence = W("评审 {number} 并定处置", "Review {number} and decide its disposition", number=case.number)
        owe(case, REVIEW, str(rule["reviewer"]), sentence, by=by, clause="C-14" if about else "Q-01", due=due)
        if not lines:
            named = W("查明 {number} 涉及的批次和数量", "Find the lots and quantities of {number}", number=case.number)
            owe(case, NAME_LOTS, "qc", named, by=by, due=due)
    return case


def add_line(record: Nonconformity, *, by: Actor, lines: Sequence[Goods], expect: int | None = None) -> Nonconformity:
    """More of it was found: other lots, held at once like the first."""
    with NONCONFORMITY.move("add_line", record, by=by, expect=expect) as step:
        need(lines, "nonconformity.no_goods", "请写明批次或货物。", "Name a lot or the goods.", field="lots")
        for goods in lines:
            _write(step.case, goods)
        _contain(step, [goods.lot for goods in lines if goods.lot])
        fulfil(step.case.subject, NAME_LOTS, by=by)
    return step.case


def add_evidence(record: Nonconformity, *, by: Actor, files: Sequence[Any], expect: int | None = None) -> Nonconformity:
    """Photographs, measurements, a report."""
    with NONCONFORMITY.move("add_evidence", record, by=by, expect=expect) as step:
        attachments.attach(files, subject=step.case.subject, by=by, clause="Q-01")
        step.record(files=len(files))
    return step.case


def from_complaint(case: Complaint, *, by: Actor) -> Nonconformity | None:
    """C-14: graded B, C, or A without a safety fault, the case goes to nonconforming-product control by itself."""
    graded = case.grade in ("A", "B", "C") and not (case.grade == "A" and case.severity == "S4")
    if not graded or not in_force("C-14"):
        return None
    standing = queries.about(case.subject).exclude(state=NcState.WITHDRAWN).first()
    if standing is not None:
        return standing
    named = [Goods(case.lot, quantity=_complained(case))] if case.lot else []
    known = [goods for goods in named if goods.quantity is not None]
    record = open_record(
        by=HOUSE,
        source=Origin.COMPLAINT,
        about=case.subject,
        title=case.title,
        description=f"{case.number} {case.description}",
        lines=known,
        with_baskets=True,
    )
    if named and not known:
        contain_at_once(record, [goods.lot for goods in named if goods.lot])
    return record


def _complained(case: Complaint) -> Quantity | None:
    """How much the user complains of, where he said so in a unit of the lot and no more than there is."""
    whole = whole_of(case.lot) if case.lot else None
    if case.quantity is None or case.quantity <= 0 or not case.unit:
        return whole
    try:
        said = Quantity(case.quantity, case.unit)
        return said if whole is None or said <= whole else whole
    except (ValueError, MixedUnits):
        return whole


def _write(record: Nonconformity, goods: Goods) -> Line:
    need(
        goods.lot or goods.words.strip(), "nonconformity.no_goods", "请写明批次或货物。", "Name a lot or the goods.",
        field="lots",
    )  # fmt: skip
    whole = whole_of(goods.lot) if goods.lot else None
    quantity = whole if goods.quantity is None else goods.quantity
    if quantity is None:
        name = goods.lot.code if goods.lot else goods.words
        need(
            False, "nonconformity.quantity_unknown", "{name} 的数量不在记录里，请写明数量。",
            "How much {name} is stands in no record; give the quantity.", clause="Q-02", field="lots", name=name,
        )  # fmt: skip
        raise ValueError(f"without a quantity nothing balances: {name}")
    milli = milli_of(quantity.value, quantity.unit, "lots")
    if goods.lot is not None and whole is not None:
        need(
            whole.base == quantity.base and milli <= whole.milli, "nonconformity.more_than_lot",
            "{lot} 一共 {whole}，不合格的不能是 {said}。", "{lot} is {whole} in all; {said} of it cannot fail.",
            clause="Q-02", field="lots", lot=goods.lot.code, whole=str(whole), said=str(quantity),
        )  # fmt: skip
        twice = Line.objects.filter(record=record, lot=goods.lot).exists()
        need(
            not twice, "nonconformity.lot_twice", "{lot} 已在本记录里。", "{lot} stands in this record already.",
            field="lots", lot=goods.lot.code,
        )  # fmt: skip
    words = goods.words.strip()[:200]
    return Line.objects.create(
        record=record, lot=goods.lot, words=words, quantity_milli=milli, unit=quantity.unit, gaps=_gaps(goods.lot)
    )


def _gaps(lot: Lot | None) -> list[dict[str, str]]:
    """What the chain of the lot lacks, so that the review knows how much of its history it can rely on (C-16)."""
    if lot is None:
        return []
    found = lots.trace_back([lot]).gaps
    return [{"code": gap.code, "zh": gap.missing.zh, "en": gap.missing.en} for gap in found]


def _contain(step: Step[Nonconformity], found: Sequence[Lot | None], *, with_baskets: bool = False) -> None:
    named = [lot for lot in found if lot is not None]
    if named and in_force("Q-01"):
        hold = contain_at_once(step.case, lots.with_baskets(named) if with_baskets else named)
        step.record(hold=hold.number, held=hold.lots)


def contain_at_once(record: Nonconformity, found: Sequence[Lot | None]) -> Any:
    """One hold for all of them, as a subject of its own: what is made from them later is held too (T-13)."""
    reason = f"{record.number} {record.title}"[:300]
    return trace.hold(by=HOUSE, lots=[lot for lot in found if lot], reason=reason, about=record.subject)
