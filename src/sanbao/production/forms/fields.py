"""The fields that forms of the shops are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import ActForm
from sanbao.kernel.file_fields import Files
from sanbao.kernel.kept_forms import CodeField, CodeInput
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Person
from sanbao.production import queries
from sanbao.production.actions.common import MOST_KG
from sanbao.production.models import WORK, Card, Operation, Parameter

_SEPARATORS = re.compile(r"[\s,;，；、]+")
_KG = re.compile(r"(kg|公斤|千克)$", re.IGNORECASE)


def line(zh: str, en: str, length: int = 80, **more: Any) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **more})


def area(zh: str, en: str, rows: int = 3, length: int = 8000, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=W(zh, en), max_length=length, widget=widget, **{"required": False, **more})


def kilograms(zh: str, en: str, **more: Any) -> forms.DecimalField:
    options = {"required": False, "max_digits": 13, "decimal_places": 3, "min_value": 0, **more}
    return forms.DecimalField(label=W(zh, en), **options)


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **more)


def radio(zh: str, en: str, of: type[Vocabulary], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=W(zh, en), choices=of.pairs, widget=forms.RadioSelect, **more)


def operation() -> forms.ChoiceField:
    pairs = [(one.value, one.title) for one in Operation if one in WORK]
    return forms.ChoiceField(label=W("工序", "Operation"), choices=pairs)


def machine() -> forms.CharField:
    return line("机台", "Machine", 40, required=True, widget=CodeInput)


def shift() -> forms.CharField:
    return line("班组（班次）", "Team, shift", 20, required=True)


def operator() -> forms.ModelChoiceField:
    """Whoever worked; as a rule he who writes it down."""
    people = Person.objects.employed().filter(dealer=None, supplier=None, customer=None)
    return forms.ModelChoiceField(people, to_field_name="username", label=W("操作者", "Operator"))


def measure(one: Parameter) -> forms.CharField:
    return line(one.zh, one.en, 40)


class CardField(forms.CharField):
    """A living card by its number; only what the actor may see is known."""

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        super().__init__(label=W(zh, en), max_length=64, **more)
        self.by: Actor | None = None

    def clean(self, value: Any) -> Card | None:
        text = super().clean(value)
        if not text:
            return None
        card = next(iter(queries.cards_by_code([text], actor=self.by).values()), None) if self.by else None
        if card is None:
            raise unknown_card(text)
        return card


def unknown_card(text: str) -> forms.ValidationError:
    sentence = W("没有随行卡“{text}”，或它还没有接续。", "There is no card “{text}”, or it was not taken up yet.")
    return forms.ValidationError(sentence.format(text=text[:64]), code="unknown_card")  # type: ignore[arg-type]


def codes(text: str) -> list[str]:
    """Codes as they come out of a scanner or a hand: a blank, a comma or a new line between them."""
    return list(dict.fromkeys(filter(None, _SEPARATORS.split(text))))


def shares(text: str) -> Iterator[tuple[str, Decimal | None]]:
    """Lines of "code kg"; the weight may be left out."""
    for row in filter(None, (row.strip() for row in text.splitlines())):
        parts = [part for part in _SEPARATORS.split(_KG.sub("", row)) if part]
        if len(parts) == 1:
            yield parts[0][:64], None
            continue
        yield "".join(parts[:-1])[:64], _weight(parts[-1], row)


def _weight(text: str, row: str) -> Decimal:
    try:
        kg = Decimal(text)
        if kg.is_finite() and 0 < kg <= MOST_KG and kg == round(kg, 3):
            return kg
    except InvalidOperation:
        pass
    sentence = W("“{row}”：请写编号和公斤数。", "“{row}”: state the code and the kg.")
    raise forms.ValidationError(sentence.format(row=row[:80]), code="weight")  # type: ignore[arg-type]


class ShopForm(ActForm):
    """Tells its fields who asks, and gathers what was measured into one value."""

    def prepare(self) -> None:
        for field in self.fields.values():
            if isinstance(field, CodeField):
                field.asked_by(self.by)
            elif isinstance(field, (CardField, Files)):
                field.by = self.by

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        names = [one.value for one in Parameter if one.value in self.base_fields]
        if names:
            told = {name: values.pop(name, "") for name in names}
            values["measured"] = {name: text for name, text in told.items() if text}
        return values
