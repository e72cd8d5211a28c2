"""The forms of a policy's way from draft to version. The grid itself is read by the view."""

from __future__ import annotations

from django import forms

from sanbao.kernel.faces import MoveForm, face
from sanbao.kernel.policies import Policy, drafts
from sanbao.kernel.policies.drafts import POLICY_DRAFT
from sanbao.kernel.words import W

FROM = W("生效日期", "Effective from")
FROM_HINT = W("留空为批准当日。", "Empty means the day of approval.")


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


@face(POLICY_DRAFT, "open", drafts.open_draft)
class OpenForm(MoveForm):
    policy = forms.ChoiceField(label=W("规则表", "Policy"))
    text = forms.CharField(
        label=W("TOML 全文", "TOML text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "no"}),
        help_text=W(
            "可粘贴导出的文件；留空从生效版本开始。", "Paste an exported file; empty begins with the version in force."
        ),
    )
    effective_from = Day(label=FROM, required=False, help_text=FROM_HINT)

    def prepare(self) -> None:
        self.fields["policy"].choices = [(code, policy.title) for code, policy in sorted(Policy.registry.items())]  # type: ignore[attr-defined]


@face(POLICY_DRAFT, "revise", drafts.revise)
class ReviseForm(MoveForm):
    text = forms.CharField(label=W("TOML 全文", "TOML text"), widget=forms.Textarea(attrs={"rows": 20, "class": "no"}))
    effective_from = Day(label=FROM, required=False, help_text=FROM_HINT)

    def prepare(self) -> None:
        if self.case is not None:
            self.initial = {"text": self.case.text, "effective_from": self.case.effective_from}


@face(POLICY_DRAFT, "submit", drafts.submit)
class SubmitForm(MoveForm):
    hint = W(
        "提交后由另一人批准；提交前会再核对一次。", "Another person then approves it; it is proved sound once more."
    )


@face(POLICY_DRAFT, "send_back", drafts.send_back)
class SendBackForm(MoveForm):
    reason = forms.CharField(label=W("原因", "Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


@face(POLICY_DRAFT, "approve", drafts.approve)
class ApproveForm(MoveForm):
    hint = W(
        "批准即签名：生成编号版本，从生效日起决定新的业务，已办的不变。",
        "Approving signs it: a numbered version decides new matters from its day on; what was decided stays.",
    )


@face(POLICY_DRAFT, "withdraw", drafts.withdraw)
class WithdrawForm(MoveForm):
    hint = W("撤回后草稿不再使用，记录保留。", "A withdrawn draft is no longer used; its record stays.")
