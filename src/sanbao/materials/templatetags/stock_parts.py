"""``{% load stock_parts %}``: quality status by colour, word and shape (W-07), and the parts of the store's pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sanbao.kernel.quantities import Quantity
from sanbao.kernel.words import W
from sanbao.materials import documents
from sanbao.trace.models import QualityStatus

register = template.Library()
#: Colour and shape of each status; the word stands beside them.
SHAPES = {
    QualityStatus.PASSED: ("fine", "circle-check"),
    QualityStatus.FAILED: ("late", "circle-x"),
    QualityStatus.PENDING: ("soon", "clock"),
    QualityStatus.UNDECIDED: ("hold", "help"),
}
ROOMS = (
    ("stock", W("库存卡", "Stock cards"), "materials:home"),
    ("gate", W("来料", "Deliveries"), "materials:deliveries"),
    ("slips", W("领料", "Issue slips"), "materials:slips"),
    ("places", W("库位", "Places"), "materials:places:list"),
    ("counts", W("盘点", "Stock-taking"), "materials:counts"),
    ("property", W("顾客财产", "Customers' property"), "materials:property"),
    ("marking", W("供方标识", "Suppliers' marking"), "materials:markings"),
)


@register.inclusion_tag("materials/parts/status.html")
def status(code: str) -> dict[str, Any]:
    """合格 with its mark: by colour, by word, and by shape for those who see no colour."""
    return {"marks": [mark_of(code)] if code else []}


@register.inclusion_tag("materials/parts/status.html")
def statuses(counts: dict[str, int]) -> dict[str, Any]:
    """How many of each status, the empty ones left out."""
    return {"marks": [mark_of(code, n) for code, n in counts.items() if n]}


def mark_of(code: str, n: int | None = None) -> tuple[str, str, Any, int | None]:
    """Colour, shape, word, and how many."""
    shade, shape = SHAPES.get(QualityStatus(code), ("", "package")) if code else ("", "package")
    return shade, shape, QualityStatus.title_of(code) if code else W("不判定", "Not judged"), n


@register.simple_tag
def amount(milli: int | None, unit: str) -> str:
    """``1,234.5 kg``; a dash where nobody weighed."""
    return "—" if milli is None else str(Quantity.of_milli(milli, unit))


@register.simple_tag
def qr(text: str) -> SafeString:
    """The code to be scanned from the screen; made by us, so that nothing a person typed is markup."""
    return mark_safe(documents.qr(text))


@register.inclusion_tag("materials/parts/rooms.html")
def rooms(here: str) -> dict[str, Any]:
    """The parts of the store beside each other."""
    return {"rooms": [(title, reverse(page), name == here) for name, title, page in ROOMS]}
