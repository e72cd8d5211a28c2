"""What holds, verdicts, permits and counter-entries ask, for page and API alike."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import basis
from sanbao.kernel.words import W
from sanbao.trace import actions, queries
from sanbao.trace.lifecycle import HOLD, PERMIT, REVERSAL, VERDICT
from sanbao.trace.models import Lot, PermitKind, QualityStatus, RecordKind

_SEPARATORS = re.compile(r"[\s,;，；、]+")
CODES = W("一行一个，也可用空格或逗号隔开", "One a line, or separated by blanks or commas")


class LotForm(ActForm):
    """A form that names lots by any of their numbers."""

    def lots_of(self, name: str) -> list[Lot]:
        """The lots of a field, each named by a number that is its alone."""
        assert self.by is not None
        found: dict[int, Lot] = {}
        for typed in filter(None, _SEPARATORS.split(self.cleaned_data.get(name) or "")):
            lots = queries.find(typed, actor=self.by)
            if not lots:
                raise _fault("trace.unknown_code", "没有找到编号“{typed}”。", "There is no “{typed}”.", typed=typed)
            if len(lots) > 1:
                codes = " ".join(lot.code for lot in lots[:8])
                raise _fault(
                    "trace.several",
                    "“{typed}”指 {n} 个批次（{codes}），请写明批号。",
                    "“{typed}” names {n} lots ({codes}); give the lot's own code.",
                    typed=typed,
                    n=len(lots),
                    codes=codes,
                )
            found[lots[0].pk] = lots[0]
        return list(found.values())


def _fault(code: str, zh: str, en: str, **facts: Any) -> forms.ValidationError:
    error = forms.ValidationError(W(zh, en).format(**facts), code=code)  # type: ignore[arg-type]
    error.clause = "T-14"  # type: ignore[attr-defined]
    return error


class LotsForm(LotForm):
    lots = forms.CharField(label=W("批次", "Lots"), widget=forms.Textarea(attrs={"rows": 3}), help_text=CODES)

    def clean_lots(self) -> list[Lot]:
        return self.lots_of("lots")


@face(HOLD, "place", actions.hold)
class PlaceForm(LotsForm):
    hint = W(
        "立刻挡住这些批次和由它们做成的一切，以后再做成的也一样；只有质检科能解除。",
        "Blocks these lots and everything made from them at once, also what is made later; only QC lifts it.",
    )
    reason = forms.CharField(label=W("原因", "Reason"), max_length=300)
    forward = forms.BooleanField(
        label=W("连同由它做成的一切", "With everything made from them"), required=False, initial=True
    )


@face(HOLD, "release", actions.release)
class ReleaseForm(LotsForm):
    basis = basis()


@face(HOLD, "lift", actions.lift)
class LiftForm(ActForm):
    basis = basis()


@face(VERDICT, "judge", actions.judge)
class JudgeForm(LotsForm):
    hint = W(
        "判为不合格而已经转出的，系统会连同下游一并冻结。",
        "What failed and had gone on is put on hold with everything made from it.",
    )
    status = forms.ChoiceField(
        label=W("质量状态", "Quality status"), choices=QualityStatus.pairs, widget=forms.RadioSelect
    )
    basis = basis()
    remark = forms.CharField(label=W("说明", "Remark"), max_length=300, required=False)


@face(PERMIT, "apply", actions.apply_permit)
class ApplyForm(LotForm):
    kind = forms.ChoiceField(label=W("种类", "Kind"), choices=PermitKind.pairs, widget=forms.RadioSelect)
    lot = forms.CharField(label=W("批次", "Lot"), max_length=100)
    reason = forms.CharField(label=W("为什么等不得", "Why it cannot wait"), max_length=300)
    basis = basis()

    def clean_lot(self) -> Lot:
        [lot] = self.lots_of("lot")[:1] or [None]
        if lot is None:
            raise _fault("trace.unknown_code", "没有找到编号“{typed}”。", "There is no “{typed}”.", typed="")
        return lot


@face(PERMIT, "approve", actions.approve_permit)
class ApproveForm(ActForm):
    pass


@face(PERMIT, "refuse", actions.refuse_permit)
class RefuseForm(ActForm):
    reason = forms.CharField(label=W("理由", "Reason"), max_length=300)


@face(PERMIT, "mark", actions.mark_permit)
class MarkForm(ActForm):
    hint = W(
        "照进出存卡的内容写在料上：名称、型号、规格、数量、进货日期、批号、“紧急放行”。",
        "Write on the material what the stock card holds: name, model, specification, quantity, date in, lot, and "
        "“urgent release”.",
    )
    marked = forms.CharField(label=W("补上的标识", "What was marked"), max_length=300)


@face(REVERSAL, "reverse", actions.reverse)
class ReverseForm(ActForm):
    hint = W(
        "记录不会删除，只划掉；它动过的数量和链接退回原样，正确的另行登记。",
        "The record is not deleted but struck; what it moved goes back, and the right one is entered anew.",
    )
    record_kind = forms.ChoiceField(label=W("记录种类", "Kind of record"), choices=RecordKind.pairs)
    record_id = forms.IntegerField(label=W("记录号", "Record"), min_value=1, max_value=2**62)
    reason = forms.CharField(label=W("原因", "Reason"), max_length=300, required=False)
