"""What several pages of the store share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanbao.kernel import attachments, journal, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.materials.models import CountState, DeliveryState, IncomingState, MarkingState, PropertyState, SlipState
from sanbao.materials.templatetags.stock_parts import mark_of
from sanbao.web import kept
from sanbao.web.templatetags.parts import icon, pill

PILLS = {
    IncomingState.COMPLETE: "soon",
    IncomingState.REFUSED: "late",
    IncomingState.SAMPLING: "soon",
    IncomingState.NONCONFORMING: "late",
    IncomingState.URGENT: "late",
    IncomingState.ACCEPTED: "fine",
    DeliveryState.OPEN: "run",
    DeliveryState.CLOSED: "fine",
    SlipState.OPEN: "soon",
    SlipState.ISSUED: "fine",
    CountState.OPEN: "run",
    CountState.COUNTED: "soon",
    CountState.APPROVED: "fine",
    MarkingState.SENT: "soon",
    MarkingState.ACKNOWLEDGED: "fine",
    MarkingState.STALE: "late",
    PropertyState.REPORTED: "late",
    PropertyState.TOLD: "fine",
}


#: Moves that nobody should press by habit: they stand last, and never as the one that stands out.
LAST = ("ask_urgent", "cancel", "send_back", "decline_sampling")


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("materials.see", clause="M-02")
    return actor


#: What the pages ask before they show a button; the word in the template → the permission.
MAY = {
    "receive": "materials.receive",
    "ask_issue": "materials.ask_issue",
    "count": "materials.count",
    "report_property": "materials.report_property",
    "tell_supplier": "materials.tell_supplier",
    "ask_urgent": "materials.ask_urgent",
    "judge": "trace.judge",
    "hold": "trace.hold",
    "move": "trace.move",
}


def may(by: Actor) -> dict[str, bool]:
    return {word: by.may(permission) for word, permission in MAY.items()}


def state_pill(case: Any) -> SafeString:
    vocabulary = Lifecycle.registry[case.KIND].states
    kinds = {str(code): shade for code, shade in PILLS.items() if type(code) is vocabulary}
    return pill(vocabulary.title_of(case.state), kinds.get(case.state, ""))


def quality(code: str) -> SafeString:
    """The quality status in a cell of a list: colour, shape and word."""
    if not code:
        return SafeString("")
    shade, shape, title, _ = mark_of(code)
    return format_html('<span class="pill {}">{}{}</span>', shade, icon(shape), title)


def about(case: Any, by: Actor) -> dict[str, Any]:
    """What every page of a subject shows: its moves, what is owed on it, its files, what was done."""
    lifecycle = Lifecycle.registry[case.KIND]
    own = journal.entries_of(case.subject).filter(action__startswith=f"{lifecycle.kind}.")
    return {
        "case": case,
        "last": LAST,
        "may": may(by),
        "state": state_pill(case),
        "offers": sorted(lifecycle.offered(case, by), key=lambda offer: offer.name in LAST),
        "duties": obligations.duties_on(case.subject),
        "files": list(attachments.of(case.subject)),
        "history": [kept.told(lifecycle, e) for e in own.order_by("-seq")[:40]],
    }


def pdf(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
