"""What a catalogue number must satisfy. Plain values, no database."""

from __future__ import annotations


def gtin_holds(gtin: str) -> bool:
    """Whether a GTIN-8, -12, -13 or -14 has its right check digit (GS1 General Specifications, 7.9)."""
    if len(gtin) not in (8, 12, 13, 14) or not gtin.isdecimal() or not gtin.isascii():
        return False
    weighed = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(reversed(gtin)))
    return weighed % 10 == 0
