"""The page of one row of master data: what is known, what can be done, what was done (``web/kept.html``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanbao.kernel import journal
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.web import saying, subjects

LAST = 12


@dataclass(frozen=True)
class Fact:
    """One line of what is known; ``value`` may be empty, ``href`` leads to what it names."""

    label: W | str
    value: Any
    href: str = ""


@dataclass(frozen=True)
class Related:
    """Rows that hang on this one, with the address at which another is added (empty: it is not offered)."""

    title: W
    rows: list[Fact]
    add: str = ""
    anchor: str = ""


def linked(label: W, row: Any) -> Fact:
    """A fact that is itself a row with a page."""
    return Fact(label, row or "", row.get_absolute_url() if row else "")


def page(
    request: HttpRequest,
    lifecycle: Lifecycle[Any],
    row: Any,
    facts: list[Fact],
    related: list[Related] | None = None,
    *,
    template: str = "web/kept.html",
    **more: Any,
) -> HttpResponse:
    """Show a row that the actor was found to see."""
    actor = request.actor  # type: ignore[attr-defined]
    entries = list(journal.entries_of(row.subject).order_by("-seq")[:LAST])
    return render(
        request,
        template,
        {
            "row": row,
            "kind": lifecycle.title,
            "state": lifecycle.states.title_of(row.state),
            "in_use": row.state in (InUse.IN_USE, "employed"),
            "facts": facts,
            "related": related or [],
            "offers": lifecycle.offered(row, actor),
            "history": [told(lifecycle, entry) for entry in entries],
            **more,
        },
    )


def told(lifecycle: Lifecycle[Any], entry: journal.JournalEntry) -> dict[str, Any]:
    """An entry as the timeline shows it."""
    move = lifecycle.moves.get(entry.action.partition(".")[2])
    return {
        "at": entry.at,
        "who": subjects.who(entry.actor),
        "text": str(move.title if move else saying.ACTS.get(entry.action, entry.action)),
        "clause": entry.clause,
    }
