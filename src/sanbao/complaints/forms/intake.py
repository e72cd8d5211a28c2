"""受理与移交: registering, reading back, passing on, splitting."""

from __future__ import annotations

from django import forms

from sanbao.catalog.models import Product
from sanbao.complaints import actions, fields
from sanbao.complaints.fields import CaseField
from sanbao.complaints.forms.base import CaseForm, fault
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import (
    Channel,
    Source,
    Stage,
)
from sanbao.complaints.planning import intake_of
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import Lines, basis, line, words
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.parties.models import Category, Customer, Department, Region


class WhoAndWhat(CaseForm):
    """What every entry asks: who, how it came, what about."""

    customer = CodeField(Customer, kind=W("客户", "Customer"), label=W("客户", "Customer"), required=False)
    contact_name = line("联系人", "Contact")
    contact_phone = line("电话", "Phone", 60)
    contact_address = line("地址", "Address", 200)
    contact_fax = line("传真", "Fax", 60)
    contact_email = forms.EmailField(label=W("电子邮箱", "E-mail"), required=False)
    source = fields.pick("来源", "Source", Source, initial=Source.USER)
    channel = fields.radio("渠道", "Channel", Channel, initial=Channel.PHONE)
    code = line("标签、喷码或批号", "Label, spray code or lot", 80)
    product = CodeField(Product, kind=W("产品", "Product"), label=W("产品", "Product"), required=False)
    product_text = line("产品（原话）", "Product as told", 120)
    reported_class = fault("反映的类别", "Class as reported")


@face(COMPLAINT, "register", actions.register)
class RegisterForm(WhoAndWhat):
    description = words("投诉内容（原话）", "What was said, word for word", rows=4)
    title = line("标题", "Title", 40, help_text=W("可空，取内容首句", "May be empty: the first sentence serves"))
    contact_unknown = fields.yes("联系方式不详", "Contact unknown")
    category = forms.ChoiceField(
        label=W("归口", "Belongs to"), choices=[("", W("随客户", "As the customer")), *Category.pairs()], required=False
    )
    region = forms.ModelChoiceField(
        Region.objects.all(), to_field_name="code", label=W("省份/国家", "Province or country"), required=False
    )
    authority = line("抽查机关", "Authority")
    authority_document = line("文书编号", "Document number", 80)
    contract = line("合同/订单号", "Contract or order", 80)
    stage = fields.pick("合同阶段", "Stage", Stage, required=False)
    quantity = fields.amount("数量", "Quantity")
    unit = line("单位", "Unit", 8, initial="kg")
    quality_related = fields.yes("涉及产品质量", "Touches product quality")
    demands = Lines("用户要求（每行一项）", "Demands, one to a line")
    read_back_by = line("已复述，由谁口头确认", "Read back and confirmed by")
    read_back_missing = line("未能确认的原因", "Why not confirmed yet", 200)
    received_at = fields.moment("接到时间", "Received at", required=False)
    related = CaseField("关联投诉", "Related case", required=False)
    files = Files()


@face(COMPLAINT, "register_light", actions.register_light)
class LightForm(WhoAndWhat):
    hint = W(
        "轻微、不涉及质量、已解释且用户满意的事，只记一行。", "Minor, not quality, explained and satisfied: one line."
    )
    description = words("什么事", "What about", rows=2)
    explanation = words("怎样解释的", "What was explained", rows=2)
    basis = basis("SB-C C-04")
    quality_related = fields.yes("涉及产品质量", "Touches product quality")
    satisfied = fields.yes("用户满意", "The user is satisfied", initial=True)


@face(COMPLAINT, "confirm_read_back", actions.confirm_read_back)
class ReadBackForm(CaseForm):
    confirmed_by = line("由谁确认", "Confirmed by", required=True)
    description = words("确认的内容（用户更正的请改）", "What was confirmed; correct it as the user says", rows=4)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.fields["description"].required = False
            self.initial = {
                "confirmed_by": self.case.contact_name,
                "description": self.case.description,
                **self.initial,
            }


@face(COMPLAINT, "transfer", actions.transfer)
class TransferForm(CaseForm):
    to = fields.department("移交给", "Pass to")
    reason = words("说明", "Remark", required=False, length=300)

    def prepare(self) -> None:
        super().prepare()
        self.fields["to"].queryset = Department.objects.filter(code__in=("sales", "after_sales", "export"))  # type: ignore[attr-defined]
        if self.case is not None:
            self.initial.setdefault("to", intake_of(self.case))


@face(COMPLAINT, "accept_transfer", actions.accept_transfer)
class AcceptForm(CaseForm):
    owner = fields.colleague("负责人（空为本人）", "Owner (empty: yourself)", required=False)


@face(COMPLAINT, "report", actions.report)
class ReportForm(CaseForm):
    remark = words("说明", "Remark", required=False)


@face(COMPLAINT, "assign", actions.assign)
class AssignForm(CaseForm):
    departments = forms.ModelMultipleChoiceField(
        Department.objects.exclude(code="management"),
        to_field_name="code",
        label=W("参加的部门", "Departments"),
        widget=forms.CheckboxSelectMultiple,
    )
    instruction = words("要求", "Instruction", required=False)


@face(COMPLAINT, "hand_over", actions.hand_over)
class HandOverForm(CaseForm):
    owner = fields.colleague("新负责人", "New owner")
    department = fields.department("部门（空为不变）", "Department (empty: unchanged)", required=False)
    reason = line("原因", "Reason", 200)


@face(COMPLAINT, "correct", actions.correct)
class CorrectForm(WhoAndWhat):
    title = line("标题", "Title", 120, required=True)
    description = words("投诉内容（原话）", "What was said, word for word", rows=4)
    authority = line("抽查机关", "Authority")
    authority_document = line("文书编号", "Document number", 80)
    contract = line("合同/订单号", "Contract or order", 80)
    stage = fields.pick("合同阶段", "Stage", Stage, required=False)
    quantity = fields.amount("数量", "Quantity")
    unit = line("单位", "Unit", 8)
    quality_related = fields.yes("涉及产品质量", "Touches product quality")

    def prepare(self) -> None:
        super().prepare()
        if self.case is None:
            return
        known = {name: getattr(self.case, name) for name in self.fields}
        self.initial = {**known, **self.initial}
        if self.is_bound and not hasattr(self.data, "getlist"):
            shown = {name: self.fields[name].prepare_value(value) for name, value in known.items()}
            self.data = {**{k: v for k, v in shown.items() if v is not None}, **self.data}


@face(COMPLAINT, "split", actions.split)
class SplitForm(CaseForm):
    hint = W("每一行成为一件新的投诉，指回本件。", "Each line becomes a case of its own that points back here.")
    matters = Lines("要拆出的事项（每行一件）", "Matters, one to a line", rows=4)


@face(COMPLAINT, "link", actions.link)
class LinkForm(CaseForm):
    other = CaseField("另一件的编号", "Number of the other case")


@face(COMPLAINT, "merge", actions.merge)
class MergeForm(CaseForm):
    hint = W(
        "同一用户、同一件事：本件在另一件里一并办理，计时暂停；随时可以解除。",
        "One user, one matter: this case is handled under the other and its clocks stand still; it can be undone.",
    )
    into = CaseField("并入哪一件（编号）", "Number of the leading case")
    reason = line("说明", "Remark", 300)


@face(COMPLAINT, "unmerge", actions.unmerge)
class UnmergeForm(CaseForm):
    reason = line("说明", "Remark", 300)
