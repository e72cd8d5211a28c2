"""What the acts on a card ask, for page and API alike."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from sanbao.catalog.models import Product
from sanbao.kernel.faces import face
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.production import actions, queries
from sanbao.production.forms.fields import (
    CardField,
    ShopForm,
    area,
    day,
    kilograms,
    line,
    machine,
    measure,
    operator,
    shares,
    shift,
    unknown_card,
)
from sanbao.production.forms.steps import remembered
from sanbao.production.lifecycle import CARD
from sanbao.production.models import Card, Operation, Parameter
from sanbao.trace.models import Lot, QualityStatus


@face(CARD, "start", actions.start)
class StartForm(ShopForm):
    product = CodeField(Product, kind=W("型号", "model"), label=W("型号", "Model"))
    billets = area(
        "铸棒批", "Billet lots", 2, required=True,
        help_text=W("一行一个：批号 公斤；最多空一个公斤数", "One a line: code and kg; one weight may be left out"),
    )  # fmt: skip
    kg_out = kilograms("框内净重 kg", "Net weight of the basket, kg", required=True)
    scrap_kg = kilograms("料头废料 kg", "Butts and scrap, kg")
    machine = machine()
    shift = shift()
    operator = operator()
    done_on = day("挤压日期", "Extruded on")
    basket = line("框号", "Basket", 20)
    pieces = forms.IntegerField(label=W("支数", "Pieces"), required=False, min_value=1, max_value=10**6)
    die = line("模具号", "Die", 40)
    order = line("订单", "Order", 60)
    customer = CodeField(Customer, kind=W("客户", "customer"), label=W("客户", "Customer"), required=False)
    alloy_temper = line("合金状态", "Alloy and temper", 40)
    remark = line("备注", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        remembered(self, Operation.EXTRUDE)

    def clean_billets(self) -> list[tuple[str, Decimal | None]]:
        return list(shares(self.cleaned_data["billets"]))


@face(CARD, "adopt", actions.adopt)
class AdoptForm(ShopForm):
    hint = W(
        "导入的随行卡在这里接着记：旧卡上有日期的工序算已做，其余的往下记。",
        "An imported card goes on here: what has a date on it counts as done, the rest is recorded from now on.",
    )
    lot = line("卡号", "Card", 64, required=True)
    order = line("订单", "Order", 60)
    die = line("模具号", "Die", 40)
    customer = CodeField(Customer, kind=W("客户", "customer"), label=W("客户", "Customer"), required=False)

    def clean_lot(self) -> Lot:
        code = self.cleaned_data["lot"]
        lot = queries.lot_of_card(code, actor=self.by) if self.by else None
        if lot is None:
            raise unknown_card(code)
        return lot


@face(CARD, "split", actions.split)
class SplitForm(ShopForm):
    kg = kilograms("拆出 kg", "Taken out, kg", required=True)
    basket = line("新框号", "New basket", 20)
    reason = line("原因", "Reason", 200)


@face(CARD, "pour", actions.pour)
class PourForm(ShopForm):
    into = CardField("并入哪张卡", "Into which card")
    kg = kilograms("公斤数", "How much, kg", help_text=W("空着就是全部", "All of it, if left empty"))
    reason = line("原因", "Reason", 200)


@face(CARD, "merge", actions.merge)
class MergeForm(ShopForm):
    sources = area(
        "并哪几框", "Which baskets", 4, required=True,
        help_text=W("一行一张卡：卡号 公斤；空着公斤就是全部", "One card a line: number and kg; all of it without kg"),
    )  # fmt: skip
    basket = line("新框号", "New basket", 20)
    reason = line("原因", "Reason", 200)

    def clean_sources(self) -> list[tuple[Card, Decimal | None]]:
        parts = list(shares(self.cleaned_data["sources"]))
        known = queries.cards_by_code([code for code, _ in parts], actor=self.by) if self.by else {}
        for code, _ in parts:
            if code not in known:
                raise unknown_card(code)
        return [(known[code], kg) for code, kg in parts]


@face(CARD, "scrap", actions.scrap)
class ScrapForm(ShopForm):
    kg = kilograms("报废 kg", "Scrapped, kg", required=True)
    reason = line("原因", "Reason", 200)


@face(CARD, "sample", actions.sample)
class SampleForm(ShopForm):
    kg = kilograms("取样 kg", "Sampled, kg", required=True)
    reason = line("取去做什么", "What for", 200)


@face(CARD, "settle", actions.settle)
class SettleForm(ShopForm):
    reason = line("说明", "Remark", 200, required=True)


@face(CARD, "inspect", actions.inspect)
class InspectForm(ShopForm):
    hint = W(
        "缺班长或质检的一项检查、缺一道工序，都不能判合格。",
        "While a team leader's or QC's check or a step is missing, 合格 is refused.",
    )
    conclusion = forms.ChoiceField(
        label=W("结论", "Conclusion"),
        choices=[(s.value, s.title) for s in QualityStatus if s != QualityStatus.PENDING],
        widget=forms.RadioSelect,
    )
    wall_mm = measure(Parameter.WALL)
    film_um = measure(Parameter.FILM)
    hardness_hw = measure(Parameter.HARDNESS)
    appearance = line("外观", "Appearance", 40)


@face(CARD, "send_to_rework", actions.send_to_rework)
class ReworkForm(ShopForm):
    hint = W(
        "从退回的那道工序起全部重做、重检，再重新检验。",
        "From that operation on everything is done, checked and inspected again.",
    )
    operation = forms.ChoiceField(
        label=W("退回到", "Back to"), choices=[(one.value, one.title) for one in Operation], widget=forms.RadioSelect
    )
    reason = line("原因", "Reason", 300)
    disposition = line("处置单号", "Disposition", 60)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            steps = queries.standing_steps([self.case]).get(self.case.pk, [])
            again = queries.progress(self.case, steps).again
            if again and not self.is_bound:
                self.fields["operation"].choices = [(one, Operation.title_of(one)) for one in again]  # type: ignore[attr-defined]
                self.initial.setdefault("operation", again[-1])
