"""The fields that complaint forms are made of: labels in both languages, rows named by their codes."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Department, Person


def line(zh: str, en: str, length: int = 120, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, required=required, **more)


def words(
    zh: str, en: str, *, rows: int = 3, required: bool = True, length: int = 8000, **more: Any
) -> forms.CharField:
    """Free text of a person; ``length`` where a column holds less."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=W(zh, en), required=required, max_length=length, widget=area, **more)


def basis(initial: str = "") -> forms.CharField:
    """U-13; the action refuses an empty one, so that page and API cite the clause."""
    hint = W("国家标准、法规、合同条款或程序条款", "A standard, regulation, contract clause or procedure clause")
    return line("依据", "Basis", 200, help_text=hint, initial=initial)


def pick(
    zh: str, en: str, of: type[Vocabulary], *, required: bool = True, empty: W | None = None, **more: Any
) -> forms.ChoiceField:
    """One of a closed list; radio buttons where the list is short and required."""
    pairs = [(code, title) for code, title in of.pairs() if code]
    if not required:
        pairs = [("", empty or W("—", "—")), *pairs]
    return forms.ChoiceField(label=W(zh, en), choices=pairs, required=required, **more)


def radio(zh: str, en: str, of: type[Vocabulary], **more: Any) -> forms.ChoiceField:
    return pick(zh, en, of, widget=forms.RadioSelect, **more)


def yes(zh: str, en: str, **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=W(zh, en), required=False, **more)


def amount(zh: str, en: str) -> forms.DecimalField:
    return forms.DecimalField(label=W(zh, en), required=False, max_digits=14, decimal_places=3, min_value=0)


class Verdict(forms.TypedChoiceField):
    """Yes or no, each with its own words; the API may send a boolean."""

    def __init__(self, zh: str, en: str, *, yes: W, no: W) -> None:
        choices = [("true", yes), ("false", no)]
        super().__init__(label=W(zh, en), choices=choices, coerce=lambda v: v == "true", widget=forms.RadioSelect)

    def to_python(self, value: Any) -> str:
        return str(value).lower() if value not in self.empty_values else ""


def moment(zh: str, en: str, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    """A moment on the factory's wall clock."""
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=W(zh, en), required=required, widget=picker, **more)


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **more)


def department(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Department.objects.all(), to_field_name="code", label=W(zh, en), **more)


def colleague(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    """Somebody of the house who can be given work now."""
    people = Person.objects.employed().filter(dealer=None, supplier=None, customer=None)
    return forms.ModelChoiceField(people, to_field_name="username", label=W(zh, en), **more)


def row(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    """A row of the case, by its id; the form says which in ``prepare``."""
    return forms.ModelChoiceField(Complaint.objects.none(), label=W(zh, en), **more)


class Lines(forms.MultipleChoiceField):
    """Several texts: one to a line on the page, a list in the API."""

    widget = forms.Textarea

    def __init__(self, zh: str, en: str, *, rows: int = 2, length: int = 300, **more: Any) -> None:
        self.length = length
        super().__init__(label=W(zh, en), **{"required": False, "widget": forms.Textarea(attrs={"rows": rows}), **more})

    def to_python(self, value: Any) -> list[str]:
        parts = value.splitlines() if isinstance(value, str) else value or []
        return [text for part in parts if (text := str(part).strip())]

    def validate(self, value: list[str]) -> None:
        forms.Field.validate(self, value)
        if any(len(text) > self.length for text in value):
            sentence = W("每行最多 {n} 个字。", "At most {n} characters to a line.", n=self.length)
            raise forms.ValidationError(sentence, code="too_long")  # type: ignore[arg-type]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class CaseField(forms.CharField):
    """Another case by its number, with or without prefix; only what the actor may see is known."""

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        super().__init__(label=W(zh, en), max_length=40, **more)
        self.by: Actor | None = None

    def clean(self, value: Any) -> Complaint | None:
        text = super().clean(value)
        if not text:
            return None
        from sanbao.complaints.queries import numbered

        case = numbered(self.by, code_key(text)) if self.by else None
        if case is None:
            sentence = W(
                "没有编号为“{text}”的投诉，或您无权查看。", "There is no case “{text}”, or you may not see it."
            )
            raise forms.ValidationError(sentence.format(text=text), code="unknown_case")  # type: ignore[arg-type]
        return case
