"""What is asked about corrective actions, for page, API and the supplier's own page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints import queries as complaints
from sanbao.corrective import actions
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import Branch, CorrectiveAction, Measure, Metric
from sanbao.kernel.codes import code_key, whole
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, day, line, words
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.parties.models import Person, Supplier

short = partial(line, required=True)


def staff() -> Any:
    return Person.objects.employed().filter(dealer=None, supplier=None, customer=None)


def colleague(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(staff(), to_field_name="username", label=W(zh, en), **more)


class QualityForm(ActForm):
    def prepare(self) -> None:
        for field in self.fields.values():
            if isinstance(field, Files):
                field.by = self.by
            if isinstance(field, CodeField):
                field.asked_by(self.by)


WHYS = W("一行一个为什么，从现象问到根本", "One why a line, from what was seen down to the root")


class OpeningForm(QualityForm):
    """What every kind asks at its opening; the threshold is fixed here."""

    origin = short("来自（投诉、不合格、信号的编号）", "Comes from (number of a case, nonconformity or signal)", 80,
                   required=False)  # fmt: skip
    title = short("一句话", "In one line")
    problem = words("问题：什么、何处、何时、多少", "The problem: what, where, when, how much")
    product = CodeField(Product, kind=W("产品", "product"), label=W("产品", "Product"), required=False)
    defect = forms.ModelChoiceField(
        DefectClass.objects.all(), to_field_name="code", label=W("故障类别", "Class of the fault"), required=False
    )
    lead = colleague("组长", "Led by")
    metric = forms.ChoiceField(
        label=W("怎样判定有效", "Judged by"), choices=Metric.pairs, widget=forms.RadioSelect, initial=Metric.RATE
    )
    threshold = short("按证据的，写明什么算有效", "By evidence: what will count as effective", 200, required=False)
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        case = self._case_named(str(self.initial.get("origin", "")))
        if case is not None:
            self.initial.setdefault("title", case.title)
            self.initial.setdefault("problem", f"{case.number} {case.description}")
            self.initial.setdefault("product", case.product)
            self.initial.setdefault("defect", case.confirmed_class or case.reported_class)

    def _case_named(self, text: str) -> Any:
        return complaints.numbered(self.by, code_key(text)) if text and self.by else None

    def clean_origin(self) -> str:
        typed = self.cleaned_data["origin"].strip()
        if not typed:
            return ""
        subject = _subject_of(typed, self.by)
        if not subject:
            sentence = W("没有找到“{text}”，或您无权查看。", "There is no “{text}”, or you may not see it.")
            raise forms.ValidationError(sentence.format(text=typed), code="unknown_subject")  # type: ignore[arg-type]
        return subject


def _subject_of(typed: str, by: Any) -> str:
    """``complaint:12`` or a number as people know it, of a subject that the actor may see."""
    kind, _, key = typed.partition(":")
    for name, lifecycle in Lifecycle.registry.items():
        model: Any = lifecycle.model
        numbered = any(field.name == "number" for field in model._meta.concrete_fields)
        if name == kind and (pk := whole(key)) is not None:
            row = model._default_manager.visible_to(by).filter(pk=pk).first()
        elif numbered and not key:
            row = model._default_manager.visible_to(by).filter(number=code_key(typed)).first()
        else:
            row = None
        if row is not None:
            return str(row.subject)
    return ""


@face(ACTION, "open", actions.open_action)
class OpenForm(OpeningForm):
    hint = W(
        "立项之前的起数和吨数现在就记下，以后不能再挑；查明原因、实施措施后按它验证。",
        "Cases and tonnes before today are written down now and cannot be chosen later; the effect is judged by them.",
    )
    containment = words("临时措施（库存、在途、用户处）", "Containment: stock, transit, at the users'", required=False)
    team = forms.ModelMultipleChoiceField(
        staff(), to_field_name="username", label=W("小组成员", "Team"), required=False
    )


@face(ACTION, "open_preventive", actions.open_preventive)
class OpenPreventiveForm(OpeningForm):
    hint = W(
        "由趋势或风险提出：引用信号编号，或写明风险。", "From a trend or a risk: name the signal, or state the risk."
    )
    team = forms.ModelMultipleChoiceField(
        staff(), to_field_name="username", label=W("小组成员", "Team"), required=False
    )


@face(ACTION, "ask_supplier", actions.ask_supplier)
class AskSupplierForm(OpeningForm):
    hint = W(
        "供方有邮箱的发邮件；链接也可以复制给他。他在链接上答复，不用登录。",
        "Sent by mail where he has an address; the link can also be copied to him. He answers there without a log-in.",
    )
    supplier = CodeField(Supplier, kind=W("供方", "supplier"), label=W("供方", "Supplier"))


@face(ACTION, "form_team", actions.form_team)
class TeamForm(QualityForm):
    team = forms.ModelMultipleChoiceField(staff(), to_field_name="username", label=W("加入小组", "To the team"))


@face(ACTION, "hand_over", actions.hand_over)
class HandOverForm(QualityForm):
    lead = colleague("组长", "Led by")


@face(ACTION, "contain", actions.contain)
class ContainForm(QualityForm):
    containment = words("临时措施（库存、在途、用户处）", "Containment: stock, transit, at the users'")

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, CorrectiveAction):
            self.initial.setdefault("containment", self.case.containment)


@face(ACTION, "find_cause", actions.find_cause)
class CauseForm(QualityForm):
    occurrence_whys = words("为什么发生", "Why it came about", rows=5, help_text=WHYS)
    occurrence_cause = short("发生的根本原因", "Root cause of the occurrence", 300)
    escape_whys = words("为什么流出（没有发现）", "Why it escaped", rows=5, help_text=WHYS)
    escape_cause = short("流出的根本原因", "Root cause of the escape", 300)
    similar = words("类似产品、工序有没有同样问题", "The same at like products or steps?", rows=2, required=False)
    basis = basis()

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, CorrectiveAction):
            for name in ("occurrence", "escape"):
                self.initial.setdefault(f"{name}_whys", "\n".join(getattr(self.case, f"{name}_whys")))
                self.initial.setdefault(f"{name}_cause", getattr(self.case, f"{name}_cause"))


@face(ACTION, "draw_bones", actions.draw_bones)
class BonesForm(QualityForm):
    hint = W("每个分支一行一个原因。", "One cause a line in each branch.")
    man = words(Branch.MAN.zh, Branch.MAN.en, rows=2, required=False)
    machine = words(Branch.MACHINE.zh, Branch.MACHINE.en, rows=2, required=False)
    material = words(Branch.MATERIAL.zh, Branch.MATERIAL.en, rows=2, required=False)
    method = words(Branch.METHOD.zh, Branch.METHOD.en, rows=2, required=False)
    measurement = words(Branch.MEASUREMENT.zh, Branch.MEASUREMENT.en, rows=2, required=False)
    environment = words(Branch.ENVIRONMENT.zh, Branch.ENVIRONMENT.en, rows=2, required=False)

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, CorrectiveAction):
            for name, causes in self.case.bones.items():
                self.initial.setdefault(name, "\n".join(causes))


@face(ACTION, "plan_measure", actions.plan_measure)
class MeasureForm(QualityForm):
    text = words("措施", "Measure")
    owner = colleague("责任人", "Who does it")
    due_on = day("完成期限", "Until")


@face(ACTION, "approve_measures", actions.approve_measures)
class ApproveForm(QualityForm):
    pass


class ReasonForm(QualityForm):
    reason = short("理由", "Reason", 300)


@face(ACTION, "return_measures", actions.return_measures)
class ReturnForm(ReasonForm):
    pass


@face(ACTION, "cancel", actions.cancel)
class CancelForm(ReasonForm):
    pass


@face(ACTION, "reopen", actions.reopen)
class ReopenForm(ReasonForm):
    pass


@face(ACTION, "return_answer", actions.return_answer)
class ReturnAnswerForm(ReasonForm):
    pass


@face(ACTION, "ask_again", actions.ask_again)
class AskAgainForm(QualityForm):
    hint = W("发出新链接，旧链接作废。", "A new link is made; the old one leads nowhere from now on.")


@face(ACTION, "accept_answer", actions.accept_answer)
class AcceptForm(QualityForm):
    remark = short("说明", "Remark", 300, required=False)


@face(ACTION, "report_done", actions.report_done)
class DoneForm(QualityForm):
    measure = forms.ModelChoiceField(Measure.objects.none(), label=W("哪项措施", "Which measure"))
    evidence = words("实施证据", "What shows that it was done")
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, CorrectiveAction):
            rows = Measure.objects.filter(action=self.case, round=self.case.round, done_at=None)
            self.fields["measure"].queryset = rows  # type: ignore[attr-defined]
            self.fields["measure"].label_from_instance = lambda row: row.text  # type: ignore[attr-defined]


@face(ACTION, "spread_out", actions.spread_out)
class SpreadForm(QualityForm):
    spread = words("推广到哪里，改了哪些文件（FMEA、控制计划、作业书）", "Where else, and which documents were changed")


@face(ACTION, "prolong", actions.prolong)
class ProlongForm(ReasonForm):
    until = day("观察到", "Watched until")


class Effective(forms.TypedChoiceField):
    """Yes or no; the API may send a boolean."""

    def __init__(self) -> None:
        choices = [
            ("true", W("有效，关闭", "Effective: close")),
            ("false", W("无效，重新分析", "Not effective: again")),
        ]
        super().__init__(
            label=W("结论", "Conclusion"), choices=choices, coerce=lambda v: v == "true", widget=forms.RadioSelect
        )

    def to_python(self, value: Any) -> str:
        return str(value).lower() if value not in self.empty_values else ""


@face(ACTION, "verify", actions.verify)
class VerifyForm(QualityForm):
    effective = Effective()
    verdict = words("验证的经过和结论", "What was looked at, and what was found")
    basis = basis()

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, CorrectiveAction):
            found = actions.effect.present_effect(self.case)
            self.hint = W(*found.words) if found else None


class AnswerFields(QualityForm):
    name = short("答复人姓名", "Your name", 80)
    containment = words(
        "临时措施（已发我厂的、在途的、库存的）", "Containment: what we have, in transit, in your stock"
    )
    occurrence_whys = words("为什么发生", "Why it came about", rows=4, help_text=WHYS, required=False)
    occurrence_cause = short("发生的根本原因", "Root cause", 300)
    escape_cause = short("为什么没有检出", "Why it was not detected", 300, required=False)
    measure = words("纠正措施", "Corrective action")
    due_on = day("完成日期", "Done by")


class AnswerForm(AnswerFields):
    """The supplier's own form; it has no face, because nobody but who holds the link fills it in."""


@face(ACTION, "record_answer", actions.record_answer)
class RecordAnswerForm(AnswerFields):
    files = Files()
