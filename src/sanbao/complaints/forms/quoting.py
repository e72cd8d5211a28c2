"""Fields by which a reply quotes the knowledge base: what fits the case is offered, any other is named by number."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.models import Complaint
from sanbao.kernel.form_fields import line
from sanbao.kernel.words import W
from sanbao.knowledge import queries as articles
from sanbao.knowledge.models import Article


class Quotes(forms.ModelMultipleChoiceField):
    """Any public article in force may be quoted; the page offers those that fit the goods and the fault."""

    def __init__(self) -> None:
        super().__init__(
            Article.objects.public(),
            to_field_name="number",
            label=W("引用知识库", "Quote the knowledge base"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def offer(self, case: Complaint | None) -> None:
        found = articles.fitting(case.product, case.confirmed_class or case.reported_class) if case else []
        self.widget.choices = [(a.number, f"{a.title} · {a.cited}") for a in found]  # type: ignore[attr-defined]


def also() -> forms.CharField:
    hint = W("知识库编号，空格分开", "Numbers in the knowledge base, blanks between")
    return line("另引条目", "Also quote", 120, help_text=hint)


class Quoting(CaseForm):
    """A reply that may quote; what was ticked and what was named come out as one list."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = values.pop("also", "").replace("，", " ").replace(",", " ").split()
        named = articles.quotable(numbers)
        if len(named) < len(set(numbers)):
            known = {article.number for article in named}
            missing = " ".join(number for number in numbers if number.upper() not in known)
            sentence = W("没有现行有效的对外条目“{numbers}”。", "There is no public article in force “{numbers}”.")
            self.add_error("also", forms.ValidationError(sentence.format(numbers=missing), code="unknown_article"))  # type: ignore[arg-type]
        values["quotes"] = list(dict.fromkeys([*(values.get("quotes") or []), *named]))
        return values
