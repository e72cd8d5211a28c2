"""Forms for master data: an edit starts from what is known, a party is named by its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sanbao.kernel import rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import ActForm
from sanbao.kernel.words import W

UNKNOWN = W(
    "没有代码为“{code}”的{kind}，或您无权查看。", "There is no {kind} with the code “{code}”, or you may not see it."
)
#: More than these are not offered in the field; they are still taken by their code.
OFFERED = 300


class KeptForm(ActForm):
    """Starts from the row that is edited. A program may send only what changes; a page sends everything."""

    def prepare(self) -> None:
        for field in self.fields.values():
            if isinstance(field, CodeField):
                field.asked_by(self.by)
        if self.case is None:
            return
        for name in self.fields:
            if hasattr(self.case, name):
                self.initial.setdefault(name, getattr(self.case, name))
        if self.is_bound and not isinstance(self.data, QueryDict):
            known = {name: self.fields[name].prepare_value(value) for name, value in self.initial.items()}
            self.data = {**{k: v for k, v in known.items() if v is not None}, **self.data}  # type: ignore[assignment]


class CodeInput(forms.TextInput):
    """A text field that offers the codes that there are, while they are few enough to be offered."""

    #: Asks for the codes and their names; only when the field is drawn, so that a program costs no query.
    offered: Callable[[], Mapping[str, str]] = dict

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if not (offered := self.offered()):
            return super().render(name, value, attrs, renderer)
        attrs = {**(attrs or {}), "list": f"{name}_codes", "autocomplete": "off"}
        options = format_html_join("", '<option value="{}">{}</option>', offered.items())
        return super().render(name, value, attrs, renderer) + format_html(
            '<datalist id="{}_codes">{}</datalist>', name, options
        )


class CodeField(forms.CharField):
    """A party or product named by its code; the value is the row. Only what the actor may see is known."""

    widget = CodeInput

    def __init__(self, model: Any, *, kind: W, **options: Any) -> None:
        self.model, self.kind = model, kind
        self.by: Actor | None = None
        super().__init__(max_length=60, **options)

    def asked_by(self, by: Actor | None) -> None:
        """Remember who asks, which decides what is known and what is offered."""
        self.by = by
        self.widget.offered = self.offered  # type: ignore[attr-defined]

    def offered(self) -> dict[str, str]:
        """Code → name of everything visible, while that is little enough to be offered."""
        rows = list(self.visible().values_list("code", "name")[: OFFERED + 1])
        return dict(rows) if len(rows) <= OFFERED else {}

    def visible(self) -> Any:
        return self.model.objects.visible_to(self.by) if self.by is not None else self.model.objects.none()

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        row = rows.seen(self.visible(), code=code_key(text))
        if row is None:
            raise forms.ValidationError(UNKNOWN.format(code=text, kind=self.kind), code="unknown_code")  # type: ignore[arg-type]
        return row
