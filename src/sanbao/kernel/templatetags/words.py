"""``{% w "受理" "Register" %}``: the template's own words in both languages."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from sanbao.kernel.words import W, speaks_english

register = template.Library()


@register.simple_tag
def w(zh: str, en: str, **facts: Any) -> SafeString:
    """The words of the active language, facts filled in and escaped."""
    text = en if speaks_english() else zh
    return format_html(text, **facts) if facts else conditional_escape(text)


@register.filter
def said(value: Any) -> str:
    """A stored pair ``{"zh": …, "en": …}`` or a ``W`` in the active language."""
    if isinstance(value, dict) and "zh" in value:
        return str(W(value["zh"], value.get("en") or value["zh"]))
    return str(value)
