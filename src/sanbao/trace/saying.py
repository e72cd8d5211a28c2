"""Quantities as people say them."""

from __future__ import annotations


def amount(milli: int | None, unit: str) -> str:
    """``486 kg``, ``6.9 t``, ``52 支``; nothing where nobody weighed."""
    if milli is None:
        return ""
    if unit == "kg" and abs(milli) >= 1_000_000:
        return f"{milli / 1_000_000:,.1f} t"
    return exact(milli, unit)


def exact(milli: int, unit: str) -> str:
    """To the last thousandth, without trailing noughts: ``1,234.5 kg``."""
    text = f"{milli / 1000:,.3f}".rstrip("0").rstrip(".")
    return f"{text} {unit}"
