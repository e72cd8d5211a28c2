"""The small parts of the shops' pages."""

from __future__ import annotations

from django import template

from sanbao.production.rules import Balance
from sanbao.production.views import lists, weights

register = template.Library()


@register.simple_tag
def kilograms(milli: int | None) -> str:
    return lists.kg(milli)


@register.simple_tag
def unaccounted(balance: Balance) -> str:
    """What does not add up, in red where it is outside the tolerance."""
    return weights.outside(balance)


@register.simple_tag
def quality(status: str) -> str:
    return lists.quality(status)
