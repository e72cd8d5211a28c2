"""顾客财产: what customers supplied, by customer, and what befell it (T-08)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.words import W
from sanbao.materials import cards
from sanbao.materials.lifecycle import PROPERTY
from sanbao.materials.models import Lying, PropertyEvent, PropertyReport, PropertyState
from sanbao.materials.views.parts import about, may, quality, reader, state_pill
from sanbao.materials.views.stock import rows
from sanbao.parties.models import Customer
from sanbao.trace.models import Property, QualityStatus
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags.parts import code, due, when


def owners() -> list[tuple[str, str]]:
    found = Customer.objects.filter(pk__in=Property.objects.values("customer")).order_by("code")
    return [(row.code, f"{row.code} {row.name}") for row in found]


class PropertyList(Listing):
    """What customers supplied, by customer, the oldest first."""

    name = "customers-property"
    order = "owner"
    size = 50
    filters = (Choice("owner", W("客户", "Customer"), owners, field="owner_code"),)
    tabs = (
        Tab("in_stock", W("在库", "In stock"), Q(left__gt=0)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("owner", W("客户", "Customer"), sort="owner"),
        Column("code", W("批号", "Lot"), lambda lot: code(lot.code), sort="key", opens=True, narrow=True),
        Column("called", W("名称", "Name")),
        Column("incoming", W("进货批号", "Incoming lot"), narrow=True),
        Column("received", W("进货日期", "Date in"), lambda lot: when(lot.made_on), sort="made_on",
               plain=lambda lot: lot.made_on, narrow=True),
        Column("left", W("结存", "Left"), lambda lot: cards.said(lot.left, lot.unit), sort="left", number=True,
               plain=lambda lot: lot.left / 1000),
        Column("status", W("质量状态", "Status"), lambda lot: quality(lot.status),
               plain=lambda lot: QualityStatus.title_of(lot.status), narrow=True),
        Column("place", W("库位", "Place"), lambda lot: lot.place_code or ""),
    )  # fmt: skip

    def link(self, row: Any) -> str:
        return reverse("materials:card", args=[row.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    owner = Property.objects.filter(lot=OuterRef("pk"))
    lying = Lying.objects.filter(lot=OuterRef("pk")).order_by("since", "id")
    found = (
        rows()
        .filter(owner__isnull=False)
        .annotate(
            owner_code=Subquery(owner.values("customer__code")[:1]),
            place_code=Subquery(lying.values("place__code")[:1]),
        )
    )
    open_reports = PropertyReport.objects.visible_to(by).filter(state=PropertyState.REPORTED).count()
    return PropertyList(request, found).respond("materials/property.html", may=may(by), open_reports=open_reports)


class ReportList(Listing):
    name = "property-reports"
    order = "due"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("property_report", words))),)
    tabs = (
        Tab("open", W("待告知", "To be told"), Q(state=PropertyState.REPORTED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), sort="number", opens=True, narrow=True),
        Column("customer", W("客户", "Customer"), plain=lambda r: r.customer.name),
        Column("lot", W("批号", "Lot"), plain=lambda r: r.lot.code, narrow=True),
        Column("what", W("怎么了", "What"), lambda r: PropertyEvent.title_of(r.what),
               plain=lambda r: PropertyEvent.title_of(r.what)),
        Column("state", W("状态", "State"), state_pill, plain=lambda r: PropertyState.title_of(r.state), narrow=True),
        Column("due", W("期限", "Due"), lambda r: due(r.due_at, r.told_at) if r.due_at else "", sort="due_at",
               plain=lambda r: r.due_at, narrow=True),
    )  # fmt: skip


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    found = PropertyReport.objects.visible_to(by).select_related("lot", "customer")
    return ReportList(request, found).respond("materials/property_reports.html", may=may(by))


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(PROPERTY, pk, by)
    amount = cards.said(case.quantity_milli, case.lot.unit) if case.quantity_milli is not None else ""
    facts = about(case, by) | {"what": PropertyEvent.title_of(case.what), "amount": amount}
    return render(request, "materials/property_report.html", facts)
