"""The fields that the store's forms are made of."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.catalog.models import Material
from sanbao.kernel.faces import ActForm
from sanbao.kernel.file_fields import Files
from sanbao.kernel.keeping import InUse
from sanbao.kernel.kept_forms import CodeField, KeptForm
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.scanned import LONGEST, read_scan
from sanbao.kernel.words import Vocabulary, W
from sanbao.materials.models import Place
from sanbao.parties.models import Customer, Supplier

#: More than a store of the world holds; what is beyond it is a slip of the finger, and no column holds it.
MOST = 10**15
#: The ledger's column for a supplier's lot.
LOT_LENGTH = 64


class QuantityField(forms.DecimalField):
    """``500``, ``1.2 吨``, ``30 支``: a number with its unit, kg where none is named. The value is a ``Quantity``."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        hint = W("可带单位，如 1.2 吨、30 支；不写按 kg", "With a unit if it is not kg: 1.2 t, 30 pcs")
        super().__init__(label=W(zh, en), **{"help_text": hint, **more})

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Quantity) else value

    def clean(self, value: Any) -> Any:
        text = "" if value is None else str(value).strip()
        if not text:
            self.validate(None)
            return None
        try:
            quantity = Quantity.parse(text[:60], "kg")
            if abs(quantity.milli) < MOST:
                return quantity
        except (ValueError, ArithmeticError):
            pass
        sentence = W(
            "“{typed}”不是数量；写成 500、1.2 吨 或 30 支。", "“{typed}” is no quantity: write 500, 1.2 t or 30 pcs."
        )
        raise forms.ValidationError(sentence.format(typed=text[:40]), code="not_a_quantity")  # type: ignore[arg-type]


class LabelField(forms.CharField):
    """A supplier's lot, typed or scanned: of a GS1 symbol the lot, or the serial number; of any other its text."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(label=W(zh, en), required=False, max_length=LONGEST)

    def clean(self, value: Any) -> str:
        read = read_scan(super().clean(value))
        said = dict(read.elements)
        lot = said.get("10") or said.get("21") or read.text
        if len(lot) > LOT_LENGTH:
            sentence = W("批号有 {n} 个字，最多 {most} 个。", "The lot has {n} characters, at most {most} go in.")
            raise forms.ValidationError(sentence.format(n=len(lot), most=LOT_LENGTH))  # type: ignore[arg-type]
        return lot


class InUseField(CodeField):
    """A row of master data by its code, as long as it is in use."""

    def visible(self) -> Any:
        return super().visible().filter(state=InUse.IN_USE)


class YesNo(forms.TypedChoiceField):
    """Yes or no, each with its own words; the API may send a boolean."""

    def __init__(self, zh: str, en: str, *, yes: W, no: W) -> None:
        choices = [("true", yes), ("false", no)]
        super().__init__(label=W(zh, en), choices=choices, coerce=lambda v: v == "true", widget=forms.RadioSelect)

    def to_python(self, value: Any) -> str:
        return str(value).lower() if value not in self.empty_values else ""


def line(zh: str, en: str, length: int = 80, **more: Any) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **more})


def words(zh: str, en: str, length: int = 2000, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=W(zh, en), max_length=length, widget=area, **more)


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **{"required": False, **more})


def count(zh: str, en: str) -> forms.IntegerField:
    return forms.IntegerField(label=W(zh, en), min_value=0, max_value=1_000_000, required=False)


def several(zh: str, en: str, of: type[Vocabulary], **more: Any) -> forms.MultipleChoiceField:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=W(zh, en), choices=of.pairs, widget=boxes, **{"required": False, **more})


def scanned(zh: str = "批号或扫码", en: str = "Lot or scan", **more: Any) -> forms.CharField:
    """A code as a scanner types it; the action says what is wrong with it, and by which clause."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    return forms.CharField(label=W(zh, en), max_length=100, widget=widget, **{"required": False, **more})


def place(zh: str = "库位", en: str = "Place", **more: Any) -> InUseField:
    return InUseField(Place, kind=W("库位", "place"), label=W(zh, en), **{"required": False, **more})


def material(zh: str = "材料", en: str = "Material", **more: Any) -> InUseField:
    return InUseField(Material, kind=W("材料", "material"), label=W(zh, en), **more)


def supplier(zh: str = "供方", en: str = "Supplier", **more: Any) -> InUseField:
    return InUseField(Supplier, kind=W("供方", "supplier"), label=W(zh, en), **more)


def customer(zh: str, en: str, **more: Any) -> InUseField:
    return InUseField(Customer, kind=W("客户", "customer"), label=W(zh, en), **{"required": False, **more})


class StoreForm(ActForm):
    """Tells its fields who asks."""

    def prepare(self) -> None:
        tell(self)


class StoreKeptForm(KeptForm):
    """Starts from what is known, and tells its fields who asks."""

    def prepare(self) -> None:
        tell(self)
        super().prepare()


def tell(form: ActForm) -> None:
    for field in form.fields.values():
        if isinstance(field, CodeField):
            field.asked_by(form.by)
        elif isinstance(field, Files):
            field.by = form.by
