"""What comes back for its quality goes to nonconforming-product control, and nothing of it twice (C-14, R-08, R-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sanbao.kernel.actor import Actor
from sanbao.kernel.quantities import KG, Quantity
from sanbao.kernel.refusals import in_force
from sanbao.nonconformity import queries, rules
from sanbao.nonconformity.actions.opening import Goods, contain_at_once, open_record
from sanbao.nonconformity.actions.telling import HOUSE, whole_of
from sanbao.nonconformity.models import NcState, Nonconformity, Origin
from sanbao.nonconformity.policies import batch_limits
from sanbao.returns import queries as returns
from sanbao.returns.models import Counted, Return
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Hold, HoldState, Lot, LotKind, QualityStatus


@dataclass(frozen=True)
class _Here:
    """A label that came back, how much of it, and the open record that has it already, with how much it has."""

    lot: Lot
    milli: int
    record: Nonconformity | None
    covered: int

    @property
    def left(self) -> Quantity | None:
        """So much of the label stands in no other record; what is counted in pieces stands in one as a whole."""
        whole = whole_of(self.lot)
        if whole is not None and whole.base != KG:
            return None if self.covered else whole
        milli = self.milli - self.covered if whole is None else min(self.milli, whole.milli) - self.covered
        return Quantity.of_milli(milli, KG) if milli > 0 else None


def from_return(case: Return, by: Actor) -> Nonconformity | None:
    """A record of what was accepted of a return for quality (R-08): each part is reworked or scrapped by its notice.

    What an open record has already, such as that of the complaint behind the return, is held again under that one and
    stands in no second. From the weight or share of the policy on it is a batch return: the sisters of the labels, from
    the same baskets, are held as well (C-14). Goods disposed of abroad are written down without their lots.
    """
    counted = returns.standing(case)
    here = [] if case.local else _all_here(counted)
    rest = [Goods(one.lot, quantity=left) for one in here if (left := one.left) is not None]
    rest += [_without_lot(case, row) for row in counted if case.local or row.lot is None]
    record = _open(case, rest, here) if rest else None
    for other in {one.record.pk: one.record for one in here if one.record}.values():
        contain_at_once(other, [one.lot for one in here if one.record and one.record.pk == other.pk])
    if here:
        _take_over(case, [one.lot for one in here], record or next(one.record for one in here if one.record))
    return record


def _open(case: Return, goods: Sequence[Goods], here: Sequence[_Here]) -> Nonconformity:
    description = "\n".join(part for part in (f"{case.number} {case.description}", case.opinion) if part)
    return open_record(
        by=HOUSE,
        source=Origin.RETURN,
        about=case.subject,
        title=f"{case.number} {case.customer.name}",
        description=description,
        lines=goods,
        with_baskets=bool(here) and in_force("C-14") and is_batch(here_kg(here), lot_kg([one.lot for one in here])),
    )


def is_batch(kg: Decimal, of_kg: Decimal) -> bool:
    """C-14: whether so much, from a lot of ``of_kg`` (nothing: not known), is a batch by the policy of today."""
    _, from_kg, from_percent = batch_limits()
    return rules.batch_return(kg, of_kg, from_kg=from_kg, from_percent=from_percent)


def here_kg(here: Sequence[_Here]) -> Decimal:
    return Decimal(sum(one.milli for one in here)) / 1000


def lot_kg(labels: Sequence[Lot]) -> Decimal:
    """The weight of the baskets that the labels were packed from; nothing where no basket is known."""
    baskets = [lot for lot in lots.with_baskets(labels) if lot.kind == LotKind.TRAVELLER]
    weights = [Quantity.of_milli(lot.quantity_milli or 0, lot.unit) for lot in baskets if lot.unit]
    return sum((weight.to(KG).value for weight in weights if weight.base == KG), Decimal(0))


def _all_here(counted: Sequence[Counted]) -> list[_Here]:
    """The labels that came, each with what open records have of it; four queries, however many."""
    came = [(row.lot, row.quantity_milli) for row in counted if row.lot is not None]
    beside = Nonconformity.objects.filter(state=NcState.CONTAINED, lines__lot__in=[lot.pk for lot, _ in came])
    records = {record.pk: record for record in beside.distinct().order_by("id")}
    parts: dict[int, list[tuple[Nonconformity, int]]] = {}
    for pk, standings in queries.standings_of(records.values()).items():
        for one in standings:
            if one.line.lot_id and (part := one.balance.open + one.balance.pending):
                parts.setdefault(one.line.lot_id, []).append((records[pk], part))
    return [
        _Here(lot, milli, parts[lot.pk][0][0] if lot.pk in parts else None, sum(n for _, n in parts.get(lot.pk, ())))
        for lot, milli in came
    ]


def _without_lot(case: Return, row: Counted) -> Goods:
    words = " ".join(str(part) for part in (row.line.goods, row.remark) if part)
    return Goods(words=words[:200], quantity=Quantity.of_milli(row.quantity_milli, KG))


def _take_over(case: Return, labels: Sequence[Lot], record: Nonconformity) -> None:
    """The records hold the goods from now on, in place of the return; inspected by sample, they wait for a decision."""
    ids = [lot.pk for lot in labels]
    trace.judge(by=HOUSE, lots=ids, status=QualityStatus.UNDECIDED, basis=f"R-08 {record.number}")
    for hold in Hold.objects.filter(about=case.subject, state=HoldState.IN_FORCE):
        trace.lift(hold, by=HOUSE, basis=f"R-08 {record.number}")
