"""Everything that changes the catalogue: products, materials, fault classes, warranty terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.catalog.lifecycle import MATERIAL, PRODUCT, WARRANTY
from sanbao.catalog.models import DefectClass, Material, Product, WarrantyTerm
from sanbao.catalog.rules import gtin_holds
from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse, Taken, fill, insert, restoring, retiring, take
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.words import W
from sanbao.parties.models import Department

retire_product, restore_product = retiring(PRODUCT), restoring(PRODUCT)
retire_material, restore_material = retiring(MATERIAL), restoring(MATERIAL)
retire_warranty, restore_warranty = retiring(WARRANTY), restoring(WARRANTY)

NOT_A_GTIN = W("GTIN“{value}”的位数或校验码不对，未取。", "The GTIN “{value}” does not check; left out.")
NOT_A_WEIGHT = W("米重“{value}”不是数，未取。", "“{value}” is no weight per metre; left out.")


# -- products and materials -------------------------------------------------------------------------


def register_product(*, by: Actor, code: str, name: str, **values: Any) -> Product:
    """A new model. Values: line, surface, kg_per_metre, alloy_temper, gtin."""
    _check_gtin(values.get("gtin", ""))
    with PRODUCT.opening(by=by) as step:
        fill(step, {"code": code_key(code), "name": name.strip(), **values})
        insert(step)
    return step.case


def edit_product(product: Product, *, by: Actor, expect: int | None = None, **values: Any) -> Product:
    """Change a product; its model code stays, because labels bear it."""
    _check_gtin(values.get("gtin", ""))
    with PRODUCT.move("edit", product, by=by, expect=expect) as step:
        fill(step, values)
    return step.case


def _check_gtin(gtin: str) -> None:
    if gtin and not gtin_holds(gtin):
        refuse(
            "product.gtin",
            W("GTIN 的位数或校验码不对。", "The GTIN has a wrong length or check digit."),
            status=422,
            field="gtin",
        )


def register_material(*, by: Actor, code: str, name: str, **values: Any) -> Material:
    """A new material. Values: specification, material_class, important (T-03)."""
    with MATERIAL.opening(by=by) as step:
        fill(step, {"code": code_key(code), "name": name.strip(), **values})
        insert(step)
    return step.case


def edit_material(material: Material, *, by: Actor, expect: int | None = None, **values: Any) -> Material:
    """Change a material; its code stays."""
    with MATERIAL.move("edit", material, by=by, expect=expect) as step:
        fill(step, values)
    return step.case


def take_products(rows: Sequence[Mapping[str, str]], *, by: Actor) -> list[Taken]:
    """Products of a ledger: rows with code, name, line, surface, kg_per_metre, alloy_temper, gtin as text."""
    by.need("catalog.edit")
    values, remarks = [], []
    for row in rows:
        taken: dict[str, Any] = {
            name: text.strip() for name, text in row.items() if name not in ("kg_per_metre", "gtin")
        }
        weight, said = _weight(row)
        gtin, wrong = _gtin(row)
        values.append({**taken, **weight, **gtin})
        remarks.append(said + wrong)
    results = take(PRODUCT, values, by=by)
    for result, said in zip(results, remarks, strict=True):
        result.remarks += said
    return results


def _weight(row: Mapping[str, str]) -> tuple[dict[str, Decimal], list[W]]:
    text = row.get("kg_per_metre", "").strip()
    if not text:
        return {}, []
    try:
        weight = Decimal(text)
        if not 0 < weight < 10000:
            raise InvalidOperation
    except InvalidOperation:
        return {}, [NOT_A_WEIGHT.format(value=text)]
    return {"kg_per_metre": round(weight, 4)}, []


def _gtin(row: Mapping[str, str]) -> tuple[dict[str, str], list[W]]:
    """A wrong one is left out: it would be printed on labels and lead nowhere."""
    if "gtin" not in row:
        return {}, []
    gtin = row["gtin"].strip()
    if gtin and not gtin_holds(gtin):
        return {}, [NOT_A_GTIN.format(value=gtin)]
    return {"gtin": gtin}, []


def take_materials(rows: Sequence[Mapping[str, str]], *, by: Actor) -> list[Taken]:
    """Materials of a ledger: rows with code, name, specification, material_class as text."""
    by.need("catalog.edit")
    return take(MATERIAL, [{name: text.strip() for name, text in row.items()} for row in rows], by=by)


# -- the fault classification -----------------------------------------------------------------------


def add_defect_class(
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    parent: DefectClass | None = None,
    pack: str = "",
    responsible: Department | None = None,
    touches_quality: bool = False,
) -> DefectClass:
    """A new class; the second level hangs below one of the first (C-21).

    :raises Refusal: ``defect_class.too_deep``, ``defect_class.code_taken`` (422).
    """
    by.need("catalog.edit", clause="C-21")
    if parent is not None and parent.parent_id is not None:
        refuse(
            "defect_class.too_deep",
            W("分类只有两级。", "The classification has two levels."),
            clause="C-21",
            status=422,
            field="parent",
        )
    below = DefectClass.objects.filter(parent=parent)
    row = DefectClass(
        code=code_key(code),
        name_zh=name_zh,
        name_en=name_en,
        parent=parent,
        pack=pack,
        responsible=responsible,
        touches_quality=touches_quality,
        position=(parent.position if parent else 0) + below.count() * (1 if parent else 100) + 1,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal(
                "defect_class.code_taken",
                W("“{code}”已被使用，请换一个。", "“{code}” is taken; choose another."),
                "C-21",
                422,
                "code",
                {"code": row.code},
            ) from error
        _record(row, "added", by, {name: [None, value] for name, value in _told(row).items()})
    return row


def edit_defect_class(defect_class: DefectClass, *, by: Actor, **values: Any) -> DefectClass:
    """Change names, responsible department, quality or state of a class; its code and place stay (C-21)."""
    by.need("catalog.edit", clause="C-21")
    with transaction.atomic():
        row = DefectClass.objects.select_for_update().get(pk=defect_class.pk)
        before = _told(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        _record(row, "edited", by, {n: [before[n], v] for n, v in _told(row).items() if v != before[n]})
    return row


def _told(row: DefectClass) -> dict[str, Any]:
    told = ("name_zh", "name_en", "pack", "parent_id", "responsible_id", "touches_quality", "state")
    return {name: getattr(row, name) for name in told}


def _record(row: DefectClass, verb: str, by: Actor, changes: dict[str, Any]) -> None:
    journal.append(subject=row.subject, action=f"defect_class.{verb}", by=by, clause="C-21", facts={"set": changes})


# -- warranty terms ---------------------------------------------------------------------------------


def lay_down_warranty(
    *,
    by: Actor,
    line: str,
    edition: str,
    basis: str,
    whole_months: int,
    since: date,
    start: str = "delivery",
    parts_months: int = 0,
) -> WarrantyTerm:
    """A new edition for a product line (W-04). The edition before it ends the day before; neither changes.

    :raises Refusal: ``warranty.not_newer`` (422), ``warranty.code_taken`` (422).
    """
    with transaction.atomic():
        before = WarrantyTerm.objects.select_for_update().filter(line=line, until=None, state=InUse.IN_USE).first()
        with WARRANTY.opening(by=by) as step:
            fill(
                step,
                {
                    "line": line,
                    "edition": edition,
                    "basis": basis,
                    "start": start,
                    "whole_months": whole_months,
                    "parts_months": parts_months,
                    "since": since,
                },
            )
            insert(step, "edition")
        if before is not None:
            _supersede(before, since, by)
    return step.case


def _supersede(term: WarrantyTerm, since: date, by: Actor) -> None:
    if since <= term.since:
        refuse(
            "warranty.not_newer",
            W("新版须晚于现行版（{edition}，{day}）。", "It must begin after the edition in force ({edition}, {day})."),
            clause="W-04",
            status=422,
            field="since",
            edition=term.edition,
            day=term.since.isoformat(),
        )
    with WARRANTY.move("supersede", term, by=by) as step:
        step.case.until = since - timedelta(days=1)
