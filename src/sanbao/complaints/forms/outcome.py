"""答复到关闭: answer, view, satisfaction, duties, closing."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.complaints import actions, fields
from sanbao.complaints.fields import CaseField
from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.forms.quoting import Quotes, Quoting, also
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import (
    Attitude,
    Channel,
    Satisfaction,
    Settlement,
    Settling,
)
from sanbao.complaints.planning import closed_long_ago
from sanbao.kernel import obligations
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, line, words
from sanbao.kernel.words import W


@face(COMPLAINT, "answer", actions.answer)
class AnswerForm(Quoting):
    text = words("答复内容", "Answer", rows=4)
    basis = basis()
    care = words("保管和使用方法（D 级必填）", "Storage and use (needed for grade D)", rows=2, required=False)
    quotes = Quotes()
    also = also()

    def prepare(self) -> None:
        super().prepare()
        self.fields["quotes"].offer(self.case)  # type: ignore[attr-defined]
        if self.case is not None:
            self.initial.setdefault("basis", self.case.opinion_basis)


@face(COMPLAINT, "record_view", actions.record_view)
class ViewForm(CaseForm):
    view = words("用户的原话", "The user's own words")
    attitude = fields.radio("态度", "Attitude", Attitude)
    demand = line("另外的要求", "A further demand", 300)


@face(COMPLAINT, "ask_satisfaction", actions.ask_satisfaction)
class SatisfactionForm(CaseForm):
    outcome = fields.radio("结果", "Outcome", Satisfaction)
    words = words("用户怎么说", "What the user said", rows=2, required=False)
    channel = fields.pick("渠道", "Channel", Channel, required=False)


@face(COMPLAINT, "settle_duty", actions.settle_duty)
class SettleForm(CaseForm):
    duty = forms.ChoiceField(label=W("哪件事", "Which duty"))
    how = fields.radio("怎样了结", "How", Settling, initial=Settling.DONE)
    reason = words("情况或理由", "What was done, or why nothing is needed")
    reference = line("凭据编号", "Reference", 120)
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        held = obligations.holding_up(self.case.subject) if self.case is not None else []
        self.fields["duty"].choices = [(d.code, d.words) for d in held]  # type: ignore[attr-defined]


@face(COMPLAINT, "approve_settlement", actions.approve_settlement)
class ApproveForm(CaseForm):
    rows = {"settlement": "settlements"}
    settlement = forms.ModelChoiceField(Settlement.objects.none(), label=W("哪项免办", "Which waiver"))
    agree = fields.Verdict("意见", "Decision", yes=W("同意免办", "Nothing is needed"), no=W("不同意", "Not agreed"))
    reason = words("理由", "Reason", rows=2, required=False)

    def choices(self, name: str) -> Any:
        return self.case.settlements.filter(how=Settling.NOT_NEEDED, approved_at=None, rejected=False)


@face(COMPLAINT, "close", actions.close)
class CloseForm(CaseForm):
    basis = basis("SB-C C-11")
    remark = words("说明", "Remark", rows=2, required=False)


@face(COMPLAINT, "close_unsatisfied", actions.close_unsatisfied)
class CloseUnsatisfiedForm(CaseForm):
    basis = basis()
    remark = words("说明", "Remark", rows=2, required=False)


@face(COMPLAINT, "reopen", actions.reopen)
class ReopenForm(CaseForm):
    reason = words("为什么重新打开", "Why it is reopened", rows=2)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None and closed_long_ago(self.case):
            self.fields["reason"].help_text = W(
                "关闭已久：将另立新件，与本件关联，交原负责人。",
                "Closed long ago: this becomes a new case, linked to this one, for its last owner.",
            )


@face(COMPLAINT, "cancel", actions.cancel)
class CancelForm(CaseForm):
    reason = words("为什么撤销", "Why it is withdrawn", rows=2, length=300)


@face(COMPLAINT, "mark_duplicate", actions.mark_duplicate)
class DuplicateForm(CaseForm):
    of = CaseField("与哪一件重复", "Which case it repeats")
