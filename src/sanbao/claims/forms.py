"""What is asked about a claim, for page and API alike."""

from __future__ import annotations

import re
from functools import partial

from django import forms

from sanbao.claims import actions, queries
from sanbao.claims.lifecycle import CLAIM
from sanbao.claims.models import Loss, Payment
from sanbao.complaints.models import Complaint
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, line, words
from sanbao.kernel.times import today
from sanbao.kernel.words import W

_line = partial(line, required=True)


def _money(zh: str, en: str) -> forms.DecimalField:
    return forms.DecimalField(label=W(zh, en), max_digits=14, decimal_places=2, min_value=0)


class WithFiles(ActForm):
    def prepare(self) -> None:
        if "files" in self.fields:
            self.fields["files"].by = self.by  # type: ignore[attr-defined]


@face(CLAIM, "file", actions.file)
class FileForm(WithFiles):
    complaint = _line("投诉编号", "Number of the case", 40)
    loss = forms.ChoiceField(label=W("损失种类", "Kind of loss"), choices=Loss.pairs)
    claimed = _money("索赔金额", "Amount claimed")
    currency = _line("币种", "Currency", 3, initial="CNY")
    description = words("损失情况和计算", "The loss, and how it is reckoned")
    basis = basis()
    files = Files()

    def clean_complaint(self) -> Complaint:
        text = self.cleaned_data["complaint"]
        case = queries.case_numbered(self.by, text) if self.by else None
        if case is None:
            sentence = W(
                "没有编号为“{text}”的投诉，或您无权查看。", "There is no case “{text}”, or you may not see it."
            )
            raise forms.ValidationError(sentence.format(text=text), code="unknown_case")  # type: ignore[arg-type]
        return case

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            sentence = W("币种用三个字母，如 CNY、USD。", "A currency is three letters, such as CNY or USD.")
            raise forms.ValidationError(sentence, code="currency")  # type: ignore[arg-type]
        return code


@face(CLAIM, "add_evidence", actions.add_evidence)
class EvidenceForm(WithFiles):
    files = Files(required=True)


@face(CLAIM, "assess", actions.assess)
class AssessForm(ActForm):
    accepted = _money("认可金额（可为部分，0 为不认可）", "Amount accepted: all, a part, or 0")
    assessment = words("评估意见", "Assessment")
    basis = basis()


class ReasonForm(ActForm):
    reason = _line("理由", "Reason", 300)


@face(CLAIM, "return_claim", actions.return_claim)
class ReturnForm(ReasonForm):
    pass


@face(CLAIM, "approve", actions.approve)
class ApproveForm(ActForm):
    pass


@face(CLAIM, "refuse_claim", actions.refuse_claim)
class RefuseForm(ReasonForm):
    basis = basis()


@face(CLAIM, "settle", actions.settle)
class SettleForm(ActForm):
    payment = forms.ChoiceField(label=W("怎样赔付", "Paid as"), choices=Payment.pairs, widget=forms.RadioSelect)
    settled_on = forms.DateField(
        label=W("结清日期", "Settled on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = _line("凭据编号（付款单、发货单）", "Reference: payment, delivery")

    def prepare(self) -> None:
        self.initial.setdefault("settled_on", today())


@face(CLAIM, "withdraw", actions.withdraw)
class WithdrawForm(ReasonForm):
    pass
