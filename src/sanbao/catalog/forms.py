"""What the use cases of the catalogue ask, for page and API alike."""

from __future__ import annotations

from django import forms

from sanbao.catalog import actions
from sanbao.catalog.lifecycle import MATERIAL, PRODUCT, WARRANTY
from sanbao.catalog.models import DefectClass, Pack, WarrantyStart
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.keeping import InUse
from sanbao.kernel.kept_forms import KeptForm
from sanbao.kernel.words import W
from sanbao.parties.models import Department


def text(zh: str, en: str, length: int, **options: object) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **options})  # type: ignore[arg-type]


def code_field(zh: str, en: str) -> forms.CharField:
    return text(zh, en, 60, required=True, help_text=W("启用后不再更改。", "Never changes later."))


@face(PRODUCT, "edit", actions.edit_product)
class ProductForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    line = text("产品线", "Product line", 40)
    surface = text("表面", "Surface", 40)
    kg_per_metre = forms.DecimalField(
        label=W("米重 kg/m", "kg per metre"), required=False, max_digits=9, decimal_places=4, min_value=0
    )
    alloy_temper = text("合金状态", "Alloy and temper", 40)
    gtin = text("GTIN", "GTIN", 14)


@face(PRODUCT, "open", actions.register_product)
class NewProductForm(ProductForm):
    code = code_field("型号", "Model")
    field_order = ("code",)


@face(MATERIAL, "edit", actions.edit_material)
class MaterialForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    specification = text("规格", "Specification", 120)
    material_class = text("类别", "Class", 40)
    important = forms.BooleanField(
        label=W("重要材料（收货须有检验报告）", "Important: a receipt needs an inspection report"), required=False
    )


@face(MATERIAL, "open", actions.register_material)
class NewMaterialForm(MaterialForm):
    code = code_field("代码", "Code")
    field_order = ("code",)


@face(WARRANTY, "open", actions.lay_down_warranty)
class WarrantyForm(ActForm):
    hint = W("新版生效之日起，现行版于前一日终止。", "The edition in force ends the day before the new one begins.")

    line = text("产品线", "Product line", 40, required=True)
    edition = text("版次", "Edition", 40, required=True)
    start = forms.ChoiceField(
        label=W("起算", "Counts from"), choices=WarrantyStart.pairs, initial=WarrantyStart.DELIVERY
    )
    whole_months = forms.IntegerField(label=W("整机/整批（月）", "Whole, months"), min_value=0, max_value=600)
    parts_months = forms.IntegerField(
        label=W("部件（月）", "Parts, months"), min_value=0, max_value=600, required=False
    )
    basis = text("依据", "Basis", 300, required=True)
    since = forms.DateField(
        label=W("生效日期", "In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_parts_months(self) -> int:
        return self.cleaned_data["parts_months"] or 0


class SureForm(ActForm):
    """Nothing is asked but whether it is meant."""


for _lifecycle, _name, _action in (
    (PRODUCT, "retire", actions.retire_product),
    (PRODUCT, "restore", actions.restore_product),
    (MATERIAL, "retire", actions.retire_material),
    (MATERIAL, "restore", actions.restore_material),
    (WARRANTY, "retire", actions.retire_warranty),
    (WARRANTY, "restore", actions.restore_warranty),
):
    face(_lifecycle, _name, _action)(SureForm)  # type: ignore[arg-type]


class DefectClassForm(ActForm):
    """An existing class; what it is called and who is asked first may change, its code and place stay."""

    name_zh = text("中文名称", "Chinese name", 80, required=True)
    name_en = text("英文名称", "English name", 80, required=True)
    responsible = forms.ModelChoiceField(
        Department.objects.all(),
        to_field_name="code",
        label=W("默认责任部门", "Responsible department"),
        required=False,
    )
    touches_quality = forms.BooleanField(label=W("涉及质量", "Touches quality"), required=False)
    state = forms.ChoiceField(label=W("状态", "State"), choices=InUse.pairs, initial=InUse.IN_USE)


class NewDefectClassForm(DefectClassForm):
    code = code_field("代码", "Code")
    parent = forms.ModelChoiceField(
        DefectClass.objects.filter(parent=None), to_field_name="code", label=W("上级", "Above"), required=False
    )
    pack = forms.ChoiceField(label=W("行业", "Trade"), choices=Pack.pairs, required=False)
    state = None  # a new class is in use
    field_order = ("code", "parent", "pack")
