"""Stock-taking."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.kernel.faces import face
from sanbao.kernel.words import W
from sanbao.materials import fields
from sanbao.materials.actions import counting
from sanbao.materials.fields import StoreForm
from sanbao.materials.lifecycle import COUNT
from sanbao.materials.models import Place


@face(COUNT, "open", counting.open_count)
class OpenCountForm(StoreForm):
    hint = W("盲盘：扫码时不显示账面数。", "Blind: what the book says is not shown while you scan.")
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(),
        to_field_name="code",
        label=W("盘哪些库位", "Which places"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    material_class = fields.line("或者盘一个材料类别", "Or one class of material", 40)
    remark = fields.line("说明", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        self.fields["places"].queryset = Place.objects.in_use()  # type: ignore[attr-defined]

    def clean_places(self) -> list[Place]:
        return list(self.cleaned_data["places"])


@face(COUNT, "scan", counting.scan)
class ScanForm(StoreForm):
    place = fields.place()
    code = fields.scanned(required=True)
    quantity = fields.QuantityField("数量（没有称就不填）", "Quantity (empty if not weighed)", required=False)
    pieces = fields.count("件数", "Pieces")

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None and (only := self.case.scope.values_list("place__code", flat=True)[:2]):
            self.initial.setdefault("place", only[0] if len(only) == 1 else "")


class SureForm(StoreForm):
    """Nothing is asked but whether it is meant."""


class ReasonForm(StoreForm):
    reason = fields.line("原因", "Reason", 300, required=True)


def _bind(name: str, action: Any, form: type[StoreForm]) -> None:
    face(COUNT, name, action)(form)


_bind("submit", counting.submit, SureForm)
_bind("approve", counting.approve, SureForm)
_bind("recount", counting.recount, ReasonForm)
_bind("cancel", counting.cancel, ReasonForm)
