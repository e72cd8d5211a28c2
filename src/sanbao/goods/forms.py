"""What the use cases of labels ask, for page and API alike."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from sanbao.catalog.models import Product
from sanbao.goods import actions, queries
from sanbao.goods.lifecycle import LABEL, LABEL_PRINT, RELABEL
from sanbao.goods.models import Label, Loss, ReprintReason
from sanbao.goods.policies import LABELS
from sanbao.goods.rules import codes_in
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import basis, line
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, QualityStatus

ONE_A_LINE = W("一行一个，也可用空格或逗号隔开", "One a line, or separated by blanks or commas")
RANGES = W("一行一个；连号写成 BQ-2026-000001..BQ-2026-000040", "One a line; a run as BQ-2026-000001..BQ-2026-000040")
_PART = re.compile(r"(?P<weight>[\d.]+)(?:\s*kg)?(?:[\s×x*/]+(?P<pieces>\d{1,6}))?\s*支?", re.IGNORECASE)


def kilograms(zh: str, en: str, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=W(zh, en),
        max_digits=9,
        decimal_places=3,
        min_value=Decimal("0.001"),
        max_value=Decimal(100_000),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.001"}),
        **more,
    )


def pieces(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=W("支数", "Pieces"), min_value=1, max_value=1_000_000, **{"required": False, **more}
    )


def product(zh: str, en: str) -> CodeField:
    return CodeField(Product, kind=W("产品", "Product"), label=W(zh, en), required=False)


def fault(what: str, sentence: W, clause: str = "T-10", **facts: Any) -> forms.ValidationError:
    error = forms.ValidationError(sentence.format(**facts), code=what)  # type: ignore[arg-type]
    error.clause = clause  # type: ignore[attr-defined]
    return error


class GoodsForm(ActForm):
    """A form that names labels, travellers or products by their numbers."""

    def prepare(self) -> None:
        for one in self.fields.values():
            if isinstance(one, CodeField):
                one.asked_by(self.by)

    def lots_of(self, name: str) -> list[Lot]:
        """The label lots of a field, ranges spelled out."""
        assert self.by is not None
        most = int(LABELS.setting("at_once", on=today()))
        try:
            codes = codes_in(self.cleaned_data.get(name) or "", most)
        except ValueError as error:
            sentence = W(
                "“{part}”不是连号，或超过一次 {most} 张。",
                "“{part}” is no run of numbers, or over {most} at once.",
            )
            raise fault("label.no_range", sentence, part=str(error)[:80], most=most) from error
        lots, wrong = queries.label_lots(codes, actor=self.by)
        if wrong:
            sentence = W("没有标签“{code}”，或它指多张。", "No label is named “{code}”, or several are.")
            raise fault("label.unknown", sentence, code=wrong[:80])
        return lots

    def labels_of(self, name: str) -> list[Label]:
        """The labels of a field; one that came by import and has no public code is taken up first elsewhere."""
        lots = self.lots_of(name)
        standing = {label.lot_id: label for label in Label.objects.filter(lot__in=[lot.pk for lot in lots])}
        for lot in lots:
            if lot.pk not in standing:
                sentence = W("{code} 是导入的标签，请先补登。", "{code} came by import; take it up first.")
                raise fault("label.not_taken_up", sentence, code=lot.code)
        found = Label.objects.select_related("product", "lot").in_bulk([standing[lot.pk].pk for lot in lots])
        return [found[standing[lot.pk].pk] for lot in lots]


@face(LABEL, "pack", actions.pack)
class PackForm(GoodsForm):
    hint = W(
        "只有合格的随行卡可以入库；标签号和喷码由系统给出。入库后由质检签收才生效。",
        "Only passed travellers enter the store; number and spray code are given. QC signs before it is in force.",
    )
    travellers = forms.CharField(
        label=W("随行卡", "Travellers"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=400,
        required=False,
        help_text=ONE_A_LINE,
    )
    product = product("型号（空则随卡）", "Model (empty: as the travellers say)")
    weight = kilograms("净重 kg", "Net weight, kg")
    pieces = pieces()
    place = line("库位", "Place", 40)
    code = line("标签号（空则编号）", "Label number (empty: given)", 40)
    spray_code = line("喷码（空则编号）", "Spray code (empty: given)", 64)
    sorted_by_kind = forms.BooleanField(label=W("已分类放置", "Sorted and put in its place"), required=False)

    def clean_travellers(self) -> list[Lot]:
        assert self.by is not None
        found: dict[int, Lot] = {}
        for typed in filter(None, re.split(r"[\s,;，；、]+", self.cleaned_data["travellers"])):
            lots = trace.find(typed, actor=self.by)
            own = [lot for lot in lots if lot.kind == "traveller"] or lots
            if len(own) != 1:
                sentence = W("没有随行卡“{code}”，或它指多张。", "No traveller is named “{code}”, or several are.")
                raise fault("label.unknown_traveller", sentence, code=typed[:80])
            found[own[0].pk] = own[0]
        return list(found.values())


@face(LABEL, "take_up", actions.take_up)
class TakeUpForm(GoodsForm):
    hint = W(
        "导入的标签没有二维码；补登后可以打印、报失和换发。",
        "An imported label has no QR code; taken up, it can be printed, reported and replaced.",
    )
    lot = line("标签号", "Label number", 100, required=True)

    def clean_lot(self) -> Lot:
        assert self.by is not None
        lots = trace.find(self.cleaned_data["lot"], actor=self.by)
        if len(lots) != 1:
            sentence = W("没有标签“{code}”，或它指多张。", "No label is named “{code}”, or several are.")
            raise fault("label.unknown", sentence, code=self.cleaned_data["lot"][:80])
        return lots[0]


@face(LABEL, "sign", actions.sign)
class SignForm(ActForm):
    hint = W("与实物核对：型号、支数、重量、喷码、库位。", "Compare with the goods: model, pieces, weight, place.")


@face(LABEL, "report_lost", actions.report_lost)
class ReportLostForm(ActForm):
    hint = W(
        "货物立刻冻结，质检科复检后换发新标签。",
        "The goods are held at once; QC re-inspects, a new label follows.",
    )
    loss = forms.ChoiceField(label=W("情况", "What happened"), choices=Loss.pairs, widget=forms.RadioSelect)
    remark = line("说明", "Remark", 300)


@face(LABEL, "withdraw_report", actions.withdraw_report)
class WithdrawForm(ActForm):
    hint = W("标签在货上找到、完好可读时用。", "For a label that was found on the goods, whole and legible.")
    basis = basis()


@face(LABEL, "reinspect", actions.reinspect)
class ReinspectForm(GoodsForm):
    hint = W("写实物的情况：新标签照这里印。", "Say what the goods are: the new label is printed from this.")
    conclusion = forms.ChoiceField(
        label=W("结论", "Conclusion"),
        choices=[(one.value, one.title) for one in (QualityStatus.PASSED, QualityStatus.FAILED)],
        widget=forms.RadioSelect,
    )
    basis = basis()
    weight = kilograms("复称净重 kg（空则不变）", "Weighed again, kg (empty: unchanged)", required=False)
    pieces = pieces()
    product = product("实物型号", "Model of the goods")
    remark = line("说明", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.initial = {"product": self.case.product, "pieces": self.case.pieces, **self.initial}


@face(LABEL, "replace", actions.replace)
class ReplaceForm(ActForm):
    hint = W("旧码作废；新标签随后打印并贴上。", "The old code becomes void; print the new label and stick it on.")
    place = line("库位（空则不变）", "Place (empty: unchanged)", 40)


class Parts(forms.CharField):
    """One new label a line: kilograms and, where counted, pieces. ``120 40`` is 120 kg in 40 pieces."""

    def clean(self, value: Any) -> list[tuple[int, int | None]]:
        text = super().clean("\n".join(map(str, value)) if isinstance(value, list) else value)
        return [_part(row.strip()) for row in text.splitlines() if row.strip()]


def _part(row: str) -> tuple[int, int | None]:
    found = _PART.fullmatch(row)
    try:
        quantity = Decimal(found["weight"]) * 1000 if found else Decimal(0)
        if found is None or quantity != int(quantity) or not 0 < quantity < 100_000_000:
            raise InvalidOperation
    except InvalidOperation as error:
        sentence = W("“{row}”读不懂，请写成“重量 支数”。", "“{row}” cannot be read; write “kilograms pieces”.")
        raise fault("repack.unreadable", sentence, "T-12", row=row[:40]) from error
    return int(quantity), int(found["pieces"]) if found["pieces"] else None


@face(RELABEL, "repack", actions.repack)
class RepackForm(GoodsForm):
    hint = W(
        "一张变几张，或几张变一张；重量合计须与原来相等，旧码作废。",
        "One becomes several, or several one; the weights must add up, and the old codes become void.",
    )
    labels = forms.CharField(
        label=W("原标签", "Old labels"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, help_text=ONE_A_LINE
    )
    parts = Parts(
        label=W("新标签（每行：kg 支数）", "New labels (a line each: kg pieces)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    place = line("库位（空则不变）", "Place (empty: unchanged)", 40)
    reason = line("原因", "Reason", 300)

    def clean_labels(self) -> list[Label]:
        return self.labels_of("labels")


@face(LABEL_PRINT, "print", actions.print_labels)
class PrintForm(GoodsForm):
    lots = forms.CharField(
        label=W("标签号", "Labels"), widget=forms.Textarea(attrs={"rows": 4}), max_length=200_000, help_text=RANGES
    )
    size = forms.ChoiceField(label=W("规格", "Size"), choices=queries.sizes)
    copies = forms.IntegerField(label=W("每张份数", "Copies of each"), min_value=1, max_value=10, initial=1)
    why = forms.ChoiceField(
        label=W("为什么再打一次", "Why again"),
        choices=[("", W("第一次打印", "First print")), *ReprintReason.pairs()],
        required=False,
        help_text=W("从货上丢失的标签请报失，不要补打。", "Report a label that was lost from the goods instead."),
    )
    remark = line("说明", "Remark", 200)

    def clean_lots(self) -> list[Lot]:
        return self.lots_of("lots")

    def clean_copies(self) -> int:
        return self.cleaned_data["copies"] or 1
