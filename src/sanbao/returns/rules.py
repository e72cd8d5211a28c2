"""What follows from what in a return: plain values in, plain values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sanbao.kernel.quantities import kilograms as kilograms
from sanbao.kernel.quantities import to_milli as to_milli

CENT = Decimal("0.01")
#: More than a factory ships in a year: a slip of the key, which no column need hold.
MOST_KG = Decimal(10_000_000)
MOST_PRICE = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of an application as typed."""

    code: str
    milli: int
    price: Decimal
    source: str
    note: str = ""


class Unreadable(ValueError):
    """A row that cannot be taken; ``why`` is one of ``parts``, ``kg``, ``price``, ``source``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def read_line(text: str) -> Asked:
    """``BQ-2026-000012 240 19.80 FP-2026-0031 [why the books do not know it]``; rows of a sheet may be pasted.

    Label or product, kilograms, price per kilogram, where the price stands written, and what else must be said.
    """
    parts = text.split("\t") if "\t" in text else text.split(maxsplit=4)
    parts = [part.strip() for part in parts]
    if len(parts) < 4 or not parts[0]:
        raise Unreadable("parts")
    if not parts[3]:
        raise Unreadable("source")
    kilograms, price = _decimal(parts[1], "kg"), _decimal(parts[2], "price")
    milli = to_milli(kilograms)
    if kilograms * 1000 != milli or not 0 < kilograms <= MOST_KG:
        raise Unreadable("kg")
    if not 0 < price <= MOST_PRICE or price != price.quantize(Decimal("0.0001")):
        raise Unreadable("price")
    return Asked(parts[0], milli, price, parts[3], " ".join(parts[4:]).strip())


def _decimal(text: str, why: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text.replace(",", "")):
        raise Unreadable(why)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unreadable(why) from None


def value_of(milli: int, price: Decimal) -> Decimal:
    """What so many kilograms are worth, to the cent."""
    return (Decimal(milli) / 1000 * price).quantize(CENT, ROUND_HALF_UP)


def in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


# -- approval by weight (R-03) ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Other:
    """Another request of the same customer: which of our goods it also asks to return, and how much of them."""

    number: str
    goods: str
    milli: int


def together(own: Mapping[str, int], others: Iterable[Other]) -> tuple[int, list[str]]:
    """What decides who approves: this request, and what others near it ask for the same goods."""
    total, numbers = sum(own.values()), []
    for other in others:
        if other.goods in own:
            total += other.milli
            numbers.append(other.number)
    return total, list(dict.fromkeys(numbers))


def to_decide(applied: int, accepted: int, beside: int) -> int:
    """The weight by which the approver is found once the goods are counted: it can only have grown."""
    return max(applied, accepted) + beside


# -- counting (R-07) -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One line whose goods did not come as applied for."""

    position: int
    applied: int
    accepted: int

    @property
    def off(self) -> int:
        return self.accepted - self.applied


def differences(applied: Mapping[int, int], accepted: Mapping[int, int]) -> list[Difference]:
    return [
        Difference(position, milli, accepted.get(position, 0))
        for position, milli in sorted(applied.items())
        if accepted.get(position, 0) != milli
    ]


def can_come_back(delivered: int, returned: int, asked: int) -> int:
    """What a customer may still return of what he got: less what came back, less what other requests ask for."""
    return max(0, delivered - returned - asked)


# -- the ledger (R-02) ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still open of one return, the oldest first."""

    case: int
    open: Decimal


def allocate(amount: Decimal, owed: Sequence[Owed]) -> list[tuple[int, Decimal]]:
    """Which returns an amount makes good: the oldest first, none beyond what is open of it."""
    parts = []
    for one in owed:
        part = min(amount, one.open)
        if part > 0:
            parts.append((one.case, part))
            amount -= part
    return parts


@dataclass(frozen=True, slots=True)
class Side:
    """One posting to be written."""

    account: str
    amount: Decimal
    milli: int = 0
    case: int | None = None


def balanced(sides: Iterable[Side]) -> bool:
    """Double entry: an entry's sides add up to nothing."""
    return sum((side.amount for side in sides), Decimal(0)) == 0


def sides_of_return(case: int, value: Decimal, milli: int) -> list[Side]:
    return [Side("customer", value, 0, case), Side("returned_goods", -value, milli, case)]


def sides_of_replacement(parts: Sequence[tuple[int, Decimal]], value: Decimal, milli: int) -> list[Side]:
    """Goods worth ``value`` went out: against the returns in ``parts``, the rest paid by the customer."""
    covered = sum((amount for _, amount in parts), Decimal(0))
    sides = [Side("replacement", value, milli), *(Side("customer", -amount, 0, case) for case, amount in parts)]
    return [*sides, Side("paid", covered - value)] if covered != value else sides


def sides_of_refund(case: int, amount: Decimal) -> list[Side]:
    return [Side("customer", -amount, 0, case), Side("cash", amount)]
