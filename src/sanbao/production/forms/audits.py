"""What a marking audit asks, for page and API alike."""

from __future__ import annotations

from django import forms

from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.production import actions
from sanbao.production.forms.fields import ShopForm, day, line, radio
from sanbao.production.lifecycle import MARKING_AUDIT
from sanbao.production.models import Marking, MarkSeen


@face(MARKING_AUDIT, "begin", actions.begin_audit)
class BeginForm(ShopForm):
    place = line("哪个车间、哪一段", "Which shop, which part", 80, required=True)
    audited_on = day("日期", "Date", required=False)
    remark = line("备注", "Remark", 300)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("audited_on", today())


@face(MARKING_AUDIT, "see", actions.see_mark)
class SeeForm(ShopForm):
    code = line(
        "卡号或编号",
        "Card or code",
        64,
        help_text=W("读不出就空着，写明在哪里", "Leave it empty if it cannot be read, and say where"),
    )
    found = radio("标识", "Marking", Marking, initial=Marking.COMPLETE)
    remark = line("说明", "Remark", 300)
    files = Files()


@face(MARKING_AUDIT, "finish", actions.finish_audit)
class FinishForm(ShopForm):
    hint = W(
        "缺失、看不清、错误的，交生产科限期纠正。", "What is missing, illegible or wrong becomes production's duty."
    )


@face(MARKING_AUDIT, "correct", actions.correct_mark)
class CorrectForm(ShopForm):
    mark = forms.ModelChoiceField(MarkSeen.objects.none(), label=W("哪一框", "Which basket"))
    correction = line("怎样纠正的", "How it was put right", 300, required=True)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.fields["mark"].queryset = self.case.marks.exclude(found=Marking.COMPLETE).filter(corrected_at=None)  # type: ignore[attr-defined]
