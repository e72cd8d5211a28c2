"""One label: packed with a scan field for its travellers, read, printed, reported, replaced."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanbao.goods import documents, queries
from sanbao.goods.barcode import qr_svg
from sanbao.goods.lifecycle import LABEL, LABEL_PRINT, RELABEL
from sanbao.goods.models import STANDING, Label, Loss, RelabelReason
from sanbao.goods.rules import code_in, path_of
from sanbao.goods.views.lists import reader, state_pill
from sanbao.kernel import journal
from sanbao.kernel.faces import act
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot, LotKind, Purpose
from sanbao.web import answers, moves, scans

#: The travellers that were scanned for the package in hand, of this session.
BASKET = "goods_basket"


# -- packing ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@scans.scanning
def pack(request: HttpRequest) -> HttpResponse:
    """One package: its travellers are scanned or typed, the rest is weighed, counted and placed."""
    page = packing_page(request)
    by = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        label = act(moves.face_of(LABEL, "pack"), None, request.POST, by=by)
        request.session.pop(BASKET, None)
        said = W("{code} 已入库，待质检签收。", "{code} is packed; QC signs next.", code=label.code)
        return answers.done(request, label.get_absolute_url(), said)
    move = LABEL.moves["pack"]
    by.need(move.permission, clause=move.clause)
    return page()


def packing_page(request: HttpRequest) -> answers.Page:
    by, face = request.actor, moves.face_of(LABEL, "pack")  # type: ignore[attr-defined]
    basket = request.session.get(BASKET, [])
    typed = (request.POST,) if request.method == "POST" and "place" in request.POST else ()
    initial = {"travellers": "\n".join(basket), **request.GET.dict()}
    form = face.form(*typed, case=None, by=by, initial=initial)
    facts = {"form": form, "move": face.lifecycle.moves[face.name], "title": face.title, "draft": "label:pack"}
    return answers.page(request, "goods/pack.html", {**facts, "basket": basket, "proposed": queries.packable()})


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """One traveller for the package in hand."""
    packing_page(request)
    lot = scanned(request, request.POST.get("code", ""))
    return answers.done(request, reverse("goods:pack"), W("已加入 {code}。", "{code} is added.", code=lot.code))


def scanned(request: HttpRequest, text: str) -> Lot:
    """Put a traveller into the basket; refuses an unknown one and one that may not be packed (T-10, W-06)."""
    by = reader(request)
    by.need("trace.pack", clause="T-10")
    found = [lot for lot in lots.find(code_in(text)[:100], actor=by) if lot.kind == LotKind.TRAVELLER]
    if len(found) != 1:
        refuse(
            "label.unknown_traveller",
            W("没有随行卡“{typed}”，或它指多张。", "No traveller is named “{typed}”, or several are."),
            clause="T-10",
            status=404,
            field="code",
            typed=text.strip()[:80],
        )
    trace.pass_gate(found, Purpose.PACK)
    basket = request.session.get(BASKET, [])
    request.session[BASKET] = [*(code for code in basket if code != found[0].code), found[0].code][-40:]
    return found[0]


@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    """Begin the package anew."""
    request.session.pop(BASKET, None)
    return answers.done(request, reverse("goods:pack"))


# -- one label -------------------------------------------------------------------------------------------------


@require_safe
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """What is printed on it, where its code leads, who packed and signed, and everything that became of it."""
    by = reader(request)
    case: Any = moves.find(LABEL, pk, by)
    kin = queries.kin(case)
    address = queries.address_of(case)
    facts = {
        "case": case,
        "state": state_pill(case),
        "loss": Loss.title_of(case.loss) if case.loss else "",
        "address": address,
        "path": path_of(case.token, case.gtin),
        "qr": mark_safe(qr_svg(address, border=2)),
        "book": lots.account(case.lot),
        "before": [(one, state_pill(one)) for one in kin.before],
        "after": [(one, state_pill(one)) for one in kin.after],
        "prints": [(one, queries.size_title(one.run.size)) for one in queries.prints_of(case)],
        "offers": LABEL.offered(case, by),
        "printable": case.state in STANDING and by.may("goods.print"),
        "acts": acts(case),
        "local": queries.public_host_is_local(),
    }
    return render(request, "goods/label.html", facts)


def acts(case: Label) -> list[dict[str, Any]]:
    """The label's chain of the journal, as a timeline; newest first."""
    told = []
    for entry in journal.entries_of(case.subject).order_by("-seq"):
        move = LABEL.moves.get(entry.action.removeprefix("label."))
        if move is not None:
            told.append({"at": entry.at, "who": entry.actor, "text": move.title, "clause": entry.clause})
    return told


@require_safe
def of(request: HttpRequest, code: str) -> HttpResponse:
    """The label of a code, also an old one or one that a scanner read; an imported one is offered to be taken up."""
    by = reader(request)
    found, _ = queries.label_lots([code_in(code)], actor=by)
    if not found:
        sentence = W("没有标签“{code}”，或它指多张。", "No label is named “{code}”, or several are.")
        raise Refusal("label.unknown", sentence, "T-12", 404, facts={"code": code[:80]})
    known = Label.objects.filter(lot=found[0]).first()
    if known is not None:
        return answers.go(request, known.get_absolute_url())
    return answers.go(request, f"{reverse('goods:take_up')}?lot={found[0].code}")


@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest) -> HttpResponse:
    return moves.perform(request, moves.face_of(LABEL, "take_up"), None, initial=request.GET.dict())


# -- relabelling and printing ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def repack(request: HttpRequest) -> HttpResponse:
    return moves.perform(request, moves.face_of(RELABEL, "repack"), None, initial=request.GET.dict())


@require_safe
def relabel(request: HttpRequest, pk: int) -> HttpResponse:
    """Which labels ended and which were made."""
    case: Any = moves.find(RELABEL, pk, reader(request))
    facts = {
        "case": case,
        "why": RelabelReason.title_of(case.why),
        "ended": [(one, state_pill(one)) for one in case.ended.select_related("product").order_by("id")],
        "made": [(one, state_pill(one)) for one in case.made.select_related("product").order_by("id")],
    }
    return render(request, "goods/relabel.html", facts)


@require_http_methods(["GET", "POST"])
def new_print(request: HttpRequest) -> HttpResponse:
    """Labels chosen in a list, typed, or as a run of numbers; a wrong public address is said before it is printed."""
    initial = {**request.GET.dict(), "size": request.GET.get("size") or request.session.get("label_size", "")}
    if request.method == "POST" and request.POST.get("size"):
        request.session["label_size"] = request.POST["size"][:40]
    face = moves.face_of(LABEL_PRINT, "print")
    template = "goods/print_local.html" if queries.public_host_is_local() else "web/move.html"
    return moves.perform(request, face, None, template=template, initial=initial)


@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """One print: how many, in what size, why again, and its file while it may be opened."""
    case: Any = moves.find(LABEL_PRINT, pk, reader(request))
    facts = {
        "case": case,
        "size": queries.size_title(case.size),
        "labels": [(one, state_pill(one)) for one in queries.labels_in(case)],
        "open": request.actor.may("goods.print"),  # type: ignore[attr-defined]
        "local": queries.public_host_is_local(),
    }
    return render(request, "goods/printed.html", facts)


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(LABEL_PRINT, pk, by)
    response = HttpResponse(documents.labels_pdf(case, by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response
