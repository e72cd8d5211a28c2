"""A product's international number (GTIN) on a label leads to the product."""

from __future__ import annotations

from sanbao.catalog.lifecycle import PRODUCT
from sanbao.catalog.models import Product
from sanbao.kernel.actor import Actor
from sanbao.web import scans


def find(code: str, by: Actor) -> list[scans.Match]:
    digits = code.strip()
    if not (digits.isdecimal() and 8 <= len(digits) <= 14):
        return []
    alike = {digits, digits.zfill(14), digits.lstrip("0").zfill(13)}
    rows = Product.objects.visible_to(by).filter(gtin__in=alike)
    return [scans.of_subject(PRODUCT, row, row.code, f"GTIN {row.gtin}") for row in rows]
