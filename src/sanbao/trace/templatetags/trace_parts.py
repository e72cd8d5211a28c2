"""``{% load trace_parts %}``: quantities and quality status as the trace pages show them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanbao.trace import saying
from sanbao.trace.models import QualityStatus

register = template.Library()
SHADES = {QualityStatus.PASSED: "fine", QualityStatus.FAILED: "late"}


@register.simple_tag
def exact(milli: int | None, unit: str) -> str:
    """``1,234.5 kg``; a dash where nobody weighed."""
    return "—" if milli is None else saying.exact(milli, unit)


@register.simple_tag
def quality(status: str) -> SafeString:
    """The quality status in its colour: 合格 green, 不合格 red, the two others amber."""
    if not status:
        return SafeString("")
    return format_html(
        '<span class="pill {}">{}</span>', SHADES.get(QualityStatus(status), "soon"), QualityStatus.title_of(status)
    )
