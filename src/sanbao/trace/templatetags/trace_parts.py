"""``{% load trace_parts %}``: quantities and quality status as the trace pages show them, and the drawing's pieces.

A drawing has hundreds of pieces of one kind; as templates they would take longer than finding what they show.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanbao.trace import saying
from sanbao.trace.drawing import HEIGHT, WIDTH, Box, Curve
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


@register.simple_tag
def drawn(boxes: Iterable[Box]) -> SafeString:
    """Boxes as SVG, each a link where it opens something."""
    return SafeString("\n".join([_drawn(box) for box in boxes]))


def _drawn(box: Box) -> str:
    opening, end = _around(box, "g", "box")
    x, y = f"{box.text_x:g}", f"{box.text_y:g}"
    note = f'<tspan class="note" x="{x}" dy="15">{escape(box.note)}</tspan>' if box.note else ""
    sign = f'<path class="sign" d="{box.sign}"></path>' if box.sign else ""
    return (
        f'{opening}<title>{escape(box.said)}</title><rect x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" '
        f'height="{HEIGHT}" rx="7"></rect><text x="{x}" y="{y}">{escape(box.name)}{note}</text>{sign}{end}'
    )


@register.simple_tag
def listed(boxes: Iterable[Box]) -> SafeString:
    """The same boxes as the items of a list, for a narrow screen."""
    return SafeString("".join([_listed(box) for box in boxes]))


def _listed(box: Box) -> str:
    opening, end = _around(box, "span", "chip")
    note = f"<small>{escape(box.sub)}</small>" if box.sub else ""
    return f"<li>{opening}<span>{escape(box.title)}</span>{note}{end}</li>"


def _around(box: Box, otherwise: str, kind: str) -> tuple[str, str]:
    """The opening and the closing tag: a link, or ``otherwise``."""
    names = f"{kind} {box.classes}".strip()
    if not box.href:
        return f'<{otherwise} class="{names}">', f"</{otherwise}>"
    address = escape(box.href)
    if box.folded:
        more = f' hx-get="{address}" hx-target="#picture" hx-select="#picture" hx-swap="outerHTML"'
    else:
        more = " data-dialog" if box.panel else ""
    return f'<a class="{names}" href="{address}"{more}>', "</a>"


@register.simple_tag
def joined(curves: Iterable[Curve]) -> SafeString:
    """The links between the boxes."""
    return SafeString("".join([f'<path class="link {curve.mark}" d="{curve.path}"></path>' for curve in curves]))
