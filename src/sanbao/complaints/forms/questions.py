"""使用咨询: entering, answering, and finding that it is a complaint after all (W-09)."""

from __future__ import annotations

from django import forms

from sanbao.complaints import actions, fields
from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.forms.intake import WhoAndWhat
from sanbao.complaints.forms.quoting import Quotes, Quoting, also
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import Resolution
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import words
from sanbao.kernel.words import W
from sanbao.parties.models import Category


@face(COMPLAINT, "register_question", actions.register_question)
class QuestionForm(WhoAndWhat):
    hint = W(
        "用户问怎样存放、搬运、加工、安装、清洁和使用；表示不满的请按投诉受理。",
        "How to store, move, cut, fit, clean and use. Where the user is dissatisfied, register a complaint.",
    )
    description = words("问什么（原话）", "What is asked, word for word")
    contact_unknown = fields.yes("联系方式不详", "Contact unknown")
    category = forms.ChoiceField(
        label=W("归口", "Belongs to"), choices=[("", W("随客户", "As the customer")), *Category.pairs()], required=False
    )
    received_at = fields.moment("接到时间", "Received at", required=False)
    files = Files()


@face(COMPLAINT, "answer_question", actions.answer_question)
class AnswerQuestionForm(Quoting):
    text = words(
        "答复内容（引用了条目的可空）", "Answer; may be empty where articles are quoted", rows=4, required=False
    )
    quotes = Quotes()
    also = also()
    resolution = fields.radio("怎样解决", "How it is resolved", Resolution, initial=Resolution.ANSWERED)
    visit_at = fields.moment("上门时间（上门服务必填）", "Visit agreed for (on-site service)", required=False)

    def prepare(self) -> None:
        super().prepare()
        self.fields["quotes"].offer(self.case)  # type: ignore[attr-defined]


@face(COMPLAINT, "turn_into_complaint", actions.turn_into_complaint)
class TurnForm(CaseForm):
    reason = words("为什么是投诉", "Why it is a complaint", rows=2)
    quality_related = fields.yes("涉及产品质量", "Touches product quality")
