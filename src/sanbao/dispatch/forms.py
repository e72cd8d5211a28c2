"""What each act at the gate asks, for page and API alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from sanbao.dispatch import actions, queries
from sanbao.dispatch.actions.drafting import contacts_of
from sanbao.dispatch.fields import (
    LabelField,
    OrderLines,
    ProductField,
    SubjectField,
    code,
    day,
    line,
    pieces,
    words,
)
from sanbao.dispatch.lifecycle import ESCAPE, PICK_LIST
from sanbao.dispatch.models import PickLine, PickList, PickListState, Weighing
from sanbao.dispatch.rules import Mistake, milli
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import kilograms
from sanbao.kernel.keeping import InUse
from sanbao.kernel.words import W
from sanbao.parties.fields import CustomerField
from sanbao.parties.models import Contact, Site

LINE_HINT = W(
    "每行：型号 支数 公斤，或一个标签号；可从表格整段粘贴。",
    "Each row: product, pieces, kg; or one label. Rows of a sheet may be pasted.",
)


class GateForm(ActForm):
    """Fields that look something up know for whom."""

    def prepare(self) -> None:
        for field in self.fields.values():
            if hasattr(field, "by"):
                field.by = self.by


@face(PICK_LIST, "draft", actions.draft)
class DraftForm(GateForm):
    customer = CustomerField("客户", "Customer", help_text=W("编号、名称或电话", "Code, name or telephone"))
    order = line("合同/订单号", "Contract or order")
    planned_on = day("计划发货日", "Planned day")
    vehicle = line("车号", "Vehicle", 40)
    lines = OrderLines("货物", "Goods", help_text=LINE_HINT, required=False)
    remark = words("备注", "Remark", required=False)


@face(PICK_LIST, "add_line", actions.add_line)
class LineForm(GateForm):
    product = ProductField("型号", "Product", required=False)
    pieces = pieces("支数", "Pieces")
    kilograms = kilograms("公斤", "Kilograms", required=False)
    label = LabelField("或指定一个标签", "Or one named label", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        weight = values.pop("kilograms", None)
        return {**values, "quantity_milli": milli(weight) if weight is not None else None}


@face(PICK_LIST, "remove_line", actions.remove_line)
class RemoveLineForm(GateForm):
    line = forms.ModelChoiceField(PickLine.objects.none(), label=W("行", "Line"))

    def prepare(self) -> None:
        lines = PickLine.objects.filter(pick_list=self.case).select_related("product", "label")
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = lambda row: f"{row.position}. {row.wanted}"  # type: ignore[attr-defined]


@face(PICK_LIST, "place", actions.place)
class PlaceForm(GateForm):
    hint = W(
        "没有列出的地点或联系人，先在客户页登记。",
        "Register a place or contact that is missing on the customer's page.",
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=W("收货地点", "Place"))
    contact = forms.ModelChoiceField(Contact.objects.none(), label=W("联系人", "Contact"))

    def prepare(self) -> None:
        if self.case is None:
            return
        customer = self.case.customer
        sites = Site.objects.filter(customer=customer, state=InUse.IN_USE)
        people = contacts_of(customer).filter(state=InUse.IN_USE)
        for name, rows in (("site", sites), ("contact", people)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.initial.setdefault(name, getattr(self.case, f"{name}_id"))


@face(PICK_LIST, "revise", actions.revise)
class ReviseForm(GateForm):
    order = line("合同/订单号", "Contract or order")
    planned_on = day("计划发货日", "Planned day")
    vehicle = line("车号", "Vehicle", 40)
    remark = words("备注", "Remark", required=False)

    def prepare(self) -> None:
        for name in self.fields:
            if self.case is not None:
                self.initial.setdefault(name, getattr(self.case, name))


@face(PICK_LIST, "release", actions.release)
class ReleaseForm(GateForm):
    pass


@face(PICK_LIST, "take_back", actions.take_back)
class TakeBackForm(GateForm):
    pass


@face(PICK_LIST, "scan", actions.scan)
class ScanForm(GateForm):
    code = code("标签", "Label")


@face(PICK_LIST, "undo", actions.undo)
class UndoForm(GateForm):
    code = code("标签", "Label")


@face(PICK_LIST, "weigh", actions.weigh)
class WeighForm(GateForm):
    hint = W("不填标签就是整车。", "Without a label it is the whole vehicle.")
    gross = kilograms("毛重 kg", "Gross, kg")
    tare = kilograms("皮重 kg", "Tare, kg", least=Decimal(0))
    label = code("标签", "Label", required=False)


@face(PICK_LIST, "accept_weight", actions.accept_weight)
class AcceptWeightForm(GateForm):
    weighing = forms.ModelChoiceField(Weighing.objects.none(), label=W("称重", "Weighing"))
    reason = words("理由", "Reason")

    def prepare(self) -> None:
        scale = queries.scale(self.case, []) if self.case is not None else None
        last = [*scale.labels.values(), scale.vehicle] if scale else []
        bad = [row.pk for row in last if row is not None and not queries.good(row)]
        self.fields["weighing"].queryset = Weighing.objects.filter(pk__in=bad).select_related("lot")  # type: ignore[attr-defined]
        self.fields["weighing"].label_from_instance = _weighing_words  # type: ignore[attr-defined]
        if len(bad) == 1:
            self.initial.setdefault("weighing", bad[0])


def _weighing_words(row: Weighing) -> W:
    return W(
        "{what}：净重 {net}，应为 {expected} kg",
        "{what}: net {net}, expected {expected} kg",
        what=row.lot.code if row.lot else W("整车", "The vehicle"),
        net=f"{row.net_milli / 1000:,.3f}",
        expected=f"{row.expected_milli / 1000:,.3f}",
    )


@face(PICK_LIST, "check_out", actions.check_out)
class CheckOutForm(GateForm):
    hint = W(
        "签字表示：逐个核对过，数量、重量、包装无误。",
        "Signing says: each label was checked, count, weight and packing are right.",
    )
    vehicle = line("车号", "Vehicle", 40)
    short_reason = words("少发原因（有行没配齐时必填）", "Why less leaves (where a line is short)", required=False)

    def prepare(self) -> None:
        if self.case is not None:
            self.initial.setdefault("vehicle", self.case.vehicle)


@face(PICK_LIST, "reopen", actions.reopen)
class ReopenForm(GateForm):
    reason = words("原因", "Reason")


@face(PICK_LIST, "ship", actions.ship)
class ShipForm(GateForm):
    hint = W("第二人复核并签字；全部标签同时出门。", "A second person checks and signs; all labels leave at once.")


@face(PICK_LIST, "cancel", actions.cancel)
class CancelForm(GateForm):
    reason = words("原因", "Reason")


@face(ESCAPE, "report", actions.report)
class ReportForm(GateForm):
    label = LabelField("错发的标签", "The label that left wrongly")
    delivery = line("提货单号", "Pick list", 40, help_text=W("不填就是最后一次发货", "Without it: the last shipment"))
    mistake = forms.ChoiceField(label=W("错在哪里", "What was wrong"), choices=Mistake.pairs)
    found_at = line("在哪里发现", "Where it was found", 120, required=True)
    found_on = day("发现日期", "Found on")
    about = SubjectField("投诉编号", "Complaint", kind="complaint", required=False)
    description = words("说明", "Description", required=False)


@face(ESCAPE, "correct", actions.correct)
class CorrectForm(GateForm):
    hint = W(
        "账上写的与实际不符时才冲销；实际发走的标签或客户写在下面，由系统重记。",
        "Strike only what the books say and did not happen; name the label or customer that it really was.",
    )
    measure = words("怎样更正", "How it is put right")
    strike = forms.BooleanField(label=W("冲销原发货记录", "Strike the shipment"), required=False)
    went_label = LabelField("实际发走的标签", "The label that really left", required=False)
    went_to = CustomerField("实际发给的客户", "The customer who really got it", required=False)
    replacement = forms.ModelChoiceField(
        PickList.objects.none(),
        to_field_name="number",
        required=False,
        label=W("补发的提货单", "Pick list that replaces it"),
    )

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            lists = PickList.objects.filter(customer=self.case.customer).exclude(state=PickListState.CANCELLED)
            self.fields["replacement"].queryset = lists.order_by("-id")  # type: ignore[attr-defined]
