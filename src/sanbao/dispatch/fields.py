"""The fields of the gate's forms: customers, products and labels as people type or scan them."""

from __future__ import annotations

from typing import Any

from django import forms

from sanbao.catalog.models import Product
from sanbao.dispatch import queries, rules
from sanbao.dispatch.actions.drafting import Wanted
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.form_fields import Rows, Typed, wrong
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot


def line(zh: str, en: str, length: int = 80, **more: Any) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **more})


def words(zh: str, en: str, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=W(zh, en), max_length=300, widget=area, **more)


def day(zh: str, en: str, **more: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **{"required": False, **more})


def pieces(zh: str, en: str) -> forms.IntegerField:
    return forms.IntegerField(label=W(zh, en), required=False, min_value=1, max_value=10_000_000)


def code(zh: str, en: str, **more: Any) -> forms.CharField:
    """Something scanned: wedge scanners type it and press Enter."""
    scanned = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    return forms.CharField(label=W(zh, en), max_length=200, widget=scanned, **more)


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


class OrderLines(Rows):
    """The lines of an order."""

    def clean(self, value: Any) -> list[Wanted]:
        return [self._wanted(number, text) for number, text in enumerate(super().clean(value), start=1)]

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
