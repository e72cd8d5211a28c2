"""Places, what is put there, and a customer's property gone wrong."""

from __future__ import annotations

from django import forms

from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.words import W
from sanbao.materials import fields
from sanbao.materials.actions import placing, property
from sanbao.materials.fields import StoreForm, StoreKeptForm
from sanbao.materials.lifecycle import PLACE, PROPERTY
from sanbao.materials.models import PlaceKind, PropertyEvent


@face(PLACE, "edit", placing.edit_place)
class PlaceForm(StoreKeptForm):
    name = fields.line("名称", "Name", 80, required=True)
    kind = forms.ChoiceField(label=W("种类", "Kind"), choices=PlaceKind.pairs, initial=PlaceKind.RAW)
    sign = fields.line("标识牌", "Sign", 80, help_text=W("牌上写什么、挂在哪里", "What it says and where it hangs"))
    spacing_cm = forms.IntegerField(label=W("间距 cm", "Spacing, cm"), min_value=0, max_value=10_000, required=False)
    capacity = forms.IntegerField(label=W("能放几批", "Lots it takes"), min_value=1, max_value=100_000, required=False)
    customer = fields.customer("专放哪个客户的客供件", "Kept for the property of")


@face(PLACE, "open", placing.open_place)
class NewPlaceForm(PlaceForm):
    code = fields.line("编号", "Code", 40, required=True, help_text=W("启用后不再更改。", "Never changes later."))
    field_order = ("code",)


@face(PLACE, "put", placing.put)
class PutForm(StoreForm):
    code = fields.scanned(required=True)
    quantity = fields.QuantityField("只移一部分时填数量", "Quantity, if only a part", required=False)
    pieces = fields.count("件数", "Pieces")


class SureForm(StoreForm):
    """Nothing is asked but whether it is meant."""


face(PLACE, "retire", placing.retire_place)(SureForm)
face(PLACE, "restore", placing.restore_place)(SureForm)


@face(PROPERTY, "report", property.report)
class ReportForm(StoreForm):
    hint = W(
        "顾客的财产丢失、损坏或不适用，要告诉他；这里一登记，销售就有这件事。",
        "A customer must hear when his property is lost, damaged or unsuitable; sales gets the duty at once.",
    )
    code = fields.scanned(required=True)
    what = forms.ChoiceField(label=W("怎么了", "What happened"), choices=PropertyEvent.pairs, widget=forms.RadioSelect)
    quantity = fields.QuantityField("数量", "Quantity", required=False)
    description = fields.words("经过", "What happened, in words", 500)
    files = Files()


@face(PROPERTY, "tell", property.tell)
class TellForm(StoreForm):
    how = fields.words("怎样告知的、告知了谁", "How, and whom", 300)
    answer = fields.words("客户的答复", "His answer", 500, required=False)
