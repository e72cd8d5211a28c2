"""售前咨询 (U-02): opening, answering, concluding."""

from __future__ import annotations

from django import forms

from sanbao.complaints import fields
from sanbao.complaints.actions import consulting as actions
from sanbao.complaints.consulting import CONSULTATION
from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.models import Able, Paper
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, line, words
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Department


def departments() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Department.objects.exclude(code="management"),
        to_field_name="code",
        label=W("征询哪些部门", "Departments asked"),
        widget=forms.CheckboxSelectMultiple,
    )


@face(CONSULTATION, "consult", actions.consult)
class ConsultForm(CaseForm):
    hint = W(
        "合同草案、订单或询价先问各部门能不能做到；答复不齐不能对外承诺。",
        "Ask the departments before a draft contract, an order or an inquiry is answered; promise nothing meanwhile.",
    )
    paper = fields.radio("收到的是", "What came", Paper, initial=Paper.INQUIRY)
    customer = CodeField(Customer, kind=W("客户", "Customer"), label=W("客户", "Customer"), required=False)
    inquirer = line("来问的人（未建档客户）", "Who asks (not a customer yet)")
    reference = line("对方文件编号", "Their document number", 80)
    title = line("标题", "Title", 120, help_text=W("可空，取内容首句", "May be empty: the first sentence serves"))
    wanted = words("对方要什么", "What is wanted", rows=4)
    departments = departments()
    due_at = fields.moment("何时前答齐（空为规则表的期限）", "Answers due (empty: by the policy)", required=False)
    files = Files()


@face(CONSULTATION, "ask_also", actions.ask_also)
class AskAlsoForm(CaseForm):
    departments = departments()


@face(CONSULTATION, "answer_consultation", actions.answer_consultation)
class AnswerConsultationForm(CaseForm):
    able = fields.radio("能否满足", "Can it be done", Able)
    answer = words("意见和条件", "Opinion and conditions")
    department = fields.department("代表哪个部门（空为本部门）", "For which department (empty: yours)", required=False)


@face(CONSULTATION, "conclude_consultation", actions.conclude_consultation)
class ConcludeConsultationForm(CaseForm):
    reply = words("怎样答复对方", "What the user is told")
    basis = basis()
    unanswered = line("不等部门答复的原因", "Why it ends without all answers", 300)


@face(CONSULTATION, "take_over_consultation", actions.take_over_consultation)
class TakeOverForm(CaseForm):
    owner = fields.colleague("新负责人", "New owner")
