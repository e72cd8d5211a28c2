"""Products, materials, the fault classification and the guarantee: kept, taken from ledgers, shown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanbao.catalog import actions, queries
from sanbao.catalog.models import DefectClass, Material, Product, WarrantyTerm
from sanbao.catalog.rules import gtin_holds
from sanbao.catalog.tests.conftest import HOUSE
from sanbao.kernel import journal
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.verify import verify

pytestmark = pytest.mark.django_db


def test_a_gtin_is_told_by_its_check_digit() -> None:
    assert gtin_holds("09521234543213") and gtin_holds("4006381333931") and gtin_holds("96385074")
    assert not gtin_holds("4006381333932") and not gtin_holds("123") and not gtin_holds("４００６３８１３３３９３１")


def test_a_product_keeps_its_model_and_refuses_a_wrong_gtin() -> None:
    row = actions.register_product(by=HOUSE, code=" lm50－01 ", name="50系列推拉窗料", kg_per_metre=Decimal("0.86"))
    assert row.code == "LM50-01"
    with pytest.raises(Refusal) as refused:
        actions.edit_product(row, by=HOUSE, gtin="4006381333932")
    assert (refused.value.code, refused.value.field) == ("product.gtin", "gtin")
    with pytest.raises(Refusal) as refused:
        actions.register_product(by=HOUSE, code="LM50-01", name="又一个")
    assert refused.value.code == "product.code_taken"


def test_a_ledger_of_products_is_taken_once_and_remarks_a_weight_that_is_none() -> None:
    rows = [
        {
            "code": "LM50-01",
            "name": "50系列推拉窗料",
            "surface": "氧化",
            "kg_per_metre": "0.86",
            "alloy_temper": "6063-T5",
        },
        {"code": "LM50-02", "name": "50系列平开窗料", "surface": "喷涂", "kg_per_metre": "约一公斤"},
    ]
    results = actions.take_products(rows, by=HOUSE)
    assert [(r.changed, len(r.remarks)) for r in results] == [(True, 0), (True, 1)]
    assert not any(r.changed for r in actions.take_products(rows, by=HOUSE))
    found = queries.products_by_code(["lm50-01", "没有"])
    assert found["lm50-01"].kg_per_metre == Decimal("0.86")
    assert [p.code for p in queries.find_products("推拉", by=an_actor("catalog.see"))] == ["LM50-01"]
    assert queries.find_products("推拉", by=an_actor()) == []
    assert list(verify(found["lm50-01"].subject)) == []


def test_important_materials_stay_marked() -> None:
    row = actions.register_material(by=HOUSE, code="ALZ", name="铝锭", important=True)
    actions.take_materials([{"code": "ALZ", "name": "重熔用铝锭"}], by=HOUSE)
    row = Material.objects.get(pk=row.pk)
    assert (row.name, row.important) == ("重熔用铝锭", True)


def test_the_shipped_classification_names_department_and_quality() -> None:
    tree = {first.code: (first, children) for first, children in queries.defect_tree()}
    surface, faults = tree["Q3"]
    assert surface.touches_quality and surface.responsible.code == "production"
    assert "色差" in {c.name_zh for c in faults}
    use, _ = tree["U1"]
    assert use.responsible is None and not use.touches_quality
    profile = {c.pack for _, children in queries.defect_tree("profile") for c in children}
    assert profile == {"", "profile"}


@pytest.mark.clause("C-21")
def test_the_classification_has_two_levels_and_each_change_is_recorded() -> None:
    fault = queries.defect_class("Q3-P01")
    assert fault is not None
    with pytest.raises(Refusal) as refused:
        actions.add_defect_class(by=HOUSE, code="Q3-P01-1", name_zh="细划伤", name_en="Hairline", parent=fault)
    assert (refused.value.code, refused.value.clause) == ("defect_class.too_deep", "C-21")
    actions.edit_defect_class(fault, by=HOUSE, name_zh="擦划伤")
    assert journal.entries_of(fault.subject).last().facts["set"] == {"name_zh": ["划伤", "擦划伤"]}
    with nothing_recorded(), pytest.raises(Refusal):
        actions.edit_defect_class(fault, by=an_actor("catalog.see"), name_zh="不许")
    with pytest.raises(Refusal) as refused:
        actions.add_defect_class(by=HOUSE, code="q3", name_zh="又一个", name_en="Again")
    assert refused.value.code == "defect_class.code_taken"


def test_what_a_factory_renamed_survives_the_next_migration() -> None:
    from sanbao.catalog import defaults

    fault = queries.defect_class("Q3-P01")
    assert fault is not None
    actions.edit_defect_class(fault, by=HOUSE, name_zh="擦划伤")
    count = DefectClass.objects.count()
    defaults.load()
    assert DefectClass.objects.get(pk=fault.pk).name_zh == "擦划伤" and DefectClass.objects.count() == count


@pytest.mark.clause("W-04")
def test_a_new_warranty_edition_ends_the_one_before_and_changes_it_in_nothing_else() -> None:
    term = {"line": "机床", "basis": "三包条款", "parts_months": 6}
    first = actions.lay_down_warranty(by=HOUSE, edition="1", whole_months=12, since=date(2024, 1, 1), **term)
    second = actions.lay_down_warranty(by=HOUSE, edition="2", whole_months=18, since=date(2026, 1, 1), **term)
    assert queries.warranty_on("机床", date(2025, 12, 31)) == first
    assert queries.warranty_on("机床", date(2026, 1, 1)) == second
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        actions.lay_down_warranty(by=HOUSE, edition="3", whole_months=24, since=date(2026, 1, 1), **term)
    assert (refused.value.code, refused.value.clause) == ("warranty.not_newer", "W-04")
    assert WarrantyTerm.objects.count() == 2 and list(verify(first.subject)) == []


@pytest.mark.parametrize(
    "page", ["", "products/", "materials/", "warranties/", "defects", "defects/new", "products/new", "warranties/new"]
)
def test_every_page_of_the_catalogue_opens(technologist: Any, page: str) -> None:
    assert technologist.get(f"/catalog/{page}").status_code == 200


def test_the_catalogue_is_kept_in_the_browser(technologist: Any) -> None:
    new = {"code": "LM60-01", "name": "60系列断桥窗料", "line": "铝型材", "kg_per_metre": "1.34"}
    assert technologist.post("/catalog/products/new", new).status_code == 303
    row = Product.objects.get()
    assert "LM60-01" in technologist.get(row.get_absolute_url()).content.decode()
    fault = queries.defect_class("Q3-P03")
    assert fault is not None
    form = {"name_zh": "色差", "name_en": "Shade", "responsible": "qc", "touches_quality": "on", "state": "in_use"}
    assert technologist.post(f"/catalog/defects/{fault.pk}", form).status_code == 303
    fault.refresh_from_db()
    assert (fault.name_en, fault.responsible.code) == ("Shade", "qc")
    assert technologist.post(f"/catalog/defects/{fault.pk}", {**form, "name_zh": ""}).status_code == 422


def test_the_api_of_the_catalogue_is_the_twin_of_its_pages(technologist: Any) -> None:
    technologist.handler.enforce_csrf_checks = False
    body = json.dumps({"code": "LM70-01", "name": "70系列窗纱一体料", "kg_per_metre": "1.66"})
    answer = technologist.post("/api/v1/products", body, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["kg_per_metre"] == "1.66"
    assert technologist.get("/api/v1/products?code=LM70-01").json()["total"] == 1
    classes = technologist.get("/api/v1/defect-classes?per_page=200").json()["items"]
    assert {"Q3-P03", "V1-M01"} <= {c["code"] for c in classes}


def test_every_move_of_the_catalogue_has_a_form() -> None:
    for kind in ("product", "material", "warranty"):
        lifecycle = Lifecycle.registry[kind]
        missing = [name for name, move in lifecycle.moves.items() if not move.internal and name not in lifecycle.faces]
        assert not missing, f"{kind}: {missing}"
