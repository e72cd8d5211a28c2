"""What a letter asks, for page and API alike."""

from __future__ import annotations

from functools import partial

from django import forms

from sanbao.catalog.models import Product
from sanbao.complaints.models import Channel
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import Lines, line, words
from sanbao.kernel.kept_forms import CodeField
from sanbao.kernel.words import W
from sanbao.letters import actions, queries
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.letters.models import Fact, FactKind
from sanbao.parties.models import Customer

WRITTEN = (Channel.LETTER, Channel.FAX, Channel.EMAIL, Channel.MESSAGE)


_text = partial(words, rows=8, length=40_000)


@face(USER_LETTER, "read", actions.read)
class ReadForm(ActForm):
    hint = W(
        "粘贴或键入信的全文；扫描件作为原件附上，不能更改。系统按字句提出事实，由您逐条核对。"
        "装有文字识别时全文可空，由系统从扫描件识别。",
        "Paste or type the whole letter; attach the scan, it stays unchanged. Facts are proposed for you to check. "
        "Where text recognition is installed the text may be left empty: it is read from the scan.",
    )
    channel = forms.ChoiceField(label=W("渠道", "Channel"), choices=[(c.value, c.title) for c in WRITTEN])
    text = _text("全文", "Full text", rows=12, required=False)
    received_at = forms.DateTimeField(
        label=W("收到时间", "Received at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    files = Files()

    def prepare(self) -> None:
        self.fields["files"].by = self.by  # type: ignore[attr-defined]


@face(USER_LETTER, "correct_text", actions.correct_text)
class CorrectForm(ActForm):
    hint = W(
        "对照原件改正；事实重新提出，重新核对。", "Put it right by the original; facts are proposed and judged anew."
    )
    text = _text("全文", "Full text", rows=14)

    def prepare(self) -> None:
        if self.case is not None:
            self.initial.setdefault("text", self.case.text)


class FactChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Fact) -> str:
        day = f"{obj.on:%Y-%m-%d} " if obj.on else ""
        return f"{FactKind.title_of(obj.kind)}：{day}{obj.value}"


@face(USER_LETTER, "judge_facts", actions.judge_facts)
class JudgeForm(ActForm):
    hint = W("勾选信里确实这样说的；没有勾选的不采用。", "Tick what the letter really says; the rest is not used.")
    accepted = FactChoice(
        Fact.objects.none(),
        label=W("采用的事实", "Facts that hold"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        if self.case is not None:
            self.fields["accepted"].queryset = self.case.facts.all()  # type: ignore[attr-defined]
            self.initial.setdefault("accepted", [f.pk for f in self.case.facts.all() if f.accepted])


@face(USER_LETTER, "take_in", actions.take_in)
class TakeInForm(ActForm):
    customer = CodeField(Customer, kind=W("客户", "Customer"), label=W("客户", "Customer"), required=False)
    contact_name = line("联系人", "Contact")
    contact_phone = line("电话", "Phone", 60)
    contact_address = line("地址", "Address", 200)
    contact_unknown = forms.BooleanField(label=W("联系方式不详", "Contact unknown"), required=False)
    code = line("标签、喷码或批号", "Label, spray code or lot", 80)
    product = CodeField(Product, kind=W("产品", "Product"), label=W("产品", "Product"), required=False)
    product_text = line("产品（原话）", "Product as told", 120)
    title = line("标题", "Title", 40)
    description = _text("投诉内容（原话）", "What was written, word for word")
    demands = Lines("用户要求（每行一项）", "Demands, one to a line", rows=3)
    quality_related = forms.BooleanField(label=W("涉及产品质量", "Touches product quality"), required=False)

    def prepare(self) -> None:
        for field in self.fields.values():
            if isinstance(field, CodeField):
                field.asked_by(self.by)
        if self.case is None:
            return
        known = queries.filled(self.case)
        self.initial = {**known, **self.initial}
        if self.is_bound and not hasattr(self.data, "getlist"):
            self.data = {**known, **self.data}


@face(USER_LETTER, "put_away", actions.put_away)
class PutAwayForm(ActForm):
    reason = line("为什么不作投诉", "Why it is no complaint", 300, required=True)
