"""Quoting articles of the knowledge base in a reply: word for word, by number and edition, kept on the case (W-09)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.complaints.models import Complaint
from sanbao.kernel.lifecycle import Step
from sanbao.knowledge import actions as knowledge
from sanbao.knowledge import queries as articles
from sanbao.knowledge.models import Article
from sanbao.parties.models import Category


def quoted(step: Step[Complaint], text: str, quotes: Sequence[Article]) -> str:
    """The text with the quoted articles below it, in the language that the user reads."""
    if not quotes:
        return text
    step.record(quotes=knowledge.quote(quotes, about=step.case.subject, by=step.by))
    language = language_of(step.case)
    return "\n\n".join(part for part in (text.strip(), *(articles.quotation(a, language) for a in quotes)) if part)


def language_of(case: Complaint) -> str:
    """Export users are written to in English, all others in Chinese."""
    return "en" if case.category == Category.EXPORT else "zh-hans"
