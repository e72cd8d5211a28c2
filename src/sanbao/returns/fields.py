"""The fields of a return's forms: customers, cases and goods as people type or paste them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from sanbao.catalog.models import Product
from sanbao.complaints.models import Complaint
from sanbao.dispatch import queries as dispatch
from sanbao.dispatch.models import PickList
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.form_fields import Rows, Typed, wrong
from sanbao.kernel.words import W
from sanbao.returns import queries, rules
from sanbao.returns.actions.applying import Wanted
from sanbao.trace import queries as trace

UNREAD = {
    "parts": W("标签或型号、公斤、单价、单价出处", "label or product, kg, price, where the price stands"),
    "kg": W("公斤数须大于零，最多三位小数", "kilograms: more than nothing, three decimals at most"),
    "price": W("单价须大于零，最多四位小数", "price: more than nothing, four decimals at most"),
    "source": W("写明单价出处，如发票号", "say where the price stands, such as an invoice number"),
}


def money(zh: str, en: str, least: Decimal | int = rules.CENT, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=W(zh, en), min_value=least, max_digits=14, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}), **more,
    )  # fmt: skip


class CaseField(Typed):
    def found(self, text: str, by: Actor) -> Complaint:
        case = queries.complaint_numbered(by, text)
        if case is None:
            raise wrong("没有编号为“{text}”的投诉，或您无权查看。", "There is no case “{text}”, or you may not see it.",
                        "unknown_case", text=text)  # fmt: skip
        return case


class PickListField(Typed):
    def found(self, text: str, by: Actor) -> PickList:
        case = dispatch.numbered(code_key(text)[:24], by=by)
        if case is None:
            raise wrong("没有提货单“{text}”。", "There is no pick list “{text}”.", "unknown_pick_list", text=text)
        return case


class CurrencyField(forms.CharField):
    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise wrong("币种用三个字母，如 CNY、USD。", "A currency is three letters, such as CNY or USD.", "currency")
        return code


class ReturnLines(Rows):
    """What is to come back: label or product, kilograms, price, where the price stands, and what else must be said."""

    def clean(self, value: Any) -> list[Wanted]:
        return [self._wanted(number, text) for number, text in enumerate(super().clean(value), start=1)]

    def _wanted(self, number: int, text: str) -> Wanted:
        try:
            asked = rules.read_line(text)
        except rules.Unreadable as fault:
            raise wrong("第 {n} 行读不懂：{why}", "Line {n} cannot be read: {why}", f"bad_{fault.why}", n=number,
                        why=UNREAD[fault.why]) from None  # fmt: skip
        assert self.by is not None, "the form says who asks"
        code = asked.code[:80]
        facts: dict[str, Any] = {"milli": asked.milli, "price": asked.price, "source": asked.source[:80]}
        facts |= {"note": asked.note[:200]}
        labels = [lot for lot in trace.find(code, actor=self.by) if lot.kind in queries.GOODS]
        if len(labels) > 1:
            raise wrong("第 {n} 行：“{code}”对应多个标签。", "Line {n}: “{code}” names several labels.",
                        "several_labels", n=number, code=code)  # fmt: skip
        product = Product.objects.visible_to(self.by).filter(code=code_key(code)).first() if not labels else None
        return Wanted(code=code, lot=labels[0] if labels else None, product=product, **facts)


class CertifiedRows(Rows):
    """The agent's quantities: line and kilograms in each row, ``1 480`` or ``2 0``."""

    def clean(self, value: Any) -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for text in super().clean(value):
            match = re.fullmatch(r"(\d{1,4})[\s:：,，]+(\d{1,8}(?:\.\d{1,3})?)", text)
            if match is None or int(match[1]) in found:
                raise wrong("读不懂：{text}", "Cannot be read: {text}", "bad_line", text=text[:60])
            found[int(match[1])] = Decimal(match[2])
        return found
