"""Pages of products, materials, the fault classification and warranty terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.catalog import actions, queries
from sanbao.catalog.forms import DefectClassForm, NewDefectClassForm
from sanbao.catalog.lifecycle import MATERIAL, PRODUCT, WARRANTY
from sanbao.catalog.models import DefectClass, Material, Product, WarrantyStart, WarrantyTerm
from sanbao.kernel import search
from sanbao.kernel.faces import read
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.web import answers, kept, moves
from sanbao.web.kept import Fact
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags import parts

CODE = Column("code", W("代码", "Code"), lambda row: parts.code(row.code), sort="code", narrow=True)
NAME = Column("name", W("名称", "Name"), sort="name", opens=True)
LINE = Choice("line", W("产品线", "Product line"), lambda: [(line, line) for line in queries.product_lines()])
TABS = [
    Tab("in_use", W("在用", "In use"), Q(state=InUse.IN_USE)),
    Tab("retired", W("已停用", "Retired"), ~Q(state=InUse.IN_USE)),
]


def finds(lifecycle: Lifecycle[Any]) -> Words:
    """A text filter over the house's search index."""
    return Words(lambda rows, words: rows.filter(pk__in=search.matching(lifecycle.kind, words)))


class Products(Listing):
    columns = [
        Column("code", W("型号", "Model"), lambda row: parts.code(row.code), sort="code", narrow=True),
        NAME,
        Column("line", W("产品线", "Product line"), sort="line"),
        Column("surface", W("表面", "Surface"), sort="surface"),
        Column("kg_per_metre", W("米重 kg/m", "kg per metre"), sort="kg_per_metre", number=True),
        Column("alloy_temper", W("合金状态", "Alloy and temper"), sort="alloy_temper"),
        Column("gtin", W("GTIN", "GTIN"), shown=False),
    ]
    filters = [finds(PRODUCT), LINE]
    tabs = TABS
    order = "code"
    name = "products"
    empty = W("没有符合条件的产品", "No product matches")


class Materials(Listing):
    columns = [
        CODE,
        NAME,
        Column("specification", W("规格", "Specification")),
        Column("material_class", W("类别", "Class"), sort="material_class"),
        Column("important", W("重要材料", "Important"), lambda row: W("重要", "Yes") if row.important else ""),
    ]
    filters = [finds(MATERIAL)]
    tabs = TABS
    order = "code"
    name = "materials"
    empty = W("没有符合条件的材料", "No material matches")


class Warranties(Listing):
    columns = [
        Column("line", W("产品线", "Product line"), sort="line", opens=True),
        Column("edition", W("版次", "Edition")),
        Column("start", W("起算", "Counts from"), lambda row: WarrantyStart.title_of(row.start)),
        Column("whole_months", W("整机/整批（月）", "Whole, months"), number=True),
        Column("parts_months", W("部件（月）", "Parts, months"), number=True),
        Column("since", W("自", "From"), sort="since"),
        Column("until", W("至", "Until"), sort="until"),
        Column("basis", W("依据", "Basis")),
    ]
    filters = [LINE]
    tabs = TABS
    order = "line"
    name = "warranty-terms"
    empty = W("还没有三包期限", "No warranty term yet")


KINDS: dict[str, tuple[Lifecycle[Any], type[Listing], W]] = {
    "products": (PRODUCT, Products, W("产品", "Products")),
    "materials": (MATERIAL, Materials, W("材料", "Materials")),
    "warranties": (WARRANTY, Warranties, W("三包期限", "Warranty terms")),
}


def kinds(current: str) -> list[tuple[W, str, bool]]:
    """The lists beside each other: title, address, whether it is this one."""
    shown = [(title, reverse(f"catalog:{name}:list"), name == current) for name, (*_, title) in KINDS.items()]
    return [*shown, (W("故障分类", "Fault classes"), reverse("catalog:defects"), current == "defects")]


def listing(name: str) -> Callable[..., HttpResponse]:
    """The list page of one kind."""
    lifecycle, listing_class, title = KINDS[name]

    @require_safe
    def index(request: HttpRequest) -> HttpResponse:
        by = request.actor  # type: ignore[attr-defined]
        rows = lifecycle.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
        new = reverse(f"catalog:{name}:new") if by.may("catalog.edit") else ""
        return listing_class(request, rows).respond("catalog/list.html", kind=title, kinds=kinds(name), new=new)

    return index


def _found(lifecycle: Lifecycle[Any], request: HttpRequest, pk: int) -> Any:
    return moves.find(lifecycle, pk, request.actor)  # type: ignore[attr-defined]


@require_safe
def product(request: HttpRequest, pk: int) -> HttpResponse:
    row: Product = _found(PRODUCT, request, pk)
    term = queries.warranty_on(row.line) if row.line else None
    facts = [
        Fact(W("产品线", "Product line"), row.line),
        Fact(W("表面", "Surface"), row.surface),
        Fact(W("米重 kg/m", "kg per metre"), row.kg_per_metre or ""),
        Fact(W("合金状态", "Alloy and temper"), row.alloy_temper),
        Fact(W("GTIN", "GTIN"), row.gtin),
        kept.linked(W("三包期限", "Warranty term"), term),
    ]
    return kept.page(request, PRODUCT, row, facts)


@require_safe
def material(request: HttpRequest, pk: int) -> HttpResponse:
    row: Material = _found(MATERIAL, request, pk)
    important = W("收货须有检验报告", "A receipt needs an inspection report") if row.important else ""
    facts = [
        Fact(W("规格", "Specification"), row.specification),
        Fact(W("类别", "Class"), row.material_class),
        Fact(W("重要材料", "Important"), important),
    ]
    return kept.page(request, MATERIAL, row, facts)


@require_safe
def warranty(request: HttpRequest, pk: int) -> HttpResponse:
    row: WarrantyTerm = _found(WARRANTY, request, pk)
    facts = [
        Fact(W("起算", "Counts from"), WarrantyStart.title_of(row.start)),
        Fact(W("整机/整批（月）", "Whole, months"), str(row.whole_months)),
        Fact(W("部件（月）", "Parts, months"), str(row.parts_months)),
        Fact(W("自", "From"), row.since.isoformat()),
        Fact(W("至", "Until"), row.until.isoformat() if row.until else ""),
        Fact(W("依据", "Basis"), row.basis),
    ]
    return kept.page(request, WARRANTY, row, facts)


# -- the fault classification -----------------------------------------------------------------------


@require_safe
def defects(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("catalog.see")
    rows = list(DefectClass.objects.select_related("responsible"))
    tree = [(top, [c for c in rows if c.parent_id == top.pk]) for top in rows if top.parent_id is None]
    facts = {"tree": tree, "kinds": kinds("defects"), "may_edit": by.may("catalog.edit")}
    return render(request, "catalog/defects.html", facts)


@require_http_methods(["GET", "POST"])
def new_defect(request: HttpRequest) -> HttpResponse:
    return _defect(request, NewDefectClassForm, W("新建故障分类", "New fault class"), actions.add_defect_class)


@require_http_methods(["GET", "POST"])
def edit_defect(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(DefectClass.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    initial = {name: getattr(row, name) for name in DefectClassForm.base_fields}

    def act(**values: Any) -> DefectClass:
        return actions.edit_defect_class(row, **values)

    return _defect(request, DefectClassForm, W("修改 {row}", "Edit {row}", row=row.title), act, initial)


def _defect(
    request: HttpRequest,
    form_class: type[DefectClassForm],
    title: W,
    act: Callable[..., DefectClass],
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("catalog.edit", clause="C-21")
    form = form_class(request.POST or None, by=by, initial=initial)
    facts = {"form": form, "title": title, "move": PRODUCT.moves["edit"], "back": reverse("catalog:defects")}
    template = "web/parts/dialog.html" if answers.dialog(request) else "web/move.html"
    page = answers.page(request, template, facts)
    if request.method == "POST":
        row = act(by=by, **read(form))
        return answers.done(request, reverse("catalog:defects"), W("已保存 {row}", "Saved {row}", row=row.title))
    return page()
