"""What instruments, plans, sheets and series ask, for page and API alike (Q-07)."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.catalog.models import Material, Product
from sanbao.inspection import actions
from sanbao.inspection.forms.samples import LotField
from sanbao.inspection.lifecycle import INSPECTION_PLAN, INSPECTION_SHEET, INSTRUMENT, SAMPLING_SERIES
from sanbao.inspection.models import CalibrationResult, InspectionPlan, PlanState, Sample
from sanbao.inspection.queries import concludable, last_calibration
from sanbao.inspection.sampling import LEVELS
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import day, line, words
from sanbao.kernel.kept_forms import CodeField, KeptForm
from sanbao.kernel.words import W

CHARACTERISTICS = W(
    "一行一个项目，可从 Excel 粘贴。各列：项目、类别（致命/严重/轻微）、AQL、标称、下限、上限、单位、方法或依据、"
    "仪器类别；后面的列可空着。",
    "One characteristic a line; paste from a spreadsheet. Columns: name, weight (critical/major/minor), AQL, nominal, "
    "lower limit, upper limit, unit, method or standard, kind of instrument; later columns may be left out.",
)
RESULTS = W(
    "一行一件，可从 Excel 粘贴：件号，然后按表头的次序填各项目；计量项填数，其余填 合格/不合格（OK/NG）；没测的空着。",
    "One piece a line; paste from a spreadsheet: its number, then the characteristics in the order of the heading; a "
    "number where it is measured, otherwise OK or NG; what was not looked at stays empty.",
)


# -- instruments --------------------------------------------------------------------------------------


@face(INSTRUMENT, "edit", actions.edit_instrument)
class InstrumentForm(KeptForm):
    name = line("名称", "Name", 80, required=True)
    kind = line("类别（检验计划里要求的）", "Kind, as plans ask for it", 40, required=True)
    measures = line("量程和准确度", "Range and accuracy", 120)
    place = line("放在哪里", "Where it is", 80)


@face(INSTRUMENT, "open", actions.register_instrument)
class NewInstrumentForm(InstrumentForm):
    number = line("器具编号", "Instrument number", 40, required=True)
    field_order = ("number",)


@face(INSTRUMENT, "calibrate", actions.calibrate)
class CalibrateForm(ActForm):
    hint = W(
        "校准不合格的器具立即停用，并列出上次校准合格以来用它测过的全部检验单，由质检科评定。",
        "An instrument that fails is out of use at once, and every sheet measured with it since its last good "
        "calibration is listed for QC to assess.",
    )
    result = forms.ChoiceField(label=W("结果", "Result"), choices=CalibrationResult.pairs, widget=forms.RadioSelect)
    on = day("校准日期", "Calibrated on")
    due_on = day("有效期至", "Holds until", required=False)
    certificate = line("证书编号", "Certificate number", 80)
    laboratory = line("校准单位", "Laboratory", 120)
    remark = line("说明", "Remark", 300)
    files = Files()

    def prepare(self) -> None:
        self.fields["files"].by = self.by  # type: ignore[attr-defined]
        if self.case is not None and (last := last_calibration(self.case)) is not None:
            self.initial.setdefault("laboratory", last.laboratory)


@face(INSTRUMENT, "assess", actions.assess)
class AssessForm(ActForm):
    text = words("评定结论：哪些结果仍有效，哪些须复检", "Assessment: which results stand, which are taken again")


class SureForm(ActForm):
    """Nothing is asked but whether it is meant."""


@face(INSTRUMENT, "retire", actions.retire_instrument)
class RetireInstrumentForm(SureForm):
    pass


@face(INSTRUMENT, "restore", actions.restore_instrument)
class RestoreInstrumentForm(SureForm):
    pass


# -- plans --------------------------------------------------------------------------------------------


class PlanForm(ActForm):
    title = line("名称", "Title", 120, required=True)
    level = forms.ChoiceField(
        label=W("检验水平", "Inspection level"), choices=[(level, level) for level in LEVELS], initial="II"
    )
    characteristics = forms.CharField(
        label=W("检验项目", "Characteristics"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=CHARACTERISTICS,
    )


@face(INSPECTION_PLAN, "draft", actions.draft_plan)
class DraftPlanForm(PlanForm):
    hint = W(
        "指明一个产品、一种材料或一个材料类别；由第二人批准后生效。",
        "Name one product, one material or one class of materials; a second person approves it.",
    )
    product = CodeField(Product, kind=W("产品", "product"), label=W("产品", "Product"), required=False)
    material = CodeField(Material, kind=W("材料", "material"), label=W("材料", "Material"), required=False)
    material_class = line("材料类别", "Class of materials", 40)
    field_order = ("title", "product", "material", "material_class")

    def prepare(self) -> None:
        for name in ("product", "material"):
            self.fields[name].asked_by(self.by)  # type: ignore[attr-defined]


@face(INSPECTION_PLAN, "edit", actions.edit_plan)
class EditPlanForm(PlanForm):
    def prepare(self) -> None:
        if self.case is not None:
            rows = self.case.characteristics.all()
            self.initial |= {"title": self.case.title, "level": self.case.level}
            self.initial["characteristics"] = "\n".join(typed(row) for row in rows)


def typed(row: Any) -> str:
    """A characteristic as it is typed."""
    weight = row.weight
    numbers = ("" if n is None else f"{n.normalize():f}" for n in (row.aql, row.nominal, row.low, row.high))
    return " | ".join((row.name, weight, *numbers, row.unit, row.method, row.instrument_kind)).rstrip(" |")


@face(INSPECTION_PLAN, "revise", actions.revise_plan)
class RevisePlanForm(SureForm):
    hint = W("照现行版拟一份新版，修改后由第二人批准。", "A draft like this edition, to be changed and approved.")


@face(INSPECTION_PLAN, "approve", actions.approve_plan)
class ApprovePlanForm(ActForm):
    since = day("自何日起生效（空着：今天）", "In force from (empty: today)", required=False)


@face(INSPECTION_PLAN, "withdraw", actions.withdraw_plan)
class WithdrawPlanForm(ActForm):
    reason = line("原因", "Reason", 300, required=True)


# -- sheets and series --------------------------------------------------------------------------------


@face(INSPECTION_SHEET, "open", actions.open_sheet)
class OpenSheetForm(ActForm):
    hint = W(
        "批次和样品填一个；样本量和接收数由检验计划、批量和转移状态得出。",
        "Name a lot or a sample; sample size and acceptance number follow from plan, lot size and switching state.",
    )
    lot = LotField(label=W("批次", "Lot"), max_length=64, required=False)
    sample = forms.ModelChoiceField(
        Sample.objects.none(), to_field_name="number", label=W("样品", "Sample"), required=False
    )
    units = forms.IntegerField(
        label=W("批量（提交检验的件数）", "Lot size: units submitted"), min_value=1, max_value=100_000_000
    )
    rest_follows = forms.BooleanField(
        label=W("只是该批的一部分，其余另行提交", "Only a part of the lot; the rest is submitted later"), required=False
    )
    plan = forms.ModelChoiceField(
        InspectionPlan.objects.none(),
        label=W("检验计划（空着按批次自动选用）", "Plan (empty: the one for the lot)"),
        required=False,
    )
    remark = line("说明", "Remark", 300)

    def prepare(self) -> None:
        self.fields["lot"].by = self.by  # type: ignore[attr-defined]
        if self.by is not None:
            plans = InspectionPlan.objects.visible_to(self.by).filter(state=PlanState.IN_FORCE)
            self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
            self.fields["sample"].queryset = concludable(self.by)  # type: ignore[attr-defined]


@face(INSPECTION_SHEET, "enter", actions.enter)
class EnterForm(ActForm):
    results = forms.CharField(
        label=W("结果", "Results"),
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=RESULTS,
    )
    instruments = line("所用器具编号（可写多个）", "Instruments used, by number", 300)


@face(INSPECTION_SHEET, "conclude", actions.conclude_sheet)
class ConcludeSheetForm(ActForm):
    hint = W(
        "接收与否由所填结果得出；您的签字即检验员签字。",
        "Accepted or not follows from the results; your signature is the inspector's.",
    )
    conclusion = line("补充说明", "Remark on the conclusion", 300)
    judge = forms.BooleanField(
        label=W("同时判定该批质量状态", "Give the verdict on the lot as well"), required=False, initial=True
    )


@face(INSPECTION_SHEET, "cancel", actions.cancel_sheet)
class CancelSheetForm(ActForm):
    reason = line("原因", "Reason", 300, required=True)


@face(SAMPLING_SERIES, "end_reduced", actions.end_reduced)
class EndReducedForm(ActForm):
    reason = line("原因（如生产不稳定）", "Reason, such as irregular production", 300, required=True)


@face(SAMPLING_SERIES, "resume", actions.resume)
class ResumeForm(ActForm):
    basis = line("依据：供方采取了什么措施、怎样证实有效", "Basis: what the supplier did and how it helped", 300)
