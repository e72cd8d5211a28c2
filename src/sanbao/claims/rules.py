"""What follows from what in a claim: plain values in, plain values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


def in_cents(amount: Decimal) -> Decimal:
    """As the record keeps it: what is stored and what is read again are the same text."""
    return amount.quantize(Decimal("0.01"))


def to_approve(accepted: Decimal, others: Iterable[Decimal]) -> Decimal:
    """The amount that decides who approves: what one case gets in all, so that no split comes under a threshold."""
    return accepted + sum(others, Decimal(0))


@dataclass(frozen=True, slots=True)
class Cost:
    """A loss that was made good: what it is counted under, and how much."""

    key: str
    title: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """What one key costs in one currency."""

    key: str
    title: str
    currency: str
    amount: Decimal
    claims: int


def totals(costs: Iterable[Cost]) -> list[Total]:
    """Sums per key and currency, the dearest first within a currency; currencies are never added together."""
    found: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    for cost in costs:
        found[cost.currency, cost.key].append(cost)
    summed = [
        Total(key, lines[0].title, currency, sum((line.amount for line in lines), Decimal(0)), len(lines))
        for (currency, key), lines in found.items()
    ]
    return sorted(summed, key=lambda t: (t.currency, -t.amount, t.key))
