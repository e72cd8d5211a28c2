"""What every action of the room insists on, and how it owes and discharges."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial

from sanbao.kernel import obligations, refusals
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Subject, hold
from sanbao.kernel.quantities import Quantity, Unreadable
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.nonconformity.models import Disposition, NcState, Nonconformity
from sanbao.trace.models import Lot

#: The house itself holds, lets go and moves material in the trace for a record, whose chain says who decided.
HOUSE = Actor.clockwork("nonconformity")
#: Refuse unless the condition holds; Q-01 where the caller names no other clause.
need = partial(refusals.need, clause="Q-01")
REVIEW, NAME_LOTS, CLOSE = "nonconformity.review", "nonconformity.name_lots", "nonconformity.close"
APPROVE, EXECUTE, VERIFY = "disposition.approve", "disposition.execute", "disposition.verify"
#: What a complaint owes until its nonconforming product is dealt with (C-14).
CONTROL = "nonconformity.control"


def milli_of(value: Decimal, unit: str, field: str) -> int:
    """Thousandths of the unit's base. Refuses zero, less, and what is finer than the store keeps."""
    need(
        value > 0,
        "nonconformity.no_quantity",
        "数量须大于零。",
        "A quantity is more than nothing.",
        clause="Q-02",
        field=field,
    )
    return exact_milli(value, unit, field)


def exact_milli(value: Decimal, unit: str, field: str) -> int:
    need(
        value >= 0,
        "nonconformity.negative",
        "数量不能是负数。",
        "A quantity is never negative.",
        clause="Q-02",
        field=field,
    )
    try:
        return Quantity(value, unit).milli
    except (ValueError, Unreadable):
        sentence = W("数量最多三位小数，单位须是系统认得的。", "A quantity has three decimals and a known unit.")
        refuse("nonconformity.unreadable", sentence, clause="Q-02", status=422, field=field)
    return 0


def owe(
    case: Subject, code: str, to: str, sentence: W, *, by: Actor, clause: str = "Q-01", due: datetime | None = None
) -> None:
    obligations.owe(subject=case.subject, code=code, sentence=sentence, to=to, by=by, clause=clause, due=due)


def lock_record(disposition: Disposition) -> Nonconformity:
    """The record, locked: its quantities are added up and changed by one at a time."""
    hold(disposition.record.subject)
    record = Nonconformity.objects.get(pk=disposition.record_id)
    need(
        record.state == NcState.CONTAINED,
        "nonconformity.ended",
        "{number} 已经了结。",
        "{number} has ended.",
        number=record.number,
    )
    return record


def whole_of(lot: Lot) -> Quantity | None:
    """How much the lot was made or received with, where that is known."""
    if lot.quantity_milli is None or lot.quantity_milli <= 0 or not lot.unit:
        return None
    return Quantity.of_milli(lot.quantity_milli, lot.unit)
