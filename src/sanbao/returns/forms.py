"""What each act on a return asks, for page and API alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from sanbao.kernel import form_fields
from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, kilograms, line, words
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.fields import CustomerField
from sanbao.returns import actions, queries, rules
from sanbao.returns.fields import (
    CaseField,
    CertifiedRows,
    CurrencyField,
    PickListField,
    ReturnLines,
    money,
)
from sanbao.returns.lifecycle import CREDIT, RETURN
from sanbao.returns.models import Counted, Disposal, EvidenceKind, Reason, ReturnLine

LINE_HINT = W(
    "每行：标签或型号 公斤 单价(元/kg) 单价出处(发票号) 说明；可从表格整段粘贴。账上查不到的须写说明。",
    "Each row: label or product, kg, price per kg, where it stands (invoice), remark. Rows of a sheet may be pasted; "
    "what the books do not know needs a remark.",
)

_kg = partial(kilograms, max_value=rules.MOST_KG)


class ReturnForm(ActForm):
    """Fields that look something up, or take files, know for whom."""

    def prepare(self) -> None:
        for field in self.fields.values():
            if hasattr(field, "by"):
                field.by = self.by


@face(RETURN, "apply", actions.apply)
class ApplyForm(ReturnForm):
    customer = CustomerField("客户", "Customer", help_text=W("编号、名称或电话", "Code, name or telephone"))
    complaint = CaseField("投诉编号（如有）", "Complaint, if any", required=False)
    reason = forms.ChoiceField(label=W("理由", "Reason"), choices=Reason.pairs)
    lines = ReturnLines("货物", "Goods", help_text=LINE_HINT)
    currency = CurrencyField(label=W("币种", "Currency"), max_length=3, initial="CNY")
    description = words("情况说明", "What happened", length=4000)
    exception = words(
        "申请例外的原因（理由为“其他”时必填）",
        "Why an exception is asked for",
        length=2000,
        required=False,
    )


@face(RETURN, "admit", actions.admit)
class AdmitForm(ReturnForm):
    reason = words("批准例外的理由", "Why the exception is approved", length=300)


@face(RETURN, "add_evidence", actions.add_evidence)
class EvidenceForm(ReturnForm):
    kind = forms.ChoiceField(label=W("凭证", "Evidence"), choices=EvidenceKind.pairs)
    remark = line("编号和说明", "Number and remark", 300, required=True)
    files = Files(required=True)

    def prepare(self) -> None:
        super().prepare()
        first = {Reason.OUR_ERROR: EvidenceKind.MISMATCH, Reason.UNSALEABLE: EvidenceKind.STOCK}
        if self.case is not None and self.case.reason in first:
            self.initial.setdefault("kind", first[self.case.reason].value)


@face(RETURN, "ask_sample", actions.ask_sample)
class AskSampleForm(ReturnForm):
    wanted = line("取什么样", "What is wanted", 300, required=True)
    label = line("样品标签", "Label of the sample", 80)


@face(RETURN, "tell_verdict", actions.tell_verdict)
class TellVerdictForm(ReturnForm):
    hint = W(
        "采用质检科最近一次样品结论，并转告业务员。", "QC's newest conclusion is taken over and the salesperson told."
    )


@face(RETURN, "verify_report", actions.verify_report)
class VerifyForm(ReturnForm):
    remark = words("核实情况", "What was verified", length=300)


@face(RETURN, "agree", actions.agree)
class AgreeForm(ReturnForm):
    remark = words("部门经理意见", "The manager's word", length=300, required=False)


@face(RETURN, "fill_form", actions.fill_form)
class FillForm(ReturnForm):
    responsible = line(
        "责任部门",
        "Responsible department",
        help_text=W("按追溯链（C-16）", "By the trace chain (C-16)"),
        required=True,
    )
    handling = words("处理方式（换什么货、怎样补）", "How it is settled: which goods in exchange", length=300)
    disposal = forms.ChoiceField(label=W("货物去向", "Where the goods go"), choices=Disposal.pairs)
    freight = line("运费由谁承担", "Who pays the freight")

    def prepare(self) -> None:
        super().prepare()
        if self.case is None:
            return
        for name in self.fields:
            if getattr(self.case, name):
                self.initial.setdefault(name, getattr(self.case, name))
        if not self.initial.get("responsible") and (proposed := queries.responsible_for(self.case)):
            self.initial["responsible"], self.hint = proposed.who, proposed.why


@face(RETURN, "approve", actions.approve)
class ApproveForm(ReturnForm):
    remark = words("审批意见", "Remark", length=300, required=False)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            self.hint = _why(self.case)


@face(RETURN, "approve_more", actions.approve_more)
class ApproveMoreForm(ApproveForm):
    pass


def _why(case: Any) -> W:
    beside = (
        W("，合并 {others}", ", with {others}", others="、".join(case.together_with))
        if case.together_with
        else W("", "")
    )
    return W(
        "{kg} kg{beside}，按规则由{approver}审批。",
        "{kg} kg{beside}: approved by {approver} under the policy.",
        kg=rules.kilograms(case.together_milli),
        beside=beside,
        approver=parties.titled(case.approver),
    )


class ReasonForm(ReturnForm):
    reason = words("理由", "Reason", length=300)


@face(RETURN, "refuse", actions.refuse_return)
class RefuseForm(ReasonForm):
    basis = basis()


@face(RETURN, "withdraw", actions.withdraw)
class WithdrawForm(ReasonForm):
    pass


@face(RETURN, "scan", actions.scan)
class ScanForm(ReturnForm):
    code = line("标签或喷码", "Label or spray code", 200, required=True)
    kilograms = kilograms(
        "只退部分时的公斤数", "Kilograms, where only a part came", required=False, max_value=rules.MOST_KG
    )


@face(RETURN, "weigh", actions.weigh)
class WeighForm(ReturnForm):
    line = forms.ModelChoiceField(ReturnLine.objects.none(), label=W("行", "Line"))
    kilograms = _kg("公斤", "Kilograms")
    remark = form_fields.line("为什么没有标签", "Why there is no label", 200, required=True)

    def prepare(self) -> None:
        super().prepare()
        if self.case is None:
            return
        rows = self.case.lines.select_related("product", "lot")
        self.fields["line"].queryset = rows  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = lambda row: f"{row.position}. {row.goods}"  # type: ignore[attr-defined]
        if len(rows) == 1:
            self.initial.setdefault("line", rows[0].pk)


@face(RETURN, "undo", actions.undo)
class UndoForm(ReturnForm):
    counted = forms.ModelChoiceField(Counted.objects.none(), label=W("已验收", "Counted"))

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            rows = Counted.objects.filter(case=self.case, undone=False).select_related("lot", "line")
            self.fields["counted"].queryset = rows  # type: ignore[attr-defined]
            self.fields["counted"].label_from_instance = lambda row: (  # type: ignore[attr-defined]
                f"{row.lot or row.line.goods} {rules.kilograms(row.quantity_milli)} kg"
            )


@face(RETURN, "accept", actions.accept)
class AcceptForm(ReturnForm):
    hint = W(
        "储运验收的数量就是退货数量；货物冻结待检，不能直接入库。",
        "What is counted here is the quantity; the goods are held for inspection and do not go into stock.",
    )
    place = line("存放点", "Designated place", 80, required=True)
    sign = line("标识牌号", "Number of the sign on the goods", 80, required=True)
    difference = words("与申请的差异及原因", "Differences against the application, and why", length=300, required=False)


@face(RETURN, "certify", actions.certify)
class CertifyForm(ReturnForm):
    agent = line("核定数量的代理", "The agent who certifies", required=True)
    quantities = CertifiedRows("核定数量", "Certified quantities", help_text=W("每行：行号 公斤", "Each row: line, kg"))
    valuation = money("当地作价（处理收入，0 也要写）", "Valuation: what the goods brought there, 0 included", least=0)
    difference = words("与申请的差异及原因", "Differences against the application, and why", length=300, required=False)
    files = Files(required=True)

    def prepare(self) -> None:
        super().prepare()
        if self.case is not None:
            said = [
                f"{row.position} {rules.kilograms(row.quantity_milli).replace(',', '')}"
                for row in self.case.lines.all()
            ]
            self.initial.setdefault("quantities", "\n".join(said))


@face(RETURN, "recount", actions.recount)
class RecountForm(ReasonForm):
    pass


@face(RETURN, "confirm", actions.confirm)
class ConfirmForm(ReturnForm):
    remark = words("说明", "Remark", length=300, required=False)


@face(RETURN, "ask_refund", actions.ask_refund)
class AskRefundForm(ReturnForm):
    hint = W(
        "一般以货补足，不退现金；只有规则表允许的情况可以申请。",
        "As a rule goods, not cash; only what the policy allows can be asked for.",
    )
    reason = words("为什么退款", "Why a refund", length=300)
    basis = basis()


@face(RETURN, "refuse_refund", actions.refuse_refund)
class RefuseRefundForm(ReasonForm):
    basis = basis()


@face(RETURN, "consent_refund", actions.consent_refund)
class ConsentForm(ReturnForm):
    payment = line("付款凭据", "Reference of the payment", required=True)


@face(CREDIT, "replace", actions.replace)
class ReplaceForm(ReturnForm):
    pick_list = PickListField("补货的提货单", "Pick list of the replacement")
    value = money("补货价值", "Value of the goods")
    source = line("价值出处（发票号）", "Where the value stands (invoice)", required=True)
    payment = line("客户补差的付款凭据（超出额度时）", "Payment for what exceeds the credit")
