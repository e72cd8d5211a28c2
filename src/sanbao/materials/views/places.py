"""库位: the location view, one place, putting away by scan (W-07)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import act
from sanbao.kernel.keeping import InUse
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.scanned import Scanned
from sanbao.kernel.words import W
from sanbao.materials import cards, documents, queries, stock
from sanbao.materials.forms.places import PutForm
from sanbao.materials.lifecycle import PLACE
from sanbao.materials.models import Place, PlaceKind
from sanbao.materials.views import tours
from sanbao.materials.views.parts import pdf, reader
from sanbao.trace import queries as trace
from sanbao.web import answers, exports, kept, moves, scans
from sanbao.web.kept import Fact

HEADS = (
    W("库位", "Place"), W("名称", "Name"), W("种类", "Kind"), W("标识牌", "Sign"), W("间距 cm", "Spacing, cm"),
    W("批数", "Lots"), W("合格", "Passed"), W("不合格", "Failed"), W("待检", "To be inspected"),
    W("已检待判定", "Undecided"), W("件数", "Pieces"), W("数量", "Quantity"), W("最早", "Oldest"),
)  # fmt: skip


@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The location view: what stands where, in which status, how much, since when."""
    by = reader(request)
    kind, typed = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60]
    found = [one for one in queries.located() if _asked(one, kind, typed)]
    if request.GET.get("export") in ("xlsx", "csv"):
        return exports.file(request.GET["export"], "places", [str(head) for head in HEADS], map(_row, found))
    totals: dict[str, int] = {}
    for one in found:
        for code, n in one.statuses.items():
            totals[code] = totals.get(code, 0) + n
    facts = {
        "places": [(one, kind_of(one), quantities(one)) for one in found if one.place],
        "written": [(one, quantities(one)) for one in found if one.place is None],
        "kinds": PlaceKind.pairs(),
        "kind_asked": kind,
        "typed": typed,
        "totals": totals,
        "may_keep": by.may("materials.keep_places"),
    }
    return render(request, "materials/places.html", facts)


def _asked(one: queries.Contents, kind: str, typed: str) -> bool:
    if kind and (one.place is None or one.place.kind != kind):
        return False
    if not typed:
        return True
    told = f"{one.place.code if one.place else ''} {one.name} {one.place.sign if one.place else ''}"
    return typed.casefold() in told.casefold()


def _row(one: queries.Contents) -> list[Any]:
    place = one.place
    return [
        place.code if place else "", one.name, str(kind_of(one)), place.sign if place else "",
        place.spacing_cm if place else None, one.lots, *(one.statuses[code] for code in queries.STATUSES_SHOWN),
        one.pieces, quantities(one), one.oldest,
    ]  # fmt: skip


def kind_of(one: queries.Contents) -> Any:
    return PlaceKind.title_of(one.place.kind) if one.place else W("只在入库单上", "Named by packing records")


def quantities(one: queries.Contents) -> str:
    return "、".join(cards.said(milli, unit) for unit, milli in one.units.items() if milli)


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place with everything that stands there, oldest first, and the field to put the next lot here."""
    by = reader(request)
    row: Place = moves.find(PLACE, pk, by)  # type: ignore[assignment]
    return render(request, "materials/place.html", _facts(row, by))


@scans.scanning
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Put away: scan the place's sign, then the lots; another sign leads on to the next place."""
    by = reader(request)
    by.need("materials.put", clause="W-07")
    start = tours.sign(request.GET.get("place", ""))
    tour = request.POST.get("tour") or tours.begin(request, start.code if start else "")
    page = answers.page(
        request, "materials/put.html", {"hidden": [("tour", tour)], "at": start, "form": PutForm(by=by)}
    )
    if request.method != "POST":
        return page()
    here, read = tours.place_of(request), scans.read(request)
    page.facts["at"] = here
    if (other := _sign(read)) is not None:
        return scans.answer(request, replace(page, facts=page.facts | {"at": other}), tours.turn_to(request, other))
    if here is None:
        sentence = W("没有编号为“{code}”的库位，请先扫库位牌。", "There is no place “{code}”; scan its sign first.")
        raise Refusal("place.unknown", sentence, "W-07", 422, "code", {"code": read.code[:60]})
    code = known(read, by)
    part = {name: request.POST.get(name, "") for name in ("quantity", "pieces")}
    act(PLACE.faces["put"], here, {"code": code, **part}, by=by)
    said = W("{code} 已放到 {place}", "{code} lies at {place} now", code=code, place=here.code)
    lot = trace.find(code, actor=by)[0]
    facts = {"lot": lot, "name": stock.name_of(lot), "at": here}
    told = scans.Answer(code, said, clause="W-07", template="materials/parts/scan_put.html", facts=facts)
    return scans.answer(request, page, told)


def _sign(read: Scanned) -> Place | None:
    return next((place for code in read.codes if (place := tours.sign(code)) is not None), None)


def known(read: Scanned, by: Actor) -> str:
    """Of what one symbol may mean, the code that a lot bears; what nobody knows is left to the action to refuse."""
    return next((code for code in read.codes if trace.find(code, actor=by)), read.code)


@require_safe
def written(request: HttpRequest) -> HttpResponse:
    """What stands where only packing records say so (``?at=成品库-7``); the place can be made from here."""
    by = reader(request)
    name = request.GET.get("at", "")[:80]
    here = queries.labels_at([name])
    facts = {"name": name, "here": here, "counts": _counts(here), "may_keep": by.may("materials.keep_places")}
    return render(request, "materials/written.html", facts)


@require_safe
def signs_pdf(request: HttpRequest) -> HttpResponse:
    """The signs of all places, or of one (``?place=A1``)."""
    by = reader(request)
    rows = Place.objects.in_use().select_related("customer").order_by("code")
    if asked := request.GET.get("place", ""):
        rows = rows.filter(code=code_key(asked))
    return pdf(documents.signs_pdf(list(rows), by), "place-signs")


def _facts(row: Place, by: Actor) -> dict[str, Any]:
    """What the page of a place shows, also when a scan is refused on it."""
    here = queries.at_place(row)
    own = journal.entries_of(row.subject).filter(action__startswith="place.")
    return {
        "row": row,
        "kind": PLACE.title,
        "state": PLACE.states.title_of(row.state),
        "in_use": row.state == InUse.IN_USE,
        "facts": [
            Fact(W("种类", "Kind"), PlaceKind.title_of(row.kind)),
            Fact(W("标识牌", "Sign"), row.sign),
            Fact(W("间距 cm", "Spacing, cm"), row.spacing_cm or ""),
            Fact(W("能放几批", "Lots it takes"), row.capacity or ""),
            kept.linked(W("专放客供件", "Kept for the property of"), row.customer),
        ],
        "offers": [offer for offer in PLACE.offered(row, by) if offer.name != "put"],
        "history": [kept.told(PLACE, e) for e in own.order_by("-seq")[: kept.LAST]],
        "here": here,
        "counts": _counts(here),
        "put": row.state == InUse.IN_USE and by.may("materials.put"),
    }


def _counts(here: list[queries.Stood]) -> dict[str, int]:
    counts = dict.fromkeys(queries.STATUSES_SHOWN, 0)
    for one in here:
        counts[one.status] = counts.get(one.status, 0) + 1
    return counts
