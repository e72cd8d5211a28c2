"""国家监督抽查 (C-10): the lots, a holder, the material, the joint answer."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.complaints import actions, fields, spots
from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import SpotHolding
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import Lines, basis, day, words
from sanbao.kernel.words import W


@face(COMPLAINT, "locate_holders", actions.locate_holders)
class LocateForm(CaseForm):
    hint = W(
        "按向前追踪列出每一个持有单位；单个标签按其随行卡查同批。查明后给各区域业务员派任务。",
        "The forward trace lists every holder; a single label stands for its basket. The salespeople are sent there.",
    )
    codes = Lines("批号、喷码或标签（每行一个）", "Lots, spray codes or labels, one to a line", rows=3)
    authority_due = day("文书要求的答复日", "Answer required by", required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.initial.setdefault("codes", self.case.code)


@face(COMPLAINT, "report_holder", actions.report_holder)
class HolderForm(CaseForm):
    holding = forms.ModelChoiceField(SpotHolding.objects.none(), label=W("持有单位", "Holder"))
    found = words("查到的情况", "What was found")
    left = fields.amount("现存数量", "Quantity still there")
    sampled = fields.Verdict("是否取样", "Sample taken", yes=W("已取样", "Taken"), no=W("未取样", "Not taken"))

    rows = {"holding": "spot_check"}

    def choices(self, name: str) -> Any:
        check = spots.of(self.case)
        found = check.holdings.all() if check else SpotHolding.objects.none()
        return found.select_related("customer", "site")


@face(COMPLAINT, "hand_material", actions.hand_material)
class MaterialForm(CaseForm):
    what = words("移交了什么", "What was handed over")
    files = Files()


@face(COMPLAINT, "draft_joint_answer", actions.draft_joint_answer)
class JointAnswerForm(CaseForm):
    text = words("联合答复", "Joint answer", rows=5)
    basis = basis()

    def prepare(self) -> None:
        super().prepare()
        check = spots.of(self.case) if self.case is not None else None
        if check is not None:
            self.initial.setdefault("text", check.answer)
            self.initial.setdefault("basis", check.answer_basis)


@face(COMPLAINT, "sign_joint_answer", actions.sign_joint_answer)
class SignForm(CaseForm):
    hint = W(
        "会签的是现在这份答复稿；改稿后须重新会签。", "You sign the text as it stands; a changed text is signed anew."
    )
