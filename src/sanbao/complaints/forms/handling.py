"""解释到处理意见: explaining, the form, samples, grading, responsibility."""

from __future__ import annotations

from django import forms

from sanbao.complaints import actions, fields
from sanbao.complaints.forms.base import CaseForm, fault
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import (
    Blame,
    DChoice,
    Grade,
    Satisfaction,
    Spread,
    Widespread,
)
from sanbao.inspection.models import Severity
from sanbao.kernel.faces import face
from sanbao.kernel.form_fields import basis, line, words
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.parties.models import Department, Supplier


@face(COMPLAINT, "explain", actions.explain)
class ExplainForm(CaseForm):
    text = words("向用户说明了什么", "What was explained")
    basis = basis()
    reaction = fields.pick("用户的反应", "How the user took it", Satisfaction, required=False)
    words = words("用户怎么说", "What the user said", rows=2, required=False)

    def prepare(self) -> None:
        super().prepare()
        kept = (Satisfaction.NOT_ASKED, Satisfaction.SATISFIED, Satisfaction.NOT_SATISFIED)
        self.fields["reaction"].choices = [(s.value, s.title) for s in kept]  # type: ignore[attr-defined]


@face(COMPLAINT, "judge_widespread", actions.judge_widespread)
class WidespreadForm(CaseForm):
    widespread = fields.Verdict(
        "是否较为普遍", "Fairly widespread?", yes=W("较为普遍", "Fairly widespread"), no=W("属个别", "Individual")
    )
    reason = words("理由", "Reason", rows=2)


@face(COMPLAINT, "issue_form", actions.issue_form)
class IssueFormForm(CaseForm):
    hint = W(
        "送生产科和技术部，同时通知用户所在区域的业务员了解情况、取样。",
        "Goes to production and technology; the salesperson of the region is told at the same moment.",
    )
    remark = words("说明", "Remark", required=False)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.exclude(code__in=("production", "technology", "management")),
        to_field_name="code",
        label=W("另送", "Also to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@face(COMPLAINT, "revise_form", actions.revise_form)
class ReviseFormForm(CaseForm):
    reason = line("修订原因", "Why it is revised", 200)


@face(COMPLAINT, "acknowledge_form", actions.acknowledge_form)
class AcknowledgeForm(CaseForm):
    pass


@face(COMPLAINT, "request_sample", actions.request_sample)
class RequestSampleForm(CaseForm):
    wanted = line("要什么样品", "What is wanted", 300, required=True)
    asked_of = fields.colleague("由谁去取（空为区域业务员）", "Who gets it (empty: the salesperson)", required=False)
    label = line("标签或喷码", "Label or spray code", 80)


@face(COMPLAINT, "grade", actions.grade)
class GradeForm(CaseForm):
    severity = fields.pick("严重度", "Severity", Severity, required=False)
    spread = fields.radio("市场影响", "Effect on the market", Spread)
    override = fields.pick(
        "改为", "Instead of the table's", Grade, required=False, empty=W("按规则表", "As the table says")
    )
    reason = words("暂定或改级的理由", "Reason for a provisional or changed grade", rows=2, required=False, length=300)

    def prepare(self) -> None:
        super().prepare()
        severity = self.fields["severity"]
        if self.case is None:
            return
        if self.case.inspection:
            severity.help_text = W("由检验结论给出，不填。", "Given by the inspection; leave it empty.")
        else:
            severity.help_text = W(
                "尚无检验结论：估计，作暂定分级。", "No inspection yet: an estimate, graded provisionally."
            )
        widespread = Spread.M3 if self.case.widespread == Widespread.CONFIRMED else None
        self.initial.setdefault("spread", self.case.spread or widespread)


@face(COMPLAINT, "confirm_grade", actions.confirm_grade)
class ConfirmGradeForm(CaseForm):
    agree = fields.Verdict(
        "复核意见", "Review", yes=W("同意改级", "Agree"), no=W("不同意，按规则表", "Disagree, as the table says")
    )
    reason = words("理由", "Reason", rows=2, required=False)


@face(COMPLAINT, "classify", actions.classify)
class ClassifyForm(CaseForm):
    reported_class = fault("用户反映的类别", "As reported")
    confirmed_class = fault("检验确认的类别", "As confirmed")


@face(COMPLAINT, "locate_responsibility", actions.locate_responsibility)
class ResponsibilityForm(CaseForm):
    blame = fields.radio("责任在", "Responsible is", Blame)
    department = fields.department("责任部门", "Department", required=False)
    supplier = CodeField(Supplier, kind=W("供方", "Supplier"), label=W("供方代码", "Supplier code"), required=False)
    basis = basis()


@face(COMPLAINT, "give_opinion", actions.give_opinion)
class OpinionForm(CaseForm):
    opinion = words("处理意见", "Handling opinion", rows=4)
    confirmed_class = fault("检验确认的类别", "Class as confirmed")
    basis = basis()

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.initial.setdefault("confirmed_class", self.case.confirmed_class or self.case.reported_class)


@face(COMPLAINT, "acknowledge_opinion", actions.acknowledge_opinion)
class AcknowledgeOpinionForm(CaseForm):
    pass


@face(COMPLAINT, "decide_d", actions.decide_d)
class DecideDForm(CaseForm):
    choice = fields.radio("决定", "Decision", DChoice)
    reason = words("理由", "Reason", rows=2, length=300)
