"""The fields that every room's forms are made of: a line, free text, a day, a basis, each labelled in both languages.

What is required says so in the form where page and API would say the same without a clause; where a clause asks for
it, the form lets it pass and the action refuses.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W

#: What a text field of Django's own refuses, and PostgreSQL cannot hold.
NO_NUL = ProhibitNullCharactersValidator()
CITED = W("国家标准、法规、检验报告、合同条款或程序条款", "A standard, a regulation, a report, a contract or a clause")


def line(zh: str, en: str, length: int = 120, *, required: bool = False, **more: Any) -> forms.CharField:
    """One line of at most ``length`` characters, which is what its column holds."""
    return forms.CharField(label=W(zh, en), max_length=length, required=required, **more)  # type: ignore[arg-type]


def words(
    zh: str, en: str, *, rows: int = 3, required: bool = True, length: int = 8000, **more: Any
) -> forms.CharField:
    """Free text of a person; ``length`` where a column holds less."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=W(zh, en), required=required, max_length=length, widget=area, **more)  # type: ignore[arg-type]


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    """A date, picked or typed."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **more)  # type: ignore[arg-type]


def basis(initial: str = "") -> forms.CharField:
    """U-13; the action refuses an empty one, so that page and API cite the clause."""
    return line("依据", "Basis", 200, help_text=CITED, initial=initial)


class Lines(forms.MultipleChoiceField):
    """Several texts: one to a line on the page, a list in the API."""

    widget = forms.Textarea

    def __init__(self, zh: str, en: str, *, rows: int = 2, length: int = 300, **more: Any) -> None:
        self.length = length
        super().__init__(label=W(zh, en), **{"required": False, "widget": forms.Textarea(attrs={"rows": rows}), **more})  # type: ignore[arg-type]

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


def kilograms(
    zh: str, en: str, *, least: Decimal = Decimal("0.001"), required: bool = True, **more: Any
) -> forms.DecimalField:
    """A weight to the gram."""
    more |= {"max_digits": 12, "decimal_places": 3, "min_value": least, "required": required}
    scale = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.001"})
    return forms.DecimalField(label=W(zh, en), widget=scale, **more)  # type: ignore[arg-type]


def wrong(zh: str, en: str, kind: str, **facts: Any) -> forms.ValidationError:
    """What a field says of a value that it cannot take."""
    return forms.ValidationError(W(zh, en).format(**facts), code=kind)  # type: ignore[arg-type]


class Typed(forms.CharField):
    """A text that names a row which the actor may see; the form says who asks."""

    by: Actor | None = None

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        super().__init__(label=W(zh, en), **{"max_length": 120, **more})  # type: ignore[arg-type]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.found(text, self.by) if text and self.by else None

    def found(self, text: str, by: Actor) -> Any:
        """The row, or ``wrong``."""
        raise NotImplementedError


class Rows(forms.MultipleChoiceField):
    """Rows of text: one to a line on the page (pasted from a spreadsheet as they are), a list in the API."""

    widget = forms.Textarea

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        area = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
        super().__init__(label=W(zh, en), **{"widget": area, **more})  # type: ignore[arg-type]
        self.by: Actor | None = None

    def to_python(self, value: Any) -> list[str]:
        rows = value.splitlines() if isinstance(value, str) else value or []
        for row in rows:
            NO_NUL(str(row))
        return [text for row in rows if (text := str(row).strip())]

    def validate(self, value: list[str]) -> None:
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)
