"""``{% w "受理" "Register" %}``: the template's own words in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from sanbao.kernel.words import W, speaks_english

register = template.Library()


class Words(template.Node):
    """A sentence in both languages; shown, or kept under the name that ``as`` gives it.

    A page says a hundred of them: they are escaped once, when the template is read, unless facts are filled in.
    """

    def __init__(self, texts: Sequence[str], facts: dict[str, FilterExpression], name: str) -> None:
        self.texts, self.facts, self.name = texts, facts, name
        self.ready = tuple(SafeString(conditional_escape(text)) for text in self.texts)

    def render(self, context: template.Context) -> SafeString:
        english = speaks_english()
        if self.facts:
            facts = {name: value.resolve(context) for name, value in self.facts.items()}
            said = format_html(self.texts[english], **facts)
        else:
            said = self.ready[english]
        if not self.name:
            return said
        context[self.name] = said
        return SafeString("")


@register.tag
def w(parser: Parser, token: Token) -> Words:
    """``{% w "第 {n} 页" "page {n}" n=page.number as title %}``: facts and the name are optional."""
    tag, *bits = token.split_contents()
    name = ""
    if len(bits) > 2 and bits[-2] == "as":
        name = bits[-1]
        bits = bits[:-2]
    if len(bits) < 2:
        raise template.TemplateSyntaxError(f"{tag}: 需要中文和英文 needs both languages")
    said, facts_given = [parser.compile_filter(bit) for bit in bits[:2]], bits[2:]
    facts = token_kwargs(facts_given, parser)
    if facts_given or any(each.is_var for each in said):
        raise template.TemplateSyntaxError(f"{tag}: {token.contents}")
    texts = [each.resolve(template.Context()) for each in said]
    return Words(texts, facts, name)


@register.filter
def said(value: Any) -> str:
    """A stored pair ``{"zh": …, "en": …}`` or a ``W`` in the active language."""
    if isinstance(value, dict) and "zh" in value:
        return str(W(value["zh"], value.get("en") or value["zh"]))
    return str(value)
