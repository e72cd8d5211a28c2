"""What follows from what in a recall: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

#: Where a holder's goods may be. ``out`` is what nobody has accounted for yet; the five add up to what was issued.
OUT, HELD, INSTALLED, DISPOSED, RETURNED = "out", "held", "installed", "disposed", "returned"
#: What was scrapped after it had come back: a part of what was returned, never counted beside it.
SCRAPPED = "scrapped"


@dataclass(frozen=True, slots=True)
class Kind:
    """An entry of the ledger: where the goods go, and out of what they are taken, in this order."""

    into: str
    out_of: tuple[str, ...]


#: What is confirmed of goods that a holder had said he holds is taken from those first.
KINDS: Mapping[str, Kind] = {
    "returned": Kind(RETURNED, (HELD, OUT)),
    "disposed": Kind(DISPOSED, (HELD, OUT)),
    "installed": Kind(INSTALLED, (HELD, OUT)),
    "held": Kind(HELD, (OUT,)),
    "dismantled": Kind(RETURNED, (INSTALLED,)),
    "scrapped": Kind(SCRAPPED, (RETURNED,)),
}


class Excess(ValueError):
    """More than there is to be entered; ``left`` is how much there is."""

    def __init__(self, left: int) -> None:
        super().__init__(f"only {left} left")
        self.left = left


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of what one holder was issued, in thousandths of its unit."""

    issued: int
    held: int = 0
    installed: int = 0
    disposed: int = 0
    returned: int = 0
    scrapped: int = 0

    @property
    def out(self) -> int:
        """Unaccounted. Below nought when what was issued became less than what is accounted for: it is shown."""
        return self.issued - self.held - self.installed - self.disposed - self.returned

    @property
    def recovered(self) -> int:
        """Taken off the market: came back, or was destroyed on the spot under our eyes."""
        return self.returned + self.disposed

    @property
    def still_out(self) -> int:
        return self.issued - self.recovered


type Sources = dict[str, int]


def post(balance: Balance, kind: str, milli: int) -> tuple[Balance, Sources]:
    """The balance after an entry, and out of what it was taken. Raises :class:`Excess`."""
    rule = KINDS[kind]
    if rule.into == SCRAPPED:
        left = balance.returned - balance.scrapped
        if milli > left:
            raise Excess(left)
        return replace(balance, scrapped=balance.scrapped + milli), {RETURNED: milli}
    taken: Sources = {}
    rest = milli
    for name in rule.out_of:
        if part := min(rest, _left(balance, name)):
            taken[name] = part
            rest -= part
    if rest:
        raise Excess(milli - rest)
    return _moved(balance, taken, rule.into, milli), taken


def undo(balance: Balance, kind: str, taken: Sources) -> Balance:
    """The balance without an entry that was wrong. Raises :class:`Excess` when its goods have gone on since."""
    rule, milli = KINDS[kind], sum(taken.values())
    if rule.into == SCRAPPED:
        return replace(balance, scrapped=balance.scrapped - milli)
    left = _left(balance, rule.into)
    if milli > left:
        raise Excess(left)
    return _moved(balance, {name: -part for name, part in taken.items()}, rule.into, -milli)


def _left(balance: Balance, name: str) -> int:
    """What can still be taken out of a place; what was scrapped after its return can go nowhere."""
    there: int = getattr(balance, name)
    return max(there - balance.scrapped if name == RETURNED else there, 0)


def _moved(balance: Balance, taken: Sources, into: str, milli: int) -> Balance:
    changed = {name: getattr(balance, name) - part for name, part in taken.items() if name != OUT}
    changed[into] = changed.get(into, getattr(balance, into)) + milli
    return replace(balance, **changed)


def total(balances: Iterable[Balance]) -> Balance:
    """The sum of several holders' balances of one unit."""
    columns = ("issued", "held", "installed", "disposed", "returned", "scrapped")
    sums = dict.fromkeys(columns, 0)
    for one in balances:
        for name in columns:
            sums[name] += getattr(one, name)
    return Balance(**sums)


def percent(part: int, whole: int) -> Decimal:
    """``part`` of ``whole`` in per cent, to a tenth, cut off: 100 means all of it. Nothing of nothing is all."""
    if whole <= 0:
        return Decimal(100)
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_DOWN)


def tried_enough(days: Iterable[date], needed: int) -> bool:
    """Whether somebody tried in vain on so many different days."""
    return len(set(days)) >= needed


def milli(amount: Decimal) -> int:
    """Thousandths; ValueError where that would round."""
    thousandths = amount * 1000
    if thousandths != thousandths.to_integral_value():
        raise ValueError(f"{amount} is finer than a thousandth")
    return int(thousandths)


def accounted(known: int, whole: int, within: bool, target: Decimal) -> bool:
    """Whether a rehearsal reached its target: enough of the goods accounted for, and in time."""
    return within and percent(known, whole) >= target
