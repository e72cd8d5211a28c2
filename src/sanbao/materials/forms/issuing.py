"""The issue slip."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.kernel.faces import face
from sanbao.kernel.words import W
from sanbao.materials import fields
from sanbao.materials.actions import issuing
from sanbao.materials.fields import StoreForm
from sanbao.materials.lifecycle import SLIP
from sanbao.materials.models import SlipLine
from sanbao.parties.models import Department


class LineForm(StoreForm):
    """About one line of the slip."""

    line = forms.ModelChoiceField(SlipLine.objects.none(), label=W("哪一行", "Which line"))

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.fields["line"].queryset = self.rows()  # type: ignore[attr-defined]

    def rows(self) -> Any:
        return self.case.lines.select_related("lot").order_by("id")


@face(SLIP, "open", issuing.open_slip)
class OpenSlipForm(StoreForm):
    department = forms.ModelChoiceField(
        Department.objects.all(), to_field_name="code", label=W("领用部门", "Department"), initial="production"
    )
    into_kind = forms.ChoiceField(
        label=W("用于", "For"), choices=[(kind.value, kind.title) for kind in issuing.INTO], widget=forms.RadioSelect
    )
    into = fields.scanned("炉次/氧化批/喷涂批号", "Heat, anodising or coating batch", required=True)
    customer = fields.customer("为哪个客户（顾客提供的料须填）", "For which customer (where the material is his)")
    remark = fields.line("说明", "Remark", 200)

    def clean_into(self) -> str:
        return str(self.cleaned_data["into"]).strip()[:64]


@face(SLIP, "add", issuing.add)
class AddLineForm(StoreForm):
    hint = W(
        "只选材料，系统按先进先出分到批；扫批号则发指定的批。",
        "Choose a material and its lots are proposed first in, first out; or scan the lot to issue.",
    )
    code = fields.scanned()
    material = fields.material(required=False)
    quantity = fields.QuantityField("数量", "Quantity")
    pieces = fields.count("件数", "Pieces")
    place = fields.place("从哪个库位", "From which place")
    reason = fields.line("不按先进先出的原因", "Why not first in, first out", 200)


@face(SLIP, "remove", issuing.remove)
class RemoveLineForm(LineForm):
    pass


@face(SLIP, "issue", issuing.issue)
class IssueForm(StoreForm):
    taken_by = fields.line("领料人", "Taken by", 80)


@face(SLIP, "give_back", issuing.give_back)
class GiveBackForm(LineForm):
    quantity = fields.QuantityField("退回数量", "Quantity returned")
    reason = fields.line("原因", "Reason", 200, required=True)

    def rows(self) -> Any:
        return super().rows().exclude(record_id=None)


@face(SLIP, "cancel", issuing.cancel)
class CancelSlipForm(StoreForm):
    reason = fields.line("原因", "Reason", 200, required=True)
