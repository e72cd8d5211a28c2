"""HTML reduced to the words that a reader would see. It is never shown as HTML, so nothing in it can act. Pure."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

#: More markup than this is not a letter; what lies beyond is in the original.
LONGEST = 2_000_000
_UNSEEN = frozenset({"script", "style", "title"})
_BREAKS = frozenset(
    ("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
     "ol", "p", "pre", "section", "table", "tr", "ul")
)  # fmt: skip


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _BREAKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" \t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(re.sub(r"\s+", " ", data))


def reduced(markup: str) -> str:
    """The words of a page, a line for each block. Markup that is never closed does not swallow the letter."""
    markup = markup[:LONGEST]
    parser = _Words()
    parser.feed(markup)
    parser.close()
    text = "".join(parser.parts)
    if not text.strip():
        text = html.unescape(re.sub(r"<[^<>]*>", " ", re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", markup)))
    lines = [re.sub(r"[ \u00a0]+", " ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
