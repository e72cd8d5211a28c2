"""What a processing order's kilograms come to: plain values in, plain values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_PART = re.compile(r"(?P<weight>\d+(\.\d{1,3})?)(?:\s*kg)?(?:[\s×x*/]+(?P<pieces>\d{1,6}))?", re.IGNORECASE)
MOST = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Part:
    """One output label: thousandths of a kilogram and, where counted, pieces (sets)."""

    milli: int
    pieces: int | None = None


def parts_of(lines: Iterable[str]) -> Iterator[Part]:
    """``86.5 2`` is 86.5 kg in 2 sets; raises ValueError with the line that cannot be read."""
    for line in lines:
        if not (text := line.strip()):
            continue
        found = _PART.fullmatch(text)
        try:
            weight = Decimal(found["weight"]) if found else Decimal(0)
        except InvalidOperation as error:
            raise ValueError(text) from error
        if found is None or not 0 < weight <= MOST:
            raise ValueError(text)
        yield Part(int(weight * 1000), int(found["pieces"]) if found["pieces"] else None)


@dataclass(frozen=True, slots=True)
class Balance:
    """What went in, what came out, what was scrapped, in thousandths of a kilogram."""

    went_in: int
    came_out: int
    scrapped: int

    @property
    def unaccounted(self) -> int:
        """Positive: nobody knows where it is. Negative: more came out than went in."""
        return self.went_in - self.came_out - self.scrapped

    def lost_beyond(self, percent: Decimal) -> bool:
        return self.unaccounted > 0 and Decimal(self.unaccounted) * 100 > percent * self.went_in

    def gained_beyond(self, percent: Decimal) -> bool:
        return self.unaccounted < 0 and Decimal(-self.unaccounted) * 100 > percent * self.went_in
