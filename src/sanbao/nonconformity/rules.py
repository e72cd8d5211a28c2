"""How the quantities of a nonconformity balance; plain values in, plain values out (Q-02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

#: Ways after which what is good is counted as reworked; the others release it as it is.
MENDED = ("rework", "repair")
HELD = ("proposed", "approved", "executed")


@dataclass(frozen=True, slots=True)
class Part:
    """What one disposition did with its part of a line, in thousandths."""

    way: str
    state: str
    quantity: int
    scrapped: int = 0
    released: int = 0
    failed: int = 0


@dataclass(slots=True)
class Balance:
    """received = open + pending + reworked + released + regraded + returned + scrapped, always."""

    received: int
    open: int = 0
    pending: int = 0
    reworked: int = 0
    released: int = 0
    regraded: int = 0
    returned: int = 0
    scrapped: int = 0

    @property
    def shares(self) -> dict[str, int]:
        """Every part but the whole, in the order in which the bar shows them."""
        names = ("reworked", "released", "regraded", "returned", "scrapped", "pending", "open")
        return {name: getattr(self, name) for name in names}

    @property
    def balanced(self) -> bool:
        return sum(self.shares.values()) == self.received and min(self.shares.values()) >= 0

    @property
    def settled(self) -> bool:
        return self.open == 0 and self.pending == 0

    def plus(self, other: Balance) -> Balance:
        names = ("received", *self.shares)
        return Balance(**{name: getattr(self, name) + getattr(other, name) for name in names})


def balance(received: int, parts: Iterable[Part]) -> Balance:
    """What became of a line's quantity. What failed its re-inspection is open again."""
    found = Balance(received, open=received)
    for part in parts:
        if part.state in HELD:
            # What work has lost is lost, whatever re-inspection will say of the rest.
            lost = part.scrapped if part.state == "executed" else 0
            found.open -= part.quantity
            found.pending += part.quantity - lost
            found.scrapped += lost
        elif part.state == "done":
            found.open -= part.quantity - part.failed
            found.scrapped += part.scrapped
            name = "reworked" if part.way in MENDED else _ENDS[part.way]
            setattr(found, name, getattr(found, name) + part.released)
    return found


_ENDS = {"concession": "released", "regrade": "regraded", "supplier": "returned", "scrap": "scrapped"}


def result_fits(way: str, quantity: int, good: int, scrapped: int) -> bool:
    """Whether the result of the work accounts for the whole quantity, as its way of disposition allows."""
    if good < 0 or scrapped < 0 or good + scrapped != quantity:
        return False
    return scrapped == 0 if way in ("concession", "supplier") else good == 0 if way == "scrap" else True


def batch_return(kg: Decimal, lot_kg: Decimal, *, from_kg: Decimal, from_percent: Decimal) -> bool:
    """C-14: returned for quality, from this weight or from this share of the lot on it counts as a batch."""
    return kg >= from_kg or (lot_kg > 0 and kg * 100 >= lot_kg * from_percent)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one disposition cost, and what it is counted under."""

    key: str
    title: str
    currency: str
    amount: Decimal
    milli: int
    unit: str


@dataclass(slots=True)
class CostTotal:
    key: str
    title: str
    currency: str
    amount: Decimal = Decimal(0)
    dispositions: int = 0
    quantities: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def totals(costs: Iterable[Cost]) -> list[CostTotal]:
    """Sums per key and currency, the dearest first within a currency; currencies and units are never added together."""
    found: dict[tuple[str, str], CostTotal] = {}
    for cost in costs:
        total = found.setdefault((cost.currency, cost.key), CostTotal(cost.key, cost.title, cost.currency))
        total.amount += cost.amount
        total.dispositions += 1
        total.quantities[cost.unit] += cost.milli
    return sorted(found.values(), key=lambda t: (t.currency, -t.amount, t.key))
