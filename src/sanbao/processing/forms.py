"""What is asked about a processing order, for page and API alike."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms

from sanbao.catalog.models import Product
from sanbao.complaints.models import Complaint
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import line
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.processing import actions, queries
from sanbao.processing.lifecycle import PROCESSING_ORDER
from sanbao.processing.models import ProcessingLine, Way
from sanbao.processing.rules import MOST, Part, parts_of
from sanbao.trace.queries import exact

_line = partial(line, required=True)


def _kilograms(zh: str, en: str, least: str = "0.001", **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=W(zh, en),
        max_digits=9,
        decimal_places=3,
        min_value=Decimal(least),
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.001"}),
        **more,
    )


def _fault(code: str, sentence: W, **facts: Any) -> forms.ValidationError:
    error = forms.ValidationError(sentence.format(**facts), code=code)  # type: ignore[arg-type]
    error.clause = "W-09"  # type: ignore[attr-defined]
    return error


@face(PROCESSING_ORDER, "order", actions.order)
class OrderForm(ActForm):
    hint = W(
        "把型材做成门窗、幕墙等：先开单，再投料、完工入库，追溯随之连上。",
        "Profiles made into doors, windows or curtain wall: order, put in, finish; the trace follows.",
    )
    complaint = _line("咨询或投诉编号（可空）", "Number of the question or case (may be empty)", 40, required=False)
    customer = CodeField(Customer, kind=W("客户", "customer"), label=W("客户", "Customer"))
    wanted = forms.CharField(
        label=W("做什么：品种、尺寸、数量", "What is made: kind, sizes, number"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    product = CodeField(
        Product, kind=W("产品", "product"), label=W("产出的产品（可空）", "Product that comes out"), required=False
    )
    reference = _line("图纸或合同号", "Drawing or contract", required=False)
    due_on = forms.DateField(
        label=W("交期", "Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def prepare(self) -> None:
        for one in self.fields.values():
            if isinstance(one, CodeField):
                one.asked_by(self.by)

    def clean_complaint(self) -> Complaint | None:
        text = self.cleaned_data["complaint"]
        if not text:
            return None
        case = queries.case_numbered(self.by, text) if self.by else None
        if case is None:
            sentence = W("没有编号为“{text}”的件，或您无权查看。", "There is no case “{text}”, or you may not see it.")
            raise _fault("unknown_case", sentence, text=text)
        return case


@face(PROCESSING_ORDER, "put_in", actions.put_in)
class PutInForm(ActForm):
    hint = W("扫描标签或原料批号。", "Scan a label or a material lot.")
    code = _line("批号或标签", "Lot or label", 100)
    weight = _kilograms("投料 kg", "Put in, kg")


class LineField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.lot.code} · {exact(obj.quantity_milli, 'kg')}"


@face(PROCESSING_ORDER, "take_back", actions.take_back)
class TakeBackForm(ActForm):
    line = LineField(ProcessingLine.objects.none(), label=W("哪一笔投料", "Which input"))
    reason = _line("原因", "Reason", 300)

    def prepare(self) -> None:
        if self.case is not None:
            standing = self.case.lines.filter(what=Way.IN, struck_at=None).select_related("lot")
            self.fields["line"].queryset = standing  # type: ignore[attr-defined]


class Parts(forms.CharField):
    """One output label a line: kilograms and, where counted, pieces. ``86.5 2`` is 86.5 kg in 2 sets."""

    def clean(self, value: Any) -> list[Part]:
        text = super().clean(value)
        try:
            return list(parts_of(text.splitlines()))
        except ValueError as error:
            sentence = W("“{row}”读不懂，请写成“重量 件数”。", "“{row}” cannot be read; write “kilograms pieces”.")
            raise _fault("processing.unreadable", sentence, row=str(error)[:40]) from error


@face(PROCESSING_ORDER, "finish", actions.finish)
class FinishForm(ActForm):
    hint = W(
        "一行一张新标签，写“重量 件数”；之后由质检签收。",
        "One new label a line: kilograms and pieces. QC signs afterwards.",
    )
    parts = Parts(
        label=W("产出（kg 件数，一行一张标签）", "Output: kg and pieces, one label a line"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "86.5 2"}),
    )
    scrap = _kilograms("废料 kg", "Scrap, kg", "0", required=False)
    place = _line("库位", "Place", 40)
    remark = _line("对不上的原因", "Why something is missing", 300, required=False)

    def clean_scrap(self) -> Decimal:
        return self.cleaned_data["scrap"] or Decimal(0)


@face(PROCESSING_ORDER, "cancel", actions.cancel)
class CancelForm(ActForm):
    reason = _line("理由", "Reason", 300)
