"""Quantities: a decimal number and its unit. Mixed units are never added in silence; pure, no Django.

Weights convert among themselves (kg is the base); every counted thing (支, 件, 台 …) is a unit of its own,
because a bundle is not a bar. The trace store keeps integer thousandths of the base unit: grams for weights.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering
from typing import Self

KG, TONNE, GRAM = "kg", "t", "g"
#: How many of the base unit one unit is. The base stands first in its group.
SCALES: dict[str, tuple[str, Decimal]] = {
    KG: (KG, Decimal(1)),
    TONNE: (KG, Decimal(1000)),
    GRAM: (KG, Decimal("0.001")),
    "m": ("m", Decimal(1)),
    "mm": ("m", Decimal("0.001")),
    "m²": ("m²", Decimal(1)),
    "L": ("L", Decimal(1)),
    "mL": ("L", Decimal("0.001")),
}
COUNTED = (
    "支",
    "件",
    "根",
    "套",
    "台",
    "只",
    "个",
    "箱",
    "框",
    "卷",
    "张",
    "包",
    "桶",
    "捆",
    "块",
    "片",
    "瓶",
    "袋",
    "把",
)
ALIASES = {
    "公斤": KG, "千克": KG, "kgs": KG, "kilo": KG, "kilogram": KG, "kilograms": KG,
    "吨": TONNE, "公吨": TONNE, "mt": TONNE, "ton": TONNE, "tons": TONNE, "tonne": TONNE, "tonnes": TONNE,
    "克": GRAM, "gram": GRAM, "grams": GRAM,
    "米": "m", "毫米": "mm", "平方米": "m²", "平米": "m²", "㎡": "m²", "m2": "m²",
    "升": "L", "l": "L", "毫升": "mL", "ml": "mL",
    "pcs": "件", "pc": "件", "piece": "件", "pieces": "件", "bar": "支", "bars": "支", "set": "套", "sets": "套",
    "箇": "个", "個": "个", "条": "支",
}  # fmt: skip
#: 1234, 1,234.5 or 1 234.5: groups of three or none at all, so that 1,23 is asked and never guessed.
NUMBER = re.compile(r"[+-]?(\d{1,3}([, ]\d{3})+|\d+)(\.\d+)?")


class MixedUnits(ValueError):
    """Two quantities that do not measure the same."""


class Unreadable(ValueError):
    """A text that is no quantity."""


def unit_of(text: str) -> str:
    """The unit that a text names; :class:`Unreadable` for an unknown one."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    for name in (text.strip(), folded, ALIASES.get(folded, ""), ALIASES.get(text.strip(), "")):
        if name in SCALES or name in COUNTED:
            return name
    raise Unreadable(f"no such unit: {text!r}")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """So much of something, e.g. ``Quantity(Decimal("1.2"), "t")``. Equal weights in other units are equal."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        if isinstance(self.value, float) or not Decimal(self.value).is_finite():
            raise TypeError("a quantity is an exact, finite decimal")
        object.__setattr__(self, "value", Decimal(self.value))
        object.__setattr__(self, "unit", unit_of(self.unit))

    @property
    def base(self) -> str:
        """The base unit of what is measured."""
        return SCALES.get(self.unit, (self.unit, Decimal(1)))[0]

    @property
    def in_base(self) -> Decimal:
        return self.value * SCALES.get(self.unit, (self.unit, Decimal(1)))[1]

    @property
    def milli(self) -> int:
        """Integer thousandths of the base unit; ValueError when that would round."""
        thousandths = self.in_base * 1000
        if thousandths != int(thousandths):
            raise ValueError(f"{self} is finer than a thousandth of {self.base}")
        return int(thousandths)

    @classmethod
    def of_milli(cls, thousandths: int, unit: str) -> Self:
        """From integer thousandths of the unit's base, e.g. grams as kg; shown in ``unit``."""
        scale = SCALES.get(unit_of(unit), (unit, Decimal(1)))[1]
        return cls(Decimal(thousandths) / 1000 / scale, unit)

    @classmethod
    def parse(cls, text: str, unit: str = "") -> Self:
        """Read ``1,234.5 公斤`` or ``１２支``; ``unit`` serves where the text names none.

        :class:`Unreadable` for "about", ranges, wrong digit groups, unknown units or no unit at all.
        """
        folded = unicodedata.normalize("NFKC", text).replace("，", ",").strip()
        number = NUMBER.match(folded)
        if number is None:
            raise Unreadable(f"no quantity: {text!r}")
        named = folded[number.end() :].strip() or unit
        if not named:
            raise Unreadable(f"no unit: {text!r}")
        return cls(Decimal(re.sub("[, ]", "", number.group())), unit_of(named))

    def to(self, unit: str) -> Quantity:
        """The same in another unit of the same measure."""
        base, scale = SCALES.get(unit_of(unit), (unit_of(unit), Decimal(1)))
        if base != self.base:
            raise MixedUnits(f"{self.unit} is not {unit}")
        return Quantity(self.in_base / scale, unit)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + other.to(self.unit).value, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return self + -other

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __mul__(self, factor: Decimal | int) -> Quantity:
        if isinstance(factor, float):
            raise TypeError("a quantity is multiplied by an exact number")
        return Quantity(self.value * factor, self.unit)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return (self.base, self.in_base) == (other.base, other.in_base)

    def __hash__(self) -> int:
        return hash((self.base, self.in_base))

    def __lt__(self, other: Quantity) -> bool:
        return self.in_base < other.to(self.unit).in_base

    def __str__(self) -> str:
        text = f"{self.value:,f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {self.unit}"


def total(quantities: list[Quantity], unit: str) -> Quantity:
    """The sum in a unit; :class:`MixedUnits` when one of them measures something else."""
    return sum(quantities, start=Quantity(Decimal(0), unit))


def to_milli(kilograms: Decimal) -> int:
    """Kilograms as integer thousandths, as the store keeps them."""
    return int((kilograms * 1000).to_integral_value(ROUND_HALF_UP))


def kilograms(milli: int) -> str:
    """``1,234.5``: to the last gram, without trailing noughts."""
    return f"{milli / 1000:,.3f}".rstrip("0").rstrip(".")
