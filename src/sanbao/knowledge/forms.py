"""What is asked about an article, for page and API alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from sanbao.catalog.models import DefectClass, Material, Product
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import line, words
from sanbao.kernel.words import W
from sanbao.knowledge import actions
from sanbao.knowledge.lifecycle import ARTICLE
from sanbao.knowledge.models import Reader, Topic

_text = partial(words, rows=8, length=20_000, required=False)


def _several(zh: str, en: str, rows: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(rows, to_field_name="code", label=W(zh, en), required=False)


class LinesField(forms.MultipleChoiceField):
    """Names of product lines: blanks or commas between on the page, a list in the API."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> list[str]:
        parts = value.replace("，", " ").replace(",", " ").split() if isinstance(value, str) else value or []
        return [name for part in parts if (name := str(part).strip())]

    def validate(self, value: list[str]) -> None:
        forms.Field.validate(self, value)
        for name in value:
            ProhibitNullCharactersValidator()(name)
        if any(len(name) > 40 for name in value):
            sentence = W("产品线名最长 40 字。", "A product line has at most 40 characters.")
            raise forms.ValidationError(sentence, code="too_long")  # type: ignore[arg-type]

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class ArticleForm(ActForm):
    topic = forms.ChoiceField(label=W("主题", "Topic"), choices=Topic.pairs, widget=forms.RadioSelect)
    reader = forms.ChoiceField(label=W("给谁看", "Written for"), choices=Reader.pairs, widget=forms.RadioSelect)
    title_zh = line("中文标题", "Title in Chinese")
    body_zh = _text("中文正文", "Text in Chinese")
    title_en = line("英文标题", "Title in English")
    body_en = _text("英文正文", "Text in English")
    basis = line("依据", "Basis", 200)
    lines = LinesField(
        label=W("产品线（空格分开，空为全部）", "Product lines, blanks between; empty: all"), required=False
    )
    products = _several("产品", "Products", Product.objects.in_use())
    materials = _several("材料", "Materials", Material.objects.in_use())
    classes = _several("故障类别", "Fault classes", DefectClass.objects.in_use())


@face(ARTICLE, "draft", actions.draft)
class DraftForm(ArticleForm):
    hint = W(
        "中文、英文至少写全一种。由另一人批准后生效。",
        "Write at least one language in full. In force once another person has approved it.",
    )


@face(ARTICLE, "edit", actions.edit)
class EditForm(ArticleForm):
    def prepare(self) -> None:
        if self.case is None:
            return
        known = {name: getattr(self.case, name) for name in (*actions.TEXTS, "lines")}
        for name in ("products", "materials", "classes"):
            known[name] = list(getattr(self.case, name).values_list("code", flat=True))
        self.initial = {**known, **self.initial}
        if self.is_bound and not hasattr(self.data, "getlist"):
            self.data = {**known, **self.data}


@face(ARTICLE, "submit", actions.submit)
class SubmitForm(ActForm):
    pass


@face(ARTICLE, "approve", actions.approve)
class ApproveForm(ActForm):
    pass


@face(ARTICLE, "revise", actions.revise)
class ReviseForm(ActForm):
    pass


class ReasonForm(ActForm):
    reason = line("原因", "Reason", 300, required=True)


@face(ARTICLE, "send_back", actions.send_back)
class SendBackForm(ReasonForm):
    pass


@face(ARTICLE, "withdraw", actions.withdraw)
class WithdrawForm(ReasonForm):
    pass


@face(ARTICLE, "discard", actions.discard)
class DiscardForm(ReasonForm):
    pass
