"""The arithmetic of the gate, of plain values: what fits on a line, when it is full, what a scale may show (W-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sanbao.kernel.quantities import kilograms as kilograms
from sanbao.kernel.quantities import to_milli as milli
from sanbao.kernel.words import Vocabulary


class Mistake(Vocabulary):
    """What was wrong with a shipment, whether the gate caught it or it escaped."""

    UNKNOWN = "unknown", "标签不明", "Unknown label"
    WRONG_PRODUCT = "wrong_product", "产品不对", "Wrong product"
    SURPLUS = "surplus", "超出数量", "More than ordered"
    SHORT = "short", "少发", "Less than ordered"
    OTHER_LIST = "other_list", "别单的货", "Goods of another list"
    WRONG_CUSTOMER = "wrong_customer", "别的客户的货", "Goods of another customer"
    HELD = "held", "冻结的货", "Goods on hold"
    BLOCKED = "blocked", "未合格的货", "Goods not passed"
    VOID = "void", "标签作废", "Void label"
    GONE = "gone", "已发出的货", "Goods that left already"
    WEIGHT = "weight", "重量超差", "Weight out of tolerance"


#: Which mistake a refusal at the gate means; what an upper room's own keeper refuses is goods that may not leave.
MISTAKE_OF: dict[str, Mistake] = {
    "gate.unknown_label": Mistake.UNKNOWN,
    "gate.not_a_label": Mistake.UNKNOWN,
    "gate.several_labels": Mistake.UNKNOWN,
    "gate.no_count": Mistake.UNKNOWN,
    "gate.not_on_list": Mistake.WRONG_PRODUCT,
    "gate.line_full": Mistake.SURPLUS,
    "gate.other_list": Mistake.OTHER_LIST,
    "gate.nothing_left": Mistake.GONE,
    "gate.weight_out": Mistake.WEIGHT,
    "lot.held": Mistake.HELD,
    "lot.not_passed": Mistake.BLOCKED,
    "permit.unmarked": Mistake.BLOCKED,
    "lot.anothers_property": Mistake.WRONG_CUSTOMER,
    "lot.label_void": Mistake.VOID,
    "trace.shipped_already": Mistake.GONE,
}


#: Refusals that say something about who asks or when, not about the goods: nothing was caught.
NOT_GOODS = frozenset({"not_permitted", "not_found", "wrong_state", "stale", "too_long", "signature.authenticate"})


def mistake_of(refusal: str) -> Mistake | None:
    """What was wrong with the goods, by the code of the refusal; None where nothing was."""
    return None if refusal in NOT_GOODS else MISTAKE_OF.get(refusal, Mistake.BLOCKED)


@dataclass(frozen=True, slots=True)
class Load:
    """So many pieces and thousandths of a kilogram; ``pieces`` is None where nobody counted."""

    pieces: int | None = 0
    milli: int = 0

    def __add__(self, other: Load) -> Load:
        counted = self.pieces is not None and other.pieces is not None
        return Load((self.pieces or 0) + (other.pieces or 0) if counted else None, self.milli + other.milli)


@dataclass(frozen=True, slots=True)
class Order:
    """What a line asks for: pieces, kilograms, both, or (for a named label) neither.

    ``over`` and ``short`` are the percentages by which a delivery may depart from it.
    """

    pieces: int | None
    milli: int | None
    over: Decimal = Decimal(0)
    short: Decimal = Decimal(0)

    def takes(self, load: Load) -> bool:
        """Whether so much may lie on the line."""
        return all(have is None or have <= wanted * (1 + self.over / 100) for wanted, have in self._pairs(load))

    def filled(self, load: Load) -> bool:
        """Whether so much is what was asked for."""
        return all(have is not None and have >= wanted * (1 - self.short / 100) for wanted, have in self._pairs(load))

    def counts(self, load: Load) -> bool:
        """Whether the line can tell how much of it such a label fills."""
        return self.milli is not None or self.pieces is None or load.pieces is not None

    def _pairs(self, load: Load) -> Iterable[tuple[int, int | None]]:
        if self.pieces is not None and (load.pieces is not None or self.milli is None):
            yield self.pieces, load.pieces
        if self.milli is not None:
            yield self.milli, load.milli


@dataclass(frozen=True, slots=True)
class Weighed:
    """One load on the scale: thousandths of a kilogram and what the scale may show for it."""

    milli: int
    percent: Decimal
    kilograms: Decimal


def allowed(parts: Iterable[Weighed]) -> int:
    """By how many thousandths the net weight may differ: the percentages of all parts, or the largest fixed amount
    where that is more."""
    listed = list(parts)
    shares = sum((part.milli * part.percent / 100 for part in listed), Decimal(0))
    fixed = max((part.kilograms * 1000 for part in listed), default=Decimal(0))
    return int(max(shares, fixed).to_integral_value(ROUND_HALF_UP))


def within(net: int, expected: int, allowed: int) -> bool:
    return abs(net - expected) <= allowed


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of an order as typed: the code of a product or of a label, and how much of it."""

    code: str
    pieces: int | None = None
    milli: int | None = None


_PARTS = re.compile(r"[\t,，;；、 　]+")
_AMOUNT = re.compile(r"(?P<number>\d{1,9}(\.\d{1,3})?)(?P<unit>支|件|根|pcs?|kg|公斤|千克|吨|t)?", re.IGNORECASE)
_PIECES, _TONNES = ("支", "件", "根", "pc", "pcs"), ("吨", "t")


def read_line(text: str) -> Asked:
    """``LM50 100 支 480 kg``, ``LM50  100  480`` (pieces, kilograms) or a label alone; ValueError for anything else.

    Numbers without unit are pieces, then kilograms; ``-`` leaves one out. Spreadsheet rows may be pasted as they are.
    """
    code, *amounts = [part for part in _PARTS.split(text.strip()) if part] or [""]
    if not code:
        raise ValueError(text)
    found: dict[str, Decimal] = {}
    places = ["pieces", "kg"]
    for part in _joined(amounts):
        if part == "-":
            places.pop(0) if places else None
            continue
        match = _AMOUNT.fullmatch(part)
        if match is None:
            raise ValueError(text)
        number, unit = Decimal(match["number"]), (match["unit"] or "").lower()
        name = "pieces" if unit in _PIECES else "kg" if unit else (places[0] if places else "")
        if not name or name in found:
            raise ValueError(text)
        places = places[places.index(name) + 1 :] if name in places else places
        found[name] = number * 1000 if unit in _TONNES else number
    pieces = found.get("pieces")
    if pieces is not None and (pieces != int(pieces) or pieces <= 0):
        raise ValueError(text)
    kilograms = found.get("kg")
    if kilograms is not None and kilograms <= 0:
        raise ValueError(text)
    return Asked(code, int(pieces) if pieces is not None else None, milli(kilograms) if kilograms is not None else None)


def _joined(parts: list[str]) -> list[str]:
    """A unit that stands alone belongs to the number before it."""
    found: list[str] = []
    for part in parts:
        alone = part.lower() in (*_PIECES, *_TONNES, "kg", "公斤", "千克")
        if alone and found and _AMOUNT.fullmatch(found[-1]):
            found[-1] += part
        else:
            found.append(part)
    return found
