"""The page on which 储运 counts what came back, on a phone: label by label, in large letters, with the difference."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import act
from sanbao.kernel.words import W
from sanbao.returns import queries, rules
from sanbao.returns.lifecycle import RETURN
from sanbao.returns.models import Return, ReturnState
from sanbao.returns.views import cases
from sanbao.trace import queries as lots
from sanbao.web import answers, navigation, scans
from sanbao.web.moves import face_of, perform

#: So many of the last are listed; the others are counted.
LAST = 30


@scans.scanning
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """One label at a time; a wrong one is refused with its reason and the page stays where it is."""
    by = cases.reader(request)
    by.need("returns.count", clause="R-07")
    case = cases.find(pk, by)
    page = answers.live(request, "returns/count.html", lambda: shown(request, case))
    if request.method != "POST":
        return page()
    code = lots.meant(scans.read(request), actor=by)
    done: Return = act(face_of(RETURN, "scan"), case, {"code": code}, by=by)
    navigation.forget_counts(by)
    said = told(done)
    if not answers.wants_json(request):
        return page(told=said)
    outcome = "ok" if said["kind"] == "fine" else "warned"
    verdict = scans.Answer(
        code, said["title"], said.get("also", ""), outcome=outcome, template="returns/parts/verdict.html", facts=said
    )
    return scans.answer(request, page, verdict)


@require_http_methods(["GET", "POST"])
def do(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """A move made while counting, after which this page comes again; accepting leads to the return."""
    case = cases.find(pk, cases.reader(request))
    face = face_of(RETURN, move)
    back = case.get_absolute_url() if move == "accept" else reverse("returns:count", args=[pk])

    def after(request: HttpRequest, subject: Any) -> HttpResponse:
        return answers.done(request, back, W("“{move}”已完成。", "“{move}” is done.", move=face.title))

    return perform(request, face, case, initial=request.GET.dict(), after=after)


def told(case: Return) -> dict[str, Any]:
    """The verdict in large letters."""
    assert case.scanned is not None
    lot, again = case.scanned
    if again:
        return {"kind": "soon", "title": W("{code} 已验收", "{code} was counted already", code=lot.code)}
    return {"kind": "fine", "title": W("收到 {code}", "Taken: {code}", code=lot.code), "also": lot.product or ""}


def shown(request: HttpRequest, case: Return) -> dict[str, Any]:
    by: Actor = request.actor  # type: ignore[attr-defined]
    case = cases.find(case.pk, by)
    lines, counted = queries.lines_of(case), queries.standing(case)
    on_line = queries.by_line(counted)
    total = sum(row.quantity_milli for row in counted)
    offers = {offer.name: offer for offer in RETURN.offered(case, by)}
    return {
        "case": case,
        "state": cases.state_pill(case),
        "lines": [
            {
                "line": line,
                "have": rules.kilograms(on_line.get(line.pk, 0)),
                "wanted": rules.kilograms(line.quantity_milli),
                "full": on_line.get(line.pk, 0) == line.quantity_milli,
                "over": on_line.get(line.pk, 0) > line.quantity_milli,
            }
            for line in lines
        ],
        "labels": sum(row.lot_id is not None for row in counted),
        "net": rules.kilograms(total),
        "applied": rules.kilograms(case.applied_milli),
        "off": rules.kilograms(total - case.applied_milli),
        "differs": total != case.applied_milli,
        "last": [(row, rules.kilograms(row.quantity_milli)) for row in reversed(counted)][:LAST],
        "more": max(0, len(counted) - LAST),
        "offers": offers,
        "open": case.state in (ReturnState.APPROVED, ReturnState.COUNTING) and not case.local,
    }
