"""What is asked about letters: the text with its facts marked, and what the accepted ones fill in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sanbao.letters.models import Fact, FactKind, UserLetter

#: Field of the complaint → the kind of fact whose first accepted value fills it.
FILLS = {
    "contact_name": FactKind.WRITER,
    "contact_phone": FactKind.PHONE,
    "product_text": FactKind.MODEL,
    "code": FactKind.CODE,
}


def accepted(letter: UserLetter, kind: str) -> list[Fact]:
    return [fact for fact in letter.facts.all() if fact.kind == kind and fact.accepted]


def filled(letter: UserLetter) -> dict[str, Any]:
    """The fields of the complaint that the accepted facts fill; the words of the letter are its description."""
    found: dict[str, Any] = {"description": letter.text}
    for field, kind in FILLS.items():
        if facts := accepted(letter, kind):
            found[field] = facts[0].value
    company = accepted(letter, FactKind.COMPANY)
    if company:
        writer = found.get("contact_name", "")
        found["contact_name"] = " ".join(part for part in (company[0].value, writer) if part)[:120]
    if demands := accepted(letter, FactKind.DEMAND):
        found["demands"] = "\n".join(fact.value for fact in demands)
    if faults := accepted(letter, FactKind.FAULT):
        found["title"] = faults[0].value[:40]
        found["quality_related"] = True
    return found


def marked(text: str, facts: Iterable[Fact]) -> list[tuple[str, list[str]]]:
    """The text in pieces, each with the kinds of the facts that it belongs to, to be shown with them marked."""
    spans = [(fact.start, fact.end, fact.kind) for fact in facts]
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    return [
        (text[a:b], sorted({kind for start, end, kind in spans if start <= a and b <= end})) for a, b in pairwise(cuts)
    ]
