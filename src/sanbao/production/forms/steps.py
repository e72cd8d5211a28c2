"""What a step, its checks, a load and a casting ask, for page and API alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import face
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.production import actions
from sanbao.production.forms.fields import (
    ShopForm,
    area,
    codes,
    day,
    kilograms,
    line,
    machine,
    measure,
    operation,
    operator,
    radio,
    shift,
)
from sanbao.production.lifecycle import CARD, CASTING, STEP
from sanbao.production.models import WORK, Operation, Outcome, Parameter, Step
from sanbao.production.policies import STEPS

#: What somebody wrote down within these days is offered to him again.
LATELY = timedelta(days=14)


def remembered(form: Any, at: str, *, on: str = "done_on") -> None:
    """What was entered last is offered again: the day, oneself, one's team, the machines of this operation."""
    if form.is_bound or form.by is None:
        return
    form.initial.setdefault(on, today())
    lately = Step.objects.filter(done_on__gte=today() - LATELY)
    mine = lately.filter(recorded_by=form.by.ref).order_by("-id").values("shift", "operator__username").first()
    machines = lately.filter(operation=at).order_by("machine").values_list("machine", flat=True).distinct()
    form.fields["machine"].widget.offered = lambda: dict.fromkeys(machines, "")
    last = (
        lately.filter(recorded_by=form.by.ref, operation=at).order_by("-id").values_list("machine", flat=True).first()
    )
    if last:
        form.initial.setdefault("machine", last)
    form.initial.setdefault("shift", mine["shift"] if mine else "")
    form.initial.setdefault("operator", (mine and mine["operator__username"]) or _username(form.by))


def _username(by: Actor) -> str:
    return Person.objects.filter(pk=by.person_id).values_list("username", flat=True).first() or ""


class WorkForm(ShopForm):
    """An operation with its load and what was measured. The page leaves out what the policy does not ask for."""

    def ask_only_for(self, at: str) -> None:
        if at not in WORK:
            return
        rule = STEPS.decide(on=today(), operation=at)
        idle = [one.value for one in Parameter if one.value not in rule["measured"]]
        for name in [*idle, *(["treatment"] if rule["load"] == "none" else [])]:
            if name in self.fields and not self.data.get(name):
                del self.fields[name]
        for name in rule["measured"]:
            if name in self.fields:
                self.fields[name].label = W("{title} *", "{title} *", title=self.fields[name].label)  # type: ignore[assignment]


def load_field() -> forms.CharField:
    hint = W("已有的炉次或槽批写编号；空着就新编一个", "The code of one that stands; left empty it gets a new number")
    return line("时效炉次 / 氧化槽批 / 喷涂线批", "Ageing load, bath lot or line batch", 64, help_text=hint)


@face(CARD, "record_step", actions.record_step)
class StepForm(WorkForm):
    operation = operation()
    machine = machine()
    shift = shift()
    operator = operator()
    done_on = day("日期", "Date")
    treatment = load_field()
    temperature_c = measure(Parameter.TEMPERATURE)
    hours = measure(Parameter.HOURS)
    hardness_hw = measure(Parameter.HARDNESS)
    film_um = measure(Parameter.FILM)
    wall_mm = measure(Parameter.WALL)
    kg_in = kilograms("投入 kg", "In, kg", help_text=W("空着就是框里的全部", "All of the basket, if left empty"))
    scrap_kg = kilograms("废料 kg", "Scrap, kg")
    kg_out = kilograms("产出 kg", "Out, kg", help_text=W("空着就是投入减废料", "In less scrap, if left empty"))
    remark = line("备注", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.initial.setdefault("operation", self.case.at)
            remembered(self, self.case.at)
            self.ask_only_for(self.case.at)


class LoadForm(WorkForm):
    """Many cards, one load."""

    hint = W(
        "同一炉、同一槽、同一线批的卡一起记；不能进的逐张说明原因，其余照记。",
        "Cards of one load, bath or batch are recorded together; each that may not go in is told why.",
    )
    cards = area(
        "随行卡", "Cards", 5, required=True, help_text=W("逐张扫码，或一行一个", "Scan one by one, or one a line")
    )
    operation = operation()
    machine = machine()
    shift = shift()
    operator = operator()
    done_on = day("日期", "Date")
    treatment = load_field()
    temperature_c = measure(Parameter.TEMPERATURE)
    hours = measure(Parameter.HOURS)
    hardness_hw = measure(Parameter.HARDNESS)
    film_um = measure(Parameter.FILM)
    wall_mm = measure(Parameter.WALL)
    remark = line("备注", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        at = self.initial.setdefault("operation", Operation.AGE.value)
        remembered(self, at)

    def clean_cards(self) -> list[str]:
        return codes(self.cleaned_data["cards"])


@face(STEP, "check_lead", actions.check_lead)
class LeadCheckForm(ShopForm):
    outcome = radio("检查结果", "Found", Outcome)
    remark = line("说明", "Remark", 300, help_text=W("不合格的必须写明", "To be said where it is not good"))


@face(STEP, "check_qc", actions.check_qc)
class QcCheckForm(LeadCheckForm):
    hint = W("判不合格，这一框即为不合格。", "What QC finds not good makes the basket 不合格.")


@face(STEP, "strike", actions.strike_step)
class StrikeForm(ShopForm):
    hint = W(
        "工序记录不删除，只划掉；重量、炉次链接和卡上日期退回原样。",
        "The step is not deleted but struck; weights, links and the dates on the card go back.",
    )
    reason = line("原因", "Reason", 300, required=True)


@face(CASTING, "cast", actions.cast)
class CastForm(ShopForm):
    heat = line("熔铸炉次", "Heat", 64, required=True)
    kg = kilograms("铸棒重量 kg", "Billets, kg", required=True)
    pieces = forms.IntegerField(label=W("支数", "Pieces"), required=False, min_value=1, max_value=10**6)
    scrap_kg = kilograms("炉渣废料 kg", "Dross and scrap, kg")
    billet = line("铸棒批号", "Billet lot", 64, help_text=W("空着就新编一个", "Left empty it gets the next number"))
    machine = line("熔炉", "Furnace", 40, required=True)
    shift = shift()
    operator = operator()
    cast_on = day("熔铸日期", "Cast on")
    remark = line("备注", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound and self.by is not None:
            self.initial.setdefault("cast_on", today())
            self.initial.setdefault("operator", _username(self.by))
