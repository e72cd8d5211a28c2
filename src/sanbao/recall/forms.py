"""What a recall and its holders are asked, for page and API alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import line, words
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.recall import actions
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.recall.models import EntryKind, RecallEntry, ReportKind, Way
from sanbao.trace.models import Lot
from sanbao.trace.queries import find

CODES = W(
    "批号、供方批号、随行卡或标签，每行一个",
    "Lots, supplier's lots, travellers or labels, one to a line",
)
TELLING = [(way.value, way.title) for way in (Way.PHONE, Way.LETTER, Way.VISIT, Way.MESSAGE, Way.EMAIL)]
YES_NO = [("true", W("法定召回", "Statutory")), ("false", W("自愿召回", "Voluntary"))]


_line = partial(line, required=True)
#: Not required by the form: the action refuses with the clause, for page and API alike.
_words = partial(words, required=False, length=4000)


def _quantity(zh: str, en: str, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=W(zh, en), max_digits=14, decimal_places=3, **more)


class LotsForm(ActForm):
    """Lots named by any of their numbers; one that means several lots means all of them."""

    def clean_lots(self) -> list[Lot]:
        found: dict[int, Lot] = {}
        for typed in (self.cleaned_data.get("lots") or "").split("\n"):
            if not typed.strip():
                continue
            lots = find(typed, actor=self.by) if self.by else []
            if not lots:
                sentence = W("没有找到编号“{typed}”。", "No lot, label or paper has the number “{typed}”.")
                error = forms.ValidationError(
                    sentence.format(typed=typed.strip()[:80]),  # type: ignore[arg-type]
                    code="trace.unknown_code",
                )
                error.clause = "T-14"  # type: ignore[attr-defined]
                raise error
            found |= {lot.pk: lot for lot in lots}
        return list(found.values())


def _lots(**more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=W("从哪些批次开始", "Lots to begin from"), widget=area, max_length=4000, help_text=CODES, **more
    )


class YesNo(forms.TypedChoiceField):
    """Yes, no or not said; a program says it in its own word."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value).lower() if isinstance(value, bool) else value))


def _statutory(required: bool) -> YesNo:
    return YesNo(
        label=W("是否法定", "Statutory"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda value: value == "true",
        empty_value=None,
        required=required,
        help_text=W("消费品按《消费品召回管理暂行规定》", "Consumer goods: the interim rules on recall"),
    )


class DefineFields(LotsForm):
    title = _line("召回什么", "What is recalled")
    lots = _lots(required=False)
    first_label = _line("标签从", "Labels from", 64, required=False)
    last_label = _line("标签到", "Labels to", 64, required=False)
    danger = _words("缺陷和危险", "Defect and danger")
    measure = _words("要持有人做什么", "What the holders shall do")
    statutory = _statutory(required=False)
    statutory_basis = _line("法定依据", "Basis, if statutory", 200, required=False)


@face(RECALL, "propose", actions.propose)
class ProposeForm(DefineFields):
    hint = W(
        "提出后由总经理决定；一经启动，范围内的货立即全部停用停发。",
        "The general manager decides; once started, all goods of the scope are stopped at once.",
    )


@face(RECALL, "order", actions.order)
class OrderForm(DefineFields):
    hint = W("立即停用停发，并列出每一个持有人。", "Stops everything at once and lists every holder.")
    statutory = _statutory(required=True)


@face(RECALL, "define", actions.define)
class DefineForm(DefineFields):
    def prepare(self) -> None:
        if self.case is not None:
            codes = self.case.starts.order_by("code").values_list("code", flat=True)
            self.initial.setdefault("lots", "\n".join(codes))
            if self.case.statutory is not None:
                self.initial.setdefault("statutory", str(self.case.statutory).lower())
            for name in ("title", "first_label", "last_label", "danger", "measure", "statutory_basis"):
                self.initial.setdefault(name, getattr(self.case, name))


@face(RECALL, "rehearse", actions.rehearse)
class RehearseForm(LotsForm):
    hint = W(
        "开始计时：列出范围和持有人；不冻结、不通知任何人。",
        "The stopwatch starts: scope and holders are listed; nothing is blocked and nobody is told.",
    )
    title = _line("演练题目", "Subject of the rehearsal")
    lots = _lots()


@face(RECALL, "confirm", actions.confirm)
class ConfirmForm(ActForm):
    hint = W(
        "启动后：范围内全部冻结停发，列出持有人，报告期限开始计算。",
        "Everything in the scope is held, the holders are listed, and the reporting periods begin.",
    )


@face(RECALL, "reject", actions.reject)
class RejectForm(ActForm):
    reason = _words("理由", "Reason")


@face(RECALL, "widen", actions.widen)
class WidenForm(LotsForm):
    lots = _lots()
    reason = _words("为什么扩大", "Why it is widened", rows=2)


@face(RECALL, "send_letters", actions.send_letters)
class LettersForm(ActForm):
    hint = W(
        "给每个有邮件地址的持有人各发一封，附确认链接；以后新列入的自动发。",
        "One letter to each holder with an address, with a link; whoever is listed later gets his by himself.",
    )


@face(RECALL, "report", actions.report)
class ReportForm(ActForm):
    kind = forms.ChoiceField(label=W("哪一份", "Which"), choices=ReportKind.pairs)
    sent_on = forms.DateField(
        label=W("报送日期", "Sent on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = _line("文号或回执", "Reference or receipt", required=False)
    files = Files()

    def prepare(self) -> None:
        self.initial.setdefault("sent_on", today())
        self.fields["files"].by = self.by  # type: ignore[attr-defined]


@face(RECALL, "end", actions.end)
class EndForm(ActForm):
    summary = _words("召回结果", "What it came to", rows=5)


@face(RECALL, "finish", actions.finish)
class FinishForm(ActForm):
    remarks = _words("发现的问题和改进", "Findings and improvements", rows=5)


# -- holders -------------------------------------------------------------------------------------------------------


@face(HOLDER, "notify", actions.notify)
class NotifyForm(ActForm):
    way = forms.ChoiceField(label=W("怎样通知", "How"), choices=TELLING)
    words = _words("同谁说的、说了什么", "To whom, and what was said", rows=2)


@face(HOLDER, "attempt", actions.attempt)
class AttemptForm(ActForm):
    way = forms.ChoiceField(label=W("怎样联系", "How"), choices=TELLING)
    words = _words("为什么没有联系上", "Why in vain", rows=2)


@face(HOLDER, "give_up", actions.give_up)
class GiveUpForm(ActForm):
    words = _words("说明", "Remarks", rows=2)


@face(HOLDER, "send_again", actions.send_again)
class SendAgainForm(ActForm):
    email = forms.EmailField(label=W("邮件地址", "E-mail address"), max_length=254, required=False)

    def prepare(self) -> None:
        if self.case is not None:
            self.initial.setdefault("email", self.case.email)


class StatementForm(ActForm):
    """What a holder says himself, as totals."""

    held = _quantity("现存（未使用）", "Still held, unused", required=False, min_value=0)
    installed = _quantity("已安装使用", "Installed or used", required=False, min_value=0)
    returned = _quantity("已退回", "Sent back", required=False, min_value=0)


@face(HOLDER, "acknowledge", actions.acknowledge)
class AcknowledgeForm(StatementForm):
    name = _line("由谁确认", "Acknowledged by", 80, required=False)
    field_order = ("name", "held", "installed", "returned")


@face(HOLDER, "declare", actions.declare)
class DeclareForm(StatementForm):
    pass


@face(HOLDER, "enter", actions.enter)
class EnterForm(ActForm):
    kind = forms.ChoiceField(label=W("去向", "What became of it"), choices=EntryKind.pairs, widget=forms.RadioSelect)
    quantity = _quantity("数量", "Quantity")
    reference = _line("凭据（退货单、照片、报告）", "Reference: return, photographs, report", required=False)
    note = _line("备注", "Remark", 300, required=False)


@face(HOLDER, "strike", actions.strike)
class StrikeForm(ActForm):
    entry = forms.ModelChoiceField(RecallEntry.objects.none(), label=W("哪一笔", "Which entry"))
    reason = _words("为什么冲销", "Why", rows=2)

    def prepare(self) -> None:
        if self.case is not None:
            rows = RecallEntry.objects.filter(holder=self.case, reverses=None, reversed_by=None)
            self.fields["entry"].queryset = rows  # type: ignore[attr-defined]


@face(HOLDER, "explain", actions.explain)
class ExplainForm(ActForm):
    explanation = _words("为什么查不明", "Why it cannot be accounted for", rows=4)


@face(HOLDER, "excuse", actions.excuse)
class ExcuseForm(ActForm):
    hint = W(
        "批准后，现在未查明的数量不再妨碍结束召回。",
        "What is unaccounted now no longer stands in the way of ending the recall.",
    )
