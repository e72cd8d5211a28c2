"""The list of labels, of imported labels without a code, of prints and relabellings; what is done with many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe

from sanbao.catalog.queries import product_lines
from sanbao.goods import actions, documents, queries
from sanbao.goods.lifecycle import LABEL
from sanbao.goods.models import DEAD, Label, LabelPrint, LabelState, Relabel, RelabelReason
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import whole
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.trace.models import Lot
from sanbao.web import answers
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import code, pill, when

S = LabelState
PILLS = {
    S.PACKED: "soon",
    S.IN_FORCE: "fine",
    S.REPORTED: "late",
    S.REINSPECTED: "hold",
    S.REPLACED: "",
    S.VOID: "",
}
#: How far back 成品入库单 reaches when nobody says from when.
PERIOD = timedelta(days=0)


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("trace.see", clause="M-02")
    return actor


def state_pill(label: Label) -> str:
    return pill(S.title_of(label.state), PILLS.get(S(label.state), ""))


def found(rows: Any, words: str) -> Any:
    return rows.filter(queries.by_code(words) | Q(pk__in=search.matching("label", words)))


def lines() -> list[tuple[str, str]]:
    return [(line, line) for line in product_lines()]


class LabelList(Listing):
    """What has to be done with labels first; every code that ever was stays findable."""

    name = "labels"
    order = "-packed"
    filters = (
        Words(found),
        Choice("state", W("状态", "State"), S.pairs()),
        Choice("line", W("产品线", "Product line"), lines, field="product__line"),
        Days("packed", W("登记日期", "Entered"), field="packed_at__date"),
    )
    tabs = (
        Tab("standing", W("有效", "In force"), Q(state=S.IN_FORCE)),
        Tab("sign", W("待签收", "To be signed"), Q(state=S.PACKED)),
        Tab("reported", W("报失", "Reported"), Q(state__in=[S.REPORTED, S.REINSPECTED])),
        Tab("dead", W("已作废", "Void"), Q(state__in=DEAD)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("code", W("标签号", "Label"), lambda x: code(x.code), sort="code", opens=True, narrow=True),
        Column("spray_code", W("喷码", "Spray code"), lambda x: code(x.spray_code), narrow=True),
        Column("product", W("产品", "Product"), lambda x: x.product or "—", sort="product__code"),
        Column("pieces", W("支数", "Pieces"), lambda x: x.pieces or "", number=True),
        Column(
            "weight",
            W("净重", "Net"),
            lambda x: x.weight,
            sort="weight_milli",
            plain=lambda x: (x.weight_milli or 0) / 1000,
            number=True,
        ),
        Column("place", W("库位", "Place"), narrow=True),
        Column(
            "packed",
            W("登记", "Entered"),
            lambda x: when(x.packed_at),
            sort="packed_at",
            plain=lambda x: x.packed_at,
            narrow=True,
        ),
        Column("prints", W("打印", "Prints"), lambda x: x.prints or "", sort="prints", number=True),
        Column("state", W("状态", "State"), state_pill, sort="state", plain=lambda x: S.title_of(x.state), narrow=True),
    )

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        by = request.actor  # type: ignore[attr-defined]
        offers = (
            ("goods.print", reverse_lazy("goods:pick"), W("打印", "Print")),
            ("goods.sign", reverse_lazy("goods:sign_many"), W("质检签收", "Sign for QC")),
        )
        self.bulk = [(href, title) for permission, href, title in offers if by.may(permission)]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    listing = LabelList(request, queries.listed(by))
    return listing.respond("goods/list.html", doors=doors(by), query=request.GET.urlencode())


def doors(by: Actor) -> list[tuple[str, str, W]]:
    """What can be begun here: icon, address, words."""
    offers = (
        ("trace.pack", "plus", "goods:pack", W("成品入库", "Pack")),
        ("goods.print", "printer", "goods:print", W("打印标签", "Print labels")),
        ("goods.relabel", "branch", "goods:repack", W("拆包并包", "Split or merge")),
    )
    return [(icon, reverse(page), title) for permission, icon, page, title in offers if by.may(permission)]


class ImportedList(Listing):
    """Labels that came by import and have no QR code yet."""

    name = "imported-labels"
    order = "-made"
    filters = (
        Words(lambda rows, words: rows.filter(key__contains=words.upper())),
        Days("made", W("入库日期", "Packed"), field="made_on"),
    )
    columns = (
        Column("code", W("标签号", "Label"), lambda lot: code(lot.code), sort="key", opens=True, narrow=True),
        Column("product", W("产品", "Product"), lambda lot: lot.product or "—"),
        Column(
            "quantity",
            W("净重", "Net"),
            lambda lot: f"{(lot.quantity_milli or 0) / 1000:g} {lot.unit}",
            sort="quantity_milli",
            plain=lambda lot: (lot.quantity_milli or 0) / 1000,
            number=True,
        ),
        Column("made", W("入库", "Packed"), lambda lot: when(lot.made_on), sort="made_on", narrow=True),
    )
    size = 50

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        by = request.actor  # type: ignore[attr-defined]
        self.bulk = [(reverse_lazy("goods:pick_lots"), W("打印", "Print"))] if by.may("goods.print") else []

    def link(self, row: Lot) -> str:
        return reverse("goods:of", args=[row.code])


@require_safe
def imported(request: HttpRequest) -> HttpResponse:
    return ImportedList(request, queries.without_label(reader(request))).respond("goods/imported.html")


class PrintList(Listing):
    name = "label-prints"
    order = "-printed"
    columns = (
        Column("number", W("编号", "No."), lambda p: code(p.number), opens=True, narrow=True),
        Column("labels", W("标签数", "Labels"), number=True),
        Column("again", W("其中再次", "Of them again"), lambda p: p.again or "", number=True),
        Column("size", W("规格", "Size"), lambda p: queries.size_title(p.size)),
        Column("why", W("原因", "Reason"), lambda p: p.why_title, plain=lambda p: p.why_title),
        Column("printed", W("打印于", "Printed"), lambda p: when(p.printed_at), sort="printed_at", narrow=True),
        Column("printed_by", W("由谁", "By"), lambda p: who(p.printed_by), plain=lambda p: who(p.printed_by)),
    )


@require_safe
def prints(request: HttpRequest) -> HttpResponse:
    return PrintList(request, LabelPrint.objects.visible_to(reader(request))).respond("goods/prints.html")


class RelabelList(Listing):
    name = "relabellings"
    order = "-entered"
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), opens=True, narrow=True),
        Column("why", W("事由", "Why"), lambda r: RelabelReason.title_of(r.why), narrow=True),
        Column("reason", W("说明", "Remark")),
        Column("ended", W("旧标签", "Old"), lambda r: " ".join(x.code for x in r.ended.all())),
        Column("made", W("新标签", "New"), lambda r: " ".join(x.code for x in r.made.all())),
        Column("entered", W("换发于", "Entered"), lambda r: when(r.entered_at), sort="entered_at", narrow=True),
        Column("entered_by", W("由谁", "By"), lambda r: who(r.entered_by), plain=lambda r: who(r.entered_by)),
    )


@require_safe
def relabellings(request: HttpRequest) -> HttpResponse:
    rows = Relabel.objects.visible_to(reader(request)).prefetch_related("ended", "made")
    return RelabelList(request, rows).respond("goods/relabellings.html")


# -- many at once ----------------------------------------------------------------------------------------------


def picked(request: HttpRequest) -> list[int]:
    return [pk for text in request.POST.getlist("pick") if (pk := whole(text)) is not None]


@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """From the selection in the list to the form that prints it: count and effect are seen before anything is done."""
    codes = Label.objects.visible_to(reader(request)).filter(pk__in=picked(request)).order_by("code")
    return to_print(request, list(codes.values_list("code", flat=True)))


@require_POST
def pick_lots(request: HttpRequest) -> HttpResponse:
    lots = Lot.objects.visible_to(reader(request)).filter(pk__in=picked(request)).order_by("key")
    return to_print(request, list(lots.values_list("code", flat=True)))


def to_print(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return answers.go(request, f"{reverse('goods:print')}?{urlencode({'lots': ' '.join(codes)})}")


@require_POST
def sign_many(request: HttpRequest) -> HttpResponse:
    """Sign for the selected labels: first what would be done, then what became of each (convention 11)."""
    by = reader(request)
    move = LABEL.moves["sign"]
    by.need(move.permission, clause=move.clause)
    labels = list(queries.listed(by).filter(pk__in=picked(request)).order_by("code"))
    if not labels:
        sentence = W("没有选标签。", "No label was chosen.")
        raise Refusal("label.none_chosen", sentence, "T-10", 422)
    facts: dict[str, Any] = {"labels": labels, "move": move}
    if request.POST.get("sure") == "1":
        facts["results"] = actions.sign_many(labels, by=by)
        facts["signed"] = sum(1 for one in facts["results"] if one.refusal is None)
    else:
        facts["waiting"] = sum(1 for label in labels if label.state == S.PACKED)
    return render(request, "goods/sign_many.html", facts)


@require_safe
def store_entry(request: HttpRequest) -> HttpResponse:
    """成品入库单 of a period: every label of the filter that entered by packing, not just the page on screen."""
    by = reader(request)
    first, last = (as_day(request.GET.get(f"packed_{end}", "")) for end in ("from", "to"))
    last = last or today()
    first = first or min(last, last - PERIOD)
    listing = LabelList(request, queries.listed(by).filter(packed_at__date__range=(first, last)))
    rows = listing.filtered.filter(origin="packed").order_by("packed_at", "id")
    content = documents.store_entry_pdf(rows, (first, last), by, filtered=listing.asked.get("q", ""))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="store-entry-{first}-{last}.pdf"'
    return response
