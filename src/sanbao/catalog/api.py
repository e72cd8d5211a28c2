"""``/api/v1/products``, ``materials``, ``warranty-terms``, ``defect-classes``: as the pages do it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Router

from sanbao.api.auth import actor_of
from sanbao.api.kept import kept
from sanbao.api.operations import body_of, values
from sanbao.api.paging import paged
from sanbao.catalog import actions
from sanbao.catalog.forms import DefectClassForm, NewDefectClassForm
from sanbao.catalog.lifecycle import MATERIAL, PRODUCT, WARRANTY
from sanbao.catalog.models import DefectClass, Material, Product, WarrantyTerm
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import ActForm, read
from sanbao.kernel.words import W


def _row(row: Any, *names: str) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "state": row.state, "version": row.version}
    return told | {name: getattr(row, name) for name in names}


def product_out(row: Product, by: Actor) -> dict[str, Any]:
    return _row(row, "code", "name", "line", "surface", "kg_per_metre", "alloy_temper", "gtin")


def material_out(row: Material, by: Actor) -> dict[str, Any]:
    return _row(row, "code", "name", "specification", "material_class", "important")


def warranty_out(row: WarrantyTerm, by: Actor) -> dict[str, Any]:
    return _row(row, "line", "edition", "start", "whole_months", "parts_months", "basis", "since", "until")


def defect_class_out(row: DefectClass) -> dict[str, Any]:
    return {
        "code": row.code,
        "parent": row.parent.code if row.parent else None,
        "level": row.level,
        "pack": row.pack,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "responsible": row.responsible.code if row.responsible else None,
        "touches_quality": row.touches_quality,
        "state": row.state,
    }


defects = Router(tags=["defect-classes"])


@defects.get("", response=dict[str, Any], operation_id="defect_class_list", summary="故障分类 · Fault classes")
def defect_classes(request: HttpRequest) -> Any:
    """The classification of C-21, first level and second level in the order of the tree."""
    rows = DefectClass.objects.visible_to(actor_of(request)).select_related("parent", "responsible")
    return paged(request, rows, defect_class_out)


def _body(form: type[ActForm], name: str) -> Any:
    return Annotated[body_of(form, f"defect_class_{name}_body", versioned=False), Body(...)]


def new_defect_class(request: HttpRequest, data: Any) -> Any:
    """A class of the first level, or of the second below ``parent``. Clause C-21. Permission `catalog.edit`."""
    by = actor_of(request)
    by.need("catalog.edit", clause="C-21")
    form = NewDefectClassForm(values(NewDefectClassForm, data)[0], by=by)
    return 201, defect_class_out(actions.add_defect_class(by=by, **read(form)))


def edit_defect_class(request: HttpRequest, code: str, data: Any) -> Any:
    """What is not sent stays as it is. Clause C-21. Permission `catalog.edit`."""
    by = actor_of(request)
    by.need("catalog.edit", clause="C-21")
    row = get_object_or_404(DefectClass.objects.visible_to(by).select_related("responsible"), code=code_key(code))
    known = {name: getattr(row, name) for name in DefectClassForm.base_fields}
    known["responsible"] = row.responsible.code if row.responsible else ""
    form = DefectClassForm(known | values(DefectClassForm, data)[0], by=by)
    return defect_class_out(actions.edit_defect_class(row, by=by, **read(form)))


new_defect_class.__annotations__["data"] = _body(NewDefectClassForm, "open")
edit_defect_class.__annotations__["data"] = _body(DefectClassForm, "edit")
defects.post("", response={201: dict[str, Any]}, operation_id="defect_class_open", summary="新建 · Add")(
    new_defect_class
)
defects.post("/{code}/edit", response=dict[str, Any], operation_id="defect_class_edit", summary="修改 · Edit")(
    edit_defect_class
)

routers: dict[str, Router] = {
    "/products": kept(PRODUCT, shown=product_out, tag="products", title=W("产品", "Products")),
    "/materials": kept(MATERIAL, shown=material_out, tag="materials", title=W("材料", "Materials")),
    "/warranty-terms": kept(WARRANTY, shown=warranty_out, tag="warranty-terms", title=W("三包期限", "Warranty terms")),
    "/defect-classes": defects,
}
