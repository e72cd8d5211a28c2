"""What a sample and an inspection ask, for page and API alike."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.inspection import actions
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE, UNKNOWN_LABEL
from sanbao.inspection.models import Finding, InspectionSheet, Origin, Sample, Severity, SheetState
from sanbao.inspection.queries import concludable
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import day, line, words
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot


class LotField(forms.CharField):
    """One lot, by any number that is its alone."""

    by = None

    def clean(self, value: Any) -> Lot | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        lots = trace.find(typed, actor=self.by) if self.by is not None else []
        if len(lots) != 1:
            said = (
                W("编号“{typed}”指 {n} 个批次，请写明批号。", "“{typed}” names {n} lots; give the lot's own code.")
                if lots
                else W("没有找到编号“{typed}”。", "There is no “{typed}”.")
            )
            code = "trace.several" if lots else "trace.unknown_code"
            raise forms.ValidationError(said.format(typed=typed[:80], n=len(lots)), code=code)  # type: ignore[arg-type]
        return lots[0]


class LotForm(ActForm):
    """A form with a field that names a lot."""

    def prepare(self) -> None:
        self.fields["lot"].by = self.by  # type: ignore[attr-defined]


@face(SAMPLE, "register", actions.register)
class RegisterForm(LotForm):
    hint = W(
        "没有事先要求而送来的样品或故障件，由质检科收下并编号。",
        "A sample or a failed part that was brought unasked: QC takes it over under a number.",
    )
    wanted = line("什么样品", "What it is", 300, required=True)
    label = line("样品标签", "Sample label", 80, required=True)
    lot = LotField(label=W("批次", "Lot"), max_length=64, required=False)
    place = line("放在哪里", "Where it is put", 80, required=True)
    given_by = line("由谁交来", "Handed in by", 80, required=True)
    about = line("为哪件事（如 complaint:12）", "About (such as complaint:12)", 80)


@face(SAMPLE, "send", actions.send)
class SendForm(ActForm):
    given_by = line("由谁交出", "Given by", 80)
    waybill = line("单号", "Waybill", 80)
    label = line("标签", "Label", 80)
    place = line("在哪里", "Where", 80)


@face(SAMPLE, "receive", actions.receive)
class ReceiveForm(ActForm):
    label = line("样品标签", "Sample label", 80, required=True)
    place = line("放在哪里", "Where it is put", 80, required=True)
    given_by = line("由谁交来", "Handed in by", 80)
    remark = line("说明", "Remark", 300)


@face(SAMPLE, "hand_over", actions.hand_over)
class HandOverForm(ActForm):
    taken_by = line("交给谁", "To whom", 80, required=True)
    place = line("到哪里", "Where to", 80, required=True)
    remark = line("说明", "Remark", 300)


@face(SAMPLE, "store", actions.store)
class StoreForm(ActForm):
    place = line("样品架", "Shelf", 80, required=True)
    kept_until = day("留样至（空着按规则表）", "Kept until (empty: by the policy)", required=False)
    remark = line("说明", "Remark", 300)


@face(SAMPLE, "give_back", actions.give_back)
class GiveBackForm(ActForm):
    taken_by = line("退给谁", "To whom", 80, required=True)
    remark = line("说明", "Remark", 300)


@face(SAMPLE, "scrap", actions.scrap)
class ScrapForm(ActForm):
    remark = line("原因", "Reason", 300, required=True)


@face(SAMPLE, "lose", actions.lose)
class LoseForm(ActForm):
    remark = line("怎样遗失的", "How it was lost", 300, required=True)


@face(INSPECTION, "conclude", actions.conclude)
class ConcludeForm(ActForm):
    hint = W("结论一经给出不再更改；复检另立一条。", "A conclusion is never changed; a re-inspection is a new one.")
    sample = forms.ModelChoiceField(Sample.objects.none(), to_field_name="number", label=W("样品", "Sample"))
    severity = forms.ChoiceField(label=W("严重度", "Severity"), choices=Severity.pairs, widget=forms.RadioSelect)
    ours = forms.ChoiceField(label=W("是本厂产品吗", "Is it our product?"), choices=Finding.pairs)
    used_rightly = forms.ChoiceField(label=W("保管和使用得当吗", "Stored and used rightly?"), choices=Finding.pairs)
    basis = line("检验依据", "Standard applied", 200)
    sheet = forms.ModelChoiceField(
        InspectionSheet.objects.none(), to_field_name="number", label=W("检验单", "Inspection sheet"), required=False
    )
    measured = words("项目与实测值", "Characteristics and values", required=False)
    conclusion = words("结论", "Conclusion")
    opinion = words("处理建议", "Handling opinion")

    def prepare(self) -> None:
        if self.by is not None:
            self.fields["sample"].queryset = concludable(self.by)  # type: ignore[attr-defined]
            done = InspectionSheet.objects.visible_to(self.by).exclude(sample=None)
            of = self.data.get("sample") or self.initial.get("sample")
            if of:
                done = done.filter(sample__number=of)
            concluded = (SheetState.ACCEPTED, SheetState.REJECTED)
            self.fields["sheet"].queryset = done.filter(state__in=concluded)  # type: ignore[attr-defined]


class Seen(ActForm):
    """Where an unknown label was found, and in whose hands."""

    place = line("在哪里发现", "Where it was found", 120)
    holder = line("货在谁手里", "Who holds the goods", 120)
    remark = words(
        "说明（货物、包装、标签上还有什么字）", "Remark: goods, packing, what else the label says", required=False
    )
    files = Files()

    def prepare(self) -> None:
        self.fields["files"].by = self.by  # type: ignore[attr-defined]


@face(UNKNOWN_LABEL, "report", actions.report)
class ReportForm(Seen):
    hint = W(
        "本厂没有记录的标签，可能是漏录、标签丢失或假冒。登记后由质检科查明。",
        "A label that is on no record may be a lost record, a lost label or a counterfeit. QC will clear it up.",
    )
    code = line("标签上的编号", "Code on the label", 120, required=True)
    field_order = ("code", "place", "holder", "remark", "files")


@face(UNKNOWN_LABEL, "see_again", actions.see_again)
class SeeAgainForm(Seen):
    pass


@face(UNKNOWN_LABEL, "clear_up", actions.clear_up)
class ClearUpForm(ActForm):
    origin = forms.ChoiceField(label=W("查明是", "It was"), choices=Origin.pairs, widget=forms.RadioSelect)
    true_code = line("正确的编号（本厂产品必填）", "Right code (needed where it is ours)", 64)
    basis = line("依据", "Basis", 200)
    finding = words("查明的经过和结论", "What was found, and how")
