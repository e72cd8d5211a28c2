"""Quantities in the pages of recalls."""

from __future__ import annotations

from django import template

from sanbao.trace.queries import exact

register = template.Library()


@register.simple_tag
def quantity(milli: int, unit: str) -> str:
    """``1,234.5`` to the last thousandth; the unit stands in its own column or beside it."""
    return exact(milli, unit).removesuffix(unit).strip()
