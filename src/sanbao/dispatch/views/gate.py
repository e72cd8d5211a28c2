"""The page that stands at the gate, on a phone or beside a wedge scanner: one field, one verdict, how far we are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanbao.dispatch import queries
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import PickList, PickListState
from sanbao.dispatch.views import lists
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import act
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.trace import queries as lots
from sanbao.web import answers, navigation, scans
from sanbao.web.moves import face_of, perform

#: So many of the last scans are listed; the others are counted.
LAST = 30


@require_http_methods(["GET", "POST"])
@scans.scanning
def find(request: HttpRequest) -> HttpResponse:
    """Scan the paper: the number of a pick list opens its page at the gate."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("dispatch.gate", clause="W-08")
    waiting = PickList.objects.visible_to(by).filter(state__in=[PickListState.RELEASED, PickListState.PICKING])
    page = answers.page(
        request,
        "dispatch/find.html",
        {
            "waiting": waiting.select_related("customer").order_by("planned_on", "id")[:50],
            "typed": request.POST.get("code", ""),
        },
    )
    if request.method != "POST":
        return page()
    scanned = scans.read(request)
    number = code_key(scanned.code)[:24]
    found = next((one for code in scanned.codes if (one := queries.numbered(code_key(code)[:24], by=by))), None)
    if found is None:
        refuse(
            "pick_list.unknown",
            W("没有提货单“{number}”。", "There is no pick list “{number}”."),
            clause="W-08",
            status=404,
            field="code",
            number=number,
        )
        return page()
    return answers.go(request, reverse("dispatch:gate", args=[found.pk]))


@scans.scanning
@require_http_methods(["GET", "POST"])
def gate(request: HttpRequest, pk: int) -> HttpResponse:
    """One label at a time. A wrong one is refused in large letters with its reason, and the page stays where it is."""
    by = request.actor  # type: ignore[attr-defined]
    by.need("dispatch.gate", clause="W-08")
    case = lists.found(request, pk)
    page = answers.live(request, "dispatch/gate.html", lambda: shown(request, case))
    if request.method != "POST":
        return page()
    name = "undo" if request.POST.get("undo") else "scan"
    code = request.POST.get("undo") or lots.meant(scans.read(request), actor=by)
    done: PickList = act(face_of(PICK_LIST, name), case, {"code": code}, by=by)
    navigation.forget_counts(by)
    said = told(done, name, code)
    if not answers.wants_json(request):
        return page(told=said)
    outcome = "ok" if said["kind"] == "fine" else "warned"
    verdict = scans.Answer(
        code, said["title"], said.get("also", ""), outcome=outcome, template="dispatch/parts/verdict.html", facts=said
    )
    return scans.answer(request, page, verdict)


@require_http_methods(["GET", "POST"])
def do(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """A move made at the gate, after which the page at the gate comes again."""
    case = lists.found(request, pk)
    face = face_of(PICK_LIST, move)
    back = reverse("dispatch:gate", args=[pk])

    def after(request: HttpRequest, subject: Any) -> HttpResponse:
        return answers.done(request, back, W("“{move}”已完成。", "“{move}” is done.", move=face.title))

    return perform(request, face, case, initial=request.GET.dict(), after=after)


def told(case: PickList, act: str, code: str) -> dict[str, Any]:
    """The verdict in large letters."""
    if act == "undo" or case.scanned is None:
        return {"kind": "soon", "title": W("已撤销 {code}", "Undone: {code}", code=code)}
    lot, lots = case.scanned.lot, case.scanned.lots
    if case.scanned.again:
        return {"kind": "soon", "title": W("{code} 已在单上", "{code} is on the list already", code=lot.code)}
    also = W("共 {n} 个标签", "{n} labels", n=lots) if lots > 1 else (lot.product or "")
    return {"kind": "fine", "title": W("通过 {code}", "Passed: {code}", code=lot.code), "also": also}


def shown(request: HttpRequest, case: PickList) -> dict[str, Any]:
    by = request.actor  # type: ignore[attr-defined]
    case = lists.found(request, case.pk)
    facts = lists.facts(case, by)
    picks = facts["stand"].picks
    return {**facts, "last": list(reversed(picks))[:LAST], "more": max(0, len(picks) - LAST)}
