"""What a catalogue number must satisfy. Plain values, no database."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def gtin_holds(gtin: str) -> bool:
    """Whether a GTIN-8, -12, -13 or -14 has its right check digit (GS1 General Specifications, 7.9)."""
    if len(gtin) not in (8, 12, 13, 14) or not gtin.isdecimal() or not gtin.isascii():
        return False
    weighed = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(reversed(gtin)))
    return weighed % 10 == 0


def end_of(start: date, months: int) -> date:
    """The last day of so many months from a day: 12 months from 2026-04-25 end on 2027-04-24."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)
