"""The fields of the gate's forms: customers, products and labels as people type or scan them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from sanbao.catalog.models import Product
from sanbao.dispatch import queries, rules
from sanbao.dispatch.actions.drafting import Wanted
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.parties.queries import find_customers
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

#: What a text field of Django's own refuses, and PostgreSQL cannot hold.
NO_NUL = ProhibitNullCharactersValidator()


def line(zh: str, en: str, length: int = 80, **more: Any) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **more})


def words(zh: str, en: str, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=W(zh, en), max_length=300, widget=area, **more)


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **{"required": False, **more})


def kilograms(zh: str, en: str, *, required: bool = True, low: Decimal = Decimal("0.001")) -> forms.DecimalField:
    return forms.DecimalField(
        label=W(zh, en), required=required, min_value=low, max_digits=12, decimal_places=3,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.001"}),
    )  # fmt: skip


def pieces(zh: str, en: str) -> forms.IntegerField:
    return forms.IntegerField(label=W(zh, en), required=False, min_value=1, max_value=10_000_000)


def code(zh: str, en: str, **more: Any) -> forms.CharField:
    """Something scanned: wedge scanners type it and press Enter."""
    scanned = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    return forms.CharField(label=W(zh, en), max_length=200, widget=scanned, **more)


def wrong(zh: str, en: str, kind: str, **facts: Any) -> forms.ValidationError:
    return forms.ValidationError(W(zh, en).format(**facts), code=kind)  # type: ignore[arg-type]


class Typed(forms.CharField):
    """A text that names a row which the actor may see; the form says who asks."""

    by: Actor | None = None

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        super().__init__(label=W(zh, en), **{"max_length": 120, **more})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.found(text, self.by) if text and self.by else None

    def found(self, text: str, by: Actor) -> Any:
        raise NotImplementedError


class CustomerField(Typed):
    """A customer by code, name, part of the name or telephone."""

    def found(self, text: str, by: Actor) -> Customer:
        exact = Customer.objects.visible_to(by).filter(code=code_key(text), state=InUse.IN_USE).first()
        found = [exact] if exact else [c for c in find_customers(text, by=by, limit=5) if c.state == InUse.IN_USE]
        if not found:
            raise wrong("没有客户“{text}”。", "There is no customer “{text}”.", "unknown_customer", text=text)
        if len(found) > 1:
            names = "、".join(f"{c.code} {c.name}" for c in found)
            raise wrong("是哪一个：{names}", "Which one: {names}", "several_customers", names=names)
        return found[0]


class ProductField(Typed):
    def found(self, text: str, by: Actor) -> Product:
        product = Product.objects.visible_to(by).in_use().filter(code=code_key(text)).first()
        if product is None:
            raise wrong("没有型号“{text}”。", "There is no product “{text}”.", "unknown_product", text=text)
        return product


class LabelField(Typed):
    """One label by any number that leads to it alone."""

    def found(self, text: str, by: Actor) -> Lot:
        labels = [lot for lot in trace.find(text, actor=by) if lot.kind in queries.GOODS]
        if not labels:
            raise wrong("没有编号为“{text}”的标签。", "There is no label “{text}”.", "unknown_label", text=text)
        if len(labels) > 1:
            raise wrong("“{text}”对应多个标签。", "“{text}” names several labels.", "several_labels", text=text)
        return labels[0]


class SubjectField(Typed):
    """A case of a kind that a higher room keeps, by its number; known here by its name in the record only."""

    def __init__(self, zh: str, en: str, *, kind: str, **more: Any) -> None:
        self.kind = kind
        super().__init__(zh, en, **more)

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""

    def found(self, text: str, by: Actor) -> str:
        lifecycle = Lifecycle.registry.get(self.kind)
        rows = lifecycle.model._default_manager.visible_to(by) if lifecycle else None  # type: ignore[attr-defined]
        row = rows.filter(number=code_key(text)).first() if rows is not None else None
        if row is None:
            raise wrong("没有编号为“{text}”的件。", "There is no case “{text}”.", "unknown_case", text=text)
        return str(row.subject)


class OrderLines(forms.MultipleChoiceField):
    """The lines of an order: one to a row on the page (pasted from a spreadsheet as they are), a list in the API."""

    widget = forms.Textarea

    def __init__(self, zh: str, en: str, **more: Any) -> None:
        area = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
        super().__init__(label=W(zh, en), **{"required": False, "widget": area, **more})
        self.by: Actor | None = None

    def to_python(self, value: Any) -> list[str]:
        rows = value.splitlines() if isinstance(value, str) else value or []
        for row in rows:
            NO_NUL(str(row))
        return [text for row in rows if (text := str(row).strip())]

    def validate(self, value: list[str]) -> None:
        forms.Field.validate(self, value)

    def clean(self, value: Any) -> list[Wanted]:
        return [self._wanted(number, text) for number, text in enumerate(super().clean(value), start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)

    def _wanted(self, number: int, text: str) -> Wanted:
        try:
            asked = rules.read_line(text)
        except ValueError:
            raise wrong(
                "第 {n} 行读不懂：{text}", "Line {n} cannot be read: {text}", "bad_line", n=number, text=text[:60]
            ) from None
        assert self.by is not None, "the form says who asks"
        key = code_key(asked.code)
        product = Product.objects.visible_to(self.by).in_use().filter(code=key).first()
        if product is not None:
            return Wanted(product=product, pieces=asked.pieces, quantity_milli=asked.milli)
        labels = [lot for lot in trace.find(asked.code, actor=self.by) if lot.kind in queries.GOODS]
        if len(labels) != 1:
            raise wrong(
                "第 {n} 行：没有型号或标签“{code}”。",
                "Line {n}: there is no product or label “{code}”.",
                "unknown_goods",
                n=number,
                code=asked.code[:40],
            )
        return Wanted(label=labels[0])
