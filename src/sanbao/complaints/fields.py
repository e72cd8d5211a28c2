"""The fields that complaint forms are made of: labels in both languages, rows named by their codes."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Department, Person


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


def department(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Department.objects.all(), to_field_name="code", label=W(zh, en), **more)


def colleague(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    """Somebody of the house who can be given work now."""
    people = Person.objects.employed().filter(dealer=None, supplier=None, customer=None)
    return forms.ModelChoiceField(people, to_field_name="username", label=W(zh, en), **more)


def row(zh: str, en: str, **more: Any) -> forms.ModelChoiceField:
    """A row of the case, by its id; the form says which in ``prepare``."""
    return forms.ModelChoiceField(Complaint.objects.none(), label=W(zh, en), **more)


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
