"""Escaped text for the cells and small parts of a page.

The same as Django's ``conditional_escape`` and ``format_html``, without their look at every argument for texts that are
still to be translated: a list makes a thousand of them.
"""

from __future__ import annotations

from html import escape as escaped
from typing import Any

from django.utils.safestring import SafeString


def escape(value: Any) -> str:
    """The value as HTML: what is marked as safe stays, everything else is escaped."""
    if type(value) is str:
        return escaped(value)
    html = getattr(value, "__html__", None)
    return str(html()) if html else escaped(str(value))


def format_html(format_string: str, *args: Any, **kwargs: Any) -> SafeString:
    """The format with its arguments escaped."""
    return SafeString(
        format_string.format(*map(escape, args), **{name: escape(value) for name, value in kwargs.items()})
    )
