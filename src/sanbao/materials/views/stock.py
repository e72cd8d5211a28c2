"""库存卡: what is in store, one card, cards and labels on paper, one material's lots in turn."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.catalog.models import Material
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import whole
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.materials import cards, documents, queries, stock
from sanbao.materials.lifecycle import INCOMING
from sanbao.materials.models import Lying
from sanbao.materials.views.parts import may, pdf, quality, reader
from sanbao.trace import queries as trace
from sanbao.trace.actions.reversal import strikable
from sanbao.trace.models import HeldLot, HoldState, Lot, LotKind, Permit, PermitState, Property, QualityStatus, Receipt
from sanbao.web.lists import Choice, Column, Days, Listing, Rows, Tab, Words
from sanbao.web.templatetags.parts import code, pill, when


def rows() -> Rows:
    """Material lots with name, supplier's lot, what is left, and what stands in their way."""
    receipt = Receipt.standing.filter(lot=OuterRef("pk")).order_by("id")
    still = (PermitState.APPLIED, PermitState.IN_FORCE)
    held = HeldLot.objects.filter(lot=OuterRef("pk"), released=False, hold__state=HoldState.IN_FORCE)
    return stock.raw().select_related("material").annotate(
        called=Coalesce("material__name", Subquery(receipt.values("material_name")[:1])),
        incoming=Subquery(receipt.values("supplier_lot")[:1]),
        supplier=Subquery(receipt.values("supplier__name")[:1]),
        owner=Subquery(Property.objects.filter(lot=OuterRef("pk")).values("customer__name")[:1]),
        debt=Exists(Permit.objects.filter(lot=OuterRef("pk"), state__in=still)),
        on_hold=Exists(held),
    )  # fmt: skip


def flags(lot: Any) -> SafeString:
    marks = []
    if lot.on_hold:
        marks.append(pill(W("冻结", "On hold"), "late"))
    if lot.debt:
        marks.append(pill(W("紧急放行", "Urgent release"), "late"))
    if lot.owner:
        marks.append(pill(lot.owner, "hold"))
    return SafeString(" ".join(marks))


def _by_number(rows: Rows, typed: str) -> Rows:
    found = [lot.pk for lot in trace.find(typed, actor=Actor.clockwork("lots"))]
    return rows.filter(Q(pk__in=found) | Q(called__icontains=typed))


class StockList(Listing):
    """Material lots, those in stock first, the oldest on top: that is the order in which they go out."""

    name = "stock"
    order = "received"
    size = 50
    filters = (
        Words(_by_number, title=W("任意编号或名称", "Any number, or a name")),
        Choice("status", W("质量状态", "Status"), QualityStatus.pairs()),
        Days("made_on", W("进货日期", "Date in")),
    )
    tabs = (
        Tab("in_stock", W("在库", "In stock"), Q(left__gt=0)),
        Tab("waiting", W("待检待判", "Waiting"), Q(left__gt=0, status__in=["pending", "undecided"])),
        Tab("failed", W("不合格", "Failed"), Q(left__gt=0, status="failed")),
        Tab("debts", W("紧急放行未了结", "Open urgent releases"), Q(debt=True)),
        Tab("owned", W("顾客财产", "Customers' property"), Q(left__gt=0, owner__isnull=False)),
        Tab("used", W("已用完", "Used up"), Q(left__lte=0)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("code", W("批号", "Lot"), lambda lot: code(lot.code), sort="key", opens=True, narrow=True),
        Column("called", W("材料", "Material"), sort="called"),
        Column("incoming", W("进货批号", "Incoming lot"), narrow=True),
        Column("supplier", W("供方", "Supplier")),
        Column("received", W("进货日期", "Date in"), lambda lot: when(lot.made_on), sort="made_on", narrow=True,
               plain=lambda lot: lot.made_on),
        Column("left", W("结存", "Left"), lambda lot: cards.said(lot.left, lot.unit), sort="left", number=True,
               plain=lambda lot: lot.left / 1000),
        Column("status", W("质量状态", "Status"), lambda lot: quality(lot.status), narrow=True,
               plain=lambda lot: QualityStatus.title_of(lot.status)),
        Column("flags", W("注意", "Note"), flags, plain=lambda lot: lot.owner or ""),
    )  # fmt: skip

    @cached_property
    def bulk(self) -> tuple[tuple[str, W], ...]:  # type: ignore[override]
        return (
            (reverse("materials:cards_pdf"), W("打印进出存卡", "Print stock cards")),
            (reverse("materials:labels_pdf"), W("打印标签", "Print labels")),
        )

    def link(self, row: Any) -> str:
        return reverse("materials:card", args=[row.pk])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return StockList(request, rows()).respond("materials/stock.html", may=may(by))


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One stock card: head, movements, what was made from it, and what can be done."""
    by = reader(request)
    lot = find_lot(by, pk)
    [found] = cards.cards_of([lot])
    made = trace.trace_forward([lot])
    onward = sorted((n for n in made.nodes.values() if n.id != lot.pk), key=lambda n: (n.kind, n.code))
    facts = {
        "card": found,
        "lot": lot,
        "strikable": strikable(by),
        "made": [(LotKind.title_of(node.kind), node) for node in onward[:40]],
        "made_count": len(onward),
        "may": may(by),
        "urgent": _urgent(found, by),
        "retake": found.incoming if found.incoming and found.incoming.receipt_id is None else None,
    }
    return render(request, "materials/card.html", facts)


def _urgent(card: cards.StockCard, by: Actor) -> bool:
    """Whether urgent release may be asked for what came in through the gate."""
    gate = card.incoming
    if gate is None or card.lot.status == QualityStatus.PASSED or not by.may("materials.ask_urgent"):
        return False
    return gate.state in INCOMING.moves["ask_urgent"].sources and not card.marks.permits


@require_safe
def of_material(request: HttpRequest, pk: int) -> HttpResponse:
    """One material: its lots in the order in which they go out, and its debts in red (T-05, T-07)."""
    by = reader(request)
    material = Material.objects.visible_to(by).filter(pk=pk).first()
    if material is None:
        raise Refusal("not_found", W("没有这种材料。", "There is no such material."), "T-07", 404)
    lots = list(rows().filter(pk__in=stock.of_material(material).values("pk"), left__gt=0).order_by("made_on", "pk"))
    due = stock.offers(stock.of_material(material))
    turn = {offer.lot: place for place, offer in enumerate(due, start=1)}
    lying = {row.lot_id: row.place for row in Lying.objects.filter(lot__in=turn).select_related("place")}
    facts = {
        "material": material,
        "lots": [(lot, turn.get(lot.pk), lying.get(lot.pk), flags(lot)) for lot in lots],
        "debts": sum(1 for lot in lots if lot.debt),
        "total": sum(lot.left for lot in lots if lot.unit == "kg"),
    }  # fmt: skip
    return render(request, "materials/material.html", facts)


@require_http_methods(["GET", "POST"])
def cards_pdf(request: HttpRequest) -> HttpResponse:
    """The cards of the chosen lots in one PDF."""
    by = reader(request)
    return pdf(documents.stock_cards_pdf(chosen(request, by), by), "stock-cards")


@require_http_methods(["GET", "POST"])
def labels_pdf(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return pdf(documents.labels_pdf(chosen(request, by), by), "labels")


def chosen(request: HttpRequest, by: Actor) -> list[Lot]:
    """The lots that were picked in a list, or named in the address."""
    asked = request.POST.getlist("pick") or request.GET.getlist("pick")
    ids = [pk for text in asked if (pk := whole(text)) is not None]
    return queries.to_print(ids, by)


def find_lot(by: Actor, pk: int) -> Lot:
    lot: Lot | None = Lot.objects.visible_to(by).select_related("material", "product").filter(pk=pk).first()
    if lot is None:
        raise Refusal("not_found", W("没有这个批次。", "There is no such lot."), "T-06", 404)
    return lot
