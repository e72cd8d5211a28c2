"""What is asked about nonconforming product, for page and API alike."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms

from sanbao.complaints import queries as complaints
from sanbao.kernel.codes import code_key, whole
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, line, words
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.quantities import Quantity, Unreadable
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.lifecycle import DISPOSITION, NONCONFORMITY
from sanbao.nonconformity.models import Disposition, Line, Nonconformity, Origin, Way
from sanbao.parties.models import Department
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

_SPLIT = re.compile(r"[\s,;，；、]+")


oneline = partial(line, required=True)


def amount(zh: str, en: str, *, places: int = 3, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=W(zh, en), max_digits=14, decimal_places=places, **more)


def fault(code: str, zh: str, en: str, **facts: Any) -> forms.ValidationError:
    return forms.ValidationError(W(zh, en).format(**facts), code=code)  # type: ignore[arg-type]


class QualityForm(ActForm):
    def prepare(self) -> None:
        if "files" in self.fields:
            self.fields["files"].by = self.by  # type: ignore[attr-defined]

    def lot_named(self, typed: str) -> Lot:
        assert self.by is not None
        found = trace.find(typed, actor=self.by)
        if not found:
            raise fault("trace.unknown_code", "没有找到编号“{typed}”。", "There is no “{typed}”.", typed=typed)
        if len(found) > 1:
            codes = " ".join(lot.code for lot in found[:8])
            raise fault(
                "trace.several", "“{typed}”指 {n} 个批次（{codes}），请写明批号。",
                "“{typed}” names {n} lots ({codes}); give the lot's own code.", typed=typed, n=len(found), codes=codes,
            )  # fmt: skip
        return found[0]

    def lots_named(self, name: str) -> list[Lot]:
        typed = filter(None, _SPLIT.split(self.cleaned_data.get(name) or ""))
        return list({lot.pk: lot for lot in map(self.lot_named, typed)}.values())


class GoodsForm(QualityForm):
    """Lots with their quantities, one a line; goods of which no lot is known are told in words."""

    def goods(self) -> list[Goods]:
        found = [self._goods(row.strip()) for row in self.cleaned_data.get("lots", "").splitlines() if row.strip()]
        told = self.cleaned_data.get("goods", "").strip()
        if told:
            quantity = self._quantity(self.cleaned_data.get("goods_quantity", ""), "goods_quantity")
            if quantity is None:
                self.add_error("goods_quantity", fault("required", "请写明数量和单位。", "Give quantity and unit."))
            else:
                found.append(Goods(words=told, quantity=quantity))
        return found

    def _goods(self, row: str) -> Goods:
        code, _, rest = row.partition(" ")
        return Goods(self.lot_named(code), quantity=self._quantity(rest, "lots"))

    def _quantity(self, text: str, field: str) -> Quantity | None:
        if not text.strip():
            return None
        try:
            return Quantity.parse(text)
        except Unreadable as wrong:
            raise fault(
                "nonconformity.unreadable", "读不出数量“{text}”，写法如 120 kg、30 支。",
                "“{text}” is no quantity; write 120 kg or 30 支.", text=text.strip(),
            ) from wrong  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        try:
            data["lines"] = self.goods()
        except forms.ValidationError as error:
            self.add_error("lots", error)
        for name in ("lots", "goods", "goods_quantity"):
            data.pop(name, None)
        return data


LOTS = W(
    "一行一个：批号或标签，空格，数量。不写数量就是整批", "One a line: code, blank, quantity; without one the whole lot"
)


def lots_field(**more: Any) -> forms.CharField:
    return words("批次和数量", "Lots and quantities", help_text=LOTS, required=False, **more)


@face(NONCONFORMITY, "open", actions.open_record)
class OpenForm(GoodsForm):
    hint = W(
        "写明的批次和由它们做成的一切立即冻结；处置、复检放行后才解除。",
        "The lots and everything made from them are held at once, until they are disposed of and released.",
    )
    source = forms.ChoiceField(label=W("来源", "Source"), choices=Origin.pairs)
    about = oneline("来源单号（投诉编号等）", "Found in (number of the case)", 80, required=False)
    title = oneline("一句话", "In one line", 120, required=False)
    description = words("不合格的事实", "What does not conform")
    lots = lots_field()
    goods = oneline("没有批号的货物", "Goods without a lot", 200, required=False)
    goods_quantity = oneline("其数量", "Their quantity", 40, required=False)
    files = Files()

    def clean_about(self) -> str:
        return about_of(self, self.cleaned_data["about"])


def about_of(form: ActForm, text: str) -> str:
    """A number as people know it, or a subject of the record; only of what the actor may see."""
    typed = text.strip()
    if not typed or form.by is None:
        return ""
    case = complaints.numbered(form.by, code_key(typed))
    if case is not None:
        return case.subject
    kind, _, key = typed.partition(":")
    for name, lifecycle in Lifecycle.registry.items():
        rows: Any = lifecycle.model._default_manager
        numbered = any(field.name == "number" for field in lifecycle.model._meta.concrete_fields)
        wanted = {"pk": whole(key)} if name == kind and key else {"number": code_key(typed)} if numbered else None
        if wanted and None not in wanted.values() and (row := rows.visible_to(form.by).filter(**wanted).first()):
            return str(row.subject)
    raise fault("unknown_subject", "没有找到“{text}”，或您无权查看。", "There is no “{text}”, or you may not see it.",
                text=typed)  # fmt: skip


@face(NONCONFORMITY, "add_line", actions.add_line)
class AddLineForm(GoodsForm):
    lots = lots_field()
    goods = oneline("没有批号的货物", "Goods without a lot", 200, required=False)
    goods_quantity = oneline("其数量", "Their quantity", 40, required=False)


@face(NONCONFORMITY, "add_evidence", actions.add_evidence)
class EvidenceForm(QualityForm):
    files = Files(required=True)


@face(NONCONFORMITY, "propose", actions.propose)
class ProposeForm(QualityForm):
    line = forms.ModelChoiceField(Line.objects.none(), label=W("批次", "Lot"))
    way = forms.ChoiceField(label=W("处置", "Disposition"), choices=Way.pairs, widget=forms.RadioSelect)
    quantity = amount("数量（按该行单位）", "Quantity, in the unit of the line")
    kg = amount("重量 kg（按支、件计时）", "Weight in kg, where it is counted", required=False, min_value=0)
    estimate = amount("估值（元）", "Estimated value (CNY)", places=2, required=False, min_value=0)
    instruction = words("怎样处置、要求", "What is to be done")
    department = forms.ModelChoiceField(
        Department.objects.all(), to_field_name="code", label=W("执行部门", "Carried out by")
    )
    due_on = forms.DateField(
        label=W("要求完成日", "To be done by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    consent = oneline("用户同意（谁、凭据；让步、返修须填）", "User's consent: who, and the paper", 200, required=False)
    basis = basis()

    def prepare(self) -> None:
        if isinstance(self.case, Nonconformity):
            found = queries.standings(self.case)
            self.fields["line"].queryset = Line.objects.filter(record=self.case)  # type: ignore[attr-defined]
            if first := next((one for one in found if one.balance.open), None):
                self.initial.setdefault("line", first.line.pk)
                free = first.quantity(first.balance.open)
                self.initial.setdefault("quantity", free.value)
        self.initial.setdefault("due_on", today())
        self.initial.setdefault("department", "production")

    def clean_estimate(self) -> Any:
        return self.cleaned_data["estimate"] or Decimal(0)


@face(NONCONFORMITY, "close", actions.close)
class CloseForm(QualityForm):
    conclusion = oneline("结论", "Conclusion", 300)
    basis = basis()


@face(NONCONFORMITY, "withdraw", actions.withdraw)
class WithdrawForm(QualityForm):
    conclusion = oneline("为什么并非不合格", "Why it conforms", 300)
    basis = basis()


@face(DISPOSITION, "approve", actions.approve)
class ApproveForm(QualityForm):
    pass


class ReasonForm(QualityForm):
    reason = oneline("理由", "Reason", 300)


@face(DISPOSITION, "refuse_disposition", actions.refuse_disposition)
class RefuseForm(ReasonForm):
    pass


@face(DISPOSITION, "cancel", actions.cancel)
class CancelForm(ReasonForm):
    pass


class ReleasingForm(QualityForm):
    def clean_lots(self) -> list[Lot]:
        return self.lots_named("lots")


RELEASED = W(
    "整行处置完时该批自动放出；只放出一部分时写明标签或批号",
    "The lot leaves its hold once all of it is settled; for a part, name the labels or lots",
)


@face(DISPOSITION, "execute", actions.execute)
class ExecuteForm(ReleasingForm):
    hint = W("合格与报废之和须等于通知书的数量。", "Good and scrapped make up the quantity of the notice.")
    good = amount("做成、送检或放行的数量", "Good: to be re-inspected or released", min_value=0)
    scrapped = amount("报废数量", "Scrapped", min_value=0)
    result = words("做了什么、结果", "What was done, with what result")
    paper = oneline("单号（退货单、调拨单）", "Paper", 80, required=False)
    cost = amount("费用（工时、辅料、运费）", "Cost: hours, materials, freight", places=2, required=False, min_value=0)
    currency = oneline("币种", "Currency", 3, required=False, initial="CNY")
    lots = oneline("放出的批次", "Lots released", 400, required=False, help_text=RELEASED)
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, Disposition):
            lost = self.case.way == Way.SCRAP
            whole = self.case.quantity.value
            self.initial.setdefault("good", 0 if lost else whole)
            self.initial.setdefault("scrapped", whole if lost else 0)

    def clean_cost(self) -> Any:
        return self.cleaned_data["cost"] or Decimal(0)

    def clean_currency(self) -> str:
        code = (self.cleaned_data["currency"] or "CNY").strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise fault("currency", "币种用三个字母，如 CNY、USD。", "A currency is three letters, such as CNY or USD.")
        return code


@face(DISPOSITION, "verify", actions.verify)
class VerifyForm(ReleasingForm):
    released = amount("复检合格、放行的数量", "Passed and released", min_value=0)
    sheet = oneline("检验单号", "Inspection sheet", 40, required=False)
    verdict = oneline(
        "复检结论和依据（没有检验单时必填）", "By what it was judged, without a sheet", 300, required=False
    )
    lots = oneline("放出的批次", "Lots released", 400, required=False, help_text=RELEASED)
    files = Files()

    def prepare(self) -> None:
        super().prepare()
        if isinstance(self.case, Disposition):
            self.initial.setdefault("released", self.case.of(self.case.good_milli).value)
