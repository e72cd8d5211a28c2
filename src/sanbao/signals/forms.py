"""What a verdict and the measures ask, for page and API alike."""

from __future__ import annotations

from functools import partial

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import basis, words
from sanbao.kernel.words import W
from sanbao.signals import actions
from sanbao.signals.lifecycle import SIGNAL

#: Not required by the form: the action refuses with the clause, for page and API alike.
_words = partial(words, required=False)


@face(SIGNAL, "confirm", actions.confirm)
class ConfirmForm(ActForm):
    hint = W(
        "确认后通知有关负责人，本信号的未结投诉按“较为普遍”办理，并须定措施。",
        "Those who must act are told, the open cases of this signal count as widespread, and measures are owed.",
    )
    reason = _words("理由", "Reason")
    basis = basis()


@face(SIGNAL, "reject", actions.reject)
class RejectForm(ActForm):
    hint = W("否定后不再提示，除非又增加规则表规定的件数。", "It comes back only if it grows by what the policy says.")
    reason = _words("理由", "Reason")
    basis = basis()


@face(SIGNAL, "settle", actions.settle)
class SettleForm(ActForm):
    analysis = _words("分析结果", "What the analysis found", rows=4)
    measures = _words("纠正措施：做什么、谁、何时完成", "Corrective measures: what, who, by when", rows=4)
    basis = basis()
