"""One card: its page, its papers, the board on which it stands, and the scan that leads to its next step."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanbao.kernel.codes import whole
from sanbao.kernel.refusals import refuse
from sanbao.kernel.scanned import Scanned
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.production import documents, queries, showing
from sanbao.production.lifecycle import CARD, STEP
from sanbao.production.models import WORK, Card, Operation
from sanbao.production.policies import routed
from sanbao.production.views.lists import check_pill, kg, quality, reader, standing, state_pill
from sanbao.production.views.weights import outside
from sanbao.trace.queries import accounts
from sanbao.web import answers, moves, scans

#: So many baskets of a column are on the board; the rest is counted and stands in the list.
ON_BOARD = 12
#: The moves that stand as buttons; the others are in the menu beside them.
FIRST = ("record_step", "inspect", "send_to_rework")


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One basket's card: how far it has come, what is still missing, and what can be done with it."""
    by = reader(request)
    case = found(pk, by)
    page = showing.card_page(case, by)
    offers = CARD.offered(case, by)
    facts = {
        "page": page,
        "case": case,
        "state": state_pill(case),
        "quality": quality(case.lot.status),
        "first": [offer for offer in offers if offer.name in FIRST and not offer.refusal],
        "others": [offer for offer in offers if offer.name not in FIRST],
        "balance": outside(page.balance) if page.balance else "",
        "weights": _weights(page),
        "lines": [(line, check_pill(line.step)) for line in page.lines],
    }
    return render(request, "production/card.html", facts)


def found(pk: int, by: Any) -> Card:
    case: Card = moves.find(CARD, pk, by)  # type: ignore[assignment]
    return Card.objects.select_related("lot__product", "record", "customer").get(pk=case.pk)


def _weights(page: showing.CardPage) -> list[tuple[W, str]]:
    if page.balance is None:
        return []
    unit, b = page.card.lot.unit, page.balance
    return [
        (W("投入和转入", "Pressed and poured in"), kg(b.went_in, unit)),
        (W("转出、入库和在框", "Poured out, packed, still here"), kg(b.came_out, unit)),
        (W("报废", "Scrapped"), kg(b.scrapped, unit)),
        (W("取样", "Sampled"), kg(b.sampled, unit)),
    ]


@require_safe
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """A step is shown on its card's page, at its own line."""
    by = reader(request)
    case = moves.find(STEP, pk, by)
    return answers.go(request, f"{reverse('production:card', args=[case.card_id])}#step-{case.pk}")  # type: ignore[attr-defined]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What stands where, in which status: the baskets by the operation that they wait for, longest waiting first."""
    by = reader(request)
    rows = standing(queries.living(by))
    counts = {row["stands"]: row["n"] for row in rows.values("stands").order_by().annotate(n=Count("pk"))}
    first = rows.annotate(
        place=Window(RowNumber(), partition_by=[F("stands")], order_by=[F("since").asc(), F("pk").asc()])
    )
    shown: dict[str, list[Card]] = {}
    for one in first.filter(place__lte=ON_BOARD).select_related("lot__product", "record").order_by("since", "pk"):
        shown.setdefault(one.stands, []).append(one)
    books = accounts(one.lot_id for column in shown.values() for one in column)
    usual = {*routed(today())} - {Operation.EXTRUDE} | {Operation.INSPECT, Operation.PACK}
    columns = [
        {
            "operation": operation,
            "title": operation.title,
            "count": counts.get(operation, 0),
            "more": counts.get(operation, 0) - len(shown.get(operation, [])),
            "href": f"{reverse('production:list')}?{urlencode({'stands': operation.value})}",
            "cards": [
                (one, quality(one.lot.status), state_pill(one) if one.state == "rework" else "",
                 kg(books[one.lot_id].left, one.lot.unit))
                for one in shown.get(operation, [])
            ],
        }
        for operation in Operation
        if operation in usual or counts.get(operation)
    ]  # fmt: skip
    return render(request, "production/board.html", {"columns": columns, "total": sum(counts.values())})


# -- scan ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@scans.scanning
def scan(request: HttpRequest) -> HttpResponse:
    """扫卡: a card's code leads to the form of its next step, filled in as far as the house knows."""
    by = reader(request)
    page = answers.page(request, "production/scan.html", {"typed": request.POST.get("code", "")})
    if request.method == "POST":
        return answers.go(request, where_next(scans.read(request), by))
    return page()


def where_next(scanned: Scanned, by: Any) -> str:
    """The address of what comes next for a scanned card: its next step's form, its own page, or the form that takes an
    imported card up."""
    card = next(iter(queries.cards_by_code(scanned.codes, actor=by).values()), None)
    if card is not None:
        if card.state in queries.ALIVE and card.at in WORK and by.may(CARD.moves["record_step"].permission):
            return f"{card.get_absolute_url()}/do/record_step"
        return card.get_absolute_url()
    lot = next((found for code in scanned.codes if (found := queries.lot_of_card(code, actor=by))), None)
    if lot is None:
        refuse(
            "card.unknown",
            W("没有随行卡“{typed}”。", "There is no card “{typed}”."),
            clause="T-09",
            status=404,
            field="code",
            typed=scanned.code[:64],
        )
        return reverse("production:scan")
    if by.may(CARD.moves["adopt"].permission):
        return f"{reverse('production:adopt')}?{urlencode({'lot': lot.code})}"
    return str(lot.get_absolute_url())


# -- papers, and what is done with several cards -------------------------------------------------------


@require_safe
def card_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    return _pdf(documents.cards_pdf([found(pk, by)], by, small=request.GET.get("size") == "a5"), found(pk, by).number)


@require_safe
def cards_pdf(request: HttpRequest) -> HttpResponse:
    """Several cards, one after the other: ``?pick=3&pick=4``, ``&size=a5``."""
    by = reader(request)
    rows = _picked(request.GET.getlist("pick"), by)
    return _pdf(documents.cards_pdf(rows, by, small=request.GET.get("size") == "a5"), f"cards-{len(rows)}")


@require_POST
def pick(request: HttpRequest, what: str) -> HttpResponse:
    """From selected rows of the list to the page that deals with them together."""
    by = reader(request)
    rows = _picked(request.POST.getlist("pick"), by)
    codes = "\n".join(card.number for card in rows)
    where = {
        "print": (reverse("production:cards_pdf"), [("pick", card.pk) for card in rows]),
        "load": (reverse("production:charge"), [("cards", codes), ("operation", rows[0].at)]),
        "merge": (reverse("production:merge"), [("sources", codes)]),
    }
    if what not in where:
        refuse("no_such_page", W("没有这样的操作。", "There is no such act."), status=404)
    address, query = where[what]
    return answers.go(request, f"{address}?{urlencode(query)}")


def _picked(ids: list[str], by: Any) -> list[Card]:
    """The cards that were selected and may be seen, in the order of their numbers."""
    wanted = [pk for pk in map(whole, ids) if pk is not None]
    rows = list(Card.objects.visible_to(by).filter(pk__in=wanted).select_related("lot__product", "record", "customer"))
    if not rows:
        refuse("nothing_picked", W("没有选中任何随行卡。", "No card was selected."), status=422, field="pick")
    return sorted(rows, key=lambda card: card.number)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
