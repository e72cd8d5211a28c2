"""What a verdict and the measures ask, for page and API alike."""

from __future__ import annotations

from django import forms

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.words import W
from sanbao.signals import actions
from sanbao.signals.lifecycle import SIGNAL


def words(zh: str, en: str, rows: int = 3) -> forms.CharField:
    """Not required by the form: the action refuses with the clause, for page and API alike."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=W(zh, en), max_length=8000, widget=area, required=False)


def basis() -> forms.CharField:
    hint = W("国家标准、法规、检验报告或程序条款", "A standard, regulation, report or clause of the procedures")
    return forms.CharField(label=W("依据", "Basis"), max_length=200, required=False, help_text=hint)


@face(SIGNAL, "confirm", actions.confirm)
class ConfirmForm(ActForm):
    hint = W(
        "确认后通知有关负责人，本信号的未结投诉按“较为普遍”办理，并须定措施。",
        "Those who must act are told, the open cases of this signal count as widespread, and measures are owed.",
    )
    reason = words("理由", "Reason")
    basis = basis()


@face(SIGNAL, "reject", actions.reject)
class RejectForm(ActForm):
    hint = W("否定后不再提示，除非又增加规则表规定的件数。", "It comes back only if it grows by what the policy says.")
    reason = words("理由", "Reason")
    basis = basis()


@face(SIGNAL, "settle", actions.settle)
class SettleForm(ActForm):
    analysis = words("分析结果", "What the analysis found", 4)
    measures = words("纠正措施：做什么、谁、何时完成", "Corrective measures: what, who, by when", 4)
    basis = basis()
